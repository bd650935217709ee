"""Walks through the desk as people take them: the example world, served as `./start` serves it, mail in the terminal."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_a_learner_follows_a_case_and_takes_proof_of_it_home(
    running: Any, visit: Callable[..., Any], tmp_path: Path
) -> None:
    page = visit("anna@people.example", width=360, scripts=False)
    assert page.locator("h1").inner_text() == "My cases"
    page.locator("main a[href^='/cases/RC-']").first.click()
    assert page.locator("aside.example").is_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Everything as one bundle (ZIP)").click()
    out, key = tmp_path / "case.zip", tmp_path / "key.pem"
    waiting.value.save_as(out)
    with urllib.request.urlopen(f"{running.base}/heads/key.pem") as answer:
        key.write_bytes(answer.read())
    assert "PROVED" in running.run("verify", str(out), "--key", str(key))


def test_an_agent_decides_and_the_learner_reads_it(running: Any, visit: Callable[..., Any]) -> None:
    agent = visit("lena@nordlicht.example", staff=True)
    agent.goto(f"{running.base}/desk/nordlicht/")
    assert agent.locator("aside.example").is_visible()
    agent.get_by_role("link", name="Jonas Weber").first.click()
    reference = re.search(r"RC-[0-9A-Z]{4}-[0-9A-Z]{4}", agent.url)[0]  # type: ignore[index]
    agent.get_by_role("link", name="Decide", exact=True).click()
    agent.check("input[name=kind][value=whole]")
    agent.fill("textarea[name=letter]", "You get all of it back within two weeks.")
    agent.get_by_role("button", name="Decide", exact=True).click()
    agent.wait_for_url(re.compile(rf"/cases/{reference}/(\?|$)"))
    learner = visit("jonas@people.example")
    learner.goto(f"{running.base}/cases/{reference}/")
    text = learner.locator("main").inner_text()
    assert "You get all of it back within two weeks." in text and "84.99" in text


def test_nobody_else_gets_in(running: Any, visit: Callable[..., Any]) -> None:
    stranger = visit("mei@people.example")
    assert stranger.goto(f"{running.base}/desk/nordlicht/").status in (403, 404)
    other = visit("lina@mingde.example", staff=True)
    assert other.goto(f"{running.base}/desk/nordlicht/").status == 404
    assert other.goto(f"{running.base}/desk/mingde/").status == 200


def test_the_records_hold(running: Any) -> None:
    assert "Everything holds." in running.run("audit")
