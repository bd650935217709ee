"""Every page in a browser: no accessibility finding, no sideways scrolling, targets large enough, focus always seen."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
PAGES = {
    "home": ("/", False),
    "question": ("/ask/?ask=paid", True),
    "radios": ("/ask/?ask=kind", True),
    "date": ("/ask/?ask=starts_on", True),
    "moment": ("/ask/?ask=paid_at", True),
    "list": ("/ask/?ask=month_prices", True),
    "place": ("/ask/", False),
    "error": ("/ask/?ask=starts_on&go=1&v.day=31&v.month=2&v.year=2026", True),
    "radios-error": ("/ask/?ask=kind&go=1", True),
    "answers": ("/answers/?cause=not-known", True),
    "result": ("/result/", True),
    "depends": ("/result/?learner_place=DE&paid=480.00+EUR", False),
    "nothing": ("/result/?learner_place=BR", False),
    "rules": ("/rules/", False),
    "group": ("/rules/of/KR/", False),
    "rule": ("/rules/de-bgb-withdrawal/", False),
    "rule-with-cases": ("/rules/kr-lifelong-education-act-annex-3/", False),
    "rights": ("/rights/", False),
    "rights-found": ("/rights/?q=united", False),
    "rights-germany": ("/rights/DE/", False),
    "rights-california": ("/rights/US-CA/", False),
    "rights-unread": ("/rights/KE/", False),
    "body": ("/bodies/us-ca-bppe/", False),
    "platforms": ("/platforms/", False),
    "platform": ("/platforms/udemy/", False),
    "platform-second-hand": ("/platforms/offcn/", False),
    "sources": ("/sources/", False),
    "how": ("/how/", False),
    "missing": ("/no-such-page/", False),
}
OPEN_DETAILS = "document.querySelectorAll('details').forEach(one => one.open = true)"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter(one => !one.closest('p, li:not(.tools li, .nav li, .foot li), dd, small, .skip') && !one.matches('.skip'))
  .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 24 || box.width < 24))
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""

Open = Callable[..., Any]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_axe_finds_nothing_narrow_or_wide_light_or_dark(
    open_page: Open, name: str, language: str
) -> None:
    path, told = PAGES[name]
    page = open_page(path, language=language, told=told)
    page.evaluate(OPEN_DETAILS)
    for width in (320, 360, 700, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OVERFLOW) <= 0, width
    for width in (360, 1280):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options=OPTIONS).response["violations"]
            shown = [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"]]) for one in found]
            assert not shown, (width, scheme)


def test_larger_text_loses_nothing(open_page: Open) -> None:
    for path, told in PAGES.values():
        page = open_page(path, width=720, told=told)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(OVERFLOW) <= 0, path


def test_targets_are_large_enough(open_page: Open) -> None:
    for path, told in PAGES.values():
        page = open_page(path, width=360, told=told)
        assert page.evaluate(SMALL) == [], path


def test_focus_is_always_seen(open_page: Open) -> None:
    page = open_page("/ask/?ask=starts_on", told=True)
    for _ in range(20):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")


def test_printed_the_result_has_its_table_and_no_buttons(open_page: Open) -> None:
    page = open_page("/result/", told=True)
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert not page.locator(".nav").is_visible()
    assert not page.locator(".btn").filter(visible=True).count()
    assert not page.locator(".curve .narrow").filter(visible=True).count()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
