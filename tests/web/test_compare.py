"""The page that compares: it works without a script, names the line of a mistake, and lets only our own script in."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from recourse import money
from recourse.compare.figures import in_words
from recourse.days import parse
from recourse.rules import compiled
from recourse.web import comparing, wording
from recourse.web.views import compare as view

SCHOOL = """
platform: my-school
name: {en: My School, zh: 我的学校}
home: IT
clauses:
- id: my-school-terms
  title: {en: Terms, zh: 条款}
  cite: {title: Terms, article: "3", checked_on: 2026-11-22, status: verified}
  owed:
  - {id: late, if: requested_on > DAYS days after concluded_on, lost: {en: late, zh: 迟}, cite: "3"}
  - {id: back, pay: paid, cite: "3"}
"""


def post(text: str, *, lang: str = "en", part: bool = False, place: str = "IT") -> str:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": lang})
    headers = {"X-Part": "answer"} if part else {}
    response = client.post("/compare/", {"policy": text, "place": place, "from": "udemy"}, headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.fixture(scope="module")
def short() -> str:
    return post(SCHOOL.replace("DAYS", "13"))


def test_the_button_alone_brings_the_answer(short: str) -> None:
    assert "The policy pays less than the law" in short
    assert "asked for on day 14" in short
    assert "my-school-terms" in short
    assert '<svg class="wide"' in short or "<svg" in short


def test_what_was_typed_stays_in_the_text(short: str) -> None:
    assert "13 days after concluded_on" in re.sub(r"&gt;", ">", short)
    assert '<option value="IT" selected>' in short


def test_a_script_gets_the_answer_only() -> None:
    text = post(SCHOOL.replace("DAYS", "20"), part=True)
    assert "<html" not in text
    assert "never pays less than the law" in text


def test_it_speaks_chinese() -> None:
    text = post(SCHOOL.replace("DAYS", "13"), lang="zh-CN")
    assert "该政策少于法律规定" in text
    assert "这份政策在哪里退得比法律规定的少？" in text
    for english in ("Load its policy", "What was looked at", "Where does the learner live?", "Less by"):
        assert english not in text


def test_a_mistake_names_its_line_and_shows_it() -> None:
    text = post(SCHOOL.replace("DAYS", "14").replace("requested_on", "requested_at_last"), part=True)
    assert 'data-line="10"' in text
    assert "requested_at_last" in text
    assert "pays less" not in text


@pytest.mark.parametrize(
    "text", ["[", "platform: x", "a: b", "clauses: []", "- 1", "platform: x\nclauses: [{}]", "&a [*a]"]
)
def test_nonsense_is_a_mistake_and_no_breakdown(text: str) -> None:
    assert 'class="errors"' in post(text, part=True)


def test_markup_in_a_policy_is_only_text() -> None:
    text = post(SCHOOL.replace("DAYS", "13").replace("en: late", "en: '<script>alert(1)</script>'"))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_too_long_a_text_is_refused() -> None:
    assert 'class="errors"' in post("# " + "x" * comparing.LONGEST, part=True)


def test_it_begins_with_a_policy_that_is_shipped(page) -> None:  # type: ignore[no-untyped-def]
    text = page("/compare/", **{"from": "coursera", "place": "US-CA"})
    assert "platform: coursera" in text
    assert '<option value="coursera" selected>' in text


def test_what_cannot_be_chosen_is_ignored(page) -> None:  # type: ignore[no-untyped-def]
    text = page("/compare/", **{"from": "../../etc/passwd", "place": "XX-YY"})
    assert "platform: udemy" in text
    assert '<option value="DE" selected>' in text


def test_only_our_own_script_may_run() -> None:
    client = Client(SERVER_NAME="localhost")
    allowed = client.get("/compare/?from=vipkid&place=JP").headers["Content-Security-Policy"]
    assert "script-src 'self'" in allowed
    assert "unsafe" not in allowed
    assert "script-src" not in client.get("/how/").headers["Content-Security-Policy"]


def test_programs_of_a_policy_that_is_being_written_are_let_go() -> None:
    comparing.compare(SCHOOL.replace("DAYS", "13"), "IT", 739_942)
    before = len(compiled._UNITS)
    for days in range(15, 20):
        comparing.compare(SCHOOL.replace("DAYS", str(days)), "IT", 739_942)
    assert len(compiled._UNITS) == before


@pytest.mark.parametrize(("tag", "lang"), [("en", "en"), ("zh-hans", "zh")])
def test_a_story_writes_amounts_and_days_as_the_rest_of_the_page(tag: str, lang: str) -> None:
    """The story is told without Django, the page is written with it; both say EUR 1,234.00, in Chinese 1,234.00 欧元."""
    figures = in_words(lang)
    with translation.override(tag):
        for amount in ("1234.00 EUR", "0.05 USD", "120000 KRW", "99.90 CNY", "1234567.000 JOD"):
            read = money.parse(amount)
            assert figures.money(read.minor, read.currency) == wording.money(amount)
        for day in ("2026-05-01", "2026-12-31"):
            assert figures.day(parse(day)) == wording.date(parse(day))


@pytest.mark.parametrize(
    ("lang", "amount", "day"),
    [("en", "EUR 100.00", "(7 December 2026)"), ("zh-CN", "100.00 欧元", "（2026 年 12 月 7 日）")],
)
def test_the_answer_has_no_amount_or_day_as_data_writes_it(
    monkeypatch: pytest.MonkeyPatch, lang: str, amount: str, day: str
) -> None:
    monkeypatch.setattr(view.clock, "today", lambda _: parse("2026-11-23"))
    text = post(SCHOOL.replace("DAYS", "13"), lang=lang, part=True)
    told = re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL))
    assert amount in told
    assert day in told
    assert not re.search(r"[0-9] EUR|2026-1[12]-[0-9]", told)
