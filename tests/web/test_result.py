"""A result in words: the five answers look different, the column adds up, doubt is shown, nothing is promised."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from recourse.web import example, headline, ledger, shown, titles, wording
from recourse.web.answers import NOT_KNOWN, Answers
from recourse.web.engine import Assessed
from recourse.web.headline import Card
from recourse.web.shown import Shown

Page = Callable[..., str]
TODAY = 739_942  # 22 November 2026
LAW = "de-bgb-withdrawal"


def entitlement(answer: str = "owes", **more: Any) -> dict[str, Any]:
    return {
        "rule": LAW,
        "title": {"en": "Civil Code", "zh": "民法典", "de": "BGB"},
        "place": "DE",
        "platform": None,
        "version": "y2026",
        "in_force": {"from": "2026-06-19", "until": None},
        "answer": answer,
        "why": "",
        "source": {"article": "s. 355", "status": "verified", "checked_on": "2026-11-22"},
        **more,
    }


def policy(answer: str, **more: Any) -> dict[str, Any]:
    return entitlement(
        answer, **{"rule": "udemy-course", "place": None, "platform": "udemy", "version": "only", **more}
    )


def show(*entitlements: dict[str, Any]) -> list[Shown]:
    return [shown.entitlement(one, Answers((("cause", NOT_KNOWN),))) for one in entitlements]


def card(*entitlements: dict[str, Any], best: bool = True, low: str = "", high: str = "", **facts: str) -> Card:
    found = show(*entitlements)
    json = {"entitlements": list(entitlements), "currency": "EUR", "facts": facts}
    chosen = found[0] if best and found and found[0].answer == "owes" else None
    return headline.card(chosen, [one for one in found if one is not chosen], Assessed(json, low, high, "", 0), TODAY)


def test_what_is_owed_is_marked_and_names_its_law() -> None:
    found = card(entitlement(refund="84.99 EUR", pay_by="2026-12-04", window_ends_on="2026-12-01"), paid="84.99 EUR")
    assert (found.coin, found.marked) == ("owes", True)
    assert found.status == "Owed to you under the law of Germany"
    assert found.title == "EUR 84.99"
    assert found.sentence == "That is all you paid."
    assert [(line.term, line.note) for line in found.lines] == [("Last day to ask", "in 9 days"), ("To be paid by", "")]


def test_in_chinese_the_unit_follows() -> None:
    with translation.override("zh-hans"):
        found = card(entitlement(refund="1920.00 CNY"), paid="2880.00 CNY")
        assert found.title == "1,920.00 元"
        assert found.status == "依照德国法律，应退给您"


def test_the_other_side_stands_beside_it() -> None:
    found = card(entitlement(refund="84.99 EUR"), policy("owes-nothing", refund="0.00 EUR", why="More than 30 days."))
    line = found.lines[-1]
    assert (line.term, line.text, line.note) == ("Under the policy of Udemy", "Nothing", "More than 30 days.")


@pytest.mark.parametrize(
    ("answer", "more", "coin", "status"),
    [
        ("depends", {"missing": ["cause"]}, "asks", "Depends on a fact we lack"),
        ("depends", {"missing": ["cause", "paid"]}, "asks", "Depends on facts we lack"),
        ("discretion", {}, "may", "At the seller’s discretion"),
        ("ask-someone-else", {"ask_instead": "apple-app-store"}, "nil", "Nothing from this seller: ask Apple"),
        ("owes-nothing", {"refund": "0.00 EUR"}, "nil", "Applies, owes nothing"),
        ("exchange", {}, "may", "Another course instead of money"),
        ("does-not-apply", {}, "nil", "No rule applies"),
    ],
)
def test_each_answer_has_its_coin_and_is_not_marked(answer: str, more: dict[str, Any], coin: str, status: str) -> None:
    found = card(entitlement(answer, **more))
    assert (found.coin, found.status, found.marked) == (coin, status, False)


def test_what_depends_shows_both_ends_and_never_one_amount() -> None:
    found = card(entitlement("depends", missing=["cause"]), low="0.00 EUR", high="84.99 EUR")
    assert found.title == "EUR 0.00 to EUR 84.99"
    assert [fact.fact for fact in found.missing] == ["cause"]
    assert found.missing[0].not_known


def test_a_law_that_sets_a_day_is_not_said_to_set_none() -> None:
    lines = card(entitlement(refund="84.99 EUR")).lines
    assert [line.text for line in lines] == ["Not known yet"]
    without = card(entitlement(refund="84.99 EUR", version="no such version")).lines
    assert [line.text for line in without] == ["No day set by law"]


def test_a_provisional_day_says_so() -> None:
    found = card(
        entitlement(
            refund="9.00 EUR",
            pay_by="2027-12-04",
            window_ends_on="2027-12-01",
            provisional=["pay_by", "window_ends_on"],
        )
    )
    assert all("rovisional" in line.note for line in found.lines)


def test_what_a_more_special_rule_sets_aside_is_not_the_headline() -> None:
    found = card(entitlement("depends", missing=["cause"], displaced_by="de-fernusg-4-withdrawal"))
    assert found.status == "No rule applies"
    assert show(entitlement(refund="1.00 EUR", displaced_by="x"))[0].coin == "nil"


def test_a_place_we_have_not_read_is_said() -> None:
    assert card(learner_place="AQ").sentence == "We have not read the law of Antarctica yet."
    assert card().sentence == "Without the place where you live, no law can be found."


@pytest.mark.parametrize(
    ("more", "figures"),
    [
        ({"refund": "84.99 EUR"}, ["84.99"]),
        ({"refund": "64.99 EUR", "kept_for_use": "20.00 EUR"}, ["84.99", "− 20.00"]),
        ({"refund": "54.99 EUR", "kept_for_use": "20.00 EUR", "penalty": "10.00 EUR"}, ["84.99", "− 20.00", "− 10.00"]),
        ({"refund": "42.00 EUR", "kept_for_use": "20.00 EUR"}, ["84.99", "− 42.99"]),
        ({"refund": "84.99 EUR", "kept_for_use": "0.00 EUR"}, ["84.99"]),
        ({"refund": "90.00 EUR"}, []),
        ({}, []),
    ],
)
def test_the_column_adds_up(more: dict[str, str], figures: list[str]) -> None:
    found = ledger.of(entitlement(**more), {"paid": "84.99 EUR"})
    assert [entry.figure for entry in found] == figures
    if found:
        total = sum(ledger.minor(entry.figure.replace("− ", "-") + " EUR") for entry in found)
        assert total == ledger.minor(more["refund"])


def test_money_without_decimals_adds_up_too() -> None:
    found = ledger.of(entitlement(refund="66660 KRW"), {"paid": "100000 KRW"})
    assert [entry.figure for entry in found] == ["100,000", "− 33,340"]


def test_only_what_would_change_the_amount_is_called_a_change() -> None:
    (one,) = show(
        entitlement(
            refund="84.99 EUR",
            missing=["content_downloaded"],
            presumed=[
                {"fact": "content_downloaded", "value": "false", "because": "the seller must show it."},
                {"fact": "leisure_only", "value": "false", "because": "who relies on it must prove it"},
            ],
            readings=[
                {"id": "a", "asks": "Is it so?", "taken": "no", "because": "Doubt.", "otherwise": "84.99 EUR"},
                {"id": "b", "asks": "And so?", "taken": "yes", "because": "Doubt.", "otherwise": "0.00 EUR"},
            ],
        )
    )
    assert len(one.taken) == 4
    assert [(taken.about, taken.value, taken.otherwise) for taken in one.changes] == [
        ("Content downloaded", "No", ""),
        ("And so?", "Yes", "EUR 0.00"),
    ]
    assert one.changes[0].because == "the seller must show it"


def test_nothing_is_listed_that_is_nothing() -> None:
    (one,) = show(entitlement(refund="84.99 EUR", kept_for_use="0.00 EUR", interest="1.20 EUR", complaint_in_time=True))
    assert [(key, value) for key, _, value in one.more] == [("interest", "EUR 1.20"), ("complaint_in_time", "Yes")]


@pytest.mark.parametrize(
    ("title", "place", "language", "found"),
    [
        ({"en": "Civil Code", "zh": "民法典", "de": "BGB"}, "DE", "en", ("Civil Code", "en", "BGB", "de")),
        ({"en": "Interpretation", "zh": "解释"}, "CN", "en", ("Interpretation", "en", "解释", "zh-Hans")),
        ({"en": "Interpretation", "zh": "解释"}, "CN", "zh-hans", ("解释", "zh-Hans", "", "")),
        ({"en": "Directive", "zh": "指令"}, "EU", "zh-hans", ("指令", "zh-Hans", "Directive", "en")),
        ({"en": "Thirty days", "zh": "三十日"}, "", "zh-hans", ("三十日", "zh-Hans", "", "")),
    ],
)
def test_a_rule_has_its_name_in_its_own_language(
    title: dict[str, str], place: str, language: str, found: tuple[str, ...]
) -> None:
    with translation.override(language):
        assert tuple(titles.of(title, place)) == found


def test_dates_and_amounts_are_written_as_each_language_does() -> None:
    assert wording.date(TODAY) == "22 November 2026"
    assert wording.date(TODAY, weekday=True) == "Sun 22 Nov 2026"
    assert wording.money("1234567.50 USD") == "USD 1,234,567.50"
    assert wording.money("-5.00 USD") == "USD −5.00"
    with translation.override("zh-hans"):
        assert wording.date(TODAY, weekday=True) == "2026 年 11 月 22 日（周日）"
        assert wording.money("100000 KRW") == "100,000 韩元"
        assert wording.listed(["甲", "乙", "丙"]) == "甲、乙和丙"


def test_the_example_is_worked_out_and_not_typed(page: Page) -> None:
    found = example.worked()
    assert found is not None
    assert str(found.entitlement.amount) == "KRW 66,660"
    assert found.pay_by == wording.day_of("2026-03-16")
    assert "66,660" in page("/")


def test_a_result_of_another_day_says_so(page: Page, told: dict[str, str]) -> None:
    assert "not of today" not in page("/result/", **told)
    text = page("/result/", **told, on="2026-11-12")
    assert "As of " in text
    assert "not of today" in text


def test_the_result_names_clause_source_status_and_day(page: Page, told: dict[str, str]) -> None:
    text = page("/result/", **told)
    assert "checked <time" in text
    assert "Verified" in text
    assert "Does not apply" in text
    assert "What you are owed" in text


def test_words_of_the_engine_are_shown_as_text(
    page: Page, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shown.entitlement

    def hostile(one: dict[str, Any], answers: Answers) -> Shown:
        bad = "<script>alert(1)</script>"
        steps = [{"n": 1, "text": bad, "cite": bad}]
        source = {"article": bad, "title": bad, "address": "javascript:alert(1)", "status": "verified"}
        return real({**one, "why": bad, "steps": steps, "source": source, "title": {"en": bad}}, answers)

    monkeypatch.setattr(shown, "entitlement", hostile)
    text = page("/result/", **told)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert 'href="javascript' not in text


@pytest.mark.parametrize(
    ("bought", "day", "note"),
    [("2026-11-10", "Tue 24 Nov 2026", "In 2 days, to be safe. 24 November 2027 if the seller cannot prove"),
     ("2026-10-01", "Fri 15 Oct 2027", "If it can, the last day was 15 October 2026.")],
)  # fmt: skip
def test_no_day_is_promised_that_hangs_on_what_the_seller_may_prove(
    bought: str, day: str, note: str, page: Page
) -> None:
    said = {"learner_place": "DE", "platform": "udemy", "paid": "84.99 EUR", "concluded_on": bought,
            "kind": "recorded-course", "sales_channel": "online", "buyer_is_consumer": "true"}  # fmt: skip
    text = page("/result/", **said)
    assert "EUR 84.99 – Recourse" in text
    assert day in text and note in text
    told = {"withdrawal_information_given": "true", "withdrawal_function_announced": "true"}
    assert note not in page("/result/", **said, **told)


def test_what_holds_only_in_parts_of_a_country_is_folded_away(page: Page) -> None:
    said = {"learner_place": "DE", "platform": "udemy", "paid": "84.99 EUR", "concluded_on": "2026-11-10",
            "kind": "recorded-course", "sales_channel": "online", "buyer_is_consumer": "true"}  # fmt: skip
    text = page("/result/", **said)
    folded = re.search(
        r"<summary>(\d+) more that hold only in a part of a country</summary>(.*?)</details>", text, re.DOTALL
    )
    assert folded and folded[2].count("<li>") == int(folded[1]) > 9
    assert "Indiana uniform refund" in folded[2] and "Indiana uniform refund" not in text.replace(folded[0], "")


def test_what_a_chinese_reader_is_cited_is_chinese(page: Page) -> None:
    """Articles, an institution's own policy, and another rule, by its name and not by its id."""
    with translation.override("zh-hans"):
        found = shown.source({"article": "arts 22, 50(2)", "title": "Refund policy of 明德在线学校"})
        assert (found.article, found.title) == ("第22条、第50条第2款", "明德在线学校的退款政策")
        assert shown.source({"article": "version 2"}).article == "第2版"
    text = page("/result/", lang="zh", platform="netease-study", learner_place="CN-BJ", paid="599.00 CNY",
                concluded_on="2026-11-10", kind="recorded-course", sales_channel="online",
                buyer_is_consumer="true")  # fmt: skip
    assert "待“" in text and "确定后另行计算" in text
    assert not re.search(r">[^<]*\bcn-[a-z-]+[^<]*<", text)
