"""The shown copy of a file: made anew from its pixels or its words, so that nothing else in it reaches a reader."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from recourse.bilingual import Words
from recourse.exhibits import limited
from recourse.exhibits.copying import SIDE
from recourse.exhibits.kinds import WRITTEN, Kind
from recourse.exhibits.limited import Limits
from recourse.exhibits.refusals import Refused, Unreadable

LIMITS = Limits(memory=512 << 20, cpu=6, seconds=10.0, output=48 << 20)
_FORMS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.WEBP: "WEBP"}  # pillow's names; no other format is tried
_PIECES = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})  # all that a picture needs and none that can talk

_NOTES, _NOTE = 10, 500  # notes of one file, and characters of one

_HEIC = Words(
    "this photo is kept as it is, but it cannot be shown here: it is a HEIC, as iPhones make them",
    "此照片已按原样保存，但无法在此显示：它是 iPhone 常用的 HEIC 格式",
)
_AS_JPEG = Words(
    "add a JPEG of it too: a screenshot of the photo will do; or set the camera to “Most Compatible” (Settings, Camera,"
    " Formats) and take it again",
    "请再添加一份 JPEG：对照片截屏即可；或在“设置 › 相机 › 格式”中选择“兼容性最佳”后重新拍摄",
)
_NO_COPY = Words("files of this kind are not shown", "此类文件不予显示")
_FAULTY = Words("the copy for showing could not be made", "无法制作供显示的副本")


@dataclass(frozen=True, slots=True)
class Copy:
    """One page of what is shown: a PNG of `width` by `height` pixels, or a text in UTF-8 (then both are 0)."""

    mime: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """The pages to show, in their order, and what a reader should be told of them.

    Without pages the original can only be downloaded, and the notes say why.
    """

    copies: tuple[Copy, ...]
    notes: tuple[Words, ...] = ()


def shown(kind: Kind, data: bytes, limits: Limits = LIMITS) -> Shown:
    """The copy of a file for the eyes of others. Never fails: a file that cannot be shown says why instead."""
    try:
        return unpacked(_made(kind, data, limits))
    except Refused as problem:
        return Shown((), (problem.message,) if problem.hint is None else (problem.message, problem.hint))


def _made(kind: Kind, data: bytes, limits: Limits) -> bytes:
    if kind in _FORMS:
        return limited.run("recourse.exhibits.copying:picture", data, limits, form=_FORMS[kind])
    if kind is Kind.PDF:
        return limited.run("recourse.exhibits.copying:pdf", data, limits)
    if kind in WRITTEN or kind in {Kind.MAIL, Kind.HTML}:
        return limited.run("recourse.exhibits.copying:words", data, limits, form=kind.value)
    if kind is Kind.HEIC:
        raise Refused(_HEIC, hint=_AS_JPEG)
    raise Refused(_NO_COPY)


def unpacked(answer: bytes) -> Shown:
    """The copies out of the answer of a task, which is believed in nothing: what read the file may obey the file."""
    head, _, rest = answer.partition(b"\n")
    try:
        told = json.loads(head)
        copies = tuple(_copies(told["copies"], rest))
        notes = tuple(Words(str(en)[:_NOTE], str(zh)[:_NOTE]) for en, zh in told["notes"][:_NOTES])
    except (ValueError, KeyError, TypeError, RecursionError, struct.error):
        raise Unreadable(_FAULTY) from None
    return Shown(copies, notes)


def _copies(told: list[dict[str, Any]], rest: bytes) -> Iterator[Copy]:
    at = 0
    for each in told:
        copy = Copy(each["mime"], int(each["width"]), int(each["height"]), rest[at : at + int(each["size"])])
        at += int(each["size"])
        if copy.mime == "image/png":
            if not bare(copy):
                raise ValueError("more than a picture")
        elif copy.mime != "text/plain" or copy.data.decode("utf-8") is None:
            raise ValueError("neither picture nor text")
        yield copy
    if at != len(rest):
        raise ValueError("something is left over")


def bare(copy: Copy) -> bool:
    """Is this PNG of the size that it says, and only the pieces that make a picture, with nothing after them?"""
    data, at, names = copy.data, 8, []
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return False
    while at < len(data):
        size, name = struct.unpack_from(">L4s", data, at)
        names.append(name)
        at += 12 + size
    in_order = names[:1] == [b"IHDR"] and names[-1:] == [b"IEND"] and names.count(b"IEND") == 1
    same = struct.unpack_from(">2L", data, 16) == (copy.width, copy.height)
    return in_order and at == len(data) and set(names) <= _PIECES and same and max(copy.width, copy.height) <= SIDE
