"""The pages of the corpus: rights of every place, every body, every platform, every source, rules with their cases."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
from django.test import Client

from recourse import places, provenance, rights
from recourse.web import engine, shelf

Page = Callable[..., str]
LANGUAGES = ("en", "zh")
TODAY = dt.date(2026, 11, 22).toordinal()
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "circle", "rect"}


class Spoken(HTMLParser):
    """The words of the main part that are in the page's own language: what names another language is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped: list[bool] = []
        self.main = False
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.main = self.main or tag == "main"
        if tag not in VOID:
            given = dict(attrs)
            outside = self.skipped[-1] if self.skipped else False
            foreign = tag != "html" and "lang" in given
            self.skipped.append(outside or foreign or "mono" in (given.get("class") or "").split())

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.skipped.pop()
        self.main = self.main and tag != "main"

    def handle_data(self, data: str) -> None:
        if self.main and not self.skipped[-1]:
            self.words.append(data)


def spoken(text: str) -> str:
    found = Spoken()
    found.feed(text)
    return " ".join(found.words)


@cache
def get(address: str, language: str = "en") -> str:
    """A page of the corpus, which is the same for everybody on the fixed day: several tests look at each."""
    response = Client(SERVER_NAME="localhost").get(address, headers={"accept-language": language})
    assert response.status_code == 200, (address, response.status_code)
    return str(response.content.decode())


def some_places() -> list[str]:
    return [*rights.covered(engine.library()), "AT", "KE", "US-AK"]


# -- rights


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_has_a_page_with_all_its_rules_and_bodies(language: str) -> None:
    for place in some_places():
        text = get(f"/rights/{place}/", language)
        found = rights.rights(engine.library(), place, TODAY)
        for held in (*found.giving, *found.limits, *found.coming):
            assert f'href="/rules/{held.rule.id}/"' in text, (place, held.rule.id)
        for body in found.bodies:
            assert f'href="/bodies/{body.id}/"' in text, (place, body.id)
        for part in found.parts:
            assert f'href="/rights/{part}/"' in text, (place, part)
        assert "None" not in spoken(text), place


def test_a_place_without_law_of_its_own_says_so(page: Page) -> None:
    assert "We have read no law of this place." in page("/rights/KE/")
    assert "We have not read the law of this place itself." in page("/rights/AT/")
    assert "eu-crd-withdrawal" in page("/rights/AT/")
    for place in ("DE", "US-CA", "EU"):
        assert "We have not read the law" not in page(f"/rights/{place}/"), place


def test_a_union_is_a_place_of_law_where_nobody_lives(page: Page) -> None:
    assert "learner_place=EU" not in page("/rights/EU/")
    assert "/ask/?learner_place=DE" in page("/rights/DE/")


def test_the_short_lines_come_from_the_rule(page: Page) -> None:
    text = page("/rights/DE/")
    section = text[text.index("/rules/de-bgb-withdrawal/") :]
    first = section[: section.index("</dl>")]
    assert "Everything you paid" in first
    assert "14 days after contract date" in first


@pytest.mark.parametrize("place", ["XX", "de", "WORLD", "DE-XXXX", "Germany"])
def test_a_place_nobody_knows_is_not_found(page: Page, place: str) -> None:
    page(f"/rights/{place}/", status=404)
    page(f"/rights/{place}.json", status=404)


def test_the_search_goes_where_one_place_is_meant(page: Page, follow: Callable[..., str]) -> None:
    for asked, code in (("Germany", "DE"), ("德国", "DE"), ("us-ca", "US-CA"), ("European Union", "EU")):
        assert follow("/rights/", q=asked) == f"/rights/{code}/"
    several = page("/rights/", q="united")
    assert several.count("places found") == 1
    assert "No place is called “&lt;b&gt;”" in page("/rights/", q="<b>")


def test_rights_for_programs_are_those_of_the_page(page: Page) -> None:
    found = json.loads(page("/rights/US-CA.json"))
    assert found["place"] == "US-CA"
    assert found["asked_on"] == "2026-11-22"
    text = page("/rights/US-CA/")
    assert all(f"/rules/{one['rule']}/" in text for one in found["giving"])
    assert found["giving"][0]["gist"]
    assert json.loads(page("/rights/US-CA.json", lang="zh"))["name"] == places.name("US-CA", "zh")


