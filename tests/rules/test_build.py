"""A whole rule: scope and binding, versions in time, rows, bands, tables, parts, presumptions, doubts, and their errors."""

from __future__ import annotations

from fractions import Fraction

import pytest
from making import HEAD, a_library, a_rule, day, interpreters, known, programs, refused

from recourse.assess import assess
from recourse.facts import read_facts
from recourse.problems import Problem
from recourse.rules.check import check_rule
from recourse.rules.tree import Cite, Rounding

PAID = "owed: [{id: all, pay: paid}]\n"


def said(body: str, **facts: object):  # type: ignore[no-untyped-def]
    """What both readings say, which must be the same."""
    made, rule = a_rule(body)
    values = known(**facts)
    program, interpreter = programs(made, rule, rule.versions[0], values), interpreters(made, rule.versions[0], values)
    if program.ending != "missing":
        assert (program.ending, program.row, program.refund, program.lines) == (
            interpreter.ending,
            interpreter.row,
            interpreter.refund,
            interpreter.lines,
        )
    return interpreter


def answered(body: str, head: str = HEAD, asked_on: str = "2026-06-01", **facts: object):  # type: ignore[no-untyped-def]
    made = a_library(head + body)
    texts = {"learner_place": "AT", **{k: v if isinstance(v, bool) else str(v) for k, v in facts.items()}}
    return assess(made, read_facts(texts, made.vocabulary), rule="small", asked_on=day(asked_on)).entitlements[0]


# -- who is bound


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ("binds", "law without `binds` would answer for every place. place: FR, binds: learner_place"),
        ("place", "law without `place` would answer for every place"),
    ],
)
def test_law_without_its_place_would_answer_for_every_place(left_out: str, words: str) -> None:
    head = "".join(line + "\n" for line in HEAD.splitlines() if not line.startswith(left_out))
    (told,) = refused(PAID, head)
    assert words in told


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("binds: everybody", "binds cannot be “everybody”. learner_place, seller_place or either"),
        ("place: XX", "'XX' is no place"),
        ("kind: present", "“present” is no kind of rule. one of money-back, remedy"),
        ("selected_by: paid", "“paid” is no date that could select a version"),
        ("selected_by: asked_on, else paid_on", "asked_on is always known, so nothing can stand after it"),
        ("selected_by: concluded_onn", "“concluded_onn” is no date"),
    ],
)
def test_what_stands_at_the_head_is_checked(line: str, words: str) -> None:
    key = line.partition(":")[0]
    head = "".join(old + "\n" for old in HEAD.splitlines() if not old.startswith(key)) + line + "\n"
    (told,) = refused(PAID, head)
    assert words in told
    assert told.startswith(f"0:{len(key) + 3} ")


def test_a_rule_needs_an_id_and_an_answer() -> None:
    with pytest.raises(Problem, match="neither a rule, nor a platform, nor a rate"):
        a_library(HEAD.replace("id: small\n", "") + PAID)
    assert "the version answers nothing. owed, dates, outputs, duties or ways" in refused("let: {x: paid}\n")[0]
    assert "the version answers nothing" in refused("owed: []\n")[0]


def test_a_clause_of_a_policy_needs_no_place() -> None:
    made = a_library(
        "platform: plat\nname: {en: Plat, zh: 平台}\nclauses:\n- {id: one, title: {en: One, zh: 一}, owed: [{id: all, pay: paid}]}\n"
    )
    assert (made.rules["one"].policy, made.rules["one"].kind, made.platforms["plat"].clauses) == (
        "plat",
        "clause",
        ("one",),
    )


@pytest.mark.parametrize(
    ("binds", "facts", "answer"),
    [
        ("learner_place", {"learner_place": "AT", "seller_place": "US"}, "owes"),
        ("learner_place", {"learner_place": "US", "seller_place": "AT"}, "does-not-apply"),
        ("seller_place", {"learner_place": "US", "seller_place": "AT-9"}, "owes"),
        ("either", {"learner_place": "US", "seller_place": "AT"}, "owes"),
        ("either", {"learner_place": "US", "seller_place": "DE"}, "does-not-apply"),
        ("either", {"learner_place": "US"}, "depends"),
        ("seller_place", {"learner_place": "AT"}, "depends"),
    ],
)
def test_law_answers_only_for_the_places_it_binds(binds: str, facts: dict[str, str], answer: str) -> None:
    made = a_library(HEAD.replace("either", binds) + PAID)
    found = assess(
        made, read_facts({"paid": "5.00 EUR", **facts}, made.vocabulary), rule="small", asked_on=day("2026-06-01")
    ).entitlements[0]
    assert found.answer == answer


# -- versions in time

VERSIONS = """selected_by: concluded_on, else asked_on
versions:
- {name: first, in_force: {from: 2020-01-01, until: 2021-12-31}, owed: [{id: a, pay: 1/4 of paid}]}
- {name: second, in_force: {from: 2022-02-01, until: 2026-12-31}, owed: [{id: a, pay: 1/2 of paid}]}
- {name: third, in_force: {from: 2027-01-01}, owed: [{id: a, pay: paid}]}
"""


