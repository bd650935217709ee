"""Which kind of text some bytes are: a mail, a page, a drawing, data, a script, or just words."""

from __future__ import annotations

import csv
import json
import re
from itertools import pairwise

_BYTE_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ENCODINGS = ("utf-8-sig", "gb18030", "cp932", "cp949", "big5hkscs", "cp1252", "latin-1")
_CONTROL = re.compile(r"[\0-\x08\x0e-\x19\x1c-\x1f\x7f]")  # a page break and the shifts of older encodings may stand
_HEAD = 1 << 16  # characters or bytes in which the beginning of a text is judged
_JUDGED = 1 << 18  # characters in which elements of a page are looked for: past them they do no harm, they cost time
_DATA = 1 << 20  # a longer text in brackets is taken for data by its brackets

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_FIELDS = frozenset(
    b"from to cc bcc subject date received return-path message-id mime-version delivered-to reply-to sender references"
    b" in-reply-to content-type content-transfer-encoding dkim-signature authentication-results list-id".split()
)
_SCRIPT = re.compile(
    r"#!|<\?php|<\?=|<%|@echo\b|\[InternetShortcut\]|\[Desktop Entry\]|Windows Registry Editor|REGEDIT4|<job[\s>]"
    r"|<package[\s>]|<\?wsf|<\?sfx|<hta:|mode con|On Error Resume Next|%!PS|Option Explicit\b",
    re.IGNORECASE,
)
_BEFORE_ROOT = re.compile(
    r"\s*(?:<!--.*?-->|<\?(?!php).*?\?>|<!doctype[^>\[]*(?:\[[^\]]*\]\s*)?>)", re.IGNORECASE | re.DOTALL
)
_ROOT = re.compile(r"\s*<([A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)")
_PAGE = re.compile(
    r"<(?:!doctype html|html|head|body|script|iframe|object|embed|applet|svg|math|img|meta|link|base|form|input|button"
    r"|style|title|table|video|audio|frameset|h[1-6]|div|span|font|br|p|a|b|i|ul|ol|template|marquee|details)(?:[\s/>]|$)"
    r"|<\?php|<!\[endif",
    re.IGNORECASE,
)


def readable(data: bytes) -> bool:
    """Are these bytes text in one of the usual encodings?"""
    return beginning(data) is not None


def beginning(data: bytes) -> str | None:
    """The text of the bytes in the first encoding that fits, to be judged and not to be shown; None if none fits."""
    encoding = next((name for mark, name in _BYTE_MARKS.items() if data.startswith(mark)), None)
    for name in (encoding,) if encoding else _ENCODINGS:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None


def mail(data: bytes) -> bool:
    """Do the bytes begin with the head of a mail? Its body may be anything."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    seen: set[bytes] = set()
    for number, line in enumerate(head.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")):
        if not line:
            break
        if b"\0" in line:
            return False
        field = _FIELD.match(line)
        if field:
            seen.add(field[1].lower())
        elif not (line[:1] in b" \t" and seen) and not (number == 0 and line.startswith((b"From ", b">From "))):
            return False
    return len(seen & _FIELDS) >= 2


def sort(text: str) -> str:
    """The value of the `Kind` of a text that is no mail."""
    head = text[:_HEAD].lstrip("\ufeff \t\r\n\f\v")
    if _SCRIPT.match(head):
        return "program"
    if head[:1] == "<":
        return _marked_up(head, text[:_JUDGED])
    if head[:1] in {"{", "["} and _is_json(text):
        return "json"
    if _PAGE.search(text[:_JUDGED]):
        return "html"
    return "csv" if _is_table(text[:_HEAD]) else "text"


def _marked_up(head: str, text: str) -> str:
    """A text that begins with a bracket: by its first element, and by any element that a browser would act on."""
    rest, at = head, 0
    for _ in range(50):
        before = _BEFORE_ROOT.match(rest, at)
        if before is None:
            break
        at = before.end()
    root = _ROOT.match(rest, at)
    name = root[2].lower() if root else ""
    if name == "svg" or (name != "html" and re.search(r"<(\w+:)?svg[\s>]", text, re.IGNORECASE)):
        return "svg"
    if _SCRIPT.match(rest[at:].lstrip()):
        return "program"
    if _PAGE.search(text) or "http://www.w3.org/1999/xhtml" in text or "xml-stylesheet" in head:
        return "html"
    return "xml" if root and (head[:5] == "<?xml" or f"</{root[1] or ''}{root[2]}" in text) else "text"


def _is_json(text: str) -> bool:
    closed = text.rstrip()[-1:] == {"{": "}", "[": "]"}[text.lstrip("\ufeff \t\r\n\f\v")[:1]]
    if not closed or len(text) > _DATA:
        return closed
    try:
        json.loads(text.lstrip("\ufeff"))
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _is_table(text: str) -> bool:
    """Do the first lines have the same number of columns, at least two, and are there at least two of them?"""
    lines = text.splitlines()[:20]
    for mark in (",", ";", "\t"):
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=mark, strict=True) if row]
        except csv.Error:
            continue
        if len(widths) >= 2 and widths[0] >= 2 and all(a == b for a, b in pairwise(widths)):
            return True
    return False
