"""A name for a file that somebody handed in: every script's letters stay, nothing in it acts, its ending is true."""

from __future__ import annotations

import re
import unicodedata

from recourse.exhibits.kinds import Kind

LONGEST = 120  # bytes in UTF-8 of a whole name; what keeps files takes 255, with numbers and folders before it
_ENDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.PDF: ("pdf",),
    Kind.MAIL: ("eml",),
    Kind.HTML: ("txt",),  # opened by a double click it must not run
    Kind.TEXT: ("txt", "text", "md", "log"),
    Kind.CSV: ("csv", "tsv", "txt"),
    Kind.JSON: ("json", "txt"),
    Kind.JPEG: ("jpg", "jpeg"),
    Kind.PNG: ("png",),
    Kind.WEBP: ("webp",),
    Kind.HEIC: ("heic", "heif"),
}
# What Windows, shells and web servers give a meaning, then what is not seen: controls, marks of direction, fillers.
_ACTING = re.compile(r"[<>:\"|?*%$`;&\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd\ufffe\uffff\ud800-\udfff]")
_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"[\s\u2800]+")
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CLOCK\$|CONIN|CONOUT|(?:COM|LPT)[0-9¹²³])(?:\.|\s|$)", re.IGNORECASE)
_MARKS = 4  # signs above or below one letter; no script needs more


def safe(name: str, kind: Kind) -> str:
    """The name to show and to save under: of the last part of a path, never empty, at most `LONGEST` bytes."""
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    text = re.split(r"[/\\∕⁄⧸＼／]", text.rstrip("/\\"))[-1]
    text = _SPACES.sub(" ", _ACTING.sub("_", _UNSEEN.sub("", text)))
    text = _few_marks(text).strip(" .-~")
    endings = _ENDINGS.get(kind, ("bin",))
    stem, dot, ending = text.rpartition(".")
    if not dot or ending.lower() not in endings:
        stem, ending = text, endings[0]
    stem = stem.encode()[: LONGEST - len(ending) - 2].decode("utf-8", "ignore").rstrip(" .-~")
    if not stem:
        stem = "file"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return unicodedata.normalize("NFC", f"{stem}.{ending.lower()}")


def endings(kind: Kind) -> tuple[str, ...]:
    """The endings that fit a kind, the usual one first."""
    return _ENDINGS.get(kind, ())


def ending(name: str) -> str:
    """What a name says the file is, in small letters and without the dot; empty when it says nothing."""
    end = _UNSEEN.sub("", name).rpartition(".")[2].strip().lower()
    return end if "." in name and re.fullmatch(r"[a-z0-9]{1,8}", end) else ""


def agrees(name: str, kind: Kind) -> bool:
    """Does the ending of this name fit what the file is? A name without ending agrees with everything."""
    said = ending(name)
    more = {
        Kind.HTML: {"html", "htm", "mht", "mhtml", "xhtml"},
        Kind.JPEG: {"jpe", "jfif"},
        Kind.MAIL: {"mht", "mhtml"},
    }
    return not said or said in _ENDINGS.get(kind, ()) or said in more.get(kind, set())


def _few_marks(text: str) -> str:
    """The text with at most `_MARKS` combining signs in a row: more of them paint over the lines around."""
    kept: list[str] = []
    row = 0
    for char in text:
        row = row + 1 if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me"} else 0
        if row <= _MARKS:
            kept.append(char)
    return "".join(kept)
