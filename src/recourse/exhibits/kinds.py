"""What a file is, by its bytes and never by its name; where two readings are possible, the more dangerous one holds."""

from __future__ import annotations

import re
from enum import StrEnum

from recourse.exhibits import marks, written


class Kind(StrEnum):
    """What a file is. The values are stored, so they stay."""

    PDF = "pdf"
    MAIL = "mail"
    HTML = "html"
    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    HEIC = "heic"
    PICTURE = "picture"  # of a kind that we do not take: TIFF, BMP, AVIF ...
    SVG = "svg"
    XML = "xml"
    OFFICE = "office"
    ARCHIVE = "archive"
    AUDIO = "audio"
    VIDEO = "video"
    PROGRAM = "program"
    DOUBLE = "double"  # it can be read as two kinds, of which one acts
    EMPTY = "empty"
    UNKNOWN = "unknown"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.HEIC})
WRITTEN = frozenset({Kind.TEXT, Kind.CSV, Kind.JSON})
# What a learner may hand in. A page (html) is kept and its text is read, it is never shown as a page.
ACCEPTED = PICTURES | WRITTEN | {Kind.PDF, Kind.MAIL, Kind.HTML}

_MIMES = {
    Kind.PDF: "application/pdf",
    Kind.MAIL: "message/rfc822",
    Kind.HTML: "text/html",
    Kind.TEXT: "text/plain",
    Kind.CSV: "text/csv",
    Kind.JSON: "application/json",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.GIF: "image/gif",
    Kind.HEIC: "image/heic",
}

_HEAD = 1024  # how far in readers look for the mark of a PDF
_PROGRAMS = re.compile(
    rb"\x7fELF|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba[\xbe\xbf]|[\xbe\xbf]\xba\xfe\xca|\0asm|c?dex\n?0"
    rb"|L\0\0\0\x01\x14\x02\0|ITSF[\x01-\x04]\0|[FCZ]WS[\x01-\x08\x0e-\x1f]|\x80[\x02-\x05][\x95\x8c\x7d\x5d(c]|BC\xc0\xde|\x1bLua"
    rb"|#!(?!AMR)|%!PS|\xc5\xd0\xd3\xc6"
)
_ARCHIVES = re.compile(
    rb"PK(?:\x03\x04|\x05\x06|\x07\x08)|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f[\x8b\x9d\xa0]|BZh[1-9](?:1AY|\x17rE)"
    rb"|\xfd7zXZ\0|[\x22-\x28]\xb5\x2f\xfd|\x04\x22\x4d\x18|LZIP\x01|\x5d\0\0[\0-\xff]{2}\xff|MSCF\0|xar!\0|!<arch>\n"
    rb"|\x78\x9f\x3e\x22|\x60\xea[\0-\xff]\0|[\0-\xff]{2}-l[hz][0-9ds]-|[\0-\xff]{7}\*\*ACE\*\*|07070[12][0-9A-Fa-f]{104}"
)
_INSIDE = re.compile(rb"Rar!\x1a\x07[\0\x01]|7z\xbc\xaf\x27\x1c\0")  # archives that unpackers find anywhere in a file
_OFFICE = re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rt|\xdb\xa5-\0|\x0e\x11\xfc\x0d")
_OTHER_PICTURES = re.compile(
    rb"II(?:\x2a|\x2b)\0|MM\0[\x2a\x2b]|II\xbc|BM[\0-\xff]{4}\0\0\0\0|\0\0[\x01\x02]\0[\x01-\xff]\0|8BPS\0"
    rb"|\0\0\0\x0cJXL |\xff\x0a[\0-\xff]|\0\0\0\x0cjP  |\xff\x4f\xff\x51|P[1-7][\t\n\r ]|qoif|\xd7\xcd\xc6\x9a"
    rb"|DDS |\x76\x2f\x31\x01|gimp xcf|AT&TFORM"
)
_AUDIO = re.compile(rb"ID3[\x02-\x04]|fLaC|OggS\0|MThd\0\0\0\x06|#!AMR|\xff[\xf1\xf9\xfb\xf3\xf2\xfa](?!\xff)|\.snd\0")
_VIDEO = re.compile(
    rb"\x1aE\xdf\xa3|FLV\x01|\0\0\x01[\xba\xb3]|\x30\x26\xb2\x75\x8e\x66\xcf\x11|[\0-\xff]{4}(?:moov|mdat|wide|skip)"
)
# Words that only a page or a script has. In a picture they stand there for somebody to find them.
_SCRIPTED = re.compile(
    rb"<\?php|<script[\s>/]|<iframe[\s>/]|<!doctype html|<html[\s>]|<svg[\s>]|<%@ ?page", re.IGNORECASE
)


