"""Goes to every page that the example world fills, as each kind of person, by the links that they see.

A page is looked at once for each person and address of the table of addresses; some, such as a case, in more states.
Whoever may use a page without being signed in sees the same as others there, so only the visitor goes to those.
"""

from __future__ import annotations

import html
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.urls import Resolver404, URLPattern, get_resolver, resolve
from pictures_people import OPERATOR
from playwright import sync_api as playwright_api

from recourse.web.access import Who

PATIENCE = 20_000  # milliseconds

LINKS = "[...document.querySelectorAll('a[href]')].map(one => one.href)"
TOLD = {
    "platform": "ils-de", "learner_place": "DE", "seller_place": "DE", "paid": "480.00 EUR", "price": "480.00 EUR",
    "concluded_on": "2026-11-10", "kind": "correspondence-course", "legal_class": "service",
    "buyer_is_consumer": "true", "sales_channel": "online", "withdrawal_information_given": "true",
    "requested_on": "2026-11-20", "request_received_on": "2026-11-20", "starts_on": "2026-11-12",
    "ends_on": "2027-11-11",
}  # fmt: skip
RESULT = "/result/?" + urlencode(TOLD)
STATES = {"case": 6, "staff_case": 16, "case_money": 2, "course": 2, "platform": 2, "staff_decide": 2}
MAIL = (
    b"From: orders@shop.example\r\nSubject: Your order A-30418827\r\nDate: Tue, 10 Nov 2026 09:00:00 +0000\r\n\r\n"
    b"You paid 480.00 EUR for Spanish B1 on 10 November 2026. Order number A-30418827.\r\n"
)


@dataclass(frozen=True)
class Walker:
    """A kind of person: who of the example world stands for it, and where they begin."""

    name: str
    email: str
    begins: tuple[str, ...]
    walk: Callable[[Any, str], Iterator[str]] = lambda page, base: iter(())  # further addresses, behind forms


def _withdrawing(page: Any, base: str) -> Iterator[str]:
    """The declaration before it is sent, and then its receipt."""
    page.goto(f"{base}/withdraw/?platform=udemy")
    page.fill("input[name=course_title]", "Spanish B1")
    page.fill("input[name=name]", "Kim Lund")
    page.fill("input[name=email]", "kim.lund@people.example")
    page.locator("main form button.btn").last.click()
    yield page.url
    page.goto(page.url)
    page.locator("main form button.btn").first.click()
    yield page.url
    page.goto(base + RESULT)
    page.locator("main form[action*='/drafts/'] button").first.click()
    yield page.url
    page.goto(f"{base}/account/login/")
    page.fill("input[name=email]", "kim.lund@people.example")
    page.locator("main form button.btn").first.click()
    yield page.url


def _asking(page: Any, base: str) -> Iterator[str]:
    """A request that is begun and not sent, each of its steps; and a link for somebody who helps."""
    page.goto(f"{base}/cases/new/?{urlencode(TOLD)}")
    page.fill("input[name=course_title]", "Spanish B1")
    page.fill("input[name=order_number]", "A-30418827")
    page.locator("main form button.btn").first.click()
    page.goto(f"{page.url.rstrip('/').rpartition('/')[0]}/voucher/")  # one that was begun before goes on elsewhere
    page.set_input_files("input[type=file]", {"name": "order.eml", "mimeType": "message/rfc822", "buffer": MAIL})
    page.locator("main form button.btn").first.click()
    at = page.url.rstrip("/").rpartition("/")[0]
    yield f"{at}/voucher/"
    yield f"{at}/read/"
    page.goto(f"{at}/read/")
    page.locator("main form button.btn").last.click()
    page.goto(f"{at}/reason/")
    page.check("input[name=reason][value=personal]")
    if page.locator("input[name=name]").count():
        page.fill("input[name=name]", "Anna Muster")
    page.locator("main form button.btn").first.click()
    for step in ("order", "reason", "check"):
        yield f"{at}/{step}/"
    page.goto(f"{base}/cases/")
    case = page.locator("main a[href*='/cases/RC-']").first.get_attribute("href")
    page.goto(f"{base}{case}share/")
    page.locator("main form [name=label]").fill("My sister")
    page.get_by_role("button").filter(has_text="link").or_(page.get_by_role("button").filter(has_text="链接")).click()
    yield page.locator("p.copy").inner_text().strip()


