"""Facts are read against the vocabulary; each wrong one is told what would be right, all of them at once."""

import json
import pickle
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse import days, facts, money, source, values
from recourse.facts import Fact, Facts, read_expectations, read_facts
from recourse.library import DATA
from recourse.problems import Problem, Problems
from recourse.problems import each as each_of
from several import each

VOCABULARY = facts.vocabulary()
SHARED = Path(__file__).resolve().parents[2] / "shared"
CASES = [*(DATA / "cases").glob("*.yaml"), *(SHARED / "cases").glob("*.yaml")]

PURCHASE = {
    "learner_place": "AT",
    "buyer_is_consumer": "yes",
    "kind": "live-course",
    "price": "180.00 EUR",
    "paid": "180.00 EUR",
    "concluded_on": "2026-09-01",
    "starts_on": "2026-10-05",
    "ends_on": "2026-12-14",
    "lessons_total": "10",
    "lessons_taken": "0",
    "share_completed": "1/3",
}


def read(**given_facts: object) -> Facts:
    return read_facts(given_facts, VOCABULARY)


def said(**given_facts: object) -> str:
    with pytest.raises(Problem) as raised:
        read(**given_facts)
    return str(raised.value)


def said_of(yaml: str) -> str:
    with pytest.raises(Problem) as raised:
        read_facts(source.read(yaml, "case.yaml"), VOCABULARY)
    return str(raised.value)


def test_values_are_in_the_engines_form() -> None:
    found = read(
        **PURCHASE,
        paid_at="2026-06-14T10:00+09:00",
        aid_period_breaks=["2026-11-21/2026-11-29"],
        package_prices=["6008.00 EUR", "11180.00 EUR"],
        product_line="plus-monthly",
    )
    assert found.currency == "EUR"
    assert found.values["paid"] == 18000
    assert found.values["buyer_is_consumer"] is True
    assert found.values["concluded_on"] == date(2026, 9, 1).toordinal()
    assert found.values["share_completed"] == Fraction(1, 3)
    assert found.values["paid_at"] == days.parse_instant("2026-06-14T01:00Z")
    assert found.values["aid_period_breaks"] == (days.parse_period("2026-11-21/2026-11-29"),)
    assert found.values["package_prices"] == (600800, 1118000)
    assert (found.values["kind"], found.values["learner_place"]) == ("live-course", "AT")


def test_the_order_of_facts_never_matters() -> None:
    forwards, backwards = read(**PURCHASE), read(**dict(reversed(PURCHASE.items())))
    assert forwards == backwards
    assert list(forwards.shown) == list(backwards.shown) == list(forwards.values)
    assert json.dumps(forwards.shown) == json.dumps(backwards.shown)
    assert hash(forwards) == hash(backwards)
    assert (forwards != backwards) is False
    assert forwards != read(paid="1.00 EUR")


def test_spellings_of_one_value_have_one_canonical_text() -> None:
    one = read(
        share_completed="50.0%", buyer_is_consumer="true", price="1_800.00 EUR", paid_at="2026-06-14T10:00+09:00"
    )
    other = read(share_completed="2/4", buyer_is_consumer=True, price="1800.00 EUR", paid_at="2026-06-14T01:00:00Z")
    assert one == other
    assert one.shown == {
        "buyer_is_consumer": "yes",
        "price": "1800.00 EUR",
        "share_completed": "50%",
        "paid_at": "2026-06-14T01:00Z",
    }


def test_yaml_nodes_texts_and_json_values_read_alike() -> None:
    text = "buyer_is_consumer: true\nlessons_total: 10\nlessons_in_months: [5, 5]\npaid: 20.00 EUR\nexam_on:\n"
    from_nodes = read_facts(source.read(text, "case.yaml"), VOCABULARY)
    from_json = read(
        buyer_is_consumer=True, lessons_total=10, lessons_in_months=[5, "5"], paid="20.00 EUR", exam_on=None
    )
    assert from_nodes == from_json
    assert "exam_on" not in from_nodes.values


def test_a_list_may_be_one_text() -> None:
    assert read(lessons_in_months="12, 12").values == read(lessons_in_months=["12", "12"]).values
    assert read(aid_period_breaks="none").values == read(aid_period_breaks=[]).values == {"aid_period_breaks": ()}
    assert read(aid_period_breaks=[]).shown == {"aid_period_breaks": "none"}