def kind(data: bytes) -> Kind:
    """What these bytes are. Says nothing of whether they can be read: that is found out in a limited process."""
    if not data:
        return Kind.EMPTY
    return _foreign(data) or _picture(data) or _pdf(data) or _known(data) or _text(data)


def mime(kind: Kind) -> str:
    """The media type under which a file of this kind may be sent; of what we do not take, only that it is bytes."""
    return _MIMES.get(kind, "application/octet-stream")


def _foreign(data: bytes) -> Kind | None:
    """What runs, and what holds other files: whatever else the bytes may pretend to be."""
    if _PROGRAMS.match(data) or _windows_program(data):
        return Kind.PROGRAM
    inside = marks.zipped(data)
    if inside is not None:
        return {"program": Kind.PROGRAM, "office": Kind.OFFICE}.get(inside, Kind.ARCHIVE)
    if (
        _ARCHIVES.match(data)
        or data[257:262] == b"ustar"
        or data[0x8001:0x8006] == b"CD001"
        or data[-512:-508] == b"koly"
    ):
        return Kind.ARCHIVE
    if _INSIDE.search(data):
        return Kind.ARCHIVE
    return Kind.OFFICE if _OFFICE.match(data) else None


def _windows_program(data: bytes) -> bool:
    """MZ begins a program for DOS and Windows, unless a text merely begins so."""
    if data[:2] not in {b"MZ", b"ZM"}:
        return False
    at = int.from_bytes(data[0x3C:0x40], "little")
    return data[at : at + 2] in {b"PE", b"NE", b"LE", b"LX"} or b"\0" in data[:64]


def _picture(data: bytes) -> Kind | None:
    """A picture or a film, unless it works as a script, a page or a PDF as well."""
    found, script = marks.pictured(data)
    if found is None:
        return None
    more = script or b"%PDF-" in data[:_HEAD] or _SCRIPTED.search(data) is not None
    return Kind.DOUBLE if more else Kind(found)


def _pdf(data: bytes) -> Kind | None:
    """A PDF, unless its bytes also work as a page or as a script, for which something stands before or after it."""
    at = data.find(b"%PDF-", 0, _HEAD + 5)
    # A letter may mention the mark of a PDF; then none of the rest of one is there.
    if at < 0 or (at > 0 and b" obj" not in data and b"startxref" not in data):
        return None
    before = data[:at].removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\f\0")
    first = data.find(b" obj", at)
    head = data[at:first] if 0 <= first < _HEAD else data[at:_HEAD]
    end = data.rfind(b"%%EOF")
    behind = data[end:] if end >= 0 else b""
    return Kind.DOUBLE if before or _SCRIPTED.search(head) or _SCRIPTED.search(behind) else Kind.PDF


def _known(data: bytes) -> Kind | None:
    """Other kinds of bytes that have a name, so that the refusal can say it."""
    if _OTHER_PICTURES.match(data):
        return None if written.readable(data) else Kind.PICTURE
    if _AUDIO.match(data):
        return Kind.AUDIO
    if data[:4] == b"RIFF" and data[8:12] in {b"WAVE", b"AVI "}:
        return Kind.AUDIO if data[8:12] == b"WAVE" else Kind.VIDEO
    if _VIDEO.match(data):
        return Kind.VIDEO
    return None


def _text(data: bytes) -> Kind:
    """The kind of text it is; bytes that are no text in any of the usual encodings are unknown."""
    if written.mail(data):
        return Kind.MAIL
    text = written.beginning(data)
    return Kind.UNKNOWN if text is None else Kind(written.sort(text))