@pytest.mark.parametrize(
    ("concluded", "refund"),
    [
        ("2019-12-31", None), ("2020-01-01", 200), ("2021-12-31", 200), ("2022-01-01", None), ("2022-01-31", None), ("2022-02-01", 400),
        ("2026-12-31", 400), ("2027-01-01", 800), ("2099-12-31", 800),
    ],
)  # fmt: skip
def test_each_day_has_its_version_and_a_hole_has_none(concluded: str, refund: int | None) -> None:
    found = answered(VERSIONS, paid="8.00 EUR", concluded_on=concluded)
    assert (found.answer, found.refund) == (("owes", refund) if refund else ("does-not-apply", None))
    if refund is None:
        assert found.why["en"] == f"no version was in force on {concluded}"


def test_the_day_of_the_question_stands_in_where_the_rule_says_so() -> None:
    found = answered(VERSIONS, asked_on="2021-06-01", paid="8.00 EUR")
    assert (found.refund, found.selected) == (200, ("asked_on", day("2021-06-01")))


def test_without_that_an_unknown_day_gives_a_range_over_the_versions() -> None:
    found = answered(VERSIONS.replace(", else asked_on", ""), paid="8.00 EUR")
    assert (found.answer, found.depends_on, found.between) == ("depends", ("concluded_on",), (0, 800))


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        (
            ("from: 2020-01-01, until: 2021-01-01", "from: 2021-01-01"),
            "a version from 2021-01-01 overlaps the one until 2021-01-01",
        ),
        (
            ("from: 2020-01-01", "from: 2021-01-01"),
            "two versions are in force on the same day. give the earlier one `until`",
        ),
        (
            ("from: 2022-01-01, until: 2023-01-01", "from: 2020-01-01, until: 2021-01-01"),
            "a version from 2020-01-01 overlaps the one until 2023-01-01",
        ),
        (("until: 2023-01-01", "until: 2024-01-01"), "two versions are in force on the same day"),
        (("from: not yet", "from: 2022-01-01"), "two versions are in force on the same day"),
    ],
)
def test_two_versions_never_share_a_day(versions: tuple[str, str], words: str) -> None:
    body = "selected_by: concluded_on\nversions:\n" + "".join(
        f"- {{in_force: {{{v}}}, owed: [{{id: a, pay: paid}}]}}\n" for v in versions
    )
    (told,) = refused(body)
    assert told.startswith("4:3 ")
    assert words in told


def test_several_versions_need_a_date_that_selects_one() -> None:
    assert (
        "says which date selects one. selected_by: concluded_on, else asked_on"
        in refused(VERSIONS.partition("\n")[2])[0]
    )


def test_a_version_may_not_end_before_it_starts() -> None:
    (told,) = refused(f"in_force: {{from: 2022-01-01, until: 2021-01-01}}\n{PAID}")
    assert told == "1:37 the version ends before it starts."


def test_what_is_only_enacted_never_answers() -> None:
    found = answered(f"in_force: {{from: not yet}}\n{PAID}", paid="5.00 EUR")
    assert (found.answer, found.why["en"]) == ("does-not-apply", "enacted, but not in force on 2026-06-01")
    body = "selected_by: concluded_on\nversions:\n- {in_force: {from: 2020-01-01, until: 2026-12-31}, owed: [{id: a, pay: paid}]}\n- {in_force: {from: not yet}, owed: [{id: a, nothing: x}]}\n"
    assert answered(body, paid="5.00 EUR", concluded_on="2026-12-31").answer == "owes"
    assert answered(body, paid="5.00 EUR", concluded_on="2027-01-01").answer == "does-not-apply"


def test_one_version_with_a_beginning_does_not_answer_before_it() -> None:
    body = f"selected_by: concluded_on\nin_force: {{from: 2020-01-01}}\n{PAID}"
    assert answered(body, paid="5.00 EUR", concluded_on="2019-12-31").answer == "does-not-apply"
    assert answered(body, paid="5.00 EUR", concluded_on="2020-01-01").answer == "owes"


# -- money


def test_a_literal_fixes_the_currency_and_another_one_does_not_apply() -> None:
    body = "owed: [{id: a, pay: 'paid, at most 50 CAD'}]\n"
    found = answered(body, paid="80.00 EUR")
    assert (found.answer, found.why["en"]) == ("does-not-apply", "the rule speaks of CAD only")
    assert answered(body, paid="80.00 CAD").refund == 5000


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ("owed: [{id: a, pay: 1 EUR + 1 USD}]", "1:29"),
        ("let: {x: 1 EUR}\nowed: [{id: a, pay: x + 1 USD}]", "2:25"),
        ("round: down to 10 KRW\nowed: [{id: a, pay: 1 EUR}]", "2:21"),
        ("owed: [{id: a, pay: '1 EUR, rounded up to 1 USD'}]", "1:27"),
    ],
)
def test_a_version_speaks_of_one_currency(body: str, where: str) -> None:
    (told,) = refused(body)
    assert "one version speaks of" in told
    assert told.startswith(f"{where} ")


