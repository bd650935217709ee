"""Bytes to words for showing: never fails, and a guess at the encoding is said to be one."""

from __future__ import annotations

import re

from recourse.exhibits.encodings import MARKS, Decoded, decode

_HIGH = re.compile(rb"[\x80-\xff]+")
_JUDGED = 1 << 16  # bytes by which the encoding is guessed
# What a browser or a terminal would act on rather than show, the turning of direction among it.
_UNSHOWN = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2060-\u206f\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


def decoded(data: bytes) -> Decoded:
    """The text of these bytes. A byte that fits nowhere becomes the mark of what could not be read."""
    marked = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    if marked != "utf-8":
        return Decoded(data.decode(marked, "replace"), marked.removesuffix("-sig"))
    try:
        return Decoded(data.decode(), "utf-8")
    except UnicodeDecodeError:
        name = _guess(data[:_JUDGED], whole=len(data) <= _JUDGED)
    return Decoded(data.decode(name, "replace"), name, sure=False)


def _guess(data: bytes, *, whole: bool) -> str:
    """The likeliest encoding of a text that is not wholly UTF-8."""
    kept = data.decode("utf-8", "ignore")
    if len(data) - len(kept.encode()) <= sum(map(len, _HIGH.findall(data))) // 10:
        return "utf-8"  # damaged, or cut within a letter
    for cut in range(1 if whole else 4):  # the last letter may have been cut where the judged part ends
        found = decode(data[: len(data) - cut])
        if found is not None:
            return found.encoding
    return "cp1252"


def visible(text: str) -> str:
    """The text with nothing in it that acts instead of being seen: such a character is shown by its number."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n").lstrip("\ufeff")
    return _UNSHOWN.sub(lambda found: f"[U+{ord(found[0]):04X}]", lines)