@pytest.mark.parametrize(
    ("fact", "raw", "message"),
    [
        ("paid", "180 EUR", "paid: EUR has 2 decimals, not none. Write 180.00 EUR."),
        ("paid", "-1.00 EUR", "paid: -1.00 EUR is below zero. Zero is the least it can be."),
        ("paid", "100000000000.01 EUR", "paid: 100000000000.01 EUR is too large. At most 100000000000.00 EUR."),
        ("paid", 180.0, 'paid: 180.0 is a floating-point number. Write it as text: "180.00 EUR".'),
        ("paid", ["1.00 EUR"], "paid: one value belongs here, not a list"),
        ("lessons_total", "100001", "lessons_total: 100001 is too large. At most 100000."),
        ("lessons_total", -1, "lessons_total: -1 is below zero. Zero is the least it can be."),
        ("lessons_total", "1.5", "lessons_total: not a whole number: '1.5'. Write a whole number: 12."),
        ("lessons_total", "1,200", "lessons_total: not a whole number: '1,200'. Write 1200."),
        ("lessons_total", "14 lessons", "lessons_total: not a whole number: '14 lessons'. Write 14."),
        ("concluded_on", "2026-02-30", "concluded_on: 2026-02-30: February 2026 has 28 days"),
        ("concluded_on", "1890-01-01", "concluded_on: 1890-01-01 lies outside the time that is covered. "),
        ("share_completed", "0.33", "share_completed: 0.33 does not say whether it is exact. Write 33% or 1/3."),
        ("share_completed", "0.35", "share_completed: 0.35 does not say whether it is exact. Write 35%."),
        ("share_completed", "0.667", "share_completed: 0.667 does not say whether it is exact. Write 66.7% or 2/3."),
        ("share_completed", "1", "share_completed: 1 does not say whether it is exact. Write 100% or 1%."),
        ("share_completed", 0.33, "share_completed: 0.33 is a floating-point number. "),
        ("share_completed", "101%", "share_completed: 101% is too large. At most 100%."),
        ("share_completed", "1/0", "share_completed: nothing can be divided by zero: 1/0"),
        ("share_completed", "1/1000001", "share_completed: 1/1000001 is finer than 1,000,000 parts. "),
        ("buyer_is_consumer", "maybe", "buyer_is_consumer: neither yes nor no: 'maybe'. Write yes or no"),
        ("buyer_is_consumer", 1, "buyer_is_consumer: neither yes nor no: '1'. "),
        ("kind", "live-curse", "kind: not one of its words: 'live-curse'. Did you mean live-course?"),
        ("legal_class", "banana", "One of: service, digital-service, digital-content, goods."),
        ("learner_place", "UK", "learner_place: 'UK' is no place (ISO 3166). Did you mean GB (United Kingdom)?"),
        ("learner_place", "EU", "learner_place: EU is a union of countries. Name the country: AT, DE, FR."),
        ("paid_at", "2026-06-14T10:00", "paid_at: the time 10:00 has no offset from UTC. "),
        ("product_line", "", "product_line: nothing is written here. Leave the fact out if it is not known."),
        (
            "package_prices",
            ["1.00 EUR", "2 EUR"],
            "package_prices: entry 2: EUR has 2 decimals, not none. Write 2.00 EUR.",
        ),
        (
            "package_prices",
            ["1.00 EUR", "1.00 USD"],
            "package_prices: mixes EUR and USD. One purchase has one currency.",
        ),
        ("lessons_in_months", [1, None], "lessons_in_months: entry 2: one value belongs here, not nothing. "),
        ("aid_period_breaks", ["2026-11-29/2026-11-21"], "entry 1: the period ends before it begins: "),
        ("learner_plase", "AT", "learner_plase: there is nothing of this name in the vocabulary. Near: learner_place"),
    ],
)
def test_a_wrong_value_is_told_what_would_be_right(fact: str, raw: object, message: str) -> None:
    assert message in said(**{fact: raw})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"starts_on": "2026-10-05", "ends_on": "2026-09-01"},
            "ends_on: End date (2026-09-01) is before Start date (2026-10-05).",
        ),
        ({"requested_on": "2026-09-02", "request_received_on": "2026-09-01"}, "request_received_on: "),
        (
            {"lessons_total": "10", "lessons_taken": "11"},
            "lessons_taken: Lessons taken (11) is more than Lessons paid for",
        ),
        ({"hours_total": "10", "hours_taken": "11"}, "hours_taken: Hours used (11) is more than Hours paid for (10)"),
        (
            {"price": "10.00 EUR", "tuition": "10.01 EUR"},
            "tuition: Tuition (10.01 EUR) is more than Total price (10.00 EUR)",
        ),
        (
            {"price": "10.00 EUR", "paid": "10.00 USD"},
            "paid: Amount paid (10.00 USD) is in another currency than Total price",
        ),
        ({"package_lessons_total": ["1", "2"], "package_lessons_taken": ["1"]}, "differ in length"),
        ({"refund_table_shares": ["90%", "50%"]}, "has not 4 entries"),
        ({"term_starts_on": ["2026-09-14", "2026-03-16"]}, "is not in order"),
        ({"aid_period_breaks": ["2026-03-01/2026-03-09", "2026-03-09/2026-03-12"]}, "is not in order"),
    ],
)
def test_facts_that_cannot_be_true_together_are_refused(wrong: dict[str, object], message: str) -> None:
    assert message in said(**wrong)