def _sent(page: Any, base: str) -> Iterator[str]:
    """What is said right after sending."""
    page.goto(f"{base}/cases/")
    for case in page.locator("main a[href*='/cases/RC-']").all()[:2]:
        yield f"{case.get_attribute('href')}sent/"


def _codes(page: Any, base: str) -> Iterator[str]:
    """Codes for whoever loses the telephone: making them, and the page that shows them."""
    yield "/account/2fa/recovery-codes/generate/"
    page.goto(f"{base}/account/2fa/recovery-codes/generate/")
    page.locator("main form button.btn").first.click()
    yield "/account/2fa/recovery-codes/"


def _keeping(page: Any, base: str) -> Iterator[str]:
    """A text for replies, and what the invited person opens."""
    page.goto(f"{base}/desk/nordlicht/texts/")
    page.fill("input[name=name]", "Thank you")
    page.fill("textarea[name=text]", "Thank you for telling us. We look at it today.")
    page.locator("main form button.btn").last.click()
    page.goto(f"{base}/desk/nordlicht/texts/")
    yield page.locator("main a[href*='/texts/']").first.get_attribute("href")
    page.goto(f"{base}/desk/nordlicht/people/")
    page.locator("aside, section").locator("input[name=email]").fill("new@nordlicht.example")
    page.locator("select[name=role], input[name=role]").first.evaluate(
        "one => one.matches('select') ? one.selectedIndex = 1 : one.checked = true"
    )
    page.locator("section.side button.btn").click()
    yield page.locator(".note code").first.inner_text()


DESK = "/desk/nordlicht/"
WALKERS = (
    Walker(
        "visitor",
        "",
        (
            "/",
            RESULT,
            "/ask/?ask=kind&" + urlencode(TOLD),
            "/check/?platform=udemy&learner_place=DE",
            "/courses/",
            "/answers/?" + urlencode(TOLD),
            "/cases/new/?" + urlencode(TOLD),
            "/complain/",
            "/withdraw/",
            "/bodies/",
            "/rules/",
        ),
        _withdrawing,
    ),
    Walker(
        "learner",
        "anna@people.example",
        (
            "/cases/",
            "/account/data/",
            "/account/2fa/totp/activate/",
            "/account/2fa/webauthn/add/",
            "/institutions/new/",
        ),
        _asking,
    ),
    Walker("learner-2", "sofia@people.example", ("/cases/",)),
    Walker("learner-3", "mei@people.example", ("/cases/",), _sent),
    Walker("learner-zh", "liuyang@people.example", ("/cases/",)),
    Walker(
        "agent",
        "lena@nordlicht.example",
        (
            DESK,
            "/desk/nordlicht/questions/",
            "/account/2fa/totp/deactivate/",
        ),
        _codes,
    ),
    Walker("approver", "tobias@nordlicht.example", (DESK,)),
    Walker("finance", "miriam@nordlicht.example", (DESK, "/desk/nordlicht/money/")),
    Walker(
        "administrator",
        "joerg@nordlicht.example",
        (DESK, "/desk/nordlicht/set-up/", "/desk/nordlicht/policy/text/"),
        _keeping,
    ),
    Walker("auditor", "sabine@nordlicht.example", (DESK,)),
    Walker("operator", OPERATOR, ("/operator/work/",)),
)


