"""The grammar of expressions: every construct is worked out by both readings, and every slip is told where it is."""

from __future__ import annotations

import contextlib

import pytest
from constructs import CONSTRUCTS, Construct, body, given
from making import a_rule, exact, interpreters, known, programs, refused
from strategies import RATES

from recourse.problems import Place, Problem
from recourse.rules import grammar
from recourse.rules.grammar import RESERVED, parse, parse_when
from recourse.rules.tree import Expr


@pytest.mark.parametrize("one", CONSTRUCTS, ids=str)
def test_every_construct_comes_to_what_a_person_worked_out_by_hand(one: Construct) -> None:
    made, rule = a_rule(body(one), rates=RATES)
    facts = given(one)
    for said in (programs(made, rule, rule.versions[0], facts), interpreters(made, rule.versions[0], facts)):
        (answer,) = said.answers.values()
        assert answer == exact(one.value), said


def shape(text: str) -> str:
    """The tree of an expression as nested calls."""
    return _shape(parse(text))


def _shape(expr: Expr) -> str:
    if expr.op in ("name", "lit"):
        return str(expr.value[0] if isinstance(expr.value, tuple) else expr.value)
    value = "" if expr.value is None else f"[{expr.value}]"
    return f"{expr.op}{value}({', '.join(_shape(a) for a in expr.args)})"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c", "(a / b) * c"),
        ("2/3 of a", "(2/3) of a"),
        ("1/2 of a / b", "(1/2 of a) / b"),
        ("a * 1/4", "a * 1 / 4"),
        ("a or b and c", "a or (b and c)"),
        ("not a and b", "(not a) and b"),
        ("not a < b", "not (a < b)"),
        ("not not a", "not (not a)"),
        ("a < b and c >= d or e", "((a < b) and (c >= d)) or e"),
        ("a + b, at most c", "(a + b), at most c"),
        ("a, at most b, at least c", "(a, at most b), at least c"),
        ("a, at most b + c", "a, at most (b + c)"),
        ("a, failing which b, failing which c", "(a, failing which b), failing which c"),
        ("a or b, failing which c or d", "(a or b), failing which (c or d)"),
        ("14 days after a, or the next working day", "(14 days after a), or the next working day"),
        ("14 days after 2 months before a", "14 days after (2 months before a)"),
        ("days from a to b / c", "(days from a to b) / c"),
        ("days from a to 3 days after b", "days from a to (3 days after b)"),
        ("days from 1 day after a through b", "days from (1 day after a) through b"),
        ("lesser of a and b + c", "lesser of a and (b + c)"),
        ("lesser of a * b and c", "lesser of (a * b) and c"),
        ("earlier of 3 days after a and b", "earlier of (3 days after a) and b"),
        ("sum over month of f * g", "(sum over month of f) * g"),
        ("day of month of a + 1", "(day of month of a) + 1"),
        ("a, rounded down to 10 KRW, at least b", "(a, rounded down to 10 KRW), at least b"),
        ("1 week after a", "1 weeks after a"),
        ("3 working day after a", "3 working days after a"),
        ("  a   +\tb ", "a + b"),
    ],
)
def test_what_binds_tighter_needs_no_brackets(text: str, other: str) -> None:
    assert shape(text) == shape(other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("a - b, at least c", "a - (b, at least c)"),
        ("10% of (a - b)", "10% of a - b"),
        ("not (a and b)", "not a and b"),
        ("a / (b * c)", "a / b * c"),
    ],
)
def test_brackets_change_what_is_meant(text: str, other: str) -> None:
    assert shape(text) != shape(other)


def test_a_minus_without_spaces_is_part_of_a_word() -> None:
    assert shape("live-course") == "live-course"
    assert shape("live - course") == "sub(live, course)"
    assert shape("a -b") == "sub(a, b)"


def test_of_reads_like_times() -> None:
    assert parse("1/3 of paid").args == parse("1/3 * paid").args