@pytest.mark.parametrize(
    ("rounding", "refund"),
    [("", 3333), ("round: half up to minor\n", 3333), ("round: up to minor\n", 3334), ("round: down to 10 EUR\n", 3000), ("round: up to 10 EUR\n", 4000),
        ("round: half up to 0.05 EUR\n", 3335), ("round: half up to 0.07 EUR\n", 3332)],
)  # fmt: skip
def test_an_amount_owed_is_rounded_once_as_the_version_says(rounding: str, refund: int) -> None:
    assert said(f"{rounding}owed: [{{id: a, pay: 1/3 of paid}}]", paid="100.00 EUR").refund == refund


def test_a_rounding_of_ours_is_told_from_one_of_the_source() -> None:
    assert a_rule(PAID)[1].versions[0].rounding == Rounding("half up", 1, "", ours=True)
    assert a_rule(f"round: half up to minor\n{PAID}")[1].versions[0].rounding == Rounding("half up", 1, "", ours=False)
    assert a_rule(f"round: down to 10 KRW\n{PAID}")[1].versions[0].rounding == Rounding("down", 10, "KRW", ours=False)


def test_each_kept_line_is_rounded_and_later_lines_see_it_rounded() -> None:
    body = "owed:\n- id: a\n  keep: {kept_for_use: 1/3 of paid, penalty: 10% of (paid - kept_for_use)}\n"
    found = said(body, paid="1.00 EUR")
    assert found.lines == {"kept_for_use": 33, "penalty": 7}
    assert found.refund == 60
    assert found.extras == {"owed_to_seller": 40, "still_owed_by_learner": 0}


@pytest.mark.parametrize(("shortfall", "still"), [("", 0), ("shortfall: none\n", 0), ("shortfall: owed\n", 400)])
def test_what_is_kept_beyond_what_was_paid_is_owed_only_if_the_version_says_so(shortfall: str, still: int) -> None:
    found = said(f"{shortfall}owed: [{{id: a, keep: {{fee: 9 EUR}}}}]", paid="5.00 EUR")
    assert (found.refund, found.extras) == (0, {"owed_to_seller": 900, "still_owed_by_learner": still})


def test_an_amount_below_nothing_is_nothing() -> None:
    assert said("owed: [{id: a, pay: paid - price}]", paid="5.00 EUR", price="9.00 EUR").refund == 0


# -- rows


@pytest.mark.parametrize(
    ("owed", "where", "words"),
    [
        ("[{id: a, if: service_used, pay: paid}]", "1:8", "only the last row of `owed` stands without a condition"),
        ("[{id: a, pay: paid}, {id: b, nothing: x}]", "1:8", "only the last row of `owed` stands without a condition"),
        ("[{id: a, pay: paid, nothing: x}]", "1:8", "a row has one outcome, this has pay and nothing"),
        ("[{id: a}]", "1:8", "a row has one outcome, this has none. pay, keep, credit"),
        ("[{id: a, excluded: x}]", "1:26", "`excluded` stands in exceptions only"),
        ("[{id: a, pay: paid, outcome: whole}]", "1:36", "outcome cannot be “whole”. one of full, partial"),
        ("[{id: a, pay: paid, form: cash}]", "1:33", "form cannot be “cash”. one of original"),
        ("[{id: a, pay: paid, also: {cupon: paid}}]", "1:41", "“cupon” is no answer of the vocabulary. near: coupon"),
        ("[{id: a, discretion: maybe}]", "1:28", "discretion is a mapping"),
        ("[{id: a, keep: paid}]", "1:22", "keep is a mapping"),
        ("[{id: a, keep: {fee: service_used}}]", "1:28", "money is expected"),
        ("[{id: a, if: service_used, pay: paid}, {id: a, nothing: x}]", "1:", "“a”"),
    ],
)  # fmt: skip
def test_a_row_that_is_not_whole_is_refused(owed: str, where: str, words: str) -> None:
    (told,) = refused(f"owed: {owed}\n")
    assert told.startswith(where)
    assert words in told


EXCEPTIONS = [
    ("[{id: x, nothing: no}]", "an exception says when it holds. if: ..."),
    ("[{id: x, if: service_used, nothing: no, over: [y]}]", "there is no exception “y” to stand over"),
    (
        "[{id: x, if: service_used, nothing: no, over: [y]}, {id: y, if: supply_begun, pay: paid, over: [x]}]",
        "exceptions stand over each other in a circle",
    ),
    ("[{id: x, if: service_used, nothing: no, over: [x]}]", "over"),
    ("[{id: x, if: service_used, nothing: no}, {id: x, if: supply_begun, pay: paid}]", "“x”"),
]


@pytest.mark.parametrize(("exceptions", "words"), EXCEPTIONS)
def test_an_exception_that_cannot_work_is_refused(exceptions: str, words: str) -> None:
    (told,) = refused(f"exceptions: {exceptions}\n{PAID}")
    assert words in told
    assert told.startswith("1:")


OVER = """exceptions:
- {id: weak, if: service_used, pay: 1/2 of paid}
- {id: strong, if: supply_begun, nothing: begun, over: [weak]}
owed: [{id: all, pay: paid}]
"""


