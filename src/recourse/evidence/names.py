"""Names of files in a bundle: what every system can unpack and every shell can read; nothing that leads elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from recourse.problems import Problem

LONGEST = 200  # bytes of one part in UTF-8; systems take 255
# No control characters, nothing that Windows or BagIt gives a meaning, no dot or space at either end.
PART = re.compile(rb'[^\x00-\x20\x7f\\/:*?"<>|%.](?:[^\x00-\x1f\x7f\\/:*?"<>|%]*[^\x00-\x20\x7f\\/:*?"<>|%.])?')
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\\/:*?"<>|%\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]')


def bad(name: str) -> bool:
    """May this path (parts divided by /) not stand in a bundle? Text that is not UTF-8 comes as surrogates."""
    parts = name.encode("utf-8", "surrogateescape").split(b"/")
    return any(len(part) > LONGEST or not PART.fullmatch(part) for part in parts)


def numbered(original: str, number: int) -> str:
    """A safe name for the file that somebody called `original`, with its number first, so that no two clash.

    The letters of every script stay. What cannot stand in a name becomes _, a long name is cut before its ending.
    """
    name = unicodedata.normalize("NFC", original.encode("utf-8", "replace").decode())
    name = _FORBIDDEN.sub("_", name.rpartition("/")[2]).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot or not ending.isascii() or len(ending) > 10:
        stem, dot, ending = name, "", ""
    room = LONGEST - 6 - len(dot + ending)
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    return f"{number:03}-{stem}{dot}{ending}".rstrip("-") if name else f"{number:03}"


def spelt(name: str) -> str:
    """What a file system that minds neither case nor composition makes of a name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def check_apart(found: Collection[str]) -> None:
    """Raise `Problem` when two names would become one file, or a file and a folder, on some system."""
    files: set[str] = set()
    folders: dict[str, str] = {}
    for name in found:
        parts = name.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if folders.setdefault(spelt(folder), folder) != folder:
                raise Problem(f"two folders are the same on some systems: {folder!a}")
        if spelt(name) in files:
            raise Problem(f"two files are the same on some systems: {name!a}")
        files.add(spelt(name))
    if files & folders.keys():
        raise Problem("a file and a folder have one name")


def folder(ref: str) -> str:
    """The name of the folder in the zip file, from the reference of a case."""
    return "bundle-" + re.sub("[^A-Za-z0-9-]", "_", ref)
