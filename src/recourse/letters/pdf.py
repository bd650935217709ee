"""A letter as PDF/A-3 with the assessment attached: the same letter, fonts and moment give the same bytes."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import cast

import typst

from recourse.bilingual import Words
from recourse.letters import fonts
from recourse.letters.compose import attached
from recourse.letters.letter import Assessed, Letter
from recourse.letters.tongues import LANGUAGES
from recourse.letters.typed import named
from recourse.problems import Problem

TEMPLATES = Path(__file__).parent / "templates"
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]  # to be kept for long, and to be read aloud

_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_CJK_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC", "FULLWIDTH", "BOPOMOFO")


def pdf(letter: Letter, assessed: Assessed, made_at: int) -> bytes:
    """The letter as a file. `made_at` is the moment it says it was made, in UTC seconds.

    Raises Problem that names the character where no font at hand can show one: a letter never has a blank in its place.
    """
    faces = fonts.loaded()
    if not fonts.has_cjk(faces):
        _refuse_cjk(letter)
    inputs = {
        "letter": json.dumps(asdict(letter), ensure_ascii=False),
        "faces": json.dumps({lang: fonts.faces(lang) for lang in LANGUAGES}),
        "assessment": attached(assessed).decode(),
    }
    compiler = typst.Compiler(
        str(TEMPLATES / "letter.typ"),
        root=str(TEMPLATES),
        font_paths=faces,
        ignore_system_fonts=True,
        sys_inputs=inputs,
    )
    try:
        return cast(bytes, compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=made_at))
    except typst.TypstError as error:
        found = _MISSING.search(error.message)
        if found is None:
            raise
        raise _no_glyph(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1])) from None


def _refuse_cjk(letter: Letter) -> None:
    for text in (*letter.strings, *(letter.beside.strings if letter.beside is not None else ()), letter.notice):
        for character in text:
            if unicodedata.name(character, "").startswith(_CJK_SCRIPTS):
                raise Problem(_unshown(character), hint=fonts.GET_CJK)


def _no_glyph(text: str) -> Problem:
    hint = Words("Write it in other characters.", "请改用其他字符书写。")
    return Problem(_unshown(text[:1] or "?"), hint=hint)


def _unshown(character: str) -> Words:
    shown = named(character)
    return Words(f"no font at hand can show {shown}", f"现有字体无法显示 {shown}")
