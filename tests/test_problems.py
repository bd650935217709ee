"""Problems say where, what and what would be right."""

import pickle

import pytest

from recourse.bilingual import Words
from recourse.problems import Place, Problem, Problems, each, near, refuse

HERE = Place("case.yaml", 3, 7)


def test_a_problem_names_place_field_message_and_hint() -> None:
    problem = Problem("EUR has 2 decimals", HERE, "paid", "Write 180.00 EUR.")
    assert str(problem) == "case.yaml:3:7  paid: EUR has 2 decimals. Write 180.00 EUR."


def test_a_problem_without_a_place_is_only_its_sentence() -> None:
    assert str(Problem("not a date")) == "not a date"


def test_a_problem_speaks_chinese_where_it_has_the_words() -> None:
    problem = Problem(Words("not a date", "不是日期"), None, "paid_on", Words("Write 2026-03-31.", "请写 2026-03-31。"))
    assert problem.say("zh-hans") == "paid_on：不是日期。请写 2026-03-31。"
    assert problem.say("zh", field="付款日") == "付款日：不是日期。请写 2026-03-31。"
    assert Problem("English only").say("zh") == "English only"


def test_at_fills_in_what_is_missing_and_keeps_what_is_known() -> None:
    inner = Problem("wrong", None, "price").at(HERE, "paid")
    assert (inner.where, inner.field) == (HERE, "price")


def test_several_problems_are_shown_line_by_line() -> None:
    both = Problems([Problem("one", HERE), Problems([Problem("two"), Problem("three")])])
    assert str(both).splitlines() == ["case.yaml:3:7  one", "two", "three"]
    assert len(each(both)) == 3
    assert [part.field for part in both.at(field="paid").problems] == ["paid"] * 3


def test_refuse_raises_one_problem_as_itself_and_none_not_at_all() -> None:
    refuse([])
    only = Problem("only")
    with pytest.raises(Problem) as one:
        refuse([only])
    assert one.value is only
    with pytest.raises(Problems):
        refuse([only, Problem("another")])


def test_problems_survive_pickling() -> None:
    problem = Problem(Words("a", "甲"), HERE, "paid", "hint")
    both = Problems([problem, Problem("b")])
    assert str(pickle.loads(pickle.dumps(problem))) == str(problem)
    assert str(pickle.loads(pickle.dumps(both))) == str(both)


def test_near_words_are_found_over_case_and_underscores() -> None:
    assert near("Live course", ["live-course", "degree"]) == ["live-course"]
    assert near("learner place", ["learner_place"]) == ["learner_place"]
    assert near("zzzz", ["live-course"]) == []
