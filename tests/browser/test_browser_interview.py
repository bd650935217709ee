"""The interview as a person goes through it: without scripts, with the keyboard alone, back and forth."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


def follow(page: Any, what: str) -> None:
    """Clicks and waits until the next page is there: a click alone may return before the address changes."""
    with page.expect_navigation():
        page.click(what)


def test_from_home_to_the_result_without_a_script(open_page: Open, base: str) -> None:
    page = open_page("/", scripts=False, width=360)
    page.select_option("select[name=learner_place]", "DE")
    follow(page, "text=Start")
    seen: list[str] = []
    for _ in range(60):
        if "/result/" in page.url:
            break
        seen.append(page.locator("h1").inner_text())
        assert seen.count(seen[-1]) == 1, f"asked twice: {seen[-1]}"
        follow(page, "form >> text=/I do not know|No, or I am not sure/")
    assert page.url.startswith(f"{base}/result/"), seen
    assert page.locator(".amount").count() == 1


def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = open_page("/")
    keys = page.keyboard
    keys.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    keys.press("Enter")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.name") == "learner_place"
    keys.type("Germany")
    keys.press("Tab")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Start"
    with page.expect_navigation():
        keys.press("Enter")
    assert "learner_place=DE" in page.url
    assert "/ask/" in page.url


def test_an_answer_typed_with_the_keyboard_alone_leads_on(open_page: Open) -> None:
    page = open_page("/ask/?learner_place=DE&ask=concluded_on")
    page.focus("#v-day")
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    page.keyboard.type("11")
    page.keyboard.press("Tab")
    page.keyboard.type("2026")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # Enter means Continue, not "I do not know"
    assert "concluded_on=2026-11-10" in page.url


def test_the_error_leads_to_the_field_and_keeps_what_was_typed(open_page: Open) -> None:
    page = open_page("/ask/?learner_place=DE&ask=lessons_taken", scripts=False)
    page.fill("#v", "8 or 9")
    follow(page, "text=Continue")
    assert page.title().startswith("Error: ")
    assert page.input_value("#v") == "8 or 9"
    page.click(".errors a")
    assert page.url.endswith("#v")


def test_the_browsers_back_button_and_refresh_do_what_one_expects(open_page: Open) -> None:
    page = open_page("/ask/?learner_place=DE&ask=lessons_taken", scripts=False)
    first = page.url
    page.fill("#v", "8")
    follow(page, "text=Continue")
    second = page.url
    assert "lessons_taken=8" in second
    page.reload()
    assert page.url == second
    page.go_back()
    page.wait_for_url(first)
    page.go_forward()
    page.wait_for_url(second)


def test_our_own_back_shows_the_answer(open_page: Open) -> None:
    page = open_page("/ask/?learner_place=DE&ask=lessons_taken", scripts=False)
    page.fill("#v", "8")
    follow(page, "text=Continue")
    follow(page, ".back")
    assert page.input_value("#v") == "8"


def test_the_language_can_be_changed_in_the_middle(open_page: Open) -> None:
    page = open_page("/ask/?learner_place=DE&ask=lessons_taken&lessons_taken=8", scripts=False)
    follow(page, "text=中文")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.input_value("#v") == "8"
    follow(page, "text=继续")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert "lang=" not in page.url


def test_a_shared_address_shows_the_same_result(open_page: Open) -> None:
    first = open_page("/result/", told=True)
    second = open_page(first.url.partition("localhost")[2].partition("/")[2].join(["/", ""]))
    assert first.locator(".amount").inner_text() == second.locator(".amount").inner_text()
