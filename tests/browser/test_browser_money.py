"""One case of the example world from the decision to the body: decided by two, paid by the sandbox although its answer
is lost, reconciled, bundled, verified on the command line, and brought to a body with its letter in three languages."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

pytestmark = pytest.mark.browser
LETTERS = {"en": ("Dear", "€"), "de": ("Sehr geehrte", "€"), "zh": ("尊敬的负责人", "€")}
PATIENCE = 60


def decide(running: Any, agent: Any) -> str:
    """A part of what is owed is proposed; the case's reference."""
    agent.goto(f"{running.base}/desk/nordlicht/")
    agent.get_by_role("link", name="Mei Lindqvist").first.click()
    reference = re.search(r"RC-[0-9A-Z]{4}-[0-9A-Z]{4}", agent.url)[0]  # type: ignore[index]
    agent.get_by_role("link", name="Decide", exact=True).click()
    agent.check("input[name=kind][value=part]")
    agent.fill("input[name=amount]", "40.00")
    agent.fill("textarea[name=reason]", "Five of the lessons could be heard.")
    agent.fill("textarea[name=letter]", "We pay back the part without sound.")
    agent.get_by_role("button", name="Decide", exact=True).click()
    agent.get_by_text("waits for the second person").first.wait_for()
    return str(reference)


def pay(running: Any, reference: str, finance: Any, approver: Any) -> None:
    """Planned by one, released by another, the answer lost after paying: unknown, looked up, sent once."""
    finance.goto(f"{running.base}/desk/nordlicht/cases/{reference}/money/")
    finance.get_by_role("button", name="Plan it").click()
    finance.get_by_role("link", name="EUR 40.00").click()
    address = finance.url
    approver.goto(f"{address}release/")
    approver.select_option("select[name=fault]", label="No answer, and it was paid")
    approver.get_by_role("button", name="Send EUR 40.00 now").click()
    end, seen = time.monotonic() + PATIENCE, set()
    while time.monotonic() < end and "Sent" not in seen:
        approver.goto(address)
        seen.add(approver.locator("h1 .status").inner_text().strip())
        approver.wait_for_timeout(300)
    assert {"Unknown: being checked", "Sent"} <= seen
    happened = approver.locator("ol.line").inner_text()
    assert happened.count("call · call") == 1 and "look-up · paid" in happened


def test_from_the_decision_to_the_body(running: Any, visit: Callable[..., Any], tmp_path: Path) -> None:
    already = len(running.terminal.read_text())
    approver = visit("tobias@nordlicht.example", staff=True)
    reference = decide(running, visit("lena@nordlicht.example", staff=True))
    approver.goto(f"{running.base}/desk/nordlicht/cases/{reference}/second/")
    approver.get_by_role("button", name="Agree", exact=True).click()
    pay(running, reference, visit("miriam@nordlicht.example", staff=True), approver)
    assert "nordlicht: no difference." in running.run("reconcile", "--institution", "nordlicht")
    assert "40.00 EUR was sent to you" in running.mail_to("mei@people.example", already)

    learner = visit("mei@people.example")
    learner.goto(f"{running.base}/cases/{reference}/")
    assert "Your money was sent" in learner.locator("main").inner_text()
    with learner.expect_download() as waiting:
        learner.get_by_role("link", name="Everything as one bundle (ZIP)").click()
    bundle, key = tmp_path / "case.zip", tmp_path / "key.pem"
    waiting.value.save_as(bundle)
    with urllib.request.urlopen(f"{running.base}/heads/key.pem") as answer:
        key.write_bytes(answer.read())
    assert "PROVED" in running.run("verify", str(bundle), "--key", str(key))

    learner.goto(f"{running.base}/cases/{reference}/onward/")
    learner.locator("main ol.rows h2 a").first.click()
    for lang, said in LETTERS.items():
        letter(learner, lang, said, tmp_path)
    learner.select_option("select[name=language]", "de")
    learner.check("input[name=consent]")
    learner.get_by_role("button", name="I turn to it").click()
    learner.wait_for_url("**/turned/")
    learner.goto(f"{running.base}/cases/{reference}/onward/")
    assert learner.get_by_text("You have turned to it").count() == 1


def letter(page: Any, lang: str, said: tuple[str, ...], folder: Path) -> None:
    """The letter as a file: its text is there, and every page has ink, inside of its margins."""
    page.select_option("select[name=language]", lang)
    page.uncheck("input[name=beside]")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Take it as PDF").click()
    file = folder / f"{lang}.pdf"
    waiting.value.save_as(file)
    with pypdfium2.PdfDocument(file) as paper:
        text = "".join(one.get_textpage().get_text_bounded() for one in paper)
        pictures = [one.render(scale=2).to_pil() for one in paper]
    assert not [part for part in said if part not in text], text
    for picture in pictures:  # two pixels to a point; margins of 25 mm and 18 mm, the number of the page within them
        width, height = picture.size
        left, top, right, bottom = picture.convert("L").point(lambda tone: 255 * (tone < 128)).getbbox()
        assert 138 < left < right < width - 138 and 98 < top < bottom < height - 20
