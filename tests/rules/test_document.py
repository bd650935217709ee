"""A rule file as it was written: known keys, rules like other rules, changes by key and by id, versions like versions."""

from __future__ import annotations

import pytest
from making import HEAD, a_library, known, paying, programs

from recourse.problems import Problem
from recourse.rules.document import merge
from recourse.source import Node, plain, read

PARENT = """id: parent
title: {en: Parent, zh: 父}
place: EU
binds: learner_place
kind: money-back
selected_by: concluded_on, else asked_on
versions:
- name: y2014
  in_force: {from: 2014-06-13, until: 2026-06-18}
  cite: {article: art. 9, title: Directive, status: verified, checked_on: 2026-11-22}
  note: {en: Old text, zh: 旧}
  calendar: {place: learner_place}
  let: {limit: 14 days after concluded_on, fee: 10 EUR}
  exceptions:
  - {id: x1, if: fully_performed, lost: performed, cite: art. 16}
  - {id: x2, if: supply_begun, lost: begun, over: [x1], cite: art. 16}
  owed:
  - {id: late, if: requested_on > limit, lost: late, cite: art. 9}
  - {id: all, pay: paid, cite: art. 12}
  duties: [{id: tell, says: Tell}]
- like: y2014
  name: y2026
  in_force: {from: 2026-06-19}
  let: {limit: 30 days after concluded_on}
"""
CHILD = "id: child\ntitle: {en: Child, zh: 子}\nplace: AT\nbinds: learner_place\nkind: money-back\ncite: {article: s. 11}\nlike: parent\n"


def child(text: str = ""):  # type: ignore[no-untyped-def]
    return a_library(PARENT, CHILD + text).rules["child"]


def complaint(*files: str) -> str:
    with pytest.raises(Problem) as raised:
        a_library(*files)
    return str(raised.value)


def ids(rows: tuple[object, ...]) -> list[str]:
    return [row.id for row in rows]  # type: ignore[attr-defined]


# -- like, within a rule and between rules


def test_a_version_like_another_has_everything_but_its_dates_its_name_and_its_note() -> None:
    first, second = a_library(PARENT).rules["parent"].versions
    assert (second.name, second.starts, second.ends) == ("y2026", first.ends + 1, None)
    assert second.cite == first.cite
    assert ids(second.exceptions) == ids(first.exceptions)
    assert second.note == {}
    assert dict(second.lets)["limit"] != dict(first.lets)["limit"]
    assert dict(second.lets)["fee"] == dict(first.lets)["fee"]


def test_a_rule_like_another_has_its_versions_its_kind_and_its_selecting_date() -> None:
    found = child()
    assert [v.name for v in found.versions] == ["y2014", "y2026"]
    assert (found.like, found.kind, found.selected_by) == ("parent", "money-back", ("concluded_on", "asked_on"))
    assert (found.place, found.id, found.covers) == ("AT", "child", ())


def test_its_own_citation_is_laid_over_the_parents() -> None:
    cite = child().versions[0].cite
    assert (cite.article, cite.title) == ("s. 11", "Directive")


def test_a_change_is_laid_over_every_version_by_key() -> None:
    changed = child("change: {let: {fee: 20 EUR}, months: next day}\n")
    assert [dict(v.lets)["fee"].value for v in changed.versions] == [(2000, "EUR"), (2000, "EUR")]
    assert [dict(v.lets)["limit"] for v in changed.versions] == [dict(v.lets)["limit"] for v in child().versions]
    assert {v.months for v in changed.versions} == {"next day"}


def test_rows_are_changed_by_their_id_and_keep_what_is_not_named() -> None:
    changed = child("change: {owed: [{id: late, nothing: too late}]}\n").versions[0]
    assert ids(changed.owed) == ["late", "all"]
    assert (changed.owed[0].outcome, changed.owed[0].why, changed.owed[0].cite.article) == (
        "nothing",
        {"en": "too late"},
        "art. 9",
    )
    assert changed.owed[0].when == child().versions[0].owed[0].when


def test_a_new_row_is_more_special_and_stands_first() -> None:
    changed = child(
        "change: {owed: [{id: new, if: service_used, nothing: used}], exceptions: [{id: x3, if: service_used, nothing: used}]}\n"
    ).versions[0]
    assert ids(changed.owed) == ["new", "late", "all"]
    assert set(ids(changed.exceptions)) == {"x1", "x2", "x3"}


