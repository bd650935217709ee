"""What one place has answered is not compared again for another, unless the places differ in something that was read."""

from __future__ import annotations

from textwrap import dedent

import pytest
from making import a_library

from compare.conftest import CLAUSE, DAY, LAW, POLICY
from recourse import days
from recourse.compare import shared as module
from recourse.compare.shared import Shared
from recourse.compare.table import asked, batches, pairs
from recourse.compare.verdict import Question, Shape, compare_rule
from recourse.compare.watched import Reads
from recourse.compare.witness import Disagreement
from recourse.library import Library

RULE = "eu-crd-withdrawal"
UNION = LAW.replace("place: AT", "place: EU")
WINDOW = """
calendar: {place: learner_place}
dates: {window_ends_on: "14 days after concluded_on, or the next working day"}
owed:
- {id: late, if: requested_on > window_ends_on, lost: {en: late, zh: 迟}}
- {id: all, pay: paid}
"""
FOURTEEN = """
owed:
- {id: late, if: requested_on > 14 days after concluded_on, lost: {en: late, zh: 迟}}
- {id: all, pay: paid}
"""


def union(law: str, policy: str) -> Library:
    clause = CLAUSE + "".join(f"  {line}\n" for line in dedent(policy).strip().splitlines())
    return a_library(UNION + dedent(law), POLICY.replace("home: AT", "home: EU") + clause)


def test_members_that_answer_alike_are_compared_once_and_come_out_as_if_alone(product: Library) -> None:
    """On a real rule with a calendar: Belgium, then the Netherlands, and Poland, whose money is another."""
    shared = Shared(product)
    for number, place in enumerate(("BE", "NL", "PL")):
        question = asked("skillshare", place, DAY)
        assert shared.verdict(question, product.rule(RULE)) == compare_rule(product, question, product.rule(RULE))
        assert shared.reused == number


def test_the_purchase_is_one_of_the_place_that_asks() -> None:
    """Also where the text reads the place, and where nothing is written in any money: the money is that of the place."""
    text = "owed:\n- {id: home, if: learner_place in EU, nothing: {en: no, zh: 否}}\n- {id: all, pay: paid}\n"
    library = union(FOURTEEN, text)
    shared = Shared(library)
    found = [shared.verdict(Question("school", place, DAY), library.rules["law"]) for place in ("AT", "PL")]
    worst = [verdict.worst() for verdict in found]
    assert shared.reused == 1
    assert [one and (one.witness.facts["learner_place"], one.witness.currency) for one in worst] == [
        ("AT", "EUR"), ("PL", "PLN"),
    ]  # fmt: skip


def test_a_text_that_names_a_place_parts_it_from_the_others() -> None:
    text = "owed:\n- {id: less, if: learner_place in IT, nothing: {en: no, zh: 否}}\n- {id: all, pay: paid}\n"
    library = union(FOURTEEN, text)
    shared = Shared(library)
    answers = [shared.verdict(Question("school", place, DAY), library.rules["law"]).answer for place in ("AT", "IT")]
    assert answers == ["never-less", "less"]
    assert shared.reused == 0


def test_a_holiday_on_the_last_day_parts_a_place_from_the_others() -> None:
    """The fourteenth day after 12 October 2026 is Austria's national day: there alone the window is a day longer."""
    library = union(WINDOW, FOURTEEN)
    shared = Shared(library)
    day, answers = days.parse("2026-10-12"), {}
    for place in ("DE", "AT", "FR"):
        question = Question("school", place, day, shapes=(Shape(12_000, 60, day),))
        answers[place] = shared.verdict(question, library.rules["law"]).answer
        assert answers[place] == compare_rule(library, question, library.rules["law"]).answer
    assert answers == {"DE": "never-less", "AT": "less", "FR": "never-less"}
    assert shared.reused == 1


def test_what_is_asked_of_a_calendar_is_noted(product: Library) -> None:
    """Both by the emitted program and by the reading with bounds; without it places would be taken for alike."""
    reads = Reads()
    compare_rule(product, asked("skillshare", "BE", DAY), product.rule(RULE), reads)
    answers = {place: watched.answers for made in reads.made.values() for place, watched in made.items()}
    assert answers["BE"][("next_working", DAY + 14)] == DAY + 14


def test_what_is_shown_is_decided_in_earnest_for_each_place(product: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Shared(product)
    shared.verdict(asked("skillshare", "BE", DAY), product.rule(RULE))

    def refuses(*_: object) -> None:
        raise Disagreement

    monkeypatch.setattr(module, "replay", refuses)
    with pytest.raises(Disagreement):
        shared.verdict(asked("skillshare", "NL", DAY), product.rule(RULE))


def test_a_fact_that_is_given_is_never_shared() -> None:
    library = union(FOURTEEN, FOURTEEN)
    shared = Shared(library)
    for place in ("AT", "DE"):
        shared.verdict(Question("school", place, DAY, given={"kind": "gift"}), library.rules["law"])
    assert (shared.reused, shared.known) == (0, {})


def test_the_parts_of_the_table_hold_each_pair_once_and_the_largest_first(product: Library) -> None:
    parts = batches(product)
    assert sorted((platform, place) for platform, together in parts for place in together) == pairs(product)
    sizes = [len(together) for _, together in parts]
    assert sizes == sorted(sizes, reverse=True)
    assert {"DE", "IT"} <= set(parts[0][1])