def test_every_node_knows_its_line_and_column() -> None:
    places = {node.value: node.at for node in parse("price - paid", Place("r.yaml", 7, 12)).walk() if node.op == "name"}
    assert places == {"price": Place("r.yaml", 7, 12), "paid": Place("r.yaml", 7, 20)}


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("at most 1/3", "le"), ("less than 5", "lt"), ("at least 20%", "ge"), ("more than a", "gt"), ("before a", "lt"), ("after a", "gt"),
        ("on or before 2026-03-01", "le"), ("on or after a", "ge"), ("learner", "is"), ("one of a, b, c", "is"), ("5", "eq"), ("1/3", "eq"),
    ],
)  # fmt: skip
def test_the_rest_of_a_comparison_is_written_in_words(text: str, op: str) -> None:
    found = parse_when(text)
    assert (found.op, found.args[0].op) == (op, "it")


@pytest.mark.parametrize("word", ["day", "month", "year", "working", "begun", "of"])
def test_after_is_any_word_may_stand(word: str) -> None:
    assert parse(f"a is {word}").value == (word,)


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_words_of_the_grammar_are_no_names(word: str) -> None:
    assert f"“{word}” is a word of the language, not a name" in "".join(
        refused(f"let: {{{word}: paid}}\nowed: [{{id: a, pay: paid}}]")
    )


@pytest.mark.parametrize("place", ["open: {day: {taken: yes}}", "tables: {day: [{then: 1}]}", "parts: {day: {of: {n: lessons_in_months}, at_most: 3}}",
    "parts: {m: {of: {day: lessons_in_months}, at_most: 3}}", "parts: {m: {of: {n: lessons_in_months}, at_most: 3, let: {day: n}}}", "dates: {day: paid_on}"])  # fmt: skip
def test_words_of_the_grammar_are_no_names_anywhere(place: str) -> None:
    assert "“day” is a word of the language, not a name" in "".join(refused(f"{place}\nowed: [{{id: a, pay: paid}}]"))


SLIPS = [
    ("", 1, "a value is expected, found “the end”"),
    ("paid paid", 6, "“paid” is not expected here"),
    ("paid +", 7, "a value is expected, found “the end”"),
    ("(paid", 6, "“)” is expected, found “the end”"),
    ("paid)", 5, "“)” is not expected here"),
    ("paid & price", 6, "“&” has no meaning here"),
    ("paid * $5", 8, "“$” has no meaning here"),
    ("0.33 of paid", 1, "0.33 is not exact enough to be a share"),
    ("1/0 of paid", 2, "nothing can be divided by 0"),
    ("5.5 EUR", 1, "EUR has 2 decimals, not 1"),
    ("5.00 KRW", 1, "KRW has no decimals"),
    ("1.00 JOD", 1, "JOD has 3 decimals"),
    ("5 EUX", 1, "EUX is not a currency"),
    ("paid, at most", 14, "a value is expected"),
    ("paid, at", 5, "“,” is not expected here"),
    ("paid, rounded to 10 EUR", 15, "a rounding says which way"),
    ("paid, rounded down to paid", 27, "a rounding needs a written unit"),
    ("paid, rounded down", 19, "“to” is expected"),
    ("paid, or the next day", 19, "“working day” is expected"),
    ("paid, or the last working day", 14, "“previous” is expected, found “last”"),
    ("14 days", 4, "a length needs its day"),
    ("14 days since paid_on", 4, "a length needs its day"),
    ("days from paid_on", 18, "“to” is expected, found “the end”"),
    ("lesser of paid", 15, "“and” is expected"),
    ("cause in learner", 10, "“(” is expected"),
    ("cause in (learner", 18, "“,” is expected"),
    ("cause in (learner, 5)", 20, "a word or a place is expected"),
    ("learner_place in (AT, learner)", 31, "words and places do not mix"),
    ("cause is", 9, "a value is expected"),
    ("item(month_prices, 0)", 21, "an entry of a list has a number from 1"),
    ("item(month_prices)", 18, "“,” is expected"),
    ("sum month of fee", 1, "“sum” is a word of the language"),
    ("month", 1, "“month” is a word of the language, not a name"),
    ("2026-02-30", 1, "February 2026 has 28 days"),
    ("paid_on < 2026-13-01", 11, "2026-13-01 does not exist"),
]


