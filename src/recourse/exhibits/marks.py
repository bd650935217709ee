"""The marks in bytes that tell a zip file from its end and a picture from its beginning."""

from __future__ import annotations

import struct

_END = struct.Struct("<4s4H2LH")  # the record that ends a zip file
_ENTRY = struct.Struct("<4s6H3L5H2L")  # one entry of its list
_FAR = 0xFFFFFFFF  # in a zip file: the number stands elsewhere, in 64 bits
_REACH = _END.size + 0xFFFF  # unpackers look for the end record so far from the end of the file
_ENTRIES = 2_000  # of the list, to see what kind of zip it is
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_STILL = frozenset({b"avif", b"avis", b"mif1", b"msf1", b"jxl ", b"crx ", b"jp2 "})
_SOUND = frozenset({b"M4A ", b"M4B ", b"M4P "})


def zipped(data: bytes) -> str | None:
    """Would an unpacker find a zip file in here, and of which sort: "program", "office" or "archive"?

    What counts is the list at the end of the file, so a zip file behind a picture or a PDF is found too.
    """
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _REACH))
    while at >= 0:
        if len(data) - at >= _END.size:
            _, _, _, _, entries, size, _, _ = _END.unpack_from(data, at)
            start = at - size
            listed = start >= 0 and data[start : start + 4] == b"PK\x01\x02"
            far = size == _FAR or entries == 0xFFFF or data[max(0, at - 20) : at - 16] == b"PK\x06\x07"
            if listed or far or at == 0:
                return _sort(_names(data, start if listed else max(data.find(b"PK\x01\x02"), 0)))
        at = data.rfind(b"PK\x05\x06", max(0, len(data) - _REACH), at)
    return "archive" if data[:4] == b"PK\x03\x04" else None


def _names(data: bytes, at: int) -> set[bytes]:
    """The names in the list of a zip file that begins at `at`, the first of them if there are many."""
    names: set[bytes] = set()
    for _ in range(_ENTRIES):
        if data[at : at + 4] != b"PK\x01\x02" or len(data) - at < _ENTRY.size:
            break
        entry = _ENTRY.unpack_from(data, at)
        name, extra, comment = entry[10:13]
        names.add(data[at + _ENTRY.size : at + _ENTRY.size + name])
        at += _ENTRY.size + name + extra + comment
    return names


def _sort(names: set[bytes]) -> str:
    if b"AndroidManifest.xml" in names or any(name.endswith((b".class", b".dex", b".xpi", b".exe")) for name in names):
        return "program"
    marks = {b"[Content_Types].xml", b"META-INF/container.xml", b"META-INF/manifest.xml", b"Index/Document.iwa"}
    return "office" if names & marks else "archive"


def pictured(data: bytes) -> tuple[str | None, bool]:
    """Which picture or film begins here, by the value of its `Kind`; and do its first bytes work as a script, too?"""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "png", False
    if data[:3] == b"\xff\xd8\xff":
        # A script in disguise opens a comment with the length of the first segment.
        known = data[6:10] in {b"JFIF", b"JFXX", b"Exif", b"http", b"Adob", b"ICC_"}
        return "jpeg", data[4:6] in {b"/*", b"//"} and not known
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return "gif", data[6:8] in {b"/*", b"//"} or data[6:7] == b"="
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        told = int.from_bytes(data[4:8], "little")
        return "webp", data[4:6] in {b"/*", b"//", b"=1"} and not len(data) - 9 <= told <= len(data) - 8
    if data[4:8] == b"ftyp":
        return _brand(data), data[:2] in {b"/*", b"//"}
    return None, False


def _brand(data: bytes) -> str:
    """What a file in the boxes of MP4 holds, by its own brand and those that it says it is compatible with."""
    size = min(int.from_bytes(data[:4], "big"), 512)
    first = data[8:12]
    others = {data[at : at + 4] for at in range(16, size, 4)}
    if first in _HEIC or (first in {b"mif1", b"msf1"} and others & _HEIC):
        return "heic"
    if first in _STILL:
        return "picture"
    return "audio" if first in _SOUND else "video"
