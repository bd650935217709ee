"""What people type: tidied where that is harmless, refused by the character's name where it would deceive."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse.letters.letter import Party
from recourse.letters.typed import LONGEST_LINE, LONGEST_WORDS, line, lines, words
from recourse.problems import Problem


def test_what_shows_nothing_is_dropped_and_accents_are_composed() -> None:
    assert line("An\u200bna\ufeff  Mu\u0308l\u00adler\n", "name") == "Anna Müller"


@pytest.mark.parametrize(
    ("character", "name"),
    [("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"), ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"), ("\x07", "U+0007"),
     ("\u2028", "U+2028 LINE SEPARATOR"), ("\ue000", "U+E000"), ("\ud800", "U+D800")],
)  # fmt: skip
def test_what_reorders_or_hides_is_refused_by_name(character: str, name: str) -> None:
    for read in (line, words):
        with pytest.raises(Problem, match=name.replace("+", r"\+")) as found:
            read(f"Anna{character}Müller", "name")
        assert found.value.field == "name"


def test_paragraphs_are_kept_and_empty_lines_are_not() -> None:
    assert words("  one \r\n\r\n\r\n two\tthree\n", "words") == "one\ntwo three"


def test_lengths_have_edges() -> None:
    assert len(line("x" * LONGEST_LINE, "name")) == LONGEST_LINE
    assert len(words("x" * LONGEST_WORDS, "words")) == LONGEST_WORDS
    for too_long in (lambda: line("x" * (LONGEST_LINE + 1), "n"), lambda: words("x" * (LONGEST_WORDS + 1), "n")):
        with pytest.raises(Problem, match="too long"):
            too_long()
    with pytest.raises(Problem, match="too many"):
        lines(["x"] * 9, "address")


def test_a_party_has_a_name() -> None:
    with pytest.raises(Problem, match="nothing is written"):
        Party(" \u200b ")


@given(st.text(max_size=200))
def test_whatever_is_typed_comes_out_plain_or_is_refused(text: str) -> None:
    try:
        found = words(text, "words")
    except Problem:
        return
    assert found == unicodedata.normalize("NFC", found) == words(found, "words")
    assert all(c == "\n" or c in "\u200c\u200d" or unicodedata.category(c)[0] != "C" for c in found)