def test_the_edges_of_what_can_be_true_together_are_allowed() -> None:
    read(starts_on="2026-10-05", ends_on="2026-10-05")
    read(lessons_total="10", lessons_taken="10")
    read(lessons_total="10", lessons_gift="2", lessons_taken="12")
    read(price="10.00 EUR", tuition="10.00 EUR")
    read(aid_period_breaks=["2026-03-01/2026-03-09", "2026-03-10/2026-03-12"])
    assert "lessons_gift" in said(lessons_total="10", lessons_taken="12")


def test_amounts_in_two_currencies_are_not_compared() -> None:
    assert said(price="10.00 EUR", tuition="5000 JPY").count("\n") == 0


def test_everything_wrong_is_reported_at_once_in_the_order_of_the_file() -> None:
    text = "paid: 180 EUR\nkind: live-curse\nlearner_plase: AT\nends_on: 2026-01-01\nstarts_on: 2026-02-01\n"
    text += "exam_on: 2026-02-30\n"
    lines = said_of(text).splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "case.yaml:1:7",
        "case.yaml:2:7",
        "case.yaml:3:1",
        "case.yaml:4:10",
        "case.yaml:6:10",
    ]


def test_problems_are_said_in_chinese_too() -> None:
    with pytest.raises(Problem) as raised:
        read(paid="180 EUR")
    assert raised.value.say("zh") == "paid：EUR 有 2 位小数，此处为 0 位。请写成 180.00 EUR。"


def test_what_is_no_mapping_is_refused() -> None:
    with pytest.raises(Problem, match="facts are a mapping"):
        read_facts(["paid"], VOCABULARY)  # type: ignore[arg-type]
    assert "a mapping belongs here, not a list" in said_of("- paid")
    assert "one value belongs here, not a mapping" in said_of("paid: {a: 1}")


def test_facts_change_one_at_a_time_and_stay_checked() -> None:
    before = read(**PURCHASE)
    after = before.with_("lessons_taken", "3")
    assert (before.values["lessons_taken"], after.values["lessons_taken"]) == (0, 3)
    assert after.without("lessons_taken").with_("lessons_taken", 0) == before
    assert before.with_("exam_on", None) == before
    assert before.without("exam_on") == before
    with pytest.raises(Problem, match="is more than"):
        before.with_("lessons_taken", 11)
    with pytest.raises(Problem, match="another currency"):
        before.with_("tax", "10.00 USD")


def test_no_facts_are_facts() -> None:
    assert read().values == {}
    assert read().currency is None


def test_a_vocabulary_survives_pickling() -> None:
    again = pickle.loads(pickle.dumps(VOCABULARY))
    assert again.facts == VOCABULARY.facts
    assert read_facts(PURCHASE, again) == read(**PURCHASE)


def test_a_fact_is_found_by_its_id() -> None:
    assert VOCABULARY.fact("paid").type == "money"
    with pytest.raises(Problem, match="Near"):
        VOCABULARY.fact("payd")


# -- any value at all


def attempt(raw: dict[str, object]) -> Facts | Problem:
    try:
        return read_facts(raw, VOCABULARY)
    except Problem as problem:
        return problem