def test_rows_and_entries_are_dropped() -> None:
    changed = child(
        "change: {exceptions: [{id: x1, drop: true}, {id: x2, over: []}], let: {fee: {drop: true}}, duties: [{id: tell, drop: true}]}\n"
    ).versions[0]
    assert ids(changed.exceptions) == ["x2"]
    assert "fee" not in dict(changed.lets)
    assert changed.duties == ()


def test_dropping_what_is_not_there_is_an_error() -> None:
    assert "exceptions has no row “x9” to drop" in complaint(
        PARENT, CHILD + "change: {exceptions: [{id: x9, drop: true}]}\n"
    )
    assert "no “fees” to drop" in complaint(PARENT, CHILD + "change: {let: {fees: {drop: true}}}\n")


def test_an_exception_that_stands_over_a_dropped_one_is_an_error() -> None:
    assert "there is no exception “x1” to stand over" in complaint(
        PARENT, CHILD + "change: {exceptions: [{id: x1, drop: true}]}\n"
    )


def test_rows_without_an_id_cannot_be_changed() -> None:
    assert "needs an id" in complaint(PARENT, CHILD + "change: {owed: [{nothing: none}]}\n")


def test_versions_of_its_own_are_laid_over_the_first_of_the_parent() -> None:
    (only,) = child("versions:\n- in_force: {from: 2015-01-01}\n  let: {fee: 1 EUR}\n").versions
    assert (only.name, only.ends) == ("", None)
    assert dict(only.lets)["fee"].value == (100, "EUR")
    assert ids(only.owed) == ["late", "all"]


def test_versions_of_its_own_may_be_like_a_named_one_of_the_parent() -> None:
    own = "versions:\n- like: y2026\n  in_force: {from: 2026-07-01}\n"
    (only,) = child(own).versions
    assert dict(only.lets)["limit"].args[0].value == 30


def test_like_and_change_may_be_chained() -> None:
    grandchild = CHILD.replace("child", "grandchild").replace("like: parent", "like: child")
    found = a_library(
        PARENT, CHILD + "change: {let: {fee: 20 EUR}}\n", grandchild + "change: {shortfall: owed}\n"
    ).rules["grandchild"]
    assert dict(found.versions[1].lets)["fee"].value == (2000, "EUR")
    assert found.versions[1].shortfall == "owed"


def test_what_was_merged_still_decides() -> None:
    made = a_library(PARENT, CHILD + "change: {let: {limit: 7 days after concluded_on}}\n")
    facts = known(
        paid="9.00 EUR", concluded_on="2026-03-01", requested_on="2026-03-09", fully_performed=False, supply_begun=False
    )
    ends = {rule.id: programs(made, rule, rule.versions[0], facts).ending for rule in made.rules.values()}
    assert ends == {"parent": "pay", "child": "lost"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("like: parnt\n", "there is no rule “parnt” to be like. near: parent"),
        ("owed: [{id: a, pay: paid}]\nlike: parent\n", "“owed” stands beside `like`. put it under `change:`"),
        ("like: parent\nchange: {let: {limit: 7 dyas after concluded_on}}\n", "“dyas” is not expected here"),
        (
            "like: parent\nversions:\n- {like: y2013, in_force: {from: 2026-07-01}}\n",
            "there is no earlier version “y2013”. near: y2014",
        ),
    ],
)
def test_what_is_wrong_in_a_change_is_told_at_the_change(text: str, words: str) -> None:
    told = complaint(PARENT, CHILD.replace("like: parent\n", "") + text)
    assert words in told
    assert told.startswith("rule1.yaml:")


def test_what_only_a_change_makes_wrong_in_the_parent_is_told_too() -> None:
    assert "there is no fact or name “limit”" in complaint(PARENT, CHILD + "change: {let: {limit: {drop: true}}}\n")


def test_rules_like_each_other_are_a_circle_not_an_endless_search() -> None:
    other = CHILD.replace("child", "other").replace("like: parent", "like: child")
    assert "circle" in complaint(CHILD.replace("like: parent", "like: other"), other)
    assert "circle" in complaint(CHILD.replace("like: parent", "like: child"))


def test_a_version_may_not_be_like_itself_or_a_later_one() -> None:
    body = "selected_by: concluded_on\nversions:\n- {name: a, like: b, in_force: {until: 2020-01-01}}\n- {name: b, in_force: {from: 2020-01-02}, owed: [{id: x, pay: paid}]}\n"
    assert "there is no earlier version “b”" in complaint(HEAD + body)


