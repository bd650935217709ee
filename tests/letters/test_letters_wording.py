"""The words of letters: the same sentences with the same gaps in every language, and no figure in any of them."""

import re

import pytest

from recourse.bodies import STAGES
from recourse.letters.claim import PARTS, WITHDRAWALS
from recourse.letters.letter import ANSWERS
from recourse.letters.tongues import LANGUAGES
from recourse.letters.wording import GAP, wording

from invented_letters import library  # isort: skip

NAMES_OF_LAW = "rule."  # titles of directives have numbers


def sentences(lang: str) -> dict[str, str]:
    return {key: text for key, text in wording(lang).sentences.items() if not key.startswith(NAMES_OF_LAW)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_says_the_same_with_the_same_gaps(lang: str) -> None:
    gaps = {key: sorted(GAP.findall(text)) for key, text in sentences(lang).items()}
    assert gaps == {key: sorted(GAP.findall(text)) for key, text in sentences("en").items()}
    assert all(text.strip() == text and text for text in sentences(lang).values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_figure_stands_in_a_sentence(lang: str) -> None:
    """Amounts, days and deadlines come from the assessment alone. (SHA-256 is a name.)"""
    for key, text in sentences(lang).items():
        assert not re.search(r"\d", text.replace("SHA-256", "")), key


def test_nothing_that_can_be_asked_for_lacks_its_sentence() -> None:
    known = sentences("en")
    for stage in STAGES:
        assert {f"stage.{stage}.subject", f"stage.{stage}.asks"} <= known.keys()
    for answer in ANSWERS:
        assert {f"complaint.{answer}", f"to_body.{answer}"} <= known.keys()
    forms = library().vocabulary.expectations["form"].choices
    assert {f"form.{form}" for form in forms} <= known.keys()
    assert {f"label.{name}" for name in PARTS} <= known.keys()


def test_the_rules_that_letters_name_exist() -> None:
    rules = library().rules
    assert [name for name in WITHDRAWALS if name not in rules] == []
    for lang in LANGUAGES:
        named = [key.removeprefix(NAMES_OF_LAW) for key in wording(lang).sentences if key.startswith(NAMES_OF_LAW)]
        assert [name for name in named if name not in rules] == []


def test_what_is_filled_in_is_never_read_again() -> None:
    assert wording("en").say("greeting.learner", name="{name} {amount} {0}") == "Dear {name} {amount} {0},"