@pytest.mark.parametrize(
    ("used", "begun", "row"),
    [(False, False, "all"), (True, False, "weak"), (False, True, "strong"), (True, True, "strong")],
)
def test_an_exception_takes_the_place_of_the_base_and_one_goes_over_another(used: bool, begun: bool, row: str) -> None:
    assert said(OVER, paid="5.00 EUR", service_used=used, supply_begun=begun).row.id == row


def test_two_exceptions_that_hold_and_differ_are_a_conflict() -> None:
    body = OVER.replace(", over: [weak]", "")
    assert said(body, paid="5.00 EUR", service_used=True, supply_begun=True).ending == "conflict"
    with pytest.raises(Problem, match="weak and strong both hold and differ"):
        answered(body, paid="5.00 EUR", service_used=True, supply_begun=True)


def test_two_exceptions_that_end_alike_are_none() -> None:
    body = OVER.replace("pay: 1/2 of paid", "lost: used").replace(", over: [weak]", "")
    assert said(body, paid="5.00 EUR", service_used=True, supply_begun=True).row.id == "weak"


@pytest.mark.parametrize(
    ("row", "answer", "refund"),
    [
        ("pay: paid", "owes", 800), ("pay: nothing", "owes-nothing", 0), ("keep: {fee: 3 EUR}", "owes", 500), ("credit: 1/2 of paid, form: wallet", "owes", 400),
        ("exchange: yes", "exchange", 0), ("ask: google-play", "ask-someone-else", 0), ("discretion: {at_most: paid, likely: nothing}", "discretion", None),
        ("lost: over", "owes-nothing", 0), ("nothing: no", "owes-nothing", 0), ("silent: no row", "silent", None),
    ],
)  # fmt: skip
def test_each_outcome_has_its_answer(row: str, answer: str, refund: int | None) -> None:
    found = answered(f"owed: [{{id: a, {row}}}]\n", paid="8.00 EUR")
    assert (found.answer, found.refund) == (answer, refund)


def test_an_exclusion_lies_outside_the_rule() -> None:
    found = answered(
        f"exceptions: [{{id: x, if: service_used, excluded: a class of contracts}}]\n{PAID}",
        paid="8.00 EUR",
        service_used=True,
    )
    assert (found.answer, found.why) == ("does-not-apply", {"en": "a class of contracts"})


def test_other_sums_may_stand_beside_an_outcome() -> None:
    found = answered("owed: [{id: a, pay: 1/2 of paid, also: {coupon: 1/3 of paid}}]\n", paid="8.00 EUR")
    assert (found.refund, found.answers["coupon"]) == (400, 267)


# -- bands, tables


BANDS = """owed:
  by: lessons_taken / lessons_total
  bands:
  - {id: third, when: at most 1/3, pay: 2/3 of paid}
  - {id: half, when: less than 1/2, if: not service_used, pay: 1/2 of paid}
  - {id: rest, nothing: too late}
"""


@pytest.mark.parametrize(
    ("taken", "used", "row"),
    [
        (0, True, "third"),
        (4, True, "third"),
        (5, False, "half"),
        (5, True, "rest"),
        (6, False, "rest"),
        (12, False, "rest"),
    ],
)
def test_bands_of_what_is_owed_ask_about_one_value(taken: int, used: bool, row: str) -> None:
    assert said(BANDS, paid="9.00 EUR", lessons_taken=taken, lessons_total=12, service_used=used).row.id == row


def test_a_table_may_use_other_names_and_be_asked_in_several_places() -> None:
    body = "tables: {steps: [{when: at most 1/3, then: top}, {then: steps_low}]}\nlet: {top: 2/3, steps_low: 1/10}\nowed: [{id: a, pay: steps(1/4) * paid + steps(1/2) * paid}]\n"
    assert said(body, paid="30.00 EUR").refund == 2300