@pytest.mark.parametrize(("text", "column", "words"), SLIPS, ids=[s[0] or "empty" for s in SLIPS])
def test_a_slip_is_told_with_its_column(text: str, column: int, words: str) -> None:
    with pytest.raises(Problem) as raised:
        parse(text, Place("r.yaml", 4, 1))
    assert words in raised.value.message.en
    assert raised.value.where == Place("r.yaml", 4, column)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.33 of paid", "write a fraction (1/3) or per cent (33%)"),
        ("paid, rounded to 10 EUR", "rounded down to, rounded up to or rounded half up to"),
        ("paid, rounded down to paid", "10 KRW, 10%, minor or whole days"),
        ("14 days", "days after, before or beginning with a date"),
        ("5.5 EUR", "Write 5.50 EUR"),
        ("5 EUX", "EUR"),
    ],
)
def test_a_slip_is_told_with_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(Problem) as raised:
        parse(text)
    assert words in str(raised.value)


@pytest.mark.parametrize("text", ["one of", "one of ,", "at most", "than 5", "one of a b"])
def test_the_rest_of_a_comparison_may_not_be_cut_short(text: str) -> None:
    with pytest.raises(Problem):
        parse_when(text)


@pytest.mark.parametrize(
    "text",
    ["(" * 5000 + "paid" + ")" * 5000, "not " * 5000 + "a", "1 day after " * 5000 + "a", " + ".join(["a"] * 20_000)],
)
def test_an_endless_text_is_refused_in_words_not_by_the_stack(text: str) -> None:
    with contextlib.suppress(Problem):
        parse(text)


@pytest.mark.parametrize("unit", ["1/3", "10%", "100 KRW", "minor", "whole days"])
def test_a_rounding_names_a_written_unit(unit: str) -> None:
    assert parse(f"x, rounded down to {unit}").op == "round"


@pytest.mark.parametrize("unit", ["0 EUR", "0%", "whole"])
def test_a_rounding_to_nothing_is_refused(unit: str) -> None:
    amount = f"(share_elapsed, rounded up to {unit}) of paid" if unit == "0%" else f"paid, rounded up to {unit}"
    assert refused(f'owed: [{{id: a, pay: "{amount}"}}]')


def test_quotes_in_the_file_do_not_shift_the_column() -> None:
    assert refused("owed: [{id: a, pay: payd}]")[0].startswith("1:21 ")
    assert refused('owed: [{id: a, pay: "payd"}]')[0].startswith("1:22 ")
    assert refused("owed: [{id: a, pay: 'price + payd'}]")[0].startswith("1:30 ")


def test_a_text_over_several_lines_is_found_at_its_own_place() -> None:
    (told,) = refused("owed:\n- id: a\n  pay: >-\n    paid +\n    payd\n")
    assert told.startswith(("3:8 ", "5:5 "))


def test_units_of_every_spelling_are_one_unit() -> None:
    assert {grammar.UNITS[unit] for unit in ("day", "week", "month", "year", "hour")} == {
        "days",
        "weeks",
        "months",
        "years",
        "hours",
    }


def test_only_in_brackets_does_a_sum_make_a_length() -> None:
    made, rule = a_rule(
        'owed: [{id: a, if: "requested_on <= (trial_days + 7) days after paid_on", pay: paid}, {id: b, nothing: late}]'
    )
    facts = known(paid="5.00 EUR", paid_on="2026-03-01", requested_on="2026-03-11", trial_days=3)
    assert programs(made, rule, rule.versions[0], facts).ending == "pay"
    assert programs(made, rule, rule.versions[0], {**facts, "trial_days": 2}).ending == "nothing"
