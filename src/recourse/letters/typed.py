"""What people typed, made fit for a letter: plain visible text, never anything that disguises, reorders or hides."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from recourse.bilingual import Words
from recourse.problems import Problem

LONGEST_LINE = 300  # characters
LONGEST_WORDS = 5_000
MOST_LINES = 8
MOST_BLANKS = 1  # empty lines in a row that are kept

# Characters that show nothing and mean nothing to the reader; they come along when text is copied from a page.
_IDLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_JOINERS = "\u200c\u200d"  # Persian and the scripts of India need them


def line(text: str, field: str, *, needed: bool = False) -> str:
    """One line of text, tidy. Raises Problem for what cannot stand in a letter."""
    tidy = " ".join(_visible(text.replace("\n", " ").replace("\r", " ").replace("\t", " "), field).split())
    if len(tidy) > LONGEST_LINE:
        raise _long(field, len(tidy), LONGEST_LINE)
    if needed and not tidy:
        raise Problem(Words("nothing is written here", "内容为空"), field=field)
    return tidy


def lines(texts: Iterable[str], field: str, most: int = MOST_LINES) -> tuple[str, ...]:
    """Several lines, without the empty ones."""
    found = tuple(tidy for tidy in (line(text, field) for text in texts) if tidy)
    if len(found) > most:
        raise Problem(Words(f"{len(found)} lines are too many", f"共{len(found)}行，过多"), field=field,
                      hint=Words(f"At most {most}.", f"最多{most}行。"))  # fmt: skip
    return found


def words(text: str, field: str) -> str:
    """A text over several lines: paragraphs are kept, what surrounds them is tidied."""
    plain = _visible(text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "), field)
    if len(plain) > LONGEST_WORDS:
        raise _long(field, len(plain), LONGEST_WORDS)
    return "\n".join(" ".join(one.split()) for one in plain.strip().split("\n") if one.strip())


def _visible(text: str, field: str) -> str:
    """The text in its one composed form; what shows nothing is dropped, what deceives is refused by name."""
    plain = unicodedata.normalize("NFC", text.translate(_IDLE))
    for character in plain:
        kind = unicodedata.category(character)
        if character != "\n" and character not in _JOINERS and kind in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}:
            raise Problem(
                Words(f"holds the character {named(character)}, which cannot stand in a letter",
                      f"含有不能用于信函的字符 {named(character)}"),
                field=field,
                hint=Words("Delete it, or type the text again.", "请删去该字符，或重新输入文字。"),
            )  # fmt: skip
    return plain


def named(character: str) -> str:
    """A character as a person can find it: “你” U+4F60, or its code and name alone where it shows nothing."""
    code = f"U+{ord(character):04X}"
    if unicodedata.category(character)[0] in "CZ":
        return f"{code} {unicodedata.name(character, '')}".strip()
    return f"“{character}” ({code})"


def _long(field: str, length: int, most: int) -> Problem:
    return Problem(Words(f"{length} characters are too long", f"共{length}个字符，过长"), field=field,
                   hint=Words(f"At most {most}.", f"最多{most}个字符。"))  # fmt: skip
