"""YAML is read with places, and without guessing what a scalar means."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recourse import source
from recourse.problems import Problem, Problems


def said(text: str) -> str:
    with pytest.raises(Problem) as raised:
        source.read(text, "f.yaml")
    return str(raised.value)


def test_no_scalar_is_resolved() -> None:
    tree = source.read("a: no\nb: 1/3\nc: 2026-03-01\nd: 0.10\ne: ~\nf: 1_000\n", "f.yaml")
    assert source.plain(tree) == {"a": "no", "b": "1/3", "c": "2026-03-01", "d": "0.10", "e": "~", "f": "1_000"}


def test_every_node_and_key_knows_its_place() -> None:
    tree = source.read("first: 1\nsecond:\n- {inner: x}\n", "f.yaml")
    inner = tree.mapping()["second"].sequence()[0]
    assert str(inner.mapping()["inner"].where) == "f.yaml:3:11"
    assert str(tree.key_at("second")) == "f.yaml:2:1"


def test_quotes_tell_a_text_from_nothing() -> None:
    tree = source.read('a: ""\nb:\nc: "null"\nd: null\n', "f.yaml").mapping()
    assert [tree[key].is_null for key in "abcd"] == [False, True, False, True]


def test_the_order_of_keys_is_kept() -> None:
    assert list(source.read("b: 1\na: 2\nc: 3", "f.yaml").mapping()) == ["b", "a", "c"]


def test_a_key_that_stands_twice_is_an_error_that_shows_both_lines() -> None:
    assert said("a: 1\nb: 2\na: 3") == "f.yaml:3:1  a: stands twice, first in line 1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1", "an anchor (&x)"),
        ("a: *x", "an alias"),
        ("a: !thing 1", "a tag (!thing)"),
        ("<<: {a: 1}", "a merge key"),
        ("? [1]\n: 2", "a key must be one text"),
        ("", "nothing is written here"),
        ("a: 1\n---\nb: 2", "a second document"),
        ("a:\n\t- 1", "not readable as YAML"),
        ("a: \x00", "not readable as YAML"),
        ("a: '\ud800'", "a character that no text can hold"),
        ("[" * 100_000, "nested more than"),
        ("- " * 100_000, "nested more than"),
        ("x" * 4_000_001, "more than the 4,000,000"),
        ('{"a": {"b": 1, "b": 2}}', "stands twice"),
    ],
)
def test_what_a_rule_does_not_need_is_refused(text: str, message: str) -> None:
    assert message in said(text)


def test_all_that_is_wrong_is_reported_at_once() -> None:
    with pytest.raises(Problems) as raised:
        source.read("a: &x 1\na: 2\nb: !t 3\n", "f.yaml")
    assert [problem.where.line for problem in raised.value.problems if problem.where] == [1, 2, 3]


def test_json_is_read_and_its_numbers_stay_as_written() -> None:
    tree = source.read('{"a":\t1.50,\n\t"b": "\\ud83d\\ude00", "c": true, "d": null, "e": [1e3]}', "f.json")
    assert source.plain(tree) == {"a": "1.50", "b": "😀", "c": "true", "d": "null", "e": ["1e3"]}
    assert tree.mapping()["d"].is_null


def test_a_wrong_kind_of_value_says_what_belongs_there() -> None:
    tree = source.read("a: [1]\nb: {c: d}\n", "f.yaml").mapping()
    with pytest.raises(Problem, match="a text belongs here, not a list"):
        tree["a"].text()
    with pytest.raises(Problem, match="a list belongs here, not a mapping"):
        tree["b"].sequence("b")
    with pytest.raises(Problem, match="a mapping belongs here, not a text"):
        tree["b"].mapping()["c"].mapping()


scalars = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]), max_size=12)
trees = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(scalars, inner), max_leaves=12)


@given(trees)
def test_what_yaml_writes_is_read_back(tree: object) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True, default_style='"')
    assert source.plain(source.read(text, "f.yaml")) == tree


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_problem(text: str) -> None:
    problem: Problem | None = None
    try:
        source.read(text, "f.yaml")
    except Problem as raised:
        problem = raised
    assert problem is None or problem.where is not None
