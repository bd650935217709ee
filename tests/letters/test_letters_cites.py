"""Citations in the letter's language; what is not surely understood stays as it is."""

import pytest

from recourse.letters.cites import cite


@pytest.mark.parametrize(
    ("text", "lang", "said"),
    [
        ("art. 14(1), arts 15, 19", "zh", "第14条第1款；第15条、第19条"),
        ("art. 25; arts 6-17, 20; 实施条例 art. 19", "zh", "第25条；第6条至第17条、第20条；实施条例第19条"),
        ("arts 13(1), 14(4)(b)", "zh", "第13条第1款、第14条第4款(b)项"),
        ("art. 17(1), (2), (6)", "ko", "제17조제1항, 제2항, 제6항"),
        ("ss. 312g, 355-357a", "de", "§§ 312g, 355-357a"),
        ("FernUSG s. 7(1); BGB ss. 812(1), 818(2)", "de", "FernUSG § 7(1); BGB §§ 812(1), 818(2)"),
        ("ss. 355(3), 357(8); C-97/22", "de", "§§ 355(3), 357(8); C-97/22"),
        ("arts L221-18 to L221-28", "fr", "art. L221-18 à L221-28"),
        ("arts L444-8 al. 3 and 4, R444-26", "fr", "art. L444-8 al. 3 et 4, R444-26"),
        ("arts 13(1), 14(4)(b)", "es", "arts. 13(1), 14(4)(b)"),
        ("version 3", "zh", "第3版"),
        ("version 3", "de", "Fassung 3"),
    ],
)
def test_a_citation_is_written_as_the_language_does(text: str, lang: str, said: str) -> None:
    assert cite(text, lang) == said


@pytest.mark.parametrize(
    ("text", "lang"),
    [("arts 4, 6-2", "ja"), ("art. 15-3(1)", "ja"), ("Act art. 18; Decree art. 18(2)-(3), Annex 4", "ko"), ("refunds", "zh"),
     ("s. 309 no. 9", "de"), ("C-641/19", "de"), ("entry for internet education services", "fr"), ("arts 13, 14", "en")],
)  # fmt: skip
def test_anything_else_stays_as_it_is(text: str, lang: str) -> None:
    assert cite(text, lang) == text
