"""A citation as a letter's language writes it: "art. 14(1)" is 第14条第1款, "ss. 355, 357" is §§ 355, 357.

Only what is surely understood is changed; every other citation stays as the data have it.
"""

from __future__ import annotations

import re

# A law's name, the word for its provisions, and their numbers: "BGB ss. 355-357a", "art. L444-8 al. 1 and 2".
_PIECE = re.compile(r"(?P<law>(?:[^\d;]*?\s)?)(?P<word>arts?\.?|ss?\.) (?P<rest>[A-Z]?\d[^;]*)")
_REST = re.compile(
    r"[A-Z]?\d[\w().-]*(?:(?:,? and |, | to )(?:[A-Z]?\d[\w().-]*|\([\w-]+\)(?:-\([\w]+\))?)| al\. \d+)*( ff)?"
)
_NUMBER = re.compile(r"(\d+)?((?:\(\d+\))?)((?:\(\w\))?)")
_DIVIDED = re.compile(r"; |, (?=arts?\.? )")
_CASE = re.compile(r"[CT]-\d+/\d+")  # a judgment of the Union's courts, the same in every language
_RANGE = re.compile(r"(\d+)-(\d+)")

# Words for one provision, for several, "and", "to", "and those that follow".
_WORDS = {
    "de": ("Art.", "Art.", "§", "§§", "und", "bis", "ff."),
    "fr": ("art.", "art.", "§", "§§", "et", "à", "et suivants"),
    "es": ("art.", "arts.", "§", "§§", "y", "a", "y siguientes"),
    "pt": ("art.", "arts.", "§", "§§", "e", "a", "e seguintes"),
}
_EAST = {"zh": ("第{}条", "第{}款", "({})项"), "ja": ("第{}条", "第{}項", "({})"), "ko": ("제{}조", "제{}항", "({})")}
_ENGLISH = re.compile(r"[A-Za-z]{3,}")  # a law named in English does not go into a letter of the East half-translated


# How an institution's own policy is cited.
_VERSION = re.compile(r"version (\d+)")
_VERSIONS = {
    "de": "Fassung {}", "fr": "version {}", "es": "versión {}", "pt": "versão {}", "zh": "第{}版", "ja": "第{}版",
    "ko": "제{}판",
}  # fmt: skip


def cite(text: str, lang: str) -> str:
    """The citation for a letter in this language."""
    version = _VERSION.fullmatch(text)
    if version is not None:
        return _VERSIONS.get(lang, "version {}").format(version[1])
    if lang not in _WORDS and lang not in _EAST:
        return text
    pieces = [_piece(one, lang) for one in _DIVIDED.split(text)]
    if None in pieces or not _PIECE.search(text):
        return text
    return ("；" if lang in ("zh", "ja") else "; ").join(one or "" for one in pieces)


def _piece(text: str, lang: str) -> str | None:
    """One piece in the language; None where it is not understood."""
    if _CASE.fullmatch(text):
        return text
    found = _PIECE.fullmatch(text)
    if found is None or not _REST.fullmatch(found["rest"]):
        return None
    section = found["word"].startswith("s")
    if lang in _WORDS:
        return _western(found, _WORDS[lang], section=section)
    if section or _ENGLISH.search(found["law"]):
        return None
    said = [_eastern(one, lang) for one in re.split(r",? and |, ", found["rest"])]
    return (
        None
        if None in said
        else found["law"].strip() + (", " if lang == "ko" else "、").join(one or "" for one in said)
    )


def _western(found: re.Match[str], words: tuple[str, ...], *, section: bool) -> str:
    one, several, mark, marks, also, until, follow = words
    many = found["word"] in ("arts", "arts.", "ss.")
    name = (marks if many else mark) if section else (several if many else one)
    rest = re.sub(r",? and ", f" {also} ", found["rest"]).replace(" to ", f" {until} ")
    rest = re.sub(r" ff$", f" {follow}", rest)
    return f"{found['law']}{name} {rest}"


def _eastern(token: str, lang: str) -> str | None:
    article, paragraph, item = _EAST[lang]
    spread = _RANGE.fullmatch(token)
    if spread is not None:  # in Japan and Korea 21-2 is one article, number two of the twenty-first
        return f"{article.format(spread[1])}至{article.format(spread[2])}" if lang == "zh" else None
    found = _NUMBER.fullmatch(token)
    if found is None or not any(found.groups()):
        return None
    said = article.format(found[1]) if found[1] else ""
    said += paragraph.format(found[2].strip("()")) if found[2] else ""
    return said + (item.format(found[3].strip("()")) if found[3] else "")