@dataclass
class Walk:
    """Who has seen what so far, over all walkers of one language."""

    base: str
    look: Callable[[Any, str], None]  # what to do with each page: the page, and a name for it
    each: bool = True  # whether everybody goes to the addresses that others have been to
    been: set[str] = field(default_factory=set)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def go(self, walker: Walker, page: Any) -> None:
        """All that this person finds."""
        page.set_default_timeout(PATIENCE)
        waiting = deque(walker.begins)
        asked = set(waiting)
        try:
            for address in walker.walk(page, self.base):
                waiting.extend(self.visit(walker, page, address, asked_for=True))
        except playwright_api.Error as stop:
            self.broken.append(f"{walker.name}: {page.url} {stop}")
        if self.each:
            self.been.clear()
        while waiting:
            address = waiting.popleft()
            if address not in self.been or address in asked:
                waiting.extend(self.visit(walker, page, address, asked_for=address in asked))
            self.been.add(address)
            asked.discard(address)

    def visit(self, walker: Walker, page: Any, address: str, *, asked_for: bool = False) -> list[str]:
        """Look at one page, where it is wanted; where its links lead, without what they ask."""
        if self.wanted(walker, urlsplit(address).path, asked_for=asked_for) is None:
            return []
        answer = page.goto(address if address.startswith("http") else self.base + address)
        if answer.status >= 400:
            self.broken.append(f"{walker.name}: {answer.status} {address}")
            return []
        route = self.wanted(walker, urlsplit(page.url).path, asked_for=asked_for)  # it may have led elsewhere
        if route is not None:
            self.seen[walker.name, route] += 1
            self.look(page, f"{walker.name}/{route}-{self.seen[walker.name, route]}")
        return [urlsplit(link).path for link in page.evaluate(LINKS) if link.startswith(self.base)]

    def wanted(self, walker: Walker, path: str, *, asked_for: bool) -> str | None:
        """The name of the address, where this person should look at it (again)."""
        try:
            found = resolve(path)
        except Resolver404:
            return None
        name = str(found.url_name)
        if "." in path.rpartition("/")[2] or name in NO_PAGE:
            return None
        if asked_for:
            return name
        account = name.startswith(("mfa_", "account_"))
        everybodys = not account and walker.email and Who.ANYBODY in getattr(found.func, "who", {Who.ANYBODY})
        again = account and walker.name not in ("visitor", "learner", "agent")
        if everybodys or again or self.seen[walker.name, name] >= STATES.get(name, 1):
            return None
        return name


# What is no page of its own, and why nobody can be shown it.
NO_PAGE = {
    **dict.fromkeys(("json", "rights_json", "sources_json", "openapi", "api_door", "hook", "health"), "for programs"),
    **dict.fromkeys(
        (
            "data_copy", "receipt", "file", "file_shown", "new_picture", "case_dates", "course_data",
            "case_bundle", "shared_bundle", "head", "head_grown", "seal_key", "money_postings", "money_file",
            "figures_csv", "mfa_download_recovery_codes",
        ),
        "a file",
    ),
    **dict.fromkeys(
        (
            "keep", "case_write", "case_file", "case_share_change", "queue_give", "view_keep", "view_remove",
            "staff_give", "staff_review", "people_end", "people_take_back", "key_revoke", "hook_close", "hook_again",
            "payout_cancel", "mfa_login_webauthn", "money_gather", "account_logout", "question_answer", "course_ask",
            "course_accept",
        ),
        "only takes a form; what it answers is another page",
    ),
    **dict.fromkeys(
        ("account_login", "account_signup", "account_request_login_code", "account_email", "account_reauthenticate"),
        "answered by another page",
    ),
    "mfa_authenticate": "stands between the two steps of signing in: the walks of staff go through it",
    **dict.fromkeys(
        (
            "account_reset_password", "account_change_password", "account_set_password", "account_reset_password_done",
            "account_reset_password_from_key", "account_reset_password_from_key_done",
            "account_email_verification_sent", "account_inactive",
        ),
        "there are no passwords",
    ),
    **dict.fromkeys(
        ("mfa_reauthenticate_webauthn", "mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
        "asks for a key that a person holds in the hand",
    ),
}  # fmt: skip


def addresses() -> set[str]:
    """The names of all pages in the table of addresses."""

    def names(patterns: list[Any]) -> Iterator[str]:
        for one in patterns:
            if isinstance(one, URLPattern):
                yield str(one.name)
            else:
                yield from names(one.url_patterns)

    return set(names(get_resolver().url_patterns)) - set(NO_PAGE)


def index(folder: Path) -> None:
    """A page that shows all pictures, person by person."""
    rows = []
    for person in sorted(one for one in folder.iterdir() if one.is_dir()):
        rows.append(f"<h2>{html.escape(person.name)}</h2>")
        names = sorted({one.name.split(".")[0] for one in person.glob("*.png")})
        for name in names:
            pictures = "".join(
                f'<a href="{one.relative_to(folder)}"><img loading="lazy" src="{one.relative_to(folder)}" alt="{one.name}"></a>'
                for one in sorted(person.glob(f"{name}.*.png"))
            )
            rows.append(f"<h3>{html.escape(name)}</h3><p>{pictures}</p>")
    style = "body{font:15px sans-serif;margin:2rem}p{display:flex;gap:1rem;align-items:start}img{max-height:30rem;border:1px solid #ccc}"
    text = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures</title><style>{style}</style>'
    (folder / "index.html").write_text(text + "<h1>Every page</h1>" + "\n".join(rows) + "</html>\n")