def test_a_table_of_columns_may_lack_a_word_but_not_be_asked_for_it() -> None:
    body = "tables: {limit: {by: cause, rows: {learner: {most: 1 EUR}, seller: {most: 2 EUR}}}}\nowed: [{id: a, pay: limit.most_}]\n".replace(
        "most", "cap"
    ).replace("cap_", "cap")
    assert said(body, cause="seller").refund == 200
    assert said(body, cause="neither").ending == "contradiction"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("tables: {limit: {by: paid, rows: {a: {cap: 1 EUR}}}}\nowed: [{id: a, pay: limit.cap}]", "columns are looked up by a word"),
        ("tables: {limit: {by: cause, rows: {teacher: {cap: 1 EUR}}}}\nowed: [{id: a, pay: limit.cap}]", "“teacher” is no word of cause"),
        ("tables: {limit: {by: cause, rows: {seller: {cap: 1 EUR}}}}\nowed: [{id: a, pay: limit.kap}]", "with a column “kap”"),
        ("tables: {steps: [{when: at most 1/3, then: 1}]}\nowed: [{id: a, pay: steps(1/2) * paid}]", "only the last row stands without a condition"),
        ("tables: {steps: [{then: 1}, {then: 0}]}\nowed: [{id: a, pay: steps(1/2) * paid}]", "only the last row stands without a condition"),
        ("tables: {steps: [{when: at most 1/3}, {then: 0}]}\nowed: [{id: a, pay: steps(1/2) * paid}]", "a row says what then"),
        ("tables: {steps: [{when: at most 1 EUR, then: 1}, {then: 0}]}\nowed: [{id: a, pay: steps(1/2) * paid}]", "does not go with"),
        ("tables: {steps: [{when: at most 1/3, then: paid}, {then: 0}]}\nowed: [{id: a, pay: steps(1/2)}]", "does not go with"),
        ("let: {x: [{when: at most 1/3, then: 1}, {then: 0}]}\nowed: [{id: a, pay: x * paid}]", "`when` needs something it is asked about"),
        ("let: {x: {choices: [a, b], rows: [{if: service_used, then: c}, {then: a}]}}\nowed: [{id: a, pay: paid}]", "“c” is not among the choices"),
        ("let: {x: [{if: paid, then: 1}, {then: 0}]}\nowed: [{id: a, pay: x * paid}]", "a condition is yes or no"),
        ("let: {x: {by: cause, bands: [{when: learners, then: 1}, {then: 0}]}}\nowed: [{id: a, pay: x * paid}]", "has no “learners”. near: learner"),
        ("let: {x: {by: cause, bands: [{when: one of, then: 1}, {then: 0}]}}\nowed: [{id: a, pay: x * paid}]", "one of"),
    ],
)  # fmt: skip
def test_a_table_that_is_not_whole_is_refused(body: str, words: str) -> None:
    (told,) = refused(body)
    assert words in told


def test_tables_that_nobody_asks_are_checked_all_the_same() -> None:
    assert refused(f"tables: {{steps: [{{when: at most 1/3, then: payd}}, {{then: 0}}]}}\n{PAID}")


def test_bands_may_ask_about_yes_and_no() -> None:
    assert (
        said(
            "let: {x: {by: service_used, bands: [{when: yes, then: 1/2}, {then: 1}]}}\nowed: [{id: a, pay: x * paid}]",
            paid="8.00 EUR",
            service_used=True,
        ).refund
        == 400
    )


# -- names


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("let: {a: b + paid, b: a}\n", "“a” is defined through itself: a -> b -> a"),
        ("let: {a: a}\n", "defined through itself"),
        ("let: {a: window_ends_on}\ndates: {window_ends_on: 3 days after a}\n", "defined through itself: "),
        ("let: {a: t(1/2) * paid}\ntables: {t: [{when: at most 1/2, then: a / paid}, {then: 0}]}\n", "defined through itself"),
        ("let: {a: t.c}\ntables: {t: {by: cause, rows: {learner: {c: a}}}}\n", "defined through itself"),
        ("let: {a: sum over m of c, k: a / 2}\nparts: {m: {of: {n: lessons_in_months}, at_most: 3, let: {c: n * k}}}\n", "defined through itself"),
        ("tables: {t: [{when: at most 1/2, then: t(1/3)}, {then: 0}]}\nlet: {a: t(1/2)}\n", "defined through itself"),
        ("presume: {price: price}\nlet: {a: price}\n", "defined through itself"),
        ("presume: {price: tuition, tuition: price}\nlet: {a: price}\n", "defined through itself"),
        ("presume: {price: a}\nlet: {a: price}\n", "defined through itself"),
        ("parts: {m: {of: {n: lessons_in_months}, at_most: 3, let: {a: b, b: a}}}\nlet: {x: sum over m of a}\n", "defined through itself"),
        ("let: {paid: price}\n", "“paid” is a fact already. give the value another name"),
        ("let: {day: price}\n", "“day” is a word of the language, not a name"),
        ("let: {Used: price}\n", "“Used”"),
        ("let: {used up: price}\n", "“used up”"),
        ("dates: {pay_by: paid}\n", "“pay_by” is money, not a date. other answers stand under `outputs`"),
        ("outputs: {intrest: paid}\n", "“intrest” is no answer of the vocabulary. near: interest"),
        ("open: {service_used: {taken: yes}}\n", "service_used"),
        ("open: {q: {taken: yes}}\nlet: {q: paid}\n", "“q”"),
        ("let: {fee: 2 EUR, other: 2 * fee}\nexceptions: [{id: x, if: service_used, keep: {fee: 1 EUR, penalty: other}}]\n", "fee"),
        ("let: {interest: 2 EUR, other: 2 * interest}\noutputs: {interest: 1 EUR, damages: other}\n", "interest"),
    ],
)  # fmt: skip
def test_a_name_has_one_meaning_and_no_circle(body: str, words: str) -> None:
    (told,) = refused(body + PAID)
    assert words in told


def test_names_stand_in_any_order() -> None:
    assert said("let: {c: b + 1 EUR, b: a + 1 EUR, a: paid}\nowed: [{id: a, pay: c}]", paid="1.00 EUR").refund == 300
    part = "parts: {m: {of: {n: lessons_in_months}, at_most: 3, let: {a: b + 1, b: n}}}\nowed: [{id: a, pay: sum over m of a * 1 EUR}]"
    assert said(part, lessons_in_months=["1", "2"]).refund == 500


