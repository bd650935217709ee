"""The page that compares, in a browser: it answers as one types, marks the line of a mistake, and is usable without."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

PAGE = "/compare/?from=vipkid&place=JP"  # one clause: an answer that comes quickly
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (360, "zh")])
def test_nothing_is_out_of_reach(open_page: Callable[..., Any], width: int, language: str, scheme: str) -> None:
    page = open_page(PAGE, width=width, language=language, scheme=scheme)
    found = Axe().run(page, options=OPTIONS)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_answers_while_one_types_and_marks_the_line(open_page: Callable[..., Any]) -> None:
    page = open_page(PAGE)
    text = page.input_value("#policy")
    page.fill("#policy", text.replace("owed:", "owedd:", 1))
    page.wait_for_selector("[data-line]")
    assert page.get_attribute("#policy", "aria-invalid") == "true"
    line = int(page.get_attribute("[data-line]", "data-line"))
    assert page.locator(".lines b").all_inner_texts() == [f"{line}\n"]
    page.click("[data-line]")
    start = page.evaluate("document.getElementById('policy').selectionStart")
    assert page.input_value("#policy")[:start].count("\n") == line - 1
    page.fill("#policy", text)
    page.wait_for_selector("#answer .verdict")
    assert page.get_attribute("#policy", "aria-invalid") is None


def test_the_button_does_the_same_without_a_script(open_page: Callable[..., Any]) -> None:
    page = open_page(PAGE, scripts=False)
    page.select_option("#place", "KR")
    page.click("form .btns .btn")
    assert page.input_value("#place") == "KR"
    assert page.locator("#answer .verdict").count() == 1
