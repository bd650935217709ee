"""A check before buying is one sheet of paper: whoever prints it has the amount, the two clauses and the message."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest

pytestmark = pytest.mark.browser
CHECKS = (("DE", "udemy"), ("BR", "hotmart"), ("KR", "teamsparta"))


def test_a_check_prints_on_one_page(browser: Any, running: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    sheets: dict[str, int] = {}
    for place, platform in CHECKS:
        for lang in ("en", "zh"):
            page.goto(f"{running.base}/check/?place={place}&platform={platform}&lang={lang}")
            paper = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
            sheets[f"{platform} {lang}"] = len(paper)
            text = paper[0].get_textpage().get_text_range()
            assert "100%" in text and ("Good day" in text or "您好" in text), f"{platform} {lang}"
    context.close()
    assert [(name, number) for name, number in sheets.items() if number != 1] == []
