"""Letters as they are read: one of each language whole, as somebody who knows the language has read it.

After a change that is meant, write them anew with RECOURSE_WRITE_LETTERS=1 and read the difference.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from invented_letters import OF_LANGUAGE, body, of_language, papers

from recourse.letters.claim import first_day
from recourse.letters.compose import compose
from recourse.letters.plain import plain
from recourse.letters.tongues import LANGUAGES

FOLDER = Path(__file__).parent / "plain"
BODIES = {
    "en": "gb-cma", "zh": "cn-12315", "de": "de-evz", "fr": "fr-cec", "ko": "kr-content-dispute", "ja": "jp-adr",
    "es": "co-sic-facilita", "pt": "br-consumidor-gov",
}  # fmt: skip
WORDS = {
    "en": "I was ill and could not go on.", "zh": "本人因病无法继续上课。", "de": "Ich bin krank und kann nicht weitermachen.",
    "fr": "Je suis malade et ne peux pas continuer.", "ko": "병으로 수강을 계속할 수 없습니다.", "ja": "病気のため続けられません。",
    "es": "Estoy enferma y no puedo continuar.", "pt": "Estou doente e não posso continuar.",
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_request_and_a_complaint_read_as_they_were_read(lang: str) -> None:
    found, place = of_language(lang), OF_LANGUAGE[lang][2]
    matter = papers(lang, words=WORDS[lang], body=body(BODIES[lang]))
    asked = first_day(found, "requested_on", "request_received_on")
    assert asked is not None
    request = compose(found, replace(matter, dated_on=asked), "request", lang, place)
    complaint = compose(found, matter, "complaint-to", lang, place)
    text = plain(request) + "\n" + "=" * 40 + "\n\n" + plain(complaint)
    file = FOLDER / f"{lang}.txt"
    if os.environ.get("RECOURSE_WRITE_LETTERS"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
