"""The queue's single keys: they move the real focus, type nothing into fields, and can be turned off (WCAG 2.1.4)."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser
LINKS = ".queue tbody th a"


def focus(page: Any) -> str:
    """The text, or the id, of what has the focus."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.innerText"))


def test_from_case_to_case_by_single_keys(running: Any, visit: Any) -> None:
    page = visit("lena@nordlicht.example", staff=True)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    queue = f"{running.base}/desk/nordlicht/?view=open"
    page.goto(queue)
    names = page.locator(LINKS).all_inner_texts()
    assert len(names) > 3
    for key, shown in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert focus(page) == names[shown], key
    page.keyboard.press("x")
    assert [one.is_checked() for one in page.locator("input[name=case]").all()[:3]] == [False, True, False]
    page.keyboard.press("/")
    page.keyboard.type("jjx?/")
    assert (focus(page), page.locator("#q").input_value()) == ("q", "jjx?/")
    page.locator(LINKS).first.focus()
    page.keyboard.press("?")
    assert page.locator("#keys").evaluate("one => one.open") and page.get_by_text("To the next case").is_visible()
    page.locator("#keys-on").uncheck()
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")
    page.locator("#keys summary").click()
    page.locator("#keys-on").check()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/RC-**")
    assert names[0] in page.locator("h1").inner_text()
    assert wrong == []


def test_without_scripts_no_key_is_promised(running: Any, visit: Any) -> None:
    page = visit("tobias@nordlicht.example", staff=True, scripts=False)
    page.goto(f"{running.base}/desk/nordlicht/")
    assert page.locator(LINKS).count() and not page.locator("#keys").is_visible()
    assert (
        page.locator("script").count() == 1
        and "unsafe" not in page.request.get(page.url).headers["content-security-policy"]
    )
