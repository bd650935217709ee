"""Where the files of a bundle lie: a folder or a zip file; read without trusting it, written whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from recourse.evidence import instants, names
from recourse.problems import Problem

CHUNK = 1 << 20  # bytes read at a time: memory does not grow with a file
MOST_FILES = 100_000
MOST_BYTES = 1 << 40  # unpacked
SMALL = 64 << 20  # bytes of a list or a timeline; a longer one is not read into memory
ZIP_END = 22  # bytes at the end of a zip file without a comment

Source = bytes | Path


class Written(NamedTuple):
    """What a file in a bundle came to."""

    sha256: str
    size: int


class Box(Protocol):
    """Files by path. `names` are of plain files; `strange` of what no bundle has: links, devices, empty folders."""

    names: frozenset[str]
    strange: tuple[str, ...]

    def open(self, name: str) -> IO[bytes]: ...


def read(box: Box, name: str, most: int = SMALL) -> bytes:
    """The bytes of a small file. Raises `Problem` when it is longer than `most`."""
    with box.open(name) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise Problem(f"{name} is too long: over {most} bytes")
    return content


def digest(box: Box, name: str) -> str:
    """SHA-256 of a file of any length, in hexadecimal."""
    found = hashlib.sha256()
    with box.open(name) as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


class Folder:
    """A bundle that lies unpacked in a folder."""

    def __init__(self, path: Path) -> None:
        found: set[str] = set()
        strange: list[str] = []
        for base, folders, files in os.walk(path):
            inside = Path(base).relative_to(path)
            for name in (*folders, *files):
                whole = (inside / name).as_posix()
                mode = os.lstat(Path(base, name)).st_mode
                if stat.S_ISREG(mode):
                    found.add(whole)
                elif not stat.S_ISDIR(mode) or not any(Path(base, name).iterdir()):
                    strange.append(whole)
                if len(found) + len(strange) > MOST_FILES:
                    raise Problem(f"{path} holds more than {MOST_FILES} files")
        self._path = path
        self.names = frozenset(found)
        self.strange = tuple(sorted(strange))

    def open(self, name: str) -> IO[bytes]:
        return Path(self._path, name).open("rb")


class Zip:
    """A bundle in a zip file, whose one folder at the top is left off the names. Nothing is unpacked to the disk."""

    def __init__(self, file: zipfile.ZipFile, length: int) -> None:
        entries = file.infolist()
        if len(entries) > MOST_FILES:
            raise Problem(f"the zip file holds more than {MOST_FILES} files")
        if sum(one.file_size for one in entries) > MOST_BYTES:
            raise Problem("the zip file would unpack to more than a terabyte")
        _check_room(entries, length)
        tops = {one.filename.partition("/")[0] for one in entries}
        if len(tops) != 1:
            raise Problem("the zip file must hold one folder, and nothing beside it")
        self._top = tops.pop()
        names.check_apart([one.filename for one in entries if not one.is_dir()])
        strange: list[str] = []
        found: set[str] = set()
        folders: set[str] = set()
        for one in entries:
            name = one.filename.removeprefix(self._top + "/")
            mode = one.external_attr >> 16
            if one.is_dir():
                folders.add(name.rstrip("/"))
            elif (
                name == one.filename or names.bad(one.filename) or (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG))
            ):
                strange.append(one.filename)
            else:
                if one.flag_bits & 1 or one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise Problem(f"{name!a} is encrypted or packed in a way that is not read here")
                found.add(name)
        full = {name[:at] for name in found for at, letter in enumerate(name) if letter == "/"}
        self._file = file
        self.names = frozenset(found)
        self.strange = tuple(sorted({*strange, *(folders - full - {""})}))

    def open(self, name: str) -> IO[bytes]:
        try:
            return self._file.open(f"{self._top}/{name}")
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError) as error:
            raise Problem(f"{name!a} cannot be unpacked: {error}") from None


def _check_room(entries: list[zipfile.ZipInfo], length: int) -> None:
    """No two entries share bytes (a small file that unpacks to a huge one does that), none lies outside the file."""
    end = 0
    for one in sorted(entries, key=lambda entry: entry.header_offset):
        if one.header_offset < end:
            raise Problem("entries of the zip file overlap")
        if one.file_size > 1100 * one.compress_size + 1000:  # deflate reaches about 1,032
            raise Problem("the zip file lies about sizes")
        end = one.header_offset + 30 + one.compress_size
    if end > length:
        raise Problem("the zip file is cut off")


@contextmanager
def opened(path: Path) -> Iterator[Box]:
    """The bundle at `path`, a folder or a zip file. Raises `Problem` when it is neither."""
    if path.is_dir():
        yield Folder(path)
        return
    try:
        with path.open("rb") as raw:
            try:
                with zipfile.ZipFile(raw) as file:
                    yield Zip(file, path.stat().st_size)
            except (zipfile.BadZipFile, NotImplementedError, EOFError, UnicodeDecodeError) as error:
                raise Problem(
                    f"{path} is no whole zip file: {error}", hint="give a bundle's .zip file or its folder"
                ) from None
    except OSError as error:
        raise Problem(
            f"{path} cannot be read: {error.strerror}", hint="give a bundle's .zip file or its folder"
        ) from None


class Sink(Protocol):
    """Where a bundle is written to."""

    def add(self, name: str, source: Source, *, program: bool = False) -> Written: ...


def _copied(source: Source, target: IO[bytes]) -> Written:
    found, size = hashlib.sha256(), 0
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return Written(found.hexdigest(), size)


class FolderSink:
    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, name: str, source: Source, *, program: bool = False) -> Written:
        target = Path(self._path, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            written = _copied(source, file)
        target.chmod(0o755 if program else 0o644)
        return written


class ZipSink:
    """Stores and does not pack, so that the same files give the same bytes with every version of zlib."""

    def __init__(self, file: zipfile.ZipFile, top: str, at: int) -> None:
        self._file = file
        self._top = top
        year = instants.text(at)
        self._when = (max(1980, int(year[:4])), *(int(year[k : k + 2]) for k in (5, 8, 11, 14, 17)))

    def add(self, name: str, source: Source, *, program: bool = False) -> Written:
        entry = zipfile.ZipInfo(f"{self._top}/{name}", self._when)  # type: ignore[arg-type]
        entry.create_system = 3
        entry.external_attr = (stat.S_IFREG | (0o755 if program else 0o644)) << 16
        entry.file_size = len(source) if isinstance(source, bytes) else source.stat().st_size
        with self._file.open(entry, "w") as target:
            return _copied(source, target)


@contextmanager
def writing(out: Path, top: str, at: int) -> Iterator[Sink]:
    """A sink for a zip file (when `out` ends in .zip) or a folder, which is there in the end whole or not at all.

    `top` is the folder's name in the zip file, `at` the instant its files bear. Raises `Problem` when `out` exists.
    """
    if out.exists():
        raise Problem(f"{out} exists", hint="a bundle is never written over; choose another name")
    if not out.parent.is_dir():
        raise Problem(f"there is no folder {out.parent}")
    scratch = Path(tempfile.mkdtemp(prefix=".bundle-", dir=out.parent))
    try:
        made = scratch / "made"
        if out.suffix == ".zip":
            with zipfile.ZipFile(made, "x", zipfile.ZIP_STORED) as file:
                yield ZipSink(file, top, at)
        else:
            made.mkdir(mode=0o755)
            yield FolderSink(made)
        made.rename(out)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def listing(files: Mapping[str, str]) -> bytes:
    """A BagIt manifest of files and their SHA-256, in the order of their bytes."""
    lines = sorted((name.encode("utf-8", "surrogateescape"), sha256) for name, sha256 in files.items())
    return b"".join(sha256.encode() + b"  " + name + b"\n" for name, sha256 in lines)


def nfc(name: str) -> str:
    """A name as a bundle spells it: composed, so that it is the same from every system."""
    return unicodedata.normalize("NFC", name)
