"""Every page in both languages: whole, safe, and without a word from elsewhere."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from django.test import Client

from recourse.web import engine, views
from recourse.web.answers import NOT_KNOWN

Page = Callable[..., str]
LANGUAGES = ("en", "zh")
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "circle", "rect"}


class Outline(HTMLParser):
    """What the tests need to know of a page: tags closed in order, ids, headings, addresses, forbidden attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.bad: list[str] = []
        self.wanted: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "a":
            self.links.append(given.get("href", ""))
        self.loads += [
            given[name] for name in ("src", "srcset", "data", "poster", "action", "formaction") if name in given
        ]
        if tag == "link" and given.get("rel") != "alternate":
            self.loads.append(given.get("href", ""))
        self.bad += [name for name in given if name == "style" or name.startswith("on")]
        self.bad += [tag] if tag in ("script", "style", "iframe", "object", "embed", "base") else []
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self.wanted |= set(given.get(name, "").split())

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, tag
            assert self.open.pop() == tag


def outline(text: str) -> Outline:
    found = Outline()
    found.feed(text)
    assert not found.open
    return found


def addresses(told: dict[str, str]) -> list[str]:
    some = urlencode(told)
    return [
        "/",
        f"/?{some}",
        "/ask/",
        f"/ask/?{some}",
        *(
            f"/ask/?{some}&ask={fact}"
            for fact in ("paid", "kind", "paid_at", "month_prices", "share_viewed", "learner_place")
        ),
        f"/ask/?{some}&ask=concluded_on&go=1&v.day=31&v.month=2&v.year=26",
        f"/ask/?{some}&ask=kind&go=1",
        f"/answers/?{some}&cause={NOT_KNOWN}",
        f"/result/?{some}",
        f"/result/?{some}&on=2026-11-12",
        "/result/?learner_place=DE",
        "/result/?learner_place=BR",
        f"/result/?learner_place={NOT_KNOWN}&platform={told['platform']}",
        "/rules/",
        "/rules/of/DE/",
        f"/rules/of/{told['platform']}/",
        "/rules/kr-lifelong-education-act-annex-3/",
        "/rights/",
        "/rights/?q=united",
        "/rights/?q=nowhere",
        "/rights/DE/",
        "/rights/US-CA/",
        "/rights/KE/",
        "/bodies/",
        "/bodies/?q=court&stage=court",
        "/bodies/us-ca-bppe/",
        "/platforms/",
        "/platforms/?q=zzz",
        f"/platforms/{told['platform']}/",
        "/platforms/offcn/",
        "/sources/",
        "/sources/?status=memory&place=HK&what=body",
        "/how/",
        "/no-such-page/",
    ]


class Visit(NamedTuple):
    """One browser that was at all addresses, and what it was answered."""

    client: Client
    answers: dict[str, Any]


VISITS: dict[str, Visit] = {}


@pytest.fixture
def visit(told: dict[str, str]) -> Callable[[str], Visit]:
    """visit("en"): all addresses are asked for once in a language, and several tests look at the answers."""

    def to_all(language: str) -> Visit:
        if language not in VISITS:
            client = Client(SERVER_NAME="localhost")
            given = {one: client.get(one, headers={"accept-language": language}) for one in addresses(told)}
            VISITS[language] = Visit(client, given)
        return VISITS[language]

    return to_all


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole(language: str, visit: Callable[[str], Visit]) -> None:
    for address, response in visit(language).answers.items():
        if response.status_code == 302:  # nothing left to ask
            assert response["Location"].startswith("/result/")
            continue
        assert response.status_code == (404 if "no-such" in address else 200), address
        text = response.content.decode()
        found = outline(text)
        assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}"' in text
        assert not found.bad, address
        assert found.headings.count(1) == 1, address
        assert found.headings[0] == 1 or "There is a problem" in text or "有一处需要修改" in text, address
        assert len(set(found.ids)) == len(found.ids), address
        assert found.wanted <= set(found.ids), (address, found.wanted - set(found.ids))
        assert all(one.startswith("/") and not one.startswith("//") for one in found.loads), address
        assert all(one.startswith(("/", "#", "https://", "http://", "mailto:")) for one in found.links), address
        assert "None" not in re.sub(r"<[^>]*>", "", text), address


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_page(language: str) -> None:
    client = Client(SERVER_NAME="localhost")
    for name, rule in engine.rules().items():
        text = client.get(f"/rules/{name}/", headers={"accept-language": language}).content.decode()
        found = outline(text)
        assert not found.bad
        assert found.headings.count(1) == 1
        assert name in text
        if rule.versions[-1].cite.status:
            assert {"verified": ("Verified", "已核实"), "partly": ("Partly", "部分"), "memory": ("memory", "记忆")}[
                rule.versions[-1].cite.status
            ][LANGUAGES.index(language)] in text


