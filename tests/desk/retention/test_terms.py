"""The terms are those of the file: the documents print them, the code obeys them, and each says where it is from."""

import datetime as dt
from pathlib import Path

import pytest

from recourse.desk import corpus
from recourse.desk.retention import terms
from recourse.problems import Problem
from recourse.web import settings
from recourse.work import tasks

ROOT = Path(__file__).parents[3]
DAY = dt.date(2026, 11, 20)


def test_the_table_in_the_documents_is_that_of_the_file():
    assert terms.printed() in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_the_programs_obey_the_terms():
    assert terms.span("jobs") == tasks.KEPT
    assert terms.span("sessions").total_seconds() == settings.SESSION_COOKIE_AGE


def test_a_limitation_period_stands_in_the_law_that_it_names():
    library = corpus.library()
    sources = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "src/recourse/data").rglob("*.yaml")}
    words = {2: "two", 3: "three", 5: "five", 6: "six"}
    for place, term in terms.table().places["limitation"].items():
        assert term.shown_by in library.bodies, place
        told = sources[term.shown_by]
        assert f"{term.number} years after" in told or f"{words[term.number]} years after" in told, place


@pytest.mark.parametrize(
    ("place", "last"),
    [
        ("DE", "2029-12-31"),  # three years from the end of the year
        ("GB-SCT", "2031-11-20"),  # its own, not that of the country
        ("GB-NIR", "2032-11-20"),  # that of its country
        ("CN", "2029-11-20"),
        ("KZ", "2032-11-20"),  # the default
    ],
)
def test_a_place_has_its_own_term_or_that_of_its_country_or_the_default(place, last):
    assert terms.term("cases", place).ends(DAY).isoformat() == last
    assert terms.term("cases", place).known is (place != "KZ")


def test_a_year_from_the_29th_of_february_ends_on_the_28th():
    assert terms.Term(1, years=True).ends(dt.date(2028, 2, 29)) == dt.date(2029, 2, 28)


@pytest.mark.parametrize("wrong", ["term: 90", "term: soon", "term: 1 year, about"])
def test_a_term_that_is_none_is_refused_with_its_place(wrong):
    text = terms.FILE.read_text(encoding="utf-8").replace("term: 90 days", wrong, 1)
    with pytest.raises(Problem, match="no term") as caught:
        terms.read(text)
    assert caught.value.where is not None


def test_a_term_of_a_place_without_its_source_is_refused():
    text = terms.FILE.read_text(encoding="utf-8").replace(", shown_by: cn-court", "", 1)
    with pytest.raises(Problem, match="where it is from"):
        terms.read(text)
