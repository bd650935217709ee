"""`recourse read`: what it shows, and that its file of facts is one that `recourse owed` takes, whatever was read."""

from __future__ import annotations

import json
from pathlib import Path

import papers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_voucher import VOUCHERS
from typer.testing import CliRunner

from recourse import cli, source
from recourse.documents import proposed
from recourse.facts import read_facts, vocabulary
from recourse.problems import Problem

COURSE = """<html><head><title>x</title><script type="application/ld+json">{"@type": "Course", "offers":
{"price": "199.00", "priceCurrency": "EUR"}, "timeRequired": "P6M"}</script></head><body><p>Our courses</body></html>"""


def run(*arguments: str) -> str:
    outcome = CliRunner().invoke(cli.app, list(arguments))
    if outcome.exception is not None and not isinstance(outcome.exception, SystemExit):
        raise outcome.exception
    return outcome.stdout


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    path = tmp_path / "receipt.pdf"
    path.write_bytes(papers.pdf(VOUCHERS["fr"].text))
    return path


def facts_of(text: str) -> dict[str, str]:
    entries = source.read(text, "made").mapping()
    return read_facts(entries["facts"], vocabulary()).shown


def test_clear_facts_stand_and_unclear_ones_are_commented_with_all_they_can_be(receipt: Path) -> None:
    made = run("read", str(receipt), "--facts", "--place", "FR")
    assert facts_of(made) == {"learner_place": "FR", "paid": "1250.00 EUR", "ends_on": "2026-07-31"}
    assert "  # concluded_on: 2026-04-03 | 2026-03-04  # which one is right?" in made
    assert "# order number: 55-4433" in made


@pytest.mark.parametrize("lang", VOUCHERS)
def test_the_file_is_one_that_owed_takes(lang: str, tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(papers.mail(VOUCHERS[lang].text))
    (tmp_path / "facts.yaml").write_text(
        run("read", str(tmp_path / "mail.eml"), "--facts", "--place", "DE"), encoding="utf-8"
    )
    answer = json.loads(run("owed", str(tmp_path / "facts.yaml"), "--asked-on", "2026-03-10", "--json"))
    assert answer["entitlements"]


def test_both_languages_say_what_was_read(receipt: Path) -> None:
    english, chinese = run("read", str(receipt)), run("read", str(receipt), "--lang", "zh")
    assert "Amount paid" in english and "1250.00 EUR" in english and "which one?" in english
    assert "已付金额" in chinese and "哪一个？" in chinese and "Nothing" not in chinese


def test_the_answer_for_programs_has_everything(tmp_path: Path) -> None:
    (tmp_path / "page").write_text(COURSE, encoding="utf-8")
    told = json.loads(run("read", str(tmp_path / "page"), "--json", "--place", "DE"))
    assert told["kind"] == "html" and told["course"]["courses"] == 1
    assert {
        "what": "price",
        "readings": ["199.00 EUR"],
        "clear": True,
        "read_from": "block 1: Course.offers.price = 199.00 EUR",
        "why": [],
    } in told["proposals"]
    assert {one["key"] for one in told["course"]["missing"]} == {"fees", "dates", "refund", "provider"}
    assert {one["state"] for one in told["duties"]} <= {"speaks", "partly", "nothing", "compare", "elsewhere"}


def test_duties_stand_beside_a_contract(tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("Der Vertrag verlängert sich.\nSie können ihn widerrufen.\n", encoding="utf-8")
    shown = run("read", str(tmp_path / "terms.txt"), "--place", "DE")
    assert "the text speaks of it" in shown and "nothing found" in shown and "line 2" in shown
    assert "文中提到" in run("read", str(tmp_path / "terms.txt"), "--place", "DE", "--lang", "zh")


def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(papers.locked())
    with pytest.raises(Problem, match="password"):
        run("read", str(tmp_path / "a.pdf"))
    with pytest.raises(Problem, match="there is no file"):
        run("read", str(tmp_path / "none"))


WHATS = st.sampled_from(
    [
        "paid",
        "price",
        "tax",
        "concluded_on",
        "starts_on",
        "ends_on",
        "kind",
        "seller",
        "platform",
        "order_number",
        "no_fact",
    ]
)
VALUES = st.one_of(
    st.sampled_from(["10.00 EUR", "5.00 USD", "999999999999999.00 EUR", "2026-03-04", "2025-01-01", "1989-01-01"]),
    st.text(max_size=30),
)


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            proposed.Item,
            WHATS,
            st.lists(VALUES, min_size=1, max_size=3).map(tuple),
            st.booleans(),
            st.text(max_size=200),
        ),
        max_size=8,
    )
)
def test_whatever_was_read_the_file_is_whole_and_its_facts_fit_together(items: list[proposed.Item]) -> None:
    made = proposed.as_yaml(items, vocabulary(), "a\nb: c", place="DE")
    entries = source.read(made, "made").mapping()
    assert read_facts(entries["facts"], vocabulary()).shown["learner_place"] == "DE"
    assert entries.keys() <= {"facts", "platform"}