def test_a_kept_line_may_be_called_like_the_fact_it_keeps() -> None:
    assert said(
        "owed: [{id: a, keep: {admin_fee: 'admin_fee, at most 1 EUR', penalty: admin_fee}}]",
        paid="9.00 EUR",
        admin_fee="2.00 EUR",
    ).lines == {"admin_fee": 100, "penalty": 100}


@pytest.mark.parametrize(
    "name", ["class", "none", "refund", "kept", "chosen", "print", "used-up", "f", "lambda", "not_yet", "decide"]
)
def test_any_word_that_is_free_is_a_good_name(name: str) -> None:
    body = f"let: {{{name}: 1/2 of paid}}\nparts: {{{name}-part: {{of: {{{name}-n: lessons_in_months}}, at_most: 2, let: {{{name}-m: 2 * {name}-n}}}}}}\nowed: [{{id: a, keep: {{x: {name}, y: sum over {name}-part of {name}-m * 1 EUR}}}}]"
    assert said(body, paid="20.00 EUR", lessons_in_months=["1", "2"]).refund == 400


# -- presumptions and doubts


def test_a_presumption_is_taken_while_the_fact_is_not_known() -> None:
    body = "presume: {list_price_per_lesson: paid / lessons_total}\nowed: [{id: a, keep: {kept_for_use: lessons_taken * list_price_per_lesson}}]\n"
    assert said(body, paid="10.00 EUR", lessons_total=4, lessons_taken=1).refund == 750
    assert (
        said(body, paid="10.00 EUR", lessons_total=4, lessons_taken=1, list_price_per_lesson="3.00 EUR").refund == 700
    )


@pytest.mark.parametrize(
    ("presumed", "facts", "refund"),
    [
        ("service_used: yes", {}, 0), ("service_used: true", {}, 0), ("service_used: no", {}, 500), ("service_used: no", {"service_used": True}, 0),
        ("service_used: {value: yes, because: {en: so, zh: 是}, cite: s. 1}", {}, 0), ("service_used: lessons_taken > 0", {"lessons_taken": 1}, 0),
        ("service_used: lessons_taken > 0", {"lessons_taken": 0}, 500), ("service_used: supply_begun", {"supply_begun": True}, 0),
        ("service_used: cause is seller", {"cause": "learner"}, 500),
    ],
)  # fmt: skip
def test_a_presumption_may_be_a_word_or_worked_out(presumed: str, facts: dict[str, object], refund: int) -> None:
    assert (
        said(
            f"presume: {{{presumed}}}\nowed: [{{id: a, if: service_used, nothing: used}}, {{id: b, pay: paid}}]\n",
            paid="5.00 EUR",
            **facts,
        ).refund
        == refund
    )


@pytest.mark.parametrize(
    ("presumed", "condition", "refund"),
    [
        ("cause: seller", "cause is seller", 500), ("product_line: plus-monthly", "product_line is plus-monthly", 500), ("starts_on: paid_on", "starts_on is 2026-03-01", 500),
        ("starts_on: 3 days after paid_on", "starts_on is 2026-03-04", 500), ("share_elapsed: 1/3", "share_elapsed < 1/2", 500), ("lessons_total: 10", "lessons_total > 9", 500),
        ("learner_place: seller_place", "learner_place in AT", 500),
    ],
)  # fmt: skip
def test_a_presumption_may_be_of_any_type(presumed: str, condition: str, refund: int) -> None:
    body = f"presume: {{{presumed}}}\nowed: [{{id: a, if: {condition}, pay: paid}}, {{id: b, nothing: no}}]\n"
    assert said(body, paid="5.00 EUR", paid_on="2026-03-01", seller_place="AT").refund == refund


def test_a_presumed_payment_is_accounted_for() -> None:
    body = "presume: {paid: price}\nowed: [{id: a, keep: {fee: 1/2 of price}}]\n"
    found = answered(body, price="5.00 EUR")
    assert (found.refund, found.answers["owed_to_seller"]) == (250, 250)


def test_a_doubt_is_read_one_way_and_shows_what_the_other_gives() -> None:
    body = "open: {exactly: {asks: Half?, taken: no, because: doubt}}\nowed: [{id: a, if: exactly, pay: 1/2 of paid}, {id: b, pay: paid}]\n"
    found = answered(body, paid="8.00 EUR")
    assert found.refund == 800
    assert [(o.name, o.taken, other) for o, other in found.readings] == [("exactly", False, 400)]


def test_a_doubt_that_changes_nothing_is_not_told() -> None:
    body = "open: {exactly: {asks: Half?, taken: no, because: doubt}}\nowed: [{id: a, if: exactly and service_used, pay: 1/2 of paid}, {id: b, pay: paid}]\n"
    assert answered(body, paid="8.00 EUR", service_used=False).readings == ()


# -- parts

