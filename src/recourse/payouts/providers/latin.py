"""Names and texts in the characters that every bank takes: Latin letters without their marks, some signs."""

import re
import unicodedata

from recourse.bilingual import Words
from recourse.problems import Problem

# Letters that do not come apart into one of A to Z and a mark.
_WHOLE = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
     "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T", "ı": "i",
     "ŋ": "n", "Ŋ": "N", "ĸ": "k", "’": "'", "‘": "'", "–": "-", "—": "-"}
)  # fmt: skip
_FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")  # what banks may refuse: EPC217-08, the common character set


def plain(text: str) -> str:
    """The text as every bank takes it: 'Zoë Müller' is 'Zoe Muller'; what has no such form becomes a blank."""
    bare = _bare(text)
    return " ".join(_FOREIGN.sub(" ", bare).split()) or "-"


def name(text: str, field: str = "name") -> str:
    """A name as every bank takes it. Raises `Problem` for letters of another alphabet.

    They are not turned into Latin ones here: banks compare the name with the account's, and a guess would not match.
    """
    lost = [letter for letter in _bare(text) if letter.isalpha() and not letter.isascii()]
    if lost or not text.strip():
        raise Problem(
            Words("write the name in Latin letters, as the bank has it", "请用拉丁字母填写姓名，并与银行登记的一致"),
            field=field,
        )
    return plain(text)[:70].strip()


def _bare(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.translate(_WHOLE))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
