"""What does not fit together is refused when a rule is loaded, at its line and column, with what would fit."""

from __future__ import annotations

import pytest
from making import VOCABULARY, a_rule, interpreters, known, paying, programs, refused

from recourse.rules.tree import Type
from recourse.rules.types import fact_type

CALENDAR = "calendar: {place: AT}\n"
MONTHS = "months: last day\n"


def told(expression: str, more: str = "") -> str:
    """What is said about an amount; its quotes stand in column 21, its text begins in 22."""
    (complaint,) = refused(f'{more}owed: [{{id: a, pay: "{expression}"}}]')
    line, _, rest = complaint.partition(":")
    assert int(line) == 1 + more.count("\n")
    return rest


def told_of(condition: str, more: str = "") -> str:
    """What is said about a condition; its quotes stand in column 20, its text begins in 21."""
    (complaint,) = refused(f'{more}owed: [{{id: a, if: "{condition}", pay: paid}}, {{id: b, nothing: no}}]')
    line, _, rest = complaint.partition(":")
    assert int(line) == 1 + more.count("\n")
    return rest


AMOUNTS = [
    ("paid * price", 27, "money times money means nothing", "a share or a count"),
    ("hours_elapsed / lessons_total * paid", 36, "hours over lessons is no share", "did you mean hours_total?"),
    ("lessons_taken / hours_total * paid", 36, "lessons over hours is no share", "did you mean lessons_total?"),
    ("class_days_elapsed / lessons_total * paid", 41, "days over lessons is no share", ""),
    ("lessons_total / paid", 36, "a number of lessons cannot be divided by money", ""),
    ("paid_on + 14", 30, "adding and taking away needs", "14 days after"),
    ("paid_on - concluded_on", 30, "adding and taking away needs", "days from … to …"),
    ("paid + lessons_taken", 27, "does not go with", "same kind of value"),
    ("paid + 1/2", 27, "does not go with", "same kind of value"),
    ("paid - 5", 27, "does not go with", "same kind of value"),
    ("lessons_taken + hours_taken", 36, "lessons do not mix with hours", "the same measure"),
    ("paid * service_used", 27, "multiplying needs", ""),
    ("paid * cause", 27, "multiplying needs", ""),
    ("lessons_taken", 21, "this is a number of lessons, money is expected", ""),
    ("paid_on", 21, "this is a date, money is expected", ""),
    ("service_used", 21, "this is yes or no, money is expected", ""),
    ("paid, at most paid_on", 26, "“at most” needs", ""),
    ("paid, at most 1/2", 26, "does not go with", ""),
    ("earlier of paid and price", 22, "“earlier” needs", ""),
    ("lesser of paid_on and starts_on", 22, "“lesser” needs", ""),
    ("paid, rounded down to 10%", 26, "is not rounded to share", "money to 10 KRW"),
    ("paid, rounded down to whole days", 26, "is not rounded to whole days", "money to 10 KRW"),
    ("(share_elapsed, rounded up to 10 KRW) of paid", 36, "is not rounded to KRW", "a share to 10%"),
    ("total(paid)", 22, "total needs a list", ""),
    ("total(term_starts_on)", 22, "only money and counts can be added up", ""),
    ("item(paid, 1)", 22, "item needs a list", ""),
    ("first(paid_on)", 22, "first needs period", ""),
    ("rate(test-rate, paid) * paid", 22, "a rate needs date", ""),
    ("rate(no-such-rate, paid_on) * paid", 22, "there is no rate “no-such-rate”", ""),
    ("rate(, paid_on) * paid", 27, "the name of a rate", ""),
    ("day of month of paid", 22, "the day of the month needs date", ""),
    ("row * paid", 22, "`row` stands only inside `parts`", ""),
    ("so_far(n) * paid", 22, "so_far(n) needs a column", ""),
    ("it * paid", 22, "`it` stands only in tables and bands", ""),
    ("payd", 22, "there is no fact or name “payd”", "near: paid"),
    ("zzzzz", 22, "there is no fact or name “zzzzz”", "recourse facts"),
    ("steps(1/2) * paid", 22, "there is no table “steps”", "under `tables:`"),
    ("limit.low", 22, "there is no table “limit” with a column “low”", ""),
    ("sum over month of paid", 22, "there is no part “month”", "under `parts:`"),
    ("(14 days after paid_on) * paid", 46, "multiplying needs", ""),
    ("paid, failing which paid_on", 26, "does not go with", ""),
    ("month_prices", 21, "this is a list, money is expected", ""),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "column", "words", "hint"), AMOUNTS, ids=[a[0] for a in AMOUNTS])