PART = """parts:
  month: {of: {n: lessons_in_months, fee: month_prices}, at_most: 3, let: {back: [{if: so_far(n) >= lessons_taken, then: fee}, {then: fee / n}]}}
owed: [{id: a, pay: sum over month of back}]
"""


def test_lists_are_worked_through_row_by_row() -> None:
    facts = {"lessons_in_months": ["4", "2"], "month_prices": ["8.00 EUR", "6.00 EUR"]}
    assert said(PART, **facts, lessons_taken=0).refund == 1400
    assert said(PART, **facts, lessons_taken=1).refund == 200 + 600
    assert said(PART, **facts, lessons_taken=5).refund == 200 + 300


@pytest.mark.parametrize(
    ("lessons", "prices", "ending"),
    [(["1"] * 3, ["1.00 EUR"] * 3, "pay"), (["1"] * 4, ["1.00 EUR"] * 4, "contradiction"), ("none", "none", "pay")],
)
def test_a_list_longer_than_its_bound_contradicts_the_rule(lessons: object, prices: object, ending: str) -> None:
    assert said(PART, lessons_in_months=lessons, month_prices=prices, lessons_taken=0).ending == ending


# -- what is shown with a version


def test_citations_of_rows_are_filled_from_the_version() -> None:
    body = "cite: {article: art. 9, title: Directive, status: verified}\nowed: [{id: a, pay: paid, cite: art. 12}]\n"
    version = a_rule(body)[1].versions[0]
    assert version.owed[0].cite.filled_from(version.cite) == Cite("art. 12", "Directive", "", "", "verified", "")


def test_duties_say_whether_they_were_met() -> None:
    body = f"{PAID}duties:\n- {{id: tell, if: buyer_is_consumer, must: withdrawal_information_given, says: Tell}}\n- {{id: other, says: Do}}\n"
    facts = {"paid": "5.00 EUR", "buyer_is_consumer": True}
    assert [s for _, s in answered(body, **facts, withdrawal_information_given=True).duties] == ["met", "to-check"]
    assert [s for _, s in answered(body, **facts, withdrawal_information_given=False).duties] == ["broken", "to-check"]
    assert [s for _, s in answered(body, **facts).duties] == ["open", "to-check"]
    assert [s for _, s in answered(body, paid="5.00 EUR", buyer_is_consumer=False).duties] == ["to-check"]


def test_what_could_not_be_written_is_kept() -> None:
    version = a_rule(
        f"not_encoded: [{{cite: s. 5, excerpt: wichtiger Grund, why: {{en: for a court, zh: 由法院}}}}]\n{PAID}"
    )[1].versions[0]
    assert (version.not_encoded[0].excerpt, version.not_encoded[0].why["en"]) == ("wichtiger Grund", "for a court")


# -- relations

OTHER = "id: other\ntitle: {en: Other, zh: 另}\nplace: AT\nbinds: either\nkind: interest\n"


@pytest.mark.parametrize(
    ("relations", "words"),
    [
        ("displaces: [smal]", "relations name a rule “smal” that is not there. near: small"),
        ("adds_to: [smal]", "relations name a rule “smal” that is not there"),
        ("takes: {refund_due: refund of smal}", "relations name a rule “smal” that is not there"),
        ("takes: {refund_due: small}", "takes: refund_due cannot be read. refund_due: refund of the-other-rule"),
        ("takes: {due: refund of small}", "takes: due cannot be read"),
        ("takes: {refund_due: refund of other}", "other takes answers that, in the end, come from itself"),
        ("displaces: [{rule: small, when: paid}]", "yes or no"),
    ],
)
def test_relations_name_rules_and_facts_that_exist(relations: str, words: str) -> None:
    with pytest.raises(Problem) as raised:
        a_library(HEAD + PAID, OTHER + f"relations: {{{relations}}}\noutputs: {{interest: 10% of paid}}\n")
    assert words in str(raised.value)


def test_one_rule_takes_the_answer_of_another_and_adds_to_it() -> None:
    made = a_library(
        HEAD + "owed: [{id: a, pay: 1/2 of paid}]\n",
        OTHER
        + "relations: {adds_to: [small], takes: {refund_due: refund of small}}\noutputs: {interest: 10% of refund_due}\n",
    )
    found = assess(
        made, read_facts({"learner_place": "AT", "paid": "8.00 EUR"}, made.vocabulary), asked_on=day("2026-06-01")
    )
    interest = next(e for e in found.entitlements if e.rule.id == "other")
    assert (interest.answers["interest"], interest.taken) == (40, (("refund_due", "small"),))
    assert found.best is not None
    assert found.total(found.best) == 440


def test_the_special_rule_takes_the_place_of_the_general_one() -> None:
    made = a_library(
        HEAD + PAID,
        OTHER.replace("interest", "money-back")
        + "relations: {displaces: [{rule: small, when: service_used}]}\nowed: [{id: a, nothing: no}]\n",
    )

    def best(**facts: object) -> str:
        texts = {"learner_place": "AT", "paid": "8.00 EUR", **facts}
        found = assess(made, read_facts(texts, made.vocabulary), asked_on=day("2026-06-01"))
        return found.best.rule.id if found.best else "none"

    assert best(service_used=False) == "small"
    assert best(service_used=True) == "none"