def test_two_versions_of_one_name_are_an_error() -> None:
    body = "selected_by: concluded_on\nversions:\n- {name: a, in_force: {until: 2020-01-01}, owed: [{id: x, pay: paid}]}\n- {name: a, in_force: {from: 2020-01-02}, owed: [{id: x, pay: paid}]}\n"
    assert "“a”" in complaint(HEAD + body)


# -- keys


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("owd: [{id: a, pay: paid}]\n", "6:1", "a rule has no key “owd”. near: owed"),
        ("owed: [{id: a, pays: paid}]\n", "6:16", "a row has no key “pays”. near: pay"),
        ("cite: {artcle: s. 1}\nowed: [{id: a, pay: paid}]\n", "6:8", "a citation has no key “artcle”. near: article"),
        ("cite: {status: sure}\nowed: [{id: a, pay: paid}]\n", "6:16", "“sure” is no status. verified, partly or memory"),
        ("cite: {checked_on: yesterday}\nowed: [{id: a, pay: paid}]\n", "6:20", "not a date: 'yesterday'"),
        ("in_force: {form: 2020-01-01}\nowed: [{id: a, pay: paid}]\n", "6:12", "in_force has no key “form”. near: from"),
        ("calendar: {plce: AT}\nowed: [{id: a, pay: paid}]\n", "6:12", "a calendar has no key “plce”. near: place"),
        ("let: [paid]\nowed: [{id: a, pay: paid}]\n", "6:6", "let is a mapping"),
        ("owed: {id: a, pay: paid}\n", "6:8", "owed has no key “id”"),
        ("owed: paid\n", "6:7", "owed is a list"),
        ("exceptions: {id: a}\nowed: [{id: a, pay: paid}]\n", "6:13", "exceptions is a list"),
        ("owed: [{id: [a], pay: paid}]\n", "6:13", "id is one text"),
        ("versions: []\n", "6:11", "a rule has at least one version"),
        ("versions:\n- {owed: [{id: a, pay: paid}], place: AT}\n", "7:32", "a version has no key “place”"),
        ("owed: [{id: a, pay: paid}]\nversions:\n- {owed: [{id: a, pay: paid}]}\n", "6:7", "“owed” stands beside `versions`"),
        ("relations: {displace: []}\nowed: [{id: a, pay: paid}]\n", "6:13", "relations has no key “displace”. near: displaces"),
        ("parts: {m: {off: {n: lessons_in_months}}}\nowed: [{id: a, pay: paid}]\n", "6:13", "a part has no key “off”. near: of"),
        ("parts: {m: {of: {n: lessons_in_months}}}\nowed: [{id: a, pay: paid}]\n", "6:12", "at_most"),
        ("parts: {m: {at_most: 3}}\nowed: [{id: a, pay: paid}]\n", "6:12", "of"),
        ("parts: {m: {of: {n: lessons_in_months}, at_most: many}}\nowed: [{id: a, pay: paid}]\n", "6:50", "many"),
        ("parts: {m: {of: {n: lessons_in_months}, at_most: 0}}\nowed: [{id: a, pay: paid}]\n", "6:50", "at_most"),
        ("parts: {m: {of: {n: paid}, at_most: 3}}\nowed: [{id: a, pay: paid}]\n", "6:21", "paid is no list"),
        ("let: {x: {by: cause}}\nowed: [{id: a, pay: paid}]\n", "6:10", "bands"),
        ("let: {x: {bands: [{then: 1}]}}\nowed: [{id: a, pay: paid}]\n", "6:10", "by"),
        ("let: {x: {choices: [a, b]}}\nowed: [{id: a, pay: paid}]\n", "6:10", "rows"),
        ("let: {x: {rows: [{then: 1}]}}\nowed: [{id: a, pay: paid}]\n", "6:10", "choices"),
        ("open: {q: {asks: So}}\nowed: [{id: a, pay: paid}]\n", "6:11", "taken"),
        ("open: {q: {taken: perhaps}}\nowed: [{id: a, pay: paid}]\n", "6:19", "a reading is yes or no, not “perhaps”"),
        ("calendar: {rest: [sunday]}\nowed: [{id: a, pay: paid}]\n", "6:11", "place"),
        ("calendar: {place: AT, rest: [sonntag]}\nowed: [{id: a, pay: paid}]\n", "6:30", "sonntag"),
        ("calendar: {place: XX}\nowed: [{id: a, pay: paid}]\n", "6:19", "'XX' is no place"),
        ("calendar: {place: paid_on}\nowed: [{id: a, pay: paid}]\n", "6:19", "paid_on"),
        ("owed: {bands: [{id: a, pay: paid}]}\n", "6:7", "by"),
        ("owed: {by: cause}\n", "6:7", "bands"),
        ("duties: [{id: a}]\n", "6:10", "a duty has an id and says what must be done"),
        ("let: {a: paid, a: price}\nowed: [{id: a, pay: paid}]\n", "6:16", "stands twice"),
        ("months: first day\nowed: [{id: a, pay: paid}]\n", "6:9", "months cannot be “first day”. last day or next day"),
        ("shortfall: maybe\nowed: [{id: a, pay: paid}]\n", "6:12", "shortfall cannot be “maybe”. owed or none"),
        ("form: cash\nowed: [{id: a, pay: paid}]\n", "6:7", "form cannot be “cash”"),
        ("arithmetic: large\nowed: [{id: a, pay: paid}]\n", "6:13", "arithmetic cannot be “large”"),
        ("round: nearest\nowed: [{id: a, pay: paid}]\n", "6:8", "a rounding says which way"),
        ("round: down to 10%\nowed: [{id: a, pay: paid}]\n", "6:8", "money is rounded to an amount. down to 10 KRW"),
        ("round: down to 0 EUR\nowed: [{id: a, pay: paid}]\n", "6:16", "nothing can be rounded to 0"),
        ("round: 'down to 10 KRW, at most 5 KRW'\nowed: [{id: a, pay: paid}]\n", "6:23", "“,” is not expected here"),
        ("note: [a]\nowed: [{id: a, pay: paid}]\n", "6:7", "words by language is a mapping"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_as_it_should_be_says_where(text: str, where: str, words: str) -> None:
    told = complaint(HEAD + text)
    assert told.startswith(f"rule0.yaml:{where}  "), told
    assert words in told


def test_every_broken_file_is_told_at_once() -> None:
    second = HEAD.replace("id: small", "id: other") + "owed: [{id: a, pay: payd}]\n"
    told = complaint(HEAD + "owed: [{id: a, pay: prise}]\n", second)
    assert "rule0.yaml:6:21  there is no fact or name “prise”" in told
    assert "rule1.yaml:6:21  there is no fact or name “payd”" in told


def test_ids_are_given_once() -> None:
    assert "the id “small” is taken (rule0.yaml:" in complaint(HEAD + paying("paid"), HEAD + paying("price"))


# -- merging on its own


def _merged(base: str, change: str) -> object:
    return plain(merge(read(base, "a.yaml"), read(change, "b.yaml")))


@pytest.mark.parametrize(
    ("base", "change", "found"),
    [
        ("{a: 1, b: 2}", "{b: 3, c: 4}", {"a": "1", "b": "3", "c": "4"}),
        ("{a: {x: 1, y: 2}}", "{a: {y: 3}}", {"a": {"x": "1", "y": "3"}}),
        ("{a: [1, 2]}", "{a: [3]}", {"a": ["3"]}),
        ("{a: 1}", "{a: {x: 1}}", {"a": {"x": "1"}}),
        ("{a: {x: 1}}", "{a: 1}", {"a": "1"}),
        ("{a: 1, b: {c: 1}}", "{b: {drop: true}}", {"a": "1"}),
        (
            "{owed: [{id: a, pay: x, cite: c}]}",
            "{owed: [{id: a, lost: y}]}",
            {"owed": [{"id": "a", "cite": "c", "lost": "y"}]},
        ),
        (
            "{owed: [{id: a, pay: x}]}",
            "{owed: [{id: b, pay: y}]}",
            {"owed": [{"id": "b", "pay": "y"}, {"id": "a", "pay": "x"}]},
        ),
        (
            "{owed: [{id: a, pay: x}, {id: b, pay: y}]}",
            "{owed: [{id: a, drop: yes}]}",
            {"owed": [{"id": "b", "pay": "y"}]},
        ),
        ("{duties: [{id: a, says: x}]}", "{duties: [{id: a, says: y}]}", {"duties": [{"id": "a", "says": "y"}]}),
    ],
)
def test_mappings_merge_by_key_rows_by_id_and_the_rest_is_replaced(base: str, change: str, found: object) -> None:
    assert _merged(base, change) == found


def test_merging_leaves_both_as_they_were_and_remembers_where_each_part_stood() -> None:
    base, change = read("{a: {x: 1, y: 2}}", "a.yaml"), read("{a: {y: 3}}", "b.yaml")
    merged = merge(base, change).mapping()["a"].mapping()
    assert (merged["x"].where.file, merged["y"].where.file) == ("a.yaml", "b.yaml")
    assert plain(base) == {"a": {"x": "1", "y": "2"}}
    assert isinstance(merge(base, base), Node)
