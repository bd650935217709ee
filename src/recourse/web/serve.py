"""Serve the pages with granian: `python -m recourse.web.serve`, which is what `./start` runs.

granian's own command would take a port that another server already listens on, without a word; this one looks first.
"""

import errno
import gc
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from recourse.bilingual import Words


class Options(NamedTuple):
    """Where to listen, and how many processes answer."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1


IN_USE = Words(
    "Port {port} is taken. Perhaps Recourse runs already: {url}\nIf not, choose another: --port {other}",
    "端口 {port} 已被占用。Recourse 可能已在运行：{url}\n否则请换一个端口：--port {other}",
)
NOT_TO_BE_HAD = Words(
    "Nothing can listen on port {port} of {host}: {why}. Choose others: --host, --port",
    "无法在 {host} 的端口 {port} 上监听：{why}。请用 --host、--port 另选。",
)
SERVING = Words("Recourse is at {url} (Ctrl+C stops it).", "Recourse 已就绪：{url}（按 Ctrl+C 停止）。")
NAMES = Words(
    "Other machines are answered only under the names in RECOURSE_HOSTS (with commas); it is not set.",
    "其他机器只能通过 RECOURSE_HOSTS（以逗号分隔）中的名称访问；该变量尚未设置。",
)
EVERY_NAME_FITS = ("127.0.0.1", "0.0.0.0")  # noqa: S104


def main(args: Sequence[str]) -> int:
    """Serve until interrupted; 0 after a stop that was asked for, 3 where the port cannot be had."""
    wanted = options(args) if args else Options()
    url = f"http://{'localhost' if wanted.host in EVERY_NAME_FITS else wanted.host}:{wanted.port}/"
    try:
        address = free_address(wanted.host, wanted.port)
    except OSError as error:
        words = IN_USE if error.errno == errno.EADDRINUSE else NOT_TO_BE_HAD
        say(words, host=wanted.host, port=wanted.port, why=error.strerror, url=url, other=wanted.port + 1)
        return 3
    gc.set_threshold(50_000)  # the imports and the rules are many objects at once, and all of them stay
    server = Server(
        "recourse.web.wsgi:application",
        address=address,
        port=wanted.port,
        interface=Interfaces.WSGI,
        workers=wanted.workers,
        blocking_threads=4,
        websockets=False,
        workers_kill_timeout=3,  # a worker that is still importing when it is told to stop does not hear it
        log_level=LogLevels.warning,
    )
    server.on_startup(lambda: say(SERVING, url=url))
    if not (address.startswith("127.") or address == "::1" or os.environ.get("RECOURSE_HOSTS")):
        say(NAMES)
    with working_beside():
        server.serve()
    return 0


@contextmanager
def working_beside() -> Iterator[None]:
    """One worker, as long as the server runs; should this process be killed, the worker ends by itself."""
    worker = subprocess.Popen([sys.executable, "-m", "recourse.work"])
    try:
        yield
    finally:
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):  # what it has in hand it finishes alone
            worker.wait(timeout=10)


def options(args: Sequence[str]) -> Options:
    """What the arguments ask for; leaves with words and exit code 2 where they ask for nothing we know."""
    import argparse  # noqa: PLC0415 - it would cost a start without arguments 10 ms

    usual = Options()
    parser = argparse.ArgumentParser(prog="./start", description="Serve the pages.")
    parser.add_argument("--host", default=usual.host, help="address to listen on (%(default)s: this machine only)")
    parser.add_argument("--port", type=int, default=usual.port, help="port to listen on (%(default)s)")
    parser.add_argument("--workers", type=int, default=usual.workers, help="processes that answer (%(default)s)")
    return Options(**vars(parser.parse_args(args)))


def free_address(host: str, port: int) -> str:
    """The numeric address of a host on which nobody listens at this port yet; OSError where somebody does."""
    family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(where)
        return str(probe.getsockname()[0])


def say(words: Words, **values: object) -> None:
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    print(words.of(locale).format(**values), file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
