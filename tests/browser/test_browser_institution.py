"""An institution from nothing to a decided case: set up, course, price, policy, orders, a request, two people.

Nobody has a script, and whoever decides touches no mouse: what Tab, Space and Enter reach is what counts.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth

pytestmark = pytest.mark.browser
LEARNER, ORDER = "kari@fjord-walk.example", "F-1001"
COURSE = {
    "title": "Norwegian A1", "objectives": "Everyday talk", "contents": "Ten lessons", "arrangement": "Mondays at six",
    "methods": "Talking, with Ola Nordmann", "lessons": "10",
}  # fmt: skip


def code_of(secret: str) -> str:
    """What an authenticator shows now for a secret."""
    return str(auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30)))


def second_factor(running: Any, page: Any, onward: str) -> None:
    """Set up an authenticator, show it once, and go on."""
    page.goto(f"{running.base}/account/2fa/totp/activate/")
    secret = page.locator("#authenticator_secret").get_attribute("value")
    page.fill("input[name=code]", code_of(secret))
    page.click("main form button")
    page.goto(running.base + onward)
    if "reauthenticate" in page.url:
        page.fill("input[name=code]", code_of(secret))
        page.click("main form button")


def send(page: Any, button: str, **fields: str) -> None:
    """Fill in the form that has this button, and press it."""
    form = page.locator("main form").filter(has=page.get_by_role("button", name=button, exact=True))
    for name, value in fields.items():
        field = form.locator(f"[name={name}]").first
        kind = field.evaluate("one => one.type")
        if kind in ("radio", "checkbox"):
            form.locator(f"[name={name}][value='{value}']").check()
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)
    form.get_by_role("button", name=button, exact=True).click()
    assert "Error:" not in page.title(), page.locator("main").inner_text()


def tab_to(page: Any, selector: str) -> None:
    """As often as it takes; who cannot get there by the keyboard fails here."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no way by keyboard to {selector} on {page.url}")


def founded(running: Any, chief: Any) -> str:
    """The institution with its course, price, policy, limit and one order; its address."""
    chief.goto(f"{running.base}/institutions/new/")
    send(chief, "Set it up", name="Fjord walk school", kind="seller", place="NO", contact="hei@fjord-walk.example")
    chief.goto(f"{running.base}/institutions/")
    second_factor(running, chief, str(chief.get_by_role("link", name="Fjord walk school").get_attribute("href")))
    at: str = chief.url.partition("?")[0].rstrip("/")
    assert "Nothing needs you now." in chief.locator("main").inner_text()
    chief.goto(f"{at}/courses/new/")
    chief.locator("[name=published]").check()
    send(chief, "Save", **COURSE, kind="live-course")
    chief.goto(f"{at}/courses/norwegian-a1/")
    send(chief, "Set the price", price="1900", currency="NOK")
    chief.goto(f"{at}/policy/write/")
    policy = {
        "since": "2026-01-01",
        "window_days": "14",
        "pay_days": "14",
        "places": "Norway",
        "reason": "Seats are few.",
    }
    send(chief, "Publish this version", **policy, meter="held", until_0="50", back_0="50")
    assert "Version 1 holds now." in chief.locator("main").inner_text()
    chief.goto(f"{at}/limits/")
    send(chief, "Save", approval="1500", approval_currency="NOK")
    bought = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=3)
    chief.goto(f"{at}/purchases/file/")
    lines = f"order_number,email,course,bought_on,paid,currency\n{ORDER},{LEARNER},Norwegian A1,{bought},1900.00,NOK\n"
    send(chief, "Look at it first", text=lines)
    chief.get_by_role("button", name="Take in 1 line").click()
    assert "1 purchase was taken in." in chief.locator("main").inner_text()
    return at


def joined(running: Any, visit: Callable[..., Any], chief: Any, at: str, email: str, role: str) -> Any:
    """Somebody who was invited, accepted, and has shown a second factor."""
    chief.goto(f"{at}/people/")
    send(chief, "Send the invitation", email=email, role=role)
    link = chief.locator("main code").first.inner_text()
    page = visit(email, scripts=False)
    page.goto(link)
    page.get_by_role("button", name="Accept").click()
    second_factor(running, page, at.removeprefix(running.base) + "/")
    return page


def asked(running: Any, learner: Any, slug: str) -> str:
    """The learner's request; its reference."""
    learner.goto(f"{running.base}/cases/new/?institution={slug}&learner_place=NO&sales_channel=online")
    send(learner, "Continue", course_title="Norwegian A1", order_number=ORDER)
    learner.locator("button[name=without]").click()
    if learner.locator("[name=paid]").count():
        send(learner, "Continue", paid="1900 NOK")
    send(learner, "Continue", reason="personal", remedy="refund", story="I move away.", name="Kari Nordmann")
    learner.locator("main form button.btn").last.click()
    return str(re.search(r"RC-[0-9A-Z]{4}-[0-9A-Z]{4}", learner.url)[0])  # type: ignore[index]


def test_from_nothing_to_a_decided_case(running: Any, visit: Callable[..., Any]) -> None:
    chief = visit("chief@fjord-walk.example", scripts=False)
    at = founded(running, chief)
    agent = joined(running, visit, chief, at, "agent@fjord-walk.example", "agent")
    learner = visit(LEARNER, scripts=False)
    reference = asked(running, learner, at.rsplit("/", 1)[1])

    agent.goto(f"{at}/")
    assert reference in agent.locator("main").inner_text()
    tab_to(agent, f"main a[href*='{reference}']")
    agent.keyboard.press("Enter")
    agent.wait_for_url(f"**/cases/{reference}/**")
    assert "NOK 1,900.00" in agent.locator("dl.idbar").inner_text()
    tab_to(agent, "a[accesskey=d]")
    agent.keyboard.press("Enter")
    agent.wait_for_url("**/decide/**")
    assert "Above NOK 1,500.00 a second person" in agent.locator("main").inner_text()
    tab_to(agent, "input[name=kind]")
    agent.keyboard.press("ArrowDown")  # from the whole to a part
    tab_to(agent, "input[name=amount]")
    agent.keyboard.type("1000")
    tab_to(agent, "textarea[name=reason]")
    agent.keyboard.type("One lesson was held.")
    tab_to(agent, "form.panel .btns button.btn:not(.alt)")
    agent.keyboard.press("Enter")
    agent.get_by_text("waits for the second person").first.wait_for()

    chief.goto(f"{at}/?view=second")
    tab_to(chief, f"main a[href*='{reference}']")
    chief.keyboard.press("Enter")
    chief.wait_for_url(f"**/cases/{reference}/**")
    tab_to(chief, "main a[href*='/second/']")
    chief.keyboard.press("Enter")
    chief.wait_for_url("**/second/**")
    assert "NOK 900.00" in chief.locator("main").inner_text()  # less than owed by
    tab_to(chief, "button[name=agree]")
    chief.keyboard.press("Enter")
    chief.get_by_text("That was the last one: back to the queue").wait_for()
    learner.goto(f"{running.base}/cases/{reference}/")
    text = learner.locator("main").inner_text()
    assert "1,000.00" in text and "One lesson was held." in text
