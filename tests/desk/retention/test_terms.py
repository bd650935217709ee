"""The terms are those of the file: the documents print them, the code obeys them, and each says where it is from."""

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recourse.cli import app
from recourse.desk import corpus
from recourse.desk.retention import terms
from recourse.problems import Problem
from recourse.web import settings
from recourse.work import tasks

ROOT = Path(__file__).parents[3]
DAY = dt.date(2026, 11, 20)


def test_the_table_in_the_documents_is_that_of_the_file():
    assert terms.printed() in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_the_command_prints_the_terms_in_both_languages_without_an_installation():
    run = CliRunner().invoke
    assert run(app, ["retention", "--terms"]).stdout == terms.printed() + "\n"
    chinese = run(app, ["retention", "--terms", "--lang", "zh"]).stdout
    assert "| 德国 | 3 年，自当年年末起 | `de-amtsgericht` |" in chinese and "| 默认 | 10 年 | |" in chinese
    told = json.loads(run(app, ["retention", "--terms", "--json"]).stdout)
    assert {one["id"]: one["term"] for one in told["classes"]}["cases"] == "limitation"
    assert told["tax"]["places"]["DE"] == "8 years"


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


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("term: 90 days", "term: 90", "no term"),
        ("term: 90 days", "term: soon", "no term"),
        ("term: 90 days", "term: 1 year, about", "no term"),
        (", shown_by: cn-court", "", "where it is from"),
        ("place: CN, term: 3 years", "place: CN, term: 1095 days", "in years"),
        ("default: 6 years", "default: 2190 days", "in years"),
        ("from_year_end: yes", "from_year_end: true", "neither yes nor no"),
        ("from_year_end: yes", "from_yearend: yes", "no key “from_yearend”"),
        ("  default: 6 years", "  defaults: 6 years", "no key “defaults”"),
        ("  term: 90 days", "  terms: 90 days", "no key “terms”"),
        ("  since: {en: they were last changed, zh: 最后一次修改}\n", "", "needs `since`"),
        ("tax:\n", "books:\n", "no key “books”"),
    ],
)
def test_a_file_of_terms_that_is_wrong_is_refused_with_its_place(right, wrong, said):
    text = terms.FILE.read_text(encoding="utf-8")
    assert right in text
    with pytest.raises(Problem, match=said) as caught:
        terms.read(text.replace(right, wrong, 1))
    assert caught.value.where is not None