def test_rates_are_known_from_their_first_day_until_their_last() -> None:
    rates = "id: legal\ntitle: {en: Legal, zh: 法定}\nuntil: 2026-12-31\nvalues: [{from: 2025-01-01, value: 3.1%}, {from: 2026-01-01, value: 4%}]\n"
    made, rule = a_rule('owed: [{id: a, pay: "rate(legal, paid_on) * paid"}]\n', rates=rates)
    ends = {
        d: interpreters(made, rule.versions[0], known(paid="100.00 EUR", paid_on=d))
        for d in ("2024-12-31", "2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01")
    }
    assert [s.refund for s in ends.values()] == [None, 310, 400, 400, None]
    assert {s.ending for d, s in ends.items() if s.refund is None} == {"contradiction"}


def test_a_share_of_a_count_keeps_its_unit_and_a_share_for_each_is_a_share() -> None:
    made, rule = a_rule("let: {rate_due: 50% + trial_days * 5%}\nowed: [{id: a, pay: rate_due * paid}]\n")
    assert interpreters(made, rule.versions[0], known(paid="100.00 EUR", trial_days=3)).refund == Fraction(6500)


# -- what the linter finds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("tables: {t: [{when: at most 1/3, then: 1}, {when: at least 1/3, then: 1/2}, {then: 0}]}\nowed: [{id: a, pay: t(share_elapsed) * paid}]", "table t: 1/3 stands in rows 1 and 2"),
        ("tables: {t: [{when: at most 1/2, then: 1}, {when: less than 1/3, then: 1/2}, {then: 0}]}\nowed: [{id: a, pay: t(share_elapsed) * paid}]", "table t: row 2 is never reached"),
        ("tables: {t: [{when: at most 1/2, then: 1}, {when: more than 1/2, then: 1/2}, {then: 0}]}\nowed: [{id: a, pay: t(share_elapsed) * paid}]", "table t: the last row is never reached"),
        ("exceptions: [{id: x, if: service_used, pay: 1/2 of paid}, {id: y, if: supply_begun, nothing: no}]\nowed: [{id: a, pay: paid}]", "exceptions x and y can both hold and differ"),
        ("owed: [{id: a, if: lessons_taken <= 3, pay: paid}, {id: b, if: lessons_taken < 2, nothing: no}, {id: c, nothing: no}]", "row b is never reached"),
        ("let: {x: paid}\nowed: [{id: a, pay: paid}]", "“x” is never used"),
        ("open: {q: {asks: So, taken: yes}}\nowed: [{id: a, pay: paid}]", "the open question “q” is never used"),
        ("owed: [{pay: paid}]", "a row has no id"),
        ("owed: [{id: a, pay: paid}]", "row a names no article"),
        ("owed: [{id: a, lost: late}]", "the reason of row a lacks zh"),
        ("cite: {article: s. 1}\nowed: [{id: a, pay: paid}]", "the citation lacks status"),
    ],
)  # fmt: skip
def test_the_linter_finds_what_loads_but_should_not_stay(body: str, words: str) -> None:
    findings = check_rule(a_rule(body)[1])
    assert any(words in f.message for f in findings), [f.message for f in findings]
    assert all(f.where is None or f.where.file == "rule0.yaml" for f in findings)


@pytest.mark.parametrize("bound", ["at most 1/2", "less than 1/2"])
def test_bands_that_widen_step_by_step_are_no_fault(bound: str) -> None:
    body = f"tables: {{t: [{{when: at most 1/3, then: 1}}, {{when: {bound}, then: 1/2}}, {{then: 0}}]}}\nowed: [{{id: a, pay: t(share_elapsed) * paid}}]"
    assert not [f for f in check_rule(a_rule(body)[1]) if "table t" in f.message]


def test_another_source_does_not_inherit_the_words_quoted_from_the_first() -> None:
    quoted = (
        "cite: {article: s. 1, title: A, checked_on: 2026-11-22, status: verified, quote: words, translation: {zh: 词}}"
    )
    versions = (
        "selected_by: concluded_on\nversions:\n"
        f"- {{name: one, in_force: {{from: 2020-01-01, until: 2020-12-31}}, owed: [{{id: a, pay: paid}}], {quoted}}}\n"
        "- {name: two, like: one, in_force: {from: 2021-01-01, until: 2021-12-31}, cite: {article: s. 2}}\n"
        "- {name: three, like: one, in_force: {from: 2022-01-01}, cite: {checked_on: 2026-11-23}}\n"
    )
    _, rule = a_rule(versions)
    assert [v.cite.quote for v in rule.versions] == ["words", "", "words"]
    assert [v.cite.translation for v in rule.versions] == [{"zh": "词"}, {}, {"zh": "词"}]


def test_a_text_cut_at_a_comma_is_no_text() -> None:
    cut = "exceptions: [{id: files, if: content_downloaded, excluded: {en: Files, kept for ever, zh: 文件}, cite: s. 1}]\n"
    assert any("“kept for ever” is no language. a comma inside {…}" in one for one in refused(PAID + cut))
