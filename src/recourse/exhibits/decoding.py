"""Bytes to words: finds the encoding of a text that does not say it, for showing; a guess is said to be one."""

from __future__ import annotations

import re
from typing import NamedTuple

_BYTE_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_HIGH = re.compile(rb"[\x80-\xff]+")
_ASCII = re.compile(rb"[A-Za-z]+")
_JUDGED = 1 << 16  # bytes by which the encoding is guessed
_HANGUL = re.compile("[가-힣]")
_KANA = re.compile("[ぁ-んァ-ヶー]")
_HALF = re.compile("[｡-ﾟ]")
_HAN = re.compile("[一-鿿]")
# What a browser or a terminal would act on rather than show, the turning of direction among it.
_UNSHOWN = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2060-\u206f\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


class Decoded(NamedTuple):
    """A text, the encoding it was read with, and whether the bytes leave no doubt about that encoding."""

    text: str
    encoding: str
    sure: bool


def decoded(data: bytes) -> Decoded:
    """The text of these bytes. A byte that fits nowhere becomes the mark of what could not be read; never fails."""
    marked = next((name for mark, name in _BYTE_MARKS.items() if data.startswith(mark)), None)
    if marked is not None:
        return Decoded(data.decode(marked, "replace"), marked, True)
    try:
        return Decoded(data.decode("utf-8-sig"), "utf-8", True)
    except UnicodeDecodeError:
        pass
    name = _guess(data[:_JUDGED])
    return Decoded(data.decode(name, "replace"), name, False)


def _guess(data: bytes) -> str:
    """The likeliest encoding of a text that is not wholly UTF-8."""
    kept = data.decode("utf-8", "ignore")
    runs = _HIGH.findall(data)
    high = sum(map(len, runs))
    if len(data) - len(kept.encode()) <= high // 10:
        return "utf-8"  # damaged, or cut within a letter
    if sum(len(run) <= 2 for run in runs) * 5 >= len(runs) * 4 and high <= sum(map(len, _ASCII.findall(data))):
        return "cp1252"  # few letters with accents among many without
    texts = {name: _strict(data, name) for name in ("cp949", "cp932", "gb18030", "big5hkscs")}
    foreign = {name: max(sum(char > "\x7f" for char in text), 1) for name, text in texts.items() if text is not None}
    korean, japanese = texts["cp949"], texts["cp932"]
    if japanese is not None and _count(_KANA, japanese) * 6 >= foreign["cp932"] > _count(_HALF, japanese) * 4:
        return "cp932"
    if korean is not None and _count(_HANGUL, korean) * 20 >= foreign["cp949"] * 19:
        return "cp949"
    if texts["gb18030"] is not None and (_everyday(texts["gb18030"], "gb2312") or texts["big5hkscs"] is None):
        return "gb18030"
    return next((name for name in ("big5hkscs", "cp949", "cp932") if texts[name] is not None), "cp1252")


def _strict(data: bytes, name: str) -> str | None:
    for cut in range(4):  # the last letter may have been cut where the judged part ends
        try:
            return data[: len(data) - cut].decode(name)
        except UnicodeDecodeError as error:
            if error.start < len(data) - 4:
                return None
    return None


def _count(letters: re.Pattern[str], text: str) -> int:
    return len(letters.findall(text))


def _everyday(text: str, name: str) -> bool:
    """Are nine in ten of the Chinese characters of the everyday set that `name` stands for?"""
    found = _HAN.findall(text)
    return len(found) * 9 <= sum(bool(char.encode(name, "ignore")) for char in found) * 10


def visible(text: str) -> str:
    """The text with nothing in it that acts instead of being seen: such a character is shown by its number."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n").lstrip("\ufeff")
    return _UNSHOWN.sub(lambda found: f"[U+{ord(found[0]):04X}]", lines)
