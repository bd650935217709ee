"""A zip file from a stranger cannot write, follow, fill the disk or hide: it is read in place, or refused."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sealing
from hypothesis import given
from hypothesis import strategies as st
from sealing import Bag

from recourse.problems import Problem

Change = Callable[[zipfile.ZipFile], None]


def link(name: str, target: str) -> Change:
    def act(file: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        file.writestr(entry, target)

    return act


def more(name: str, content: bytes = b"new", packed: int = zipfile.ZIP_STORED) -> Change:
    return lambda file: file.writestr(zipfile.ZipInfo(name), content, packed)


def both(*changes: Change) -> Change:
    def act(file: zipfile.ZipFile) -> None:
        for change in changes:
            change(file)

    return act


CHANGES: dict[str, Change] = {
    "a path out": more("top/../../out"),
    "an absolute path": more("/etc/cron.d/x"),
    "a path of Windows": more("top/..\\..\\out"),
    "a drive": more("c:/out"),
    "a file beside the folder": more("beside.txt"),
    "a second folder": more("other/bagit.txt"),
    "a name twice": more("top/bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
    "a name in other case": more("top/BAGIT.TXT"),
    "a folder in other case": more("top/Data/x"),
    "a name composed otherwise": both(more("top/data/e\u0301"), more("top/data/é")),
    "a file with a folder's name": more("top/data"),
    "a file below a file": more("top/bagit.txt/x"),
    "a link": link("top/data/link", "/etc/passwd"),
    "an empty folder": more("top/data/approved/", b""),
    "a file more": more("top/data/new.txt"),
    "a name with a line feed": more("top/data/a\nb"),
    "a bomb": more("top/data/zeros", bytes(50_000_000), zipfile.ZIP_DEFLATED),
    "a way of packing that we do not read": more("top/data/x", b"x" * 1000, zipfile.ZIP_LZMA),
}


def packed(bag: Bag, path: Path) -> zipfile.ZipFile:
    file = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)
    for one in sorted(bag.plain.rglob("*")):
        file.write(one, f"top/{one.relative_to(bag.plain)}")
    return file


def verdict(path: Path) -> str:
    try:
        return sealing.report(path).verdict
    except Problem:
        return "unusable"


def test_the_zip_file_is_good_before(bag: Bag, tmp_path: Path) -> None:
    packed(bag, tmp_path / "bag.zip").close()
    assert verdict(tmp_path / "bag.zip") == "proved"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("what", CHANGES)
def test_a_hostile_zip_file_is_refused(what: str, bag: Bag, tmp_path: Path) -> None:
    with packed(bag, tmp_path / "bag.zip") as file:
        CHANGES[what](file)
    assert verdict(tmp_path / "bag.zip") in ("broken", "unusable")
    assert [path.name for path in tmp_path.iterdir()] == ["bag.zip"], "something was unpacked"


def test_entries_that_share_bytes_are_refused(bag: Bag, tmp_path: Path) -> None:
    """The bomb that needs no packing: many names for the same bytes."""
    with packed(bag, tmp_path / "bag.zip") as file:
        twin = file.infolist()[-1]
        again = zipfile.ZipInfo("top/data/twin")
        again.header_offset, again.CRC = twin.header_offset, twin.CRC
        again.file_size = again.compress_size = twin.file_size
        file.filelist.append(again)
        file._didModify = True  # type: ignore[attr-defined]
    assert verdict(tmp_path / "bag.zip") == "unusable"


def test_a_size_that_is_a_lie_is_found(bag: Bag, tmp_path: Path) -> None:
    path = tmp_path / "bag.zip"
    packed(bag, path).close()
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(content)
    assert verdict(path) in ("broken", "unusable")


@given(place=st.floats(0, 1), bit=st.integers(0, 7))
def test_no_damage_to_a_zip_file_changes_what_is_read(
    place: float, bit: int, tmp_path_factory: pytest.TempPathFactory, bag: Bag
) -> None:
    """Damage to what the zip format adds, such as dates, may leave all files whole; then and only then it is good."""
    folder = tmp_path_factory.mktemp("damage")
    packed(bag, folder / "bag.zip").close()
    content = bytearray((folder / "bag.zip").read_bytes())
    content[min(int(len(content) * place), len(content) - 1)] ^= 1 << bit
    (folder / "bag.zip").write_bytes(content)
    if verdict(folder / "bag.zip") != "proved":
        return
    with zipfile.ZipFile(folder / "bag.zip") as file:
        for one in file.infolist():
            if not one.is_dir():
                assert file.read(one) == (bag.plain / one.filename.partition("/")[2]).read_bytes()


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"not a zip file" * 1000])
def test_what_is_no_zip_file_is_unusable(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    assert verdict(tmp_path / "x.zip") == "unusable"
    assert verdict(tmp_path / "missing.zip") == "unusable"
    assert verdict(tmp_path) == "unusable"


@pytest.mark.parametrize("size", [0.1, 0.5, 0.9, 0.999])
def test_a_zip_file_that_is_cut_off_is_unusable(size: float, bag: Bag, tmp_path: Path) -> None:
    packed(bag, tmp_path / "bag.zip").close()
    content = (tmp_path / "bag.zip").read_bytes()
    (tmp_path / "bag.zip").write_bytes(content[: int(len(content) * size)])
    assert verdict(tmp_path / "bag.zip") == "unusable"