def test_every_rule_is_listed_under_its_place_or_platform(page: Page) -> None:
    index = page("/rules/")
    groups = {group: page(f"/rules/of/{group}/") for group in re.findall(r'"/rules/of/([\w-]+)/"', index)}
    for name, rule in engine.rules().items():
        assert f"/rules/{name}/" in groups[rule.policy or rule.place]
    page("/rules/of/XX/", status=404)


def test_the_headers_let_nothing_foreign_in() -> None:
    response = Client(SERVER_NAME="localhost").get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "private" in response["Cache-Control"]


def test_an_address_with_answers_is_not_for_search_engines() -> None:
    client = Client(SERVER_NAME="localhost")
    assert client.get("/ask/?learner_place=DE")["X-Robots-Tag"] == "noindex, nofollow"
    assert "X-Robots-Tag" not in client.get("/rules/")


def test_foreign_words_name_their_language_and_our_own_do_not(page: Page) -> None:
    english, chinese = page("/rules/cn-spc-balance/"), page("/rules/cn-spc-balance/", lang="zh")
    assert re.search(r'<span lang="zh-Hans" class="serif">[^<]*司法解释', english)
    assert re.search(r"<h1>[^<]*司法解释", chinese)


def test_errors_carry_the_headers_too() -> None:
    response = Client(SERVER_NAME="localhost").get("/no-such-page/")
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_nothing_but_the_language_is_stored_in_the_browser(visit: Callable[[str], Visit]) -> None:
    assert not visit("en").client.cookies
    assert not visit("zh").client.cookies
    client = Client(SERVER_NAME="localhost")
    client.get("/?lang=zh")
    assert list(client.cookies) == ["language"]


def test_only_reading_is_allowed() -> None:
    assert Client(SERVER_NAME="localhost").post("/ask/").status_code == 405


def test_a_broken_page_says_so_in_the_persons_language(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(engine, "platforms", broken)
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    response = client.get("/?lang=zh")
    assert response.status_code == 500
    assert "我们这边出错了" in response.content.decode()
    assert "RuntimeError" not in response.content.decode()


def test_the_style_sheet_is_served_and_its_address_changes_with_it(page: Page) -> None:
    found = re.search(r'<link rel="stylesheet" href="(/static/web/recourse\.css\?v=[0-9a-f]{10})">', page("/"))
    assert found
    response = Client(SERVER_NAME="localhost").get(found[1])
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert "max-age=31536000" in response["Cache-Control"]
    text = b"".join(response.streaming_content).decode()
    assert "url(" not in text.replace("url(#", "")
    assert "@import" not in text


def test_classes_of_the_templates_are_known_to_the_style_sheet(visit: Callable[[str], Visit]) -> None:
    client = Client(SERVER_NAME="localhost")
    style = b"".join(client.get("/static/web/recourse.css").streaming_content).decode()
    used: set[str] = set()
    for response in visit("en").answers.values():
        for names in re.findall(r'class="([^"]+)"', response.content.decode()):
            used |= set(names.split())
    plain = {"plain", "wide", "narrow", "nb", "mono"}
    assert not [name for name in used - plain if f".{name}" not in style]


def test_json_is_the_same_assessment(told: dict[str, str]) -> None:
    client = Client(SERVER_NAME="localhost")
    response = client.get(f"/result.json?{urlencode(told)}")
    assert response["Content-Type"] == "application/json"
    found = json.loads(response.content)
    assert found["asked_on"] == "2026-11-22"
    assert found["facts"]["paid"] == "84.99 EUR"
    assert found["entitlements"]
    assert client.get(f"/result.json?{urlencode(told)}").content == response.content
    assert json.loads(client.get(f"/result.json?{urlencode(told)}&on=2026-11-12").content)["asked_on"] == "2026-11-12"


def test_json_says_what_is_wrong_with_the_facts() -> None:
    response = Client(SERVER_NAME="localhost").get("/result.json?learner_place=DE&paid=1,5+EUR")
    assert response.status_code == 400
    assert json.loads(response.content)["problems"][0]["field"] == "paid"


def test_views_have_docstrings() -> None:
    assert views.__doc__