def test_an_amount_that_means_nothing_is_refused(expression: str, column: int, words: str, hint: str) -> None:
    complaint = told(expression)
    assert words in complaint
    assert hint in complaint
    assert complaint.startswith(f"{column} ")


CONDITIONS = [
    ("paid", 20, "this is money, a condition is yes or no", ""),
    ("paid > 0", 26, "does not go with", ""),
    ("lessons_taken < 1/3", 35, "1/3 is a share, the other side is a number of lessons", "1/3 of"),
    ("lessons_taken < hours_taken", 35, "lessons do not mix with hours", "the same measure"),
    ("paid_on < paid_at", 29, "does not go with", ""),
    ("service_used < 3", 34, "a comparison needs", ""),
    ("cause < learner", 29, "there is no fact or name “learner”", ""),
    ("cause is learners", 27, "cause has no “learners”", "near: learner"),
    ("course_field in (languages, programming)", 34, "course_field has no “languages”", "near: language"),
    ("paid is learner", 26, "there is no fact or name “learner”", ""),
    ("service_used is learner", 34, "cannot be compared with words", ""),
    ("cause is 3", 27, "is compared with a word", ""),
    ("cause in AT", 27, "`in` with a place needs place", ""),
    ("learner_place in (XX)", 35, "'XX' is no place", "DE, DE-BY or US-CA"),
    ("not paid", 25, "“not” needs yesno", ""),
    ("paid and service_used", 21, "“and” needs yesno", ""),
    ("requested_on <= 1 month after paid_on", 39, "months are counted, but the version does not say where 31 January + 1 month lands", "months: last day, or months: next day"),
    ("requested_on <= 1 year after paid_on", 39, "months are counted", "months: last day"),
    ("months from paid_on to requested_on > 3", 21, "months are counted", "months: last day"),
    ("requested_on <= 3 working days after paid_on", 39, "working days need a calendar, and the version names none", "calendar: {place: KR}"),
    ("working days from paid_on to requested_on > 3", 21, "working days need a calendar", "calendar: {place: KR}"),
    ("requested_on <= (paid_on, or the next working day)", 45, "working days need a calendar", "calendar: {place: KR}"),
    ("requested_on <= (share_elapsed) days after paid_on", 53, "the length may be a part of a day", "rounded up to whole days"),
    ("requested_on <= (lessons_total) days after paid_on", 53, "lessons are used as days", ""),
    ("requested_on <= 3 hours after paid_on", 39, "hours are counted from an instant, not from a day", "a fact such as paid_at"),
    ("requested_at <= 1 month after paid_at", 39, "months cannot be counted from an instant", ""),
    ("requested_at <= 3 working days after paid_at", 39, "working days cannot be counted from an instant", ""),
    ("requested_on <= 3 days after paid", 39, "days cannot be counted from money", ""),
    ("hours from paid_on to requested_on > 3", 21, "hours from … to … needs instant", ""),
    ("days from paid_at to requested_at > 3", 21, "days from … to … needs date", ""),
    ("(paid, or the next working day) < paid_on", 26, "needs date", ""),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "column", "words", "hint"), CONDITIONS, ids=[c[0] for c in CONDITIONS])
