"""Asks a virus scanner (clamd) about a file; that nobody looked is said, and never taken for a clean bill."""

from __future__ import annotations

import re
import socket
import struct
import time
from dataclasses import dataclass

from recourse.bilingual import Words

_PIECE = 1 << 17
_LONGEST_ANSWER = 4_096
_NOBODY = Words("no virus scanner answers", "病毒扫描器无应答")
_SLOW = Words("the virus scanner did not answer in time", "病毒扫描器未在时限内应答")
_TOO_LARGE = Words("the file is larger than what the virus scanner takes", "文件超过病毒扫描器的大小限制")
_NOT_WHOLE = Words("the virus scanner did not look into all of the file", "病毒扫描器未检查文件的全部内容")
_UNCLEAR = Words("the virus scanner gave no clear answer", "病毒扫描器未给出明确结果")
# What it calls a find, though it only says that it could not look: limits met, or the contents are locked.
_UNSEEN = re.compile(r"Heuristics\.(Limits\.Exceeded|Encrypted)\b")


@dataclass(frozen=True, slots=True)
class Clean:
    """The scanner looked and knows nothing of it; `by` is its version and the day of its signatures, if it said so."""

    by: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The scanner knows this file by `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class NotScanned:
    """Nobody can say whether the file is clean, and `why`."""

    why: Words


class _Late(Exception):
    """The time is over."""


def scanned(data: bytes, address: str, seconds: float = 30.0) -> Clean | Found | NotScanned:
    """What the scanner at `address` ("/run/clamav/clamd.ctl" or "tcp:host:port") says of these bytes.

    It takes at most about `seconds` in all. The scanner must be set to `AlertExceedsMax yes`: otherwise it calls a
    file clean of which it saw only the beginning.
    """
    end = time.monotonic() + seconds
    try:
        said = _asked(address, b"zINSTREAM\0", data, end)
        verdict = _verdict(said)
        return Clean(_version(address, end)) if isinstance(verdict, Clean) else verdict
    except (_Late, TimeoutError):
        return NotScanned(_SLOW)
    except (OSError, ValueError):
        return NotScanned(_NOBODY)


def _verdict(said: str) -> Clean | Found | NotScanned:
    """One answer is clean and no other; everything that is not a clear find is no scan."""
    if said == "stream: OK\0":
        return Clean()
    found = re.fullmatch(r"stream: ([!-~]{1,200}) FOUND\0", said)
    if found is not None:
        return NotScanned(_NOT_WHOLE) if _UNSEEN.match(found[1]) else Found(found[1])
    return NotScanned(_TOO_LARGE if "size limit exceeded" in said else _UNCLEAR)


def _version(address: str, end: float) -> str:
    try:
        said = _asked(address, b"zVERSION\0", None, end)
    except (_Late, OSError):
        return ""
    return said[:-1] if re.fullmatch(r"ClamAV [ -~]{1,200}\0", said) else ""


def _asked(address: str, command: bytes, data: bytes | None, end: float) -> str:
    """The whole answer to one command, up to where the scanner hangs up."""
    with _connected(address, end) as line:
        try:
            _send(line, command, end)
            if data is not None:
                for at in range(0, len(data), _PIECE):
                    piece = data[at : at + _PIECE]
                    _send(line, struct.pack(">L", len(piece)) + piece, end)
                _send(line, bytes(4), end)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough, and may have said why
        return _answer(line, end)


def _answer(line: socket.socket, end: float) -> str:
    said = b""
    while len(said) <= _LONGEST_ANSWER:
        line.settimeout(_left(end))
        try:
            piece = line.recv(_LONGEST_ANSWER)
        except ConnectionResetError:
            break
        if not piece:
            break
        said += piece
    return said.decode("utf-8", "replace")


def _connected(address: str, end: float) -> socket.socket:
    host, _, port = address.removeprefix("tcp:").rpartition(":")
    if address.startswith("tcp:"):
        return socket.create_connection((host.strip("[]"), int(port)), _left(end))
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(_left(end))
        line.connect(address.removeprefix("unix:"))
    except BaseException:
        line.close()
        raise
    return line


def _send(line: socket.socket, data: bytes, end: float) -> None:
    line.settimeout(_left(end))
    line.sendall(data)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise _Late
    return left
