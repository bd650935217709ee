"""A virus scanner's word counts only when it is clear; silence, haste and half an answer are "not scanned"."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from offered import objects, pdf, stream

from recourse.exhibits.scan import Clean, Found, NotScanned, scanned

CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
# The file that every scanner knows, put together here so that this file is none.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"-".join([b"EICAR", b"STANDARD", b"ANTIVIRUS", b"TEST", b"FILE!$H+H*"])


class Fake:
    """A scanner that says what it is told to, over TCP; it keeps what it was asked."""

    def __init__(self, reply: Callable[[socket.socket], None]) -> None:
        self.asked: list[bytes] = []
        self.reply = reply
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp:127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            with line:
                try:
                    self._one(line)
                except OSError:
                    continue

    def _one(self, line: socket.socket) -> None:
        file = line.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += file.read(1)
        if command == b"zVERSION\0":
            line.sendall(b"ClamAV 1.4.6/27800/Sun Nov 22 2026\0")
            return
        data = b""
        while size := struct.unpack(">L", file.read(4))[0]:
            data += file.read(size)
        self.asked.append(data)
        self.reply(line)


@pytest.fixture
def fake() -> Iterator[Callable[[Callable[[socket.socket], None]], Fake]]:
    made: list[Fake] = []

    def make(reply: Callable[[socket.socket], None]) -> Fake:
        made.append(Fake(reply))
        return made[-1]

    yield make
    for each in made:
        each.server.close()


def saying(*pieces: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    def reply(line: socket.socket) -> None:
        for piece in pieces:
            line.sendall(piece)
            time.sleep(pause)

    return reply


MakeFake = Callable[[Callable[[socket.socket], None]], Fake]


def test_a_clear_answer_is_taken(fake: MakeFake) -> None:
    clean = fake(saying(b"stream: ", b"OK\0"))
    data = bytes(range(256)) * 2_000
    assert scanned(data, clean.address) == Clean("ClamAV 1.4.6/27800/Sun Nov 22 2026")
    assert clean.asked == [data]
    assert scanned(data, fake(saying(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")).address) == Found("Win.Test.EICAR_HDB-1")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "no clear answer"),
        (b"stream: OK", "no clear answer"),
        (b"stream: O", "no clear answer"),
        (b"OK\0", "no clear answer"),
        (b"stream: OK\0stream: x FOUND\0", "no clear answer"),
        (b"stream: FOUND\0", "no clear answer"),
        (b"stream: x FOUND", "no clear answer"),
        (b"stream: <b>x</b> y FOUND\0", "no clear answer"),
        (b"stream: Can't allocate memory ERROR\0", "no clear answer"),
        (b"UNKNOWN COMMAND\0", "no clear answer"),
        (b"\xff\xfe\0", "no clear answer"),
        (b"x" * 100_000, "no clear answer"),
        (b"INSTREAM size limit exceeded. ERROR\0", "larger than"),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", "all of the file"),
        (b"stream: Heuristics.Encrypted.PDF FOUND\0", "all of the file"),
    ],
)
def test_anything_else_is_no_scan(fake: MakeFake, answer: bytes, why: str) -> None:
    said = scanned(b"data", fake(saying(answer)).address)
    assert isinstance(said, NotScanned)
    assert why in said.why.en
    assert "扫描器" in said.why.zh


@pytest.mark.parametrize("reply", [saying(b"", pause=9), saying(*[b"s"] * 90, pause=0.1)], ids=["silent", "slow"])
def test_a_scanner_that_does_not_end_is_not_waited_for(fake: MakeFake, reply: Callable[[socket.socket], None]) -> None:
    begun = time.monotonic()
    said = scanned(b"data", fake(reply).address, seconds=0.5)
    assert time.monotonic() - begun < 5
    assert isinstance(said, NotScanned)
    assert "in time" in said.why.en


def test_a_scanner_that_hangs_up_early_is_heard(fake: MakeFake) -> None:
    """It says why and stops listening, while most of the file is still to come."""
    server = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        line, _ = server.accept()
        with line:
            line.recv(1_000)
            line.sendall(b"INSTREAM size limit exceeded. ERROR\0")

    threading.Thread(target=refuse, daemon=True).start()
    said = scanned(bytes(30 << 20), f"tcp:127.0.0.1:{server.getsockname()[1]}")
    server.close()
    assert isinstance(said, NotScanned)  # what it said may be lost with the line; that it is no scan is not


@pytest.mark.parametrize(
    "address", ["/nowhere/clamd.ctl", "unix:/nowhere", "tcp:127.0.0.1:1", "tcp:127.0.0.1:x", "tcp:", ""]
)
def test_no_scanner_is_no_scan(address: str) -> None:
    said = scanned(b"data", address)
    assert isinstance(said, NotScanned)
    assert "no virus scanner" in said.why.en


@pytest.fixture(scope="module")
def clamd() -> Iterator[str]:
    """The real one, with a list of one virus, at a socket of its own; the path must be short."""
    if CLAMD is None:
        pytest.skip("no clamd on this machine")
    with tempfile.TemporaryDirectory(prefix="clamd") as name:
        folder = Path(name)
        (folder / "signs").mkdir()
        (folder / "signs" / "test.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
        (folder / "signs" / "test.hdb").write_text(f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Test.Eicar.Whole\n")
        (folder / "clamd.conf").write_text(
            f"LocalSocket {folder}/s\nDatabaseDirectory {folder}/signs\nForeground yes\nUser {Path.home().owner()}\n"
            "AlertExceedsMax yes\nAlertEncrypted yes\nStreamMaxLength 5M\nMaxFileSize 4M\n"
        )
        with subprocess.Popen(
            [CLAMD, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server:
            for _ in range(300):
                if (folder / "s").exists() or server.poll() is not None:
                    break
                time.sleep(0.1)
            try:
                yield str(folder / "s")
            finally:
                server.kill()


def mailed(data: bytes) -> bytes:
    head = b"From: a@b\r\nTo: c@d\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    part = b"Content-Type: application/octet-stream; name=a.com\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + part + base64.encodebytes(data) + b"\r\n--b--\r\n"


def boxed(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("a.com", data)
    return out.getvalue()


def test_the_real_scanner_calls_good_files_clean(clamd: str) -> None:
    said = scanned(pdf(), clamd)
    assert isinstance(said, Clean)
    assert said.by.startswith("ClamAV ")


@pytest.mark.parametrize(
    "wrapped",
    [
        EICAR,
        b"Good day. " + EICAR,
        mailed(EICAR),
        boxed(EICAR),
        boxed(boxed(EICAR)),
        pdf([*objects(), stream(EICAR, b"/Type/EmbeddedFile", packed=True)]),
        mailed(boxed(EICAR)),
    ],
    ids=["bare", "in a text", "in a mail", "in a zip", "in a zip in a zip", "in a pdf", "in a zip in a mail"],
)
def test_the_real_scanner_finds_what_it_knows(clamd: str, wrapped: bytes) -> None:
    said = scanned(wrapped, clamd)
    assert isinstance(said, Found)
    assert said.name.startswith("Test.Eicar")


def test_what_the_real_scanner_did_not_look_into_is_not_clean(clamd: str) -> None:
    for size, why in ((4 << 20) + 1, "all of the file"), (6 << 20, "larger than"):
        said = scanned(b"Good day. " * (size // 10 + 1), clamd)
        assert isinstance(said, NotScanned), size
        assert why in said.why.en or "no clear" in said.why.en
