"""The questions: how many are asked over the worked cases, against the fewest of a case's facts that settle the answer.

Law is asked about one rule, a platform about the clauses of its policy. What a case does not say is answered "not known".
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from making import HEAD, a_library, day

from asking import EFFORT, Interview, Search, answer, interview, narrow, start
from recourse.ask import Bounds, bounds, choose, next_question
from recourse.assess import assess
from recourse.facts import Facts, read_facts
from recourse.library import Library
from worked import Case, all_cases

CASES = all_cases()
GOAL = 1  # questions too many, at most

# Cases that are asked more than one question too many, and how many. Nobody may be added; who gets better is taken out.
TOO_MANY: dict[str, int] = {}


def one(case: Case, product: Library) -> tuple[Interview, frozenset[str] | None, int]:
    """The interview, the smallest settling set of facts, and a bound of its size from below."""
    library = narrow(product, case)
    done = interview(library, case)
    found, least = Search(library, done).smallest()
    return done, found, least


@pytest.fixture(scope="module")
def measured(product: Library) -> dict[str, tuple[Interview, frozenset[str] | None, int]]:
    return {case.id: one(case, product) for case in CASES}


def too_many(done: Interview, least: int) -> int:
    return len(done.answered) - least


def test_at_most_one_question_too_many_is_asked(
    measured: dict[str, tuple[Interview, frozenset[str] | None, int]],
) -> None:
    worse = []
    for name, (done, best, least) in measured.items():
        if too_many(done, least) > TOO_MANY.get(name, GOAL):
            worse.append(
                f"{name}: {too_many(done, least)} too many: {', '.join(done.asked)}; enough: {', '.join(sorted(best or ()))}"
            )
    show(measured)
    assert not worse, "\n".join(worse)


def show(measured: dict[str, tuple[Interview, frozenset[str] | None, int]]) -> None:
    """The distribution, for `pytest -s`."""
    counts = Counter(too_many(done, least) for done, _, least in measured.values())
    unknown = Counter(len(done.unknown) for done, _, _ in measured.values())
    print(f"\nquestions too many (cases): {dict(sorted(counts.items()))}, of {len(measured)}")
    print(f"questions that a case cannot answer (cases): {dict(sorted(unknown.items()))}")


def test_who_is_asked_less_is_taken_off_the_list(
    measured: dict[str, tuple[Interview, frozenset[str] | None, int]],
) -> None:
    better = {
        name: too_many(measured[name][0], measured[name][2])
        for name in TOO_MANY
        if too_many(measured[name][0], measured[name][2]) < TOO_MANY[name]
    }
    assert not better, f"less is asked now: {better}"


def test_every_interview_comes_to_an_end_and_asks_nothing_twice(
    measured: dict[str, tuple[Interview, frozenset[str] | None, int]],
) -> None:
    for name, (done, _, _) in measured.items():
        assert len(set(done.asked)) == len(done.asked), name
        assert not set(done.asked) & set(start(done.case).values), f"{name} asks what is known"


def test_an_interview_ends_where_the_whole_case_does_or_at_what_is_presumed(
    product: Library, measured: dict[str, tuple[Interview, frozenset[str] | None, int]]
) -> None:
    """Only what a rule or the vocabulary presumes may part the two: nobody is asked for what the seller must prove."""
    astray = []
    for name, (done, _, _) in measured.items():
        library = narrow(product, done.case)
        given = done.case.facts.values
        presumed = {fact.id for fact in product.vocabulary.facts.values() if fact.presumed is not None}
        presumed |= {p.fact for rule in library.rules.values() for version in rule.versions for p in version.presume}
        told = read_facts(
            {**done.facts.shown, **{n: done.case.facts.shown[n] for n in given if n in presumed}}, product.vocabulary
        )
        whole = answer(done.case, done.case.assessed(library, done.case.facts))
        if answer(done.case, done.last) != whole and answer(done.case, done.case.assessed(library, told)) != whole:
            astray.append(
                f"{name}: {answer(done.case, done.last)} instead of {whole}; never asked: {', '.join(n for n in given if n not in done.facts.values)}"
            )
    assert not astray, "\n".join(astray)


@pytest.mark.parametrize("number", range(0, len(CASES), 3))
def test_a_fact_that_cannot_change_the_answer_is_never_asked(number: int, product: Library) -> None:
    """With every fact of a case known but one, that one is asked only if some value of it makes a difference."""
    case = CASES[number]
    library = narrow(product, case)
    whole = case.assessed(library, case.facts)
    for gone in case.facts.values:
        found = case.assessed(library, case.facts.without(gone))
        if choose(found) == gone:
            assert can_change(library, case, gone, bounds(found)), f"{case.id} asks for {gone}"
    assert choose(whole) not in case.facts.values


def can_change(library: Library, case: Case, name: str, before: Bounds) -> bool:
    """Whether two values of the fact give different answers (or one that is not what it was without it)."""
    seen: set[Any] = set()
    for value in values_of(case, name):
        try:
            facts = case.facts.without(name).with_(name, value)
        except ValueError:
            continue  # these facts cannot be true together
        seen.add(answer(case, case.assessed(library, facts)))
    return len(seen) > 1 or before.low != before.high


def values_of(case: Case, name: str) -> list[str]:
    """Values of a fact far and near: enough to turn whatever can be turned."""
    fact = case.facts.vocabulary.facts[name]
    own = case.facts.shown[name]
    if fact.type == "yesno":
        return ["yes", "no"]
    if fact.type == "choice":
        return list(fact.choices)
    if fact.type == "date":
        return [
            own,
            "1990-01-01",
            "2000-01-01",
            "2020-01-01",
            "2025-09-01",
            "2026-02-01",
            "2026-06-18",
            "2026-06-19",
            "2026-09-01",
            "2027-01-01",
            "2099-12-31",
        ]
    if fact.type == "count":
        return [own, *map(str, (0, 1, 2, 3, 5, 8, 10, 20, 50, 100, 1000, 100_000))]
    if fact.type == "money":
        code = own.split()[-1]
        return [own, *(case_money(code, minor) for minor in (0, 1, 5000, 100_000, 10_000_000, 10**12))]
    if fact.type == "share":
        return [own, "0%", "1%", "10%", "1/3", "1/2", "2/3", "90%", "100%"]
    if fact.type == "place":
        return [own, "AT", "KR", "CN", "US", "US-CA", "BR", "ZA"]
    return [own, "other"]


def case_money(code: str, minor: int) -> str:
    from recourse import money  # noqa: PLC0415

    return money.show(minor, code)


def test_the_effort_of_the_search_was_enough(measured: dict[str, tuple[Interview, frozenset[str] | None, int]]) -> None:
    given_up = [name for name, (_, best, _) in measured.items() if best is None]
    assert len(given_up) <= len(measured) // 20, (
        f"{len(given_up)} searches took more than {EFFORT} assessments: {given_up}"
    )


# -- on small rules


def asked_of(body: str, **facts: object) -> tuple[str | None, ...]:
    """Everything that is asked, when each question is answered "not known"."""
    made = a_library(HEAD + body)
    found: list[str] = []
    while True:
        question = question_about(made, read(made, facts), found)
        if question is None:
            return tuple(found)
        found.append(question)


def read(made: Library, facts: dict[str, object]) -> Facts:
    return read_facts(
        {"learner_place": "AT", **{k: v if isinstance(v, bool) else str(v) for k, v in facts.items()}}, made.vocabulary
    )


def question_about(made: Library, facts: Facts, skip: list[str]) -> str | None:
    return next_question(made, facts, rule="small", asked_on=day("2026-06-01"), skip=skip)


ROWS = "owed:\n- {id: a, if: service_used, pay: 1/2 of paid}\n- {id: b, if: supply_begun, pay: 1/2 of paid}\n- {id: c, pay: paid}\n"


def test_nothing_is_asked_where_nothing_is_open() -> None:
    assert asked_of("owed: [{id: a, pay: paid}]\n", paid="8.00 EUR") == ()
    assert asked_of(ROWS, paid="8.00 EUR", service_used=True) == ()


def test_what_both_ways_end_alike_is_not_asked() -> None:
    assert (
        asked_of(
            ROWS.replace("1/2 of paid}\n- {id: b", "paid}\n- {id: b").replace("pay: 1/2 of paid", "pay: paid"),
            paid="8.00 EUR",
        )
        == ()
    )


def test_a_fact_behind_a_closed_door_is_not_asked() -> None:
    body = "owed:\n- {id: late, if: requested_on > 2026-03-15, lost: late}\n- {id: used, if: service_used, pay: 1/2 of paid}\n- {id: all, pay: paid}\n"
    assert asked_of(body, paid="8.00 EUR", requested_on="2026-03-16") == ()
    assert asked_of(body, paid="8.00 EUR", requested_on="2026-03-15") == ("service_used",)


def test_the_question_that_leaves_fewest_others_comes_first() -> None:
    body = "owed:\n- {id: a, if: kind is subscription and service_used, nothing: no}\n- {id: b, if: kind is subscription and supply_begun, pay: 1/2 of paid}\n- {id: c, pay: paid}\n"
    assert asked_of(body, paid="8.00 EUR")[0] == "kind"


def test_what_is_presumed_comes_last() -> None:
    body = "presume: {supply_begun: no}\nowed:\n- {id: a, if: supply_begun, nothing: no}\n- {id: b, if: service_used, pay: 1/2 of paid}\n- {id: c, pay: paid}\n"
    assert asked_of(body, paid="8.00 EUR") == ("service_used", "supply_begun")


def test_a_presumption_whose_rebuttal_only_opens_the_answer_is_asked_too() -> None:
    body = "presume: {reason: personal}\napplies: reason is illness\nowed: [{id: a, pay: lessons_taken / lessons_total * paid}]\n"
    assert "reason" in asked_of(body, paid="8.00 EUR")


def test_another_measure_is_asked_where_the_first_is_not_known() -> None:
    body = "let: {begun: 'supply_begun, failing which lessons_taken > 0'}\nowed: [{id: a, if: begun, nothing: no}, {id: b, pay: paid}]\n"
    assert set(asked_of(body, paid="8.00 EUR")) >= {"supply_begun", "lessons_taken"}


def test_a_rule_that_cannot_give_more_than_is_certain_is_not_asked_about() -> None:
    made = a_library(
        HEAD + "owed: [{id: a, pay: paid}]\n",
        HEAD.replace("small", "other") + "owed: [{id: a, if: service_used, pay: 1/2 of paid}, {id: b, nothing: no}]\n",
    )
    assert choose(assess(made, read(made, {"paid": "8.00 EUR"}), asked_on=day("2026-06-01"))) is None


def test_without_a_place_the_place_is_asked_first() -> None:
    made = a_library(HEAD + "owed: [{id: a, pay: paid}]\n")
    nothing = read_facts({}, made.vocabulary)
    assert choose(assess(made, nothing, asked_on=day("2026-06-01"))) == "learner_place"
    assert choose(assess(made, nothing, asked_on=day("2026-06-01")), {"learner_place"}) == "seller_place"
    assert choose(assess(made, nothing, asked_on=day("2026-06-01")), {"learner_place", "seller_place"}) is None


def test_a_country_that_is_known_is_not_asked_for_again_and_again() -> None:
    made = a_library(HEAD.replace("place: AT", "place: US-CA") + "owed: [{id: a, pay: paid}]\n")
    facts = read_facts({"learner_place": "US", "seller_place": "US", "paid": "8.00 EUR"}, made.vocabulary)
    found = assess(made, facts, asked_on=day("2026-06-01"))
    seen = [choose(found)]
    while seen[-1] is not None and len(seen) < 5:
        seen.append(choose(found, {name for name in seen if name}))
    assert len(seen) == len(set(seen)) <= 3


def test_the_bounds_are_those_of_the_best_entitlement() -> None:
    made = a_library(HEAD + ROWS, HEAD.replace("small", "other") + "owed: [{id: a, pay: 3/4 of paid}]\n")
    assert bounds(assess(made, read(made, {"paid": "8.00 EUR"}), asked_on=day("2026-06-01"))) == Bounds(600, 800)
    assert bounds(
        assess(made, read(made, {"paid": "8.00 EUR", "service_used": True}), asked_on=day("2026-06-01"))
    ) == Bounds(600, 600)