def test_the_law_of_another_day_is_that_of_the_day(page: Page) -> None:
    before = json.loads(page("/rights/DE.json", on="2020-01-01"))
    assert "de-bgb-327c-not-supplied" not in {one["rule"] for one in before["giving"]}  # law since 2022
    page("/rights/DE/", status=400, on="yesterday")
    page("/rights/DE/", status=400, on="1066-10-14")


def test_the_page_names_its_other_language_for_search_engines() -> None:
    response = Client(SERVER_NAME="localhost").get("/rights/DE/?lang=zh")
    text = response.content.decode()
    assert '<link rel="alternate" hreflang="en" href="http://localhost/rights/DE/?lang=en">' in text
    assert '<link rel="alternate" hreflang="zh-Hans" href="http://localhost/rights/DE/?lang=zh">' in text
    assert "X-Robots-Tag" not in response  # a language alone is no answer of anybody's


# -- bodies


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_body_has_its_page(language: str) -> None:
    for name, body in engine.library().bodies.items():
        text = get(f"/bodies/{name}/", language)
        code = language if language == "en" else "zh"
        assert body.rule.title[code].split("&")[0].split("'")[0][:20] in text
        assert "None" not in spoken(text), name
    assert Client(SERVER_NAME="localhost").get("/bodies/nobody/").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_body_stands_once_in_the_list_of_all(language: str) -> None:
    text = get("/bodies/", language)
    assert sorted(re.findall(r'href="/bodies/([\w-]+)/"', text)) == sorted(engine.library().bodies)
    places = re.findall(r'<h2 id="p-([\w-]+)">', text)
    assert places[0] == "world"
    assert len(places) == len(set(places)) == len({body.rule.place for body in engine.library().bodies.values()})
    at = {place: number for number, place in enumerate(places)}
    assert all(
        at[place.partition("-")[0]] < at[place]
        for place in places
        if place.partition("-")[0] in places and "-" in place
    )


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("q=bppe", "us-ca-bppe", "seller"),  # its id
        ("q=california", "us-ca-bppe", "us-tx-twc"),  # its place, whatever the page speaks
        ("q=%E5%8A%A0%E5%88%A9%E7%A6%8F%E5%B0%BC%E4%BA%9A", "us-ca-bppe", "seller"),
        ("q=united+states+court", "us-ca-small-claims", "us-ca-bppe"),  # its country and its stage
        ("stage=court", "us-ca-small-claims", "us-ca-bppe"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_bodies_is_searched_in_either_language(language: str, query: str, there: str, absent: str) -> None:
    text = get(f"/bodies/?{query}", language)
    assert f'href="/bodies/{there}/"' in text
    assert f'href="/bodies/{absent}/"' not in text


def test_a_search_for_no_body_says_what_to_try_and_a_strange_stage_is_no_filter() -> None:
    assert "No body answers to that" in get("/bodies/?q=xyzzy", "en")
    assert "没有符合的机构" in get("/bodies/?q=xyzzy", "zh-hans")
    assert get("/bodies/?stage=nowhere", "en").count('href="/bodies/') == get("/bodies/", "en").count('href="/bodies/')


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_bodies_is_reached_from_the_rights_and_from_each_body(language: str) -> None:
    for address in ("/rights/", "/bodies/us-ca-bppe/", "/bodies/seller/"):
        assert 'href="/bodies/"' in get(address, language)


def test_the_result_says_whom_to_turn_to(page: Page, told: dict[str, str]) -> None:
    text = page("/result/", **told)
    section = text[text.index('id="hturn"') : text.index('id="hk"')]
    assert section.index("/bodies/seller/") < section.index("<details><summary>")
    assert "There for your case" in section
    listed = re.findall(r'href="/bodies/([\w-]+)/"', section)
    assert listed == [one["id"] for one in shelf.onward(_facts({**told, "seller_place": "DE"}), TODAY, (), "en")]
    assert section.index(listed[2]) < section.index("more</summary>") < section.index(listed[3])


def test_a_time_limit_that_is_over_is_told_with_its_day(page: Page) -> None:
    facts = {"learner_place": "US-CA", "seller_place": "US-CA", "paid": "500.00 USD", "payment_method": "credit-card"}
    early = page("/result/", **facts, statement_sent_on="2026-11-01")
    late = page("/result/", **facts, statement_sent_on="2026-01-01")
    assert "Its time limit is over" not in _of("us-card-issuer", early)
    assert "Its time limit is over" in _of("us-card-issuer", late)
    assert "2 March 2026" in _of("us-card-issuer", late)


def _of(body: str, text: str) -> str:
    """What stands before the name of a body in the list."""
    before = text[: text.index(f"/bodies/{body}/")]
    return before[before.rindex("<li>") :]


def _facts(told: dict[str, str]) -> engine.Facts:
    found = engine.consider(engine.Answers(tuple((k, v) for k, v in told.items() if k != "platform"))).facts
    assert found is not None
    return found


# -- platforms


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_platform_has_its_page_with_every_clause_and_source(language: str) -> None:
    index = get("/platforms/", language)
    for name, platform in engine.library().platforms.items():
        assert f'href="/platforms/{name}/"' in index
        text = get(f"/platforms/{name}/", language)
        for clause in platform.clauses:
            assert f'href="/rules/{clause}/"' in text, clause
        for source in platform.sources:
            address = source.get("address") or ""
            assert address.replace("&", "&amp;") in text, (name, address)
        for remark in (platform.note, *platform.limits, *platform.fees, *platform.not_encoded):
            if remark:
                assert remark[language][:12] in text, name
        assert "None" not in spoken(text), name


def test_a_platform_known_second_hand_says_so_before_anything_else(page: Page) -> None:
    known = [one for one in engine.library().platforms.values() if one.standing == "secondary-only"]
    assert known
    for one in known:
        text = page(f"/platforms/{one.id}/")
        assert text.index("Known only second-hand.") < text.index("<h2"), one.id
    assert "Known only second-hand" not in page("/platforms/udemy/")
    assert page("/platforms/").count("second-hand</span>") == len(known)


def test_a_clause_that_pays_nothing_says_so(page: Page) -> None:
    for clause in ("udemy-subscription", "skillshare-renewal"):
        platform = clause.partition("-")[0]
        if clause in engine.rules():
            text = page(f"/platforms/{platform}/")
            after = text[text.index(f"/rules/{clause}/") :]
            assert "<dd>Nothing</dd>" in after[: after.index("</dl>")], clause


def test_platforms_are_found_by_name_country_and_kind(page: Page) -> None:
    assert 'href="/platforms/udemy/"' in page("/platforms/", q="uDe")
    assert 'href="/platforms/teamsparta/"' in get("/platforms/?q=韩国", "zh")
    assert "Nothing of that name." in page("/platforms/", q="no such school")
    page("/platforms/no-such/", status=404)


# -- sources


def test_every_source_is_on_one_of_the_pages(page: Page) -> None:
    everything = provenance.sources(engine.library())
    pages = -(-len(everything) // 60)
    seen = [
        text
        for n in range(1, pages + 1)
        for text in re.findall(r'href="/rules/([\w-]+)/"', page("/sources/", page=str(n)))
    ]
    assert set(seen) == {one.id for one in everything if one.what in ("rule", "clause")}
    page("/sources/", status=404, page=str(pages + 1))
    page("/sources/", status=404, page="0")


def test_sources_can_be_narrowed(page: Page) -> None:
    found = json.loads(get("/sources.json?place=KR&status=partly"))["sources"]
    assert found
    assert all(one["status"] == "partly" and one["place"] in ("KR", "WORLD") for one in found)
    assert {one["place"] for one in json.loads(page("/sources.json", platform="udemy"))["sources"]} == {"udemy"}
    assert {one["what"] for one in json.loads(page("/sources.json", what="rate"))["sources"]} == {"rate"}
    for wrong in ("place=XX", "platform=nobody", "status=sure", "what=thing"):
        page(f"/sources/?{wrong}", status=404)


def test_what_is_least_certain_and_oldest_stands_first(page: Page) -> None:
    found = json.loads(page("/sources.json"))["sources"]
    assert found[0]["status"] == "memory"
    ranks = [provenance.STATUSES.index(one["status"]) for one in found]
    assert ranks == sorted(ranks)


# -- rules


def test_a_rule_shows_its_worked_cases_and_that_they_pass(page: Page) -> None:
    rule = "kr-lifelong-education-act-annex-3"
    text = page(f"/rules/{rule}/")
    cases = shelf.examples(rule)
    assert len(cases) > 5
    assert text.count("Passes") == sum(one.result.passed for one in cases)
    for one in cases:
        assert one.id in text
    assert "KRW 66,660" in text


def test_the_address_of_a_worked_case_answers_it_again(page: Page) -> None:
    text = page("/rules/kr-lifelong-education-act-annex-3/")
    (address,) = re.findall(
        r'href="/result/\?([^"]*)">See this case worked out<span class="hide">: kr-a3-pknu-one-month-two-thirds', text
    )
    assert "66,660" in get(f"/result/?{address.replace('&amp;', '&')}")


def test_a_rule_without_a_case_says_so(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = "de-bgb-withdrawal"
    monkeypatch.setattr(shelf, "examples", lambda rule: ())
    assert "No worked case shows this rule yet." in page(f"/rules/{bare}/")


def test_what_changed_between_versions_is_told_sentence_by_sentence(page: Page) -> None:
    several = [name for name, rule in engine.rules().items() if len(rule.versions) > 1]
    for name in several[:12]:
        text = page(f"/rules/{name}/")
        assert "What changed between its versions" in text, name
        assert "<del>" in text or "<ins>" in text or "It counts the same" in text, name


def test_a_quotation_names_its_language_and_its_translation_is_marked_as_ours(page: Page) -> None:
    quoted = {name: one for name, one in engine.rules().items() if shelf.current(one, TODAY).cite.quote}
    assert {"de", "ko", "zh"} & {one.language for one in quoted.values()}
    for name, rule in quoted.items():
        text = page(f"/rules/{name}/")
        if rule.language == "en":
            assert "<q>" in text
        else:
            tag = "zh-Hans" if rule.language == "zh" else rule.language
            assert f'<q lang="{tag}">' in text, name
            assert "(our translation)" in text, name


def test_a_curve_of_an_example_falls(page: Page) -> None:
    drawn = [name for name in engine.rules() if shelf.telling(name) is not None]
    assert len(drawn) > 20
    for name in drawn:
        _, series = shelf.telling(name) or pytest.fail(name)
        known = [amount for _, amount in series.points if amount is not None]
        assert known == sorted(known, reverse=True)
    assert '<svg class="wide"' in page(f"/rules/{drawn[0]}/")


# -- both languages


def addresses() -> Iterator[str]:
    yield from ("/rights/", "/bodies/", "/bodies/?q=xyzzy", "/platforms/", "/sources/", "/sources/?status=partly")
    yield from (f"/rights/{place}/" for place in some_places())
    yield from (f"/bodies/{name}/" for name in list(engine.library().bodies)[::4])
    yield from (f"/platforms/{name}/" for name in list(engine.library().platforms)[::4])
    yield from (f"/rules/{name}/" for name in list(engine.rules())[::8])


def test_no_english_sentence_stands_on_a_chinese_page() -> None:
    """Four English words in a row are a sentence that nobody translated; names and citations say that they are English."""
    told = []
    for address in addresses():
        text = re.sub(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』", "", spoken(get(address, "zh")))  # labels of buttons
        told += [f"{address}: {one}" for one in re.findall(r"(?:\b[a-z]{2,}\b[ ,]+){3}[a-z]{2,}", text)]
    assert not told, "\n".join(told[:40])


def test_no_chinese_sentence_stands_on_an_english_page_unmarked() -> None:
    """A name in brackets is no sentence."""
    told = []
    for address in addresses():
        text = spoken(get(address))
        told += [f"{address}: {one}" for one in re.findall(r"[\u4e00-\u9fff，。；]{16,}", text)]
    assert not told, "\n".join(told[:40])
