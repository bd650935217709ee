"""The file: its text is the letter's, its bytes repeat, the assessment is in it, and nothing typed is ever markup."""

import hashlib
import json
import re
import unicodedata
from dataclasses import replace

import pypdfium2
import pytest
from invented_letters import OF_LANGUAGE, eu, of_language, papers
from test_letters_compose import written

from recourse.letters import fonts
from recourse.letters.compose import ATTACHMENT, attached, beside, compose
from recourse.letters.letter import KINDS, Block, Letter, Party
from recourse.letters.pdf import pdf
from recourse.letters.tongues import LANGUAGES
from recourse.problems import Problem

MADE_AT = 1_789_041_780

try:
    CJK = fonts.has_cjk(fonts.loaded())
except Problem:
    CJK = False
ASIAN = pytest.mark.skipif(not CJK, reason="Noto Sans CJK is not installed here")
EACH = [pytest.param(lang, marks=ASIAN) if lang in ("zh", "ja", "ko") else lang for lang in LANGUAGES]


def read(content: bytes) -> str:
    """The text of a PDF without blanks: lines break where the page ends, letters are what counts."""
    document = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    # a hyphen at a line's end comes back as U+FFFE
    return squeezed(re.sub(r"\d+ / \d+\s*$", "", text).replace("\ufffe", "-"))


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).replace("\u00ad", "").split())


@pytest.mark.parametrize("lang", EACH)
@pytest.mark.parametrize("kind", KINDS)
def test_the_file_says_what_the_letter_says(kind: str, lang: str) -> None:
    letter, found, _ = written(kind, lang)
    content = pdf(letter, found, MADE_AT)
    text, at = read(content), 0
    for part in letter.strings:  # in this order
        wanted = squeezed(part)
        at = text.find(wanted, at)
        assert at >= 0, part
    assert b"pdfaid" in content and b"/PDFA" not in content[:20]
    assert f"/Lang ({lang}" in content.decode("latin-1") or b"/Lang" in content


def test_the_same_letter_gives_the_same_bytes_and_another_moment_others() -> None:
    letter, found, _ = written("request", "de")
    first = pdf(letter, found, MADE_AT)
    assert first == pdf(letter, found, MADE_AT)
    assert first != pdf(letter, found, MADE_AT + 86_400)


def test_the_assessment_is_attached_whole() -> None:
    letter, found, _ = written("request", "de")
    document = pypdfium2.PdfDocument(pdf(letter, found, MADE_AT))
    assert document.count_attachments() == 1
    inside = document.get_attachment(0)
    assert inside.get_name() == ATTACHMENT
    data = bytes(inside.get_data())
    assert data == attached(found) and json.loads(data) == found
    assert hashlib.sha256(data).hexdigest() in read(pdf(letter, found, MADE_AT))


HOSTILE = [
    "#panic()", "#read(\"/etc/passwd\")", "#import \"@preview/x:0.1.0\"", "*bold* _it_ `raw` $x^2$ <label> @ref", "= Heading",
    "- item\n+ item\n/ term: x", "// comment /* more */", "\\ \\u{41} ~ --- ... '\"", "http://example.org/#x", "{name} {{0}} %s",
    "]#set page(width: 1pt)[", "\u05e9\u05dc\u05d5\u05dd", "a\u200bb\ufeffc",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_typed_is_never_markup(typed: str) -> None:
    plain_line = " ".join(typed.split())
    matter = papers("de", words=typed, order=plain_line, course=plain_line, learner=Party(plain_line, (plain_line,)))
    found = of_language("de")
    letter = compose(found, matter, "request", "de", "DE")
    text = read(pdf(letter, found, MADE_AT))
    if not re.search("[\u0590-\u05ff]", typed):  # which a reader of PDF gives back from right to left
        assert text.count(squeezed(matter.order)) >= 4 and all(squeezed(p) in text for p in matter.words.split("\n"))
    pages = len(pypdfium2.PdfDocument(pdf(letter, found, MADE_AT)))
    assert pages == 1


def inside_the_page(content: bytes) -> bool:
    """Whether every character lies on its page."""
    for page in pypdfium2.PdfDocument(content):
        width, height = page.get_size()
        found = page.get_textpage()
        boxes = [found.get_charbox(n) for n in range(found.count_chars())]
        if any(left < 0 or right > width or bottom < 0 or top > height for left, bottom, right, top in boxes):
            return False
    return True


@pytest.mark.parametrize(
    "text", ["w" * 5_000, "Wort " * 1_000, "\u00e4" * 300 + " https://example.org/" + "x" * 400, "a\n" * 600]
)
def test_long_texts_stay_on_the_page(text: str) -> None:
    matter = papers("de", words=text, course="W" * 300, order="0" * 300)
    found = of_language("de")
    content = pdf(compose(found, matter, "complaint", "de", "DE"), found, MADE_AT)
    assert inside_the_page(content)
    assert sum(read(content).count(c) for c in set(text)) >= len(squeezed(text))


@pytest.mark.parametrize(
    ("character", "name"), [("\U0001f984", "U+1F984"), ("\u0e01", "U+0E01"), ("\U00012000", "U+12000")]
)
def test_a_character_without_a_glyph_is_an_error_that_names_it(character: str, name: str) -> None:
    found = of_language("de")
    letter = compose(found, papers("de", course=f"Kurs {character} X"), "request", "de", "DE")
    with pytest.raises(Problem, match=re.escape(name)):
        pdf(letter, found, MADE_AT)


def test_without_a_font_for_chinese_the_part_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "has_cjk", lambda _: False)
    letter, found, _ = written("request", "zh")
    with pytest.raises(Problem, match=r"U\+738B.*recourse-desk\[cjk\]"):
        pdf(letter, found, MADE_AT)
    german, found, _ = written("request", "de")
    assert pdf(german, found, MADE_AT)


@ASIAN
def test_a_rare_character_of_a_name_is_shown() -> None:
    found = of_language("zh")
    letter: Letter = compose(found, papers("zh", learner=Party("王\u6631\U00020bb7")), "request", "zh", "CN")
    assert "王昱\U00020bb7" in read(pdf(letter, found, MADE_AT))


@pytest.mark.parametrize("lang", [pytest.param("ja", marks=ASIAN), "de"])
def test_what_announces_something_stays_on_its_page(lang: str) -> None:
    """In Japanese and Korean such a sentence ends in a full stop: a colon tells nothing."""
    letter, found, _ = written("request", lang)
    line, says, rows = Block("paragraph", "0"), Block("paragraph", "1111。"), Block("rows", rows=(("2222", "3"),))
    pages = set()
    for number in range(17, 29):  # where the page ends lies among them
        content = pdf(replace(letter, blocks=(*[line] * number, says, rows, *[line] * 9)), found, MADE_AT)
        texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
        on = [next(n for n, text in enumerate(texts) if part in text) for part in ("1111", "2222")]
        assert on[0] == on[1], number
        pages.add(on[0])
    assert pages == {0, 1}


@ASIAN
def test_the_second_letter_stands_on_its_own_pages() -> None:
    found = eu("DE", "de")
    first = compose(found, papers("de"), "request", "de", "DE")
    both = beside(first, compose(eu("DE", "zh"), papers("de"), "request", "zh", "CN"))
    content = pdf(both, found, MADE_AT)
    text = read(content)
    assert len(pypdfium2.PdfDocument(content)) == 2
    assert (
        squeezed(both.notice) in text
        and OF_LANGUAGE["de"]
        and text.index(squeezed("Bitte um Erstattung")) < text.index("退款申请")
    )