def texts_of(fact: Fact) -> st.SearchStrategy[object]:
    """Texts of valid values of a fact, money in euros."""
    day = st.integers(values.FIRST_DAY, values.LAST_DAY)
    most = fact.at_most or 0
    texts: dict[str, st.SearchStrategy[str]] = {
        "money": st.integers(0, most).map(lambda minor: money.show(minor, "EUR")),
        "count": st.integers(0, most).map(str),
        "share": st.fractions(0, 1, max_denominator=values.SHARE_PARTS).map(values.show_share),
        "date": day.map(days.show),
        "instant": st.integers(days.parse_instant("1990-01-01T00:00Z"), days.parse_instant("2099-12-31T23:59Z")).map(
            days.show_instant
        ),
        "period": st.tuples(day, day).map(lambda pair: days.show_period((min(pair), max(pair)))),
        "yesno": st.sampled_from(["yes", "no"]),
        "choice": st.sampled_from(fact.choices or ("",)),
        "place": st.sampled_from(["AT", "US-CA", "CN-BJ", "GB"]),
        "text": st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
    }
    one = texts[fact.item_type]
    return st.lists(one, max_size=5) if fact.is_list else one


@given(st.data())
def test_every_canonical_text_reads_back_as_the_same_value(data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from(list(VOCABULARY.facts.values())))
    raw = data.draw(texts_of(fact))
    found = attempt({fact.id: raw})
    if isinstance(found, Facts):
        again = read_facts(found.shown, VOCABULARY)
        assert again.values == found.values
        assert again.shown == found.shown
    else:  # the value was read, but lies badly beside itself
        assert "is not in order" in str(found) or "has not 4 entries" in str(found)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["180.00 EUR", "1/3"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*VOCABULARY.facts, "unknown"]) | st.text(max_size=5), anything, max_size=6))
def test_any_input_is_read_or_refused_with_problems(raw: dict[str, object]) -> None:
    found = attempt(raw)
    if isinstance(found, Facts):
        assert read_facts(found.shown, VOCABULARY) == found
    else:
        assert {part.field for part in each_of(found)} <= {*raw, *(name[:60] for name in raw)}
        assert found.say("zh")


# -- worked cases


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_the_facts_and_expectations_of_every_worked_case_are_valid(path: Path) -> None:
    def valid(case: source.Node) -> None:
        entries = case.mapping()
        if "facts" in entries:
            read_facts(entries["facts"], VOCABULARY)
            if "expect" in entries:
                read_expectations(entries["expect"], VOCABULARY)

    cases = source.read(path.read_text(encoding="utf-8"), path.name).sequence()
    each(cases, valid, lambda case: case.mapping()["id"].text())


def test_an_expectation_that_the_vocabulary_lacks_is_refused() -> None:
    with pytest.raises(Problem, match="Near: refund"):
        read_expectations({"refunds": "1.00 EUR"}, VOCABULARY)
    found = read_expectations({"between": ["340.00 EUR", "400.00 EUR"], "applies": "true"}, VOCABULARY)
    assert found.values == {"applies": True, "between": (34000, 40000)}


def test_wrong_facts_of_one_input_are_one_exception() -> None:
    with pytest.raises(Problems) as raised:
        read(paid="1", price="2")
    assert [part.field for part in raised.value.problems] == ["paid", "price"]


AMOUNTS = st.one_of(
    st.from_regex(r"-?[0-9_]{0,6}\.?[0-9]{0,4} ?(EUR|KRW|JOD|CLF|EUX|eur)?", fullmatch=True),
    st.builds("{}.{:02d} {}".format, st.integers(0, 10**9), st.integers(0, 99), st.sampled_from(["EUR", "USD", "JPY"])),
    st.text(alphabet="0123456789.,_- EUR٣１", max_size=14),
)


@given(text=AMOUNTS)
def test_the_common_form_of_money_is_read_as_all_money_is(text: str) -> None:
    try:
        expected: object = money.parse(text)
    except Problem:
        expected = None
    if isinstance(expected, money.Money) and expected.minor < 0:
        expected = None
    try:
        minor, shown, currency = values.reader("money")[text]
    except Problem:
        assert expected is None
    else:
        assert (minor, currency) == expected
        assert money.parse(shown) == expected
        assert shown == money.show(minor, currency)
