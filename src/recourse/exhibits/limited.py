"""Does a task on a stranger's bytes in a child process that may take little time and memory and can reach nothing."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any, NamedTuple

from recourse.bilingual import Words
from recourse.exhibits.refusals import TooMuch, Unreadable

__all__ = ["DEFAULT", "Limits", "TooMuch", "Unreadable", "run"]

_CHILD = Path(__file__).with_name("child.py")
_PIECE = 1 << 16
_LENGTH = 8  # bytes that say how long the answer is
_LONGEST_PROBLEM = 10_000

_SIMPLER = Words(
    "send a smaller or simpler file, for example a picture of the page", "请改交更小或更简单的文件，例如该页面的截图"
)
_TIME = Words("reading this file takes too long", "读取此文件耗时过长")
_MEMORY = Words("this file is too large or too deeply nested to be read", "此文件过大或嵌套过深，无法读取")
_ROOM = Words("what is in this file is too large when unpacked", "此文件展开后过大")
_DAMAGED = Words(
    "this file cannot be read: it is damaged, or not what it says it is", "无法读取此文件：已损坏或格式不符"
)
_AGAIN = Words("save it anew and send that, or send a picture of it", "请重新保存后再提交，或改交其截图")


class Limits(NamedTuple):
    """What one task may take. An answer of exactly `output` bytes is still taken, a longer one is not."""

    memory: int = 512 << 20  # bytes of address space, all libraries included
    cpu: int = 10  # whole seconds of the processor
    seconds: float = 15.0  # by the clock on the wall, start of the child included
    output: int = 64 << 20  # bytes of the answer
    files: int = 32  # open at once
    depth: int = 1_000  # Python calls within each other


DEFAULT = Limits()


def run(task: str, data: bytes, limits: Limits = DEFAULT, **settings: Any) -> bytes:
    """What `task` ("package.module:function", called with data and settings) makes of the data.

    The function takes bytes and settings that JSON can carry, and returns bytes. It runs in a process of its own,
    without network where the system allows that, and cannot write files. Raises `TooMuch` when a limit is met,
    `Unreadable` when the task fails or dies; a problem of ours that the task raises arrives with its words.
    """
    order = {
        "task": task,
        "settings": settings,
        "limits": limits._asdict(),
        "path": _modules(),
    }
    end = time.monotonic() + limits.seconds
    child = subprocess.Popen(  # noqa: S603  our own interpreter and our own file
        [sys.executable, "-I", "-S", "-B", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    try:
        said = _talk(child, json.dumps(order).encode() + b"\n", data, limits.output + 1, end)
        code = None if said else child.wait(max(end - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        raise TooMuch(_TIME, hint=_SIMPLER) from None
    finally:
        _end(child)
    return _heard(said, code)


def _modules() -> list[str]:
    """Where the child finds modules: where we do, but never in whatever folder we happen to stand."""
    return [str(Path(part).absolute()) for part in sys.path if part]


def _environment() -> dict[str, str]:
    """No secrets of ours go along, only where the system finds its own libraries."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {"LANG": "C.UTF-8", **kept}


def _talk(child: subprocess.Popen[bytes], order: bytes, data: bytes, room: int, end: float) -> bytes:
    """Give the child its work and take its answer of at most `room` bytes, before `end`; no answer is an empty one.

    What counts is that the answer is whole: the child may have left others behind, who would keep its pipe open.
    """
    assert child.stdin is not None
    assert child.stdout is not None
    said = bytearray()
    rest = [memoryview(order), memoryview(data)]
    with selectors.DefaultSelector() as watch:
        watch.register(_open(child.stdin), selectors.EVENT_WRITE)
        watch.register(_open(child.stdout), selectors.EVENT_READ)
        while True:
            ready = watch.select(max(end - time.monotonic(), 0))
            if time.monotonic() >= end:
                raise TooMuch(_TIME, hint=_SIMPLER)
            for key, _ in ready:
                if key.fileobj is child.stdout:
                    piece = os.read(child.stdout.fileno(), _PIECE)
                    said += piece
                    length = int.from_bytes(said[:_LENGTH], "big") if len(said) >= _LENGTH else 0
                    if length > room or len(said) > room + _LENGTH:
                        raise TooMuch(_ROOM, hint=_SIMPLER)
                    if 0 < length <= len(said) - _LENGTH:
                        return bytes(said[_LENGTH : _LENGTH + length])
                    if not piece:
                        return b""
                elif not _gave(child.stdin, rest):
                    watch.unregister(child.stdin)
                    _close(child.stdin)


def _open(pipe: IO[bytes]) -> IO[bytes]:
    os.set_blocking(pipe.fileno(), False)
    return pipe


def _gave(pipe: IO[bytes], rest: list[memoryview]) -> bool:
    """Hand over the next piece; is there more to come? A child that stopped listening has no more to come."""
    while rest and not rest[0]:
        del rest[0]
    if not rest:
        return False
    try:
        rest[0] = rest[0][os.write(pipe.fileno(), rest[0][:_PIECE]) :]
    except BlockingIOError:
        return True
    except BrokenPipeError:
        return False
    return True


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):
        pipe.close()


def _end(child: subprocess.Popen[bytes]) -> None:
    """Whatever happened, nothing of the child's group lives on, and no pipe stays open."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            _close(pipe)


def _heard(said: bytes, code: int | None) -> bytes:
    """The answer, or the problem that it tells of; a child that died tells by how it died."""
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise TooMuch(_TIME, hint=_SIMPLER)
    if said[:1] == b"+":
        return said[1:]
    if said[:1] == b"!":
        raise TooMuch(_MEMORY, hint=_SIMPLER)
    told = _told(said[1:_LONGEST_PROBLEM]) if said[:1] == b"-" else {}
    message, hint = _words(told.get("message")), _words(told.get("hint"))
    if message is not None:
        raise (TooMuch if told.get("too_much") is True else Unreadable)(message, hint=hint)
    unreadable = Unreadable(_DAMAGED, hint=_AGAIN)
    unreadable.add_note(str(told.get("fault", f"the child ended with {code}")))
    raise unreadable


def _told(text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _words(pair: object) -> Words | None:
    """Words from the child, which may have been taken over by what it read: they are checked like any input."""
    match pair:
        case [str(en), str(zh)]:
            return Words(en, zh)
        case _:
            return None