def test_a_condition_that_means_nothing_is_refused(condition: str, column: int, words: str, hint: str) -> None:
    complaint = told_of(condition)
    assert words in complaint
    assert hint in complaint
    assert complaint.startswith(f"{column} ")


def test_a_length_may_not_be_rounded_to_another_measure() -> None:
    assert "lessons" in told_of("(lessons_total / 2, rounded up to whole hours) > 1")


def test_hours_failing_which_lessons_are_one_measure_or_the_other() -> None:
    body = (
        "let: {done: 'hours_elapsed, failing which lessons_elapsed', all: 'hours_total, failing which lessons_total'}\n"
    )
    made, rule = a_rule(paying("done / all * paid", body))
    both = known(paid="90.00 EUR", hours_elapsed=1, hours_total=3, lessons_elapsed=1, lessons_total=2)
    assert programs(made, rule, rule.versions[0], both).refund == 3000
    mixed = {name: value for name, value in both.items() if name in ("paid", "hours_elapsed", "lessons_total")}
    assert programs(made, rule, rule.versions[0], mixed).ending == "missing"
    assert interpreters(made, rule.versions[0], mixed).refund.lacks == {"hours_total"}


def test_a_measure_chosen_is_not_mixed_with_a_fixed_one() -> None:
    assert "hours or lessons over lessons is no share" in told(
        "(hours_elapsed, failing which lessons_elapsed) / lessons_total * paid"
    )


@pytest.mark.parametrize(
    "expression",
    ["lessons_taken + 1", "lessons_taken - 2 * 3", "(lessons_taken, at least 1)", "lesser of lessons_taken and 3"],
)
def test_a_bare_number_takes_the_unit_of_its_neighbour(expression: str) -> None:
    made, rule = a_rule(paying(f"({expression}) / lessons_total * paid"))
    assert (
        interpreters(made, rule.versions[0], known(paid="6.00 EUR", lessons_taken=2, lessons_total=6)).ending == "pay"
    )


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        ("paid", Type("money")), ("share_elapsed", Type("number")), ("lessons_total", Type("count", ("lessons",))), ("paid_on", Type("date")),
        ("paid_at", Type("instant")), ("service_used", Type("yesno")), ("learner_place", Type("place")), ("product_line", Type("text")),
        ("cause", Type("choice", (), ("learner", "seller", "neither"))), ("month_prices", Type("list", item=Type("money"))),
        ("aid_period_breaks", Type("list", item=Type("period"))),
    ],
)  # fmt: skip
def test_facts_have_the_types_of_the_vocabulary(fact: str, kind: Type) -> None:
    assert fact_type(VOCABULARY, fact) == kind


def test_every_fact_of_the_vocabulary_has_a_type() -> None:
    for fact in VOCABULARY.facts:
        assert fact_type(VOCABULARY, fact).kind


def test_words_of_two_choices_are_joined_but_never_widened() -> None:
    body = "let: {size: {choices: [small-one, large-one], rows: [{if: service_used, then: small-one}, {then: large-one}]}}\n"
    assert "size has no “middle”" in told_of("size is middle", body)
    assert not_refused(f"{body}owed: [{{id: a, if: size is large-one, pay: paid}}, {{id: b, nothing: no}}]")


def not_refused(body: str) -> bool:
    a_rule(body)
    return True


@pytest.mark.parametrize(
    ("presumed", "words"),
    [
        ("presume: {prise: paid}", "there is no fact “prise” to presume. near: price"),
        ("presume: {price: paid_on}", "a date does not go with money"),
        ("presume: {cause: teacher}", "cause has no “teacher”"),
        ("presume: {service_used: paid}", "does not go with"),
        ("presume: {learner_place: Austria}", "Austria"),
    ],
)
def test_a_presumption_has_the_type_of_its_fact(presumed: str, words: str) -> None:
    (complaint,) = refused(f"{presumed}\n{paying('paid')}")
    assert words in complaint
    assert complaint.startswith("1:")
