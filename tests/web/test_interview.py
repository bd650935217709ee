"""The interview: one question at a time, all of it in the address; errors keep what was typed; nothing is ever lost."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils.html import escape

from recourse.web import engine
from recourse.web.answers import NOT_KNOWN, Answers

Page = Callable[..., str]
IN_CHINA = {"learner_place": "CN", "seller_place": "CN"}
HOSTILE = "\"><script>alert(1)</script>'"


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def test_the_first_page_leads_into_the_interview(page: Page) -> None:
    text = page("/")
    assert 'action="/ask/"' in text
    assert 'name="learner_place"' in text
    assert 'name="platform"' in text


def test_without_a_place_the_place_is_asked_first(page: Page) -> None:
    assert escape(engine.facts()["learner_place"].ask.en) in page("/ask/")


def test_a_question_carries_all_answers_on(page: Page) -> None:
    text = page("/ask/", learner_place="DE", paid="84.99 EUR", cause=NOT_KNOWN, ask="concluded_on")
    carried = hidden(text)
    assert carried == {"learner_place": "DE", "paid": "84.99 EUR", "cause": NOT_KNOWN, "ask": "concluded_on", "go": "1"}


def test_an_answer_leads_on_to_the_next_question(follow: Page) -> None:
    typed = {"v.day": "10", "v.month": "11", "v.year": "2026"}
    address = follow("/ask/", learner_place="DE", ask="concluded_on", go="1", **typed)
    assert urlsplit(address).path == "/ask/"
    assert query(address) == {"learner_place": "DE", "concluded_on": "2026-11-10"}


def test_i_do_not_know_leads_on_whatever_stands_in_the_fields(follow: Page) -> None:
    address = follow("/ask/", learner_place="DE", ask="concluded_on", go="1", unknown="1", **{"v.day": "rubbish"})
    assert query(address) == {"learner_place": "DE", "concluded_on": NOT_KNOWN}


def test_every_question_can_be_answered_with_i_do_not_know(page: Page) -> None:
    for fact in (
        "learner_place",
        "paid",
        "kind",
        "concluded_on",
        "lessons_taken",
        "share_viewed",
        "paid_at",
        "month_prices",
    ):
        assert 'name="unknown"' in page("/ask/", ask=fact)


def test_what_is_not_known_is_not_asked_again(page: Page, told: dict[str, str]) -> None:
    seen: list[str] = []
    answers = {"learner_place": told["learner_place"]}
    for _ in range(12):
        if not (fact := next_question(answers)):
            break
        assert fact in hidden(page("/ask/", **answers, ask=fact))["ask"]
        assert fact not in seen
        seen.append(fact)
        answers[fact] = NOT_KNOWN
    assert seen


def next_question(answers: dict[str, str]) -> str:
    given = Answers(tuple(answers.items()))
    facts = engine.consider(given).facts
    assert facts is not None
    return engine.assess(given, facts, day=739_942, lang="en").next


def test_what_anybody_can_say_is_asked_first(follow: Page, page: Page) -> None:
    """The amount and the day narrow most: twenty questions become four (a course bought in Germany)."""
    at, seen = "/ask/?learner_place=DE&platform=udemy", []
    typed = {
        "paid": {"v.amount": "84.99 EUR"},
        "concluded_on": {"v.day": "10", "v.month": "11", "v.year": "2026"},
        "kind": {"v": "recorded-course"},
        "usual": {},
    }
    while len(seen) < len(typed):
        carried = hidden(page(at))
        seen.append(carried["ask"])
        at = follow("/ask/", **carried, **typed[carried["ask"]])
    assert seen == list(typed)
    assert urlsplit(follow("/ask/", **query(at))).path == "/result/"  # the amounts, no page in between
    result = page("/result/", **query(at))
    assert "84.99" in result and "Taken as given" in result and "United States" in result


def test_two_facts_asked_together_can_be_taken_apart(follow: Page, page: Page) -> None:
    said = {"learner_place": "DE", "platform": "udemy", "paid": "84.99 EUR", "concluded_on": "2026-11-10",
            "kind": "recorded-course"}  # fmt: skip
    text = page("/ask/", **said)
    assert "Is this how you bought it?" in text
    address = follow("/ask/", **said, ask="usual", go="1")
    assert query(address) == {**said, "sales_channel": "online", "buyer_is_consumer": "true"}
    apart = re.search(r'class="btn alt" href="([^"]+)"', text)
    assert apart and hidden(page(apart[1].replace("&amp;", "&")))["ask"] in ("sales_channel", "buyer_is_consumer")


@pytest.mark.parametrize("consumer", ["true", "false"])
@pytest.mark.parametrize("half", ["sales_channel", "buyer_is_consumer"])
def test_whoever_takes_the_pair_apart_is_stopped_once(half: str, consumer: str, follow: Page, page: Page) -> None:
    """The result comes after both halves: not in the middle of the one question, and not again after it."""
    said = {"learner_place": "DE", "platform": "udemy", "paid": "84.99 EUR", "concluded_on": "2026-11-10",
            "kind": "recorded-course"}  # fmt: skip
    pair = {"sales_channel": "online", "buyer_is_consumer": consumer}
    (other,) = pair.keys() - {half}
    assert hidden(page("/ask/", **said, **{half: pair[half]}))["ask"] == other
    assert urlsplit(follow("/ask/", **said, **pair)).path == "/result/"
    onward = re.search(r'class="btn" href="/ask/[^"]*;ask=(\w+)"', page("/result/", **said, **pair))
    assert bool(onward) == (consumer == "false")  # a business is owed nothing for sure, so there is more to ask
    if onward:
        after = page("/ask/", **said, **pair, **{onward[1]: NOT_KNOWN})
        assert hidden(after)["ask"] not in (onward[1], *pair)
        assert "Question 7 of" in after  # the pair was one


def test_after_the_first_round_the_result_comes_before_more_questions(follow: Page, page: Page) -> None:
    said = {
        "learner_place": "US-CA", "platform": "coursera", "paid": "49.00 USD", "concluded_on": "2026-11-12",
        "kind": "subscription", "billing_period": NOT_KNOWN,
    }  # fmt: skip
    assert urlsplit(follow("/ask/", **said)).path == "/result/"
    result = page("/result/", **said)
    assert "Ask for it already" in result
    onward = re.search(r'class="btn" href="([^"]+)"', result)
    assert onward
    carried = hidden(page(onward[1].replace("&amp;", "&")))
    assert carried["ask"] not in said
    after = follow("/ask/", **carried, unknown="1")
    assert urlsplit(after).path == "/ask/"
    assert hidden(page(after))["ask"] != carried["ask"]  # whoever goes on is not stopped again


def test_what_is_taken_as_given_gives_way_to_what_is_said(page: Page) -> None:
    said = {"learner_place": "DE", "platform": "udemy", "paid": "84.99 EUR", "concluded_on": "2026-11-10"}
    assert "as if you ask today" in page("/result/", **said)
    assert "as if you ask today" not in page("/result/", **said, requested_on="2026-11-20")
    future = page(
        "/result/", **{**said, "concluded_on": "2026-12-24"}
    )  # cannot have been asked for before it was bought
    assert "as if you ask today" not in future


def test_an_amount_may_be_typed_with_its_currency(follow: Page, page: Page) -> None:
    for text, kept in (("84.99 EUR", "84.99 EUR"), ("€84,99", "84.99 EUR"), ("R$ 297,00", "297.00 BRL")):
        address = follow("/ask/", learner_place="DE", ask="paid", go="1", **{"v.amount": text})
        assert query(address)["paid"] == kept, text
    wrong = {"v.amount": "84.99 EUR", "v.currency": "USD"}
    assert "There is a problem" in page("/ask/", learner_place="DE", ask="paid", go="1", **wrong)
    assert "There is a problem" in page("/ask/", learner_place="DE", ask="paid", go="1", **{"v.amount": "$84.99"})


def test_an_error_names_the_field_and_keeps_what_was_typed(page: Page) -> None:
    text = page(
        "/ask/", learner_place="DE", ask="concluded_on", go="1", **{"v.day": "31", "v.month": "2", "v.year": "2026"}
    )
    assert "<title>Error: " in text
    assert 'role="alert"' in text
    assert '<a href="#v-day">This day does not exist' in text
    assert re.search(
        r'<input id="v-day"[^>]*value="31"[^>]*aria-describedby="[^"]*v-day-error"[^>]*aria-invalid="true"', text
    )
    assert re.search(r'<input id="v-year"[^>]*value="2026"', text)
    assert text.count('aria-invalid="true"') == 1


def test_an_error_is_said_in_chinese(page: Page) -> None:
    text = page("/ask/", learner_place="DE", ask="lessons_taken", go="1", v="八节", lang="zh")
    assert "请填整数，例如 8" in text
    assert 'value="八节"' in text


def test_what_contradicts_other_answers_is_an_error_at_this_question(page: Page) -> None:
    text = page(
        "/ask/",
        learner_place="DE",
        starts_on="2026-11-10",
        ask="ends_on",
        go="1",
        **{"v.day": "1", "v.month": "3", "v.year": "2026"},
    )
    assert "There is a problem" in text
    assert re.search(r'<input id="v-day"[^>]*value="1"', text)


def test_a_number_out_of_bounds_is_an_error(page: Page) -> None:
    assert "There is a problem" in page("/ask/", learner_place="DE", ask="lessons_taken", go="1", v="999999999")


def test_no_radio_button_is_chosen_beforehand(page: Page) -> None:
    assert "checked" not in page("/ask/", learner_place="DE", ask="kind")
    assert re.search(r'value="bundle" checked', page("/ask/", learner_place="DE", kind="bundle", ask="kind"))


def test_change_goes_back_to_where_one_came_from(follow: Page, told: dict[str, str]) -> None:
    address = follow("/ask/", **told, ask="kind", go="1", then="answers", v="bundle")
    assert urlsplit(address).path == "/answers/"
    assert query(address) == {**told, "kind": "bundle"}
    assert list(query(address)) == list(told)


def test_change_leads_nowhere_else(follow: Page) -> None:
    for then in ("//evil.example", "https://evil.example", "home", "rules"):
        assert follow("/ask/", learner_place="DE", ask="cause", go="1", v="seller", then=then).startswith("/ask/?")


def test_back_shows_the_answer_given_before(page: Page) -> None:
    text = page("/ask/", learner_place="DE", concluded_on="2026-11-10", ask="paid")
    back = re.search(r'class="back" href="([^"]+)"', text)
    assert back
    before = page(back[1].replace("&amp;", "&"))
    assert re.search(r'id="v-day"[^>]*value="10"', before)
    again = re.search(r'class="back" href="([^"]+)"', before)
    assert again
    assert 'value="DE" selected' in page(again[1].replace("&amp;", "&"))


def test_an_unknown_answer_says_so_when_asked_again(page: Page) -> None:
    assert "Last time you answered: I do not know." in page("/ask/", learner_place="DE", cause=NOT_KNOWN, ask="cause")


def test_check_your_answers_has_all_of_them_with_change(page: Page, told: dict[str, str]) -> None:
    text = page("/answers/", **told, cause=NOT_KNOWN)
    for name in [*told, "cause"]:
        if name != "platform":
            assert f"ask={name}&amp;then=answers" in text
            assert escape(engine.facts()[name].name.en) in text
    assert "Germany" in text
    assert "EUR 84.99" in text
    assert "10 November 2026" in text
    assert "I do not know" in text


def test_an_answer_that_cannot_stand_leads_to_its_question(follow: Page, page: Page) -> None:
    for path in ("/ask/", "/answers/", "/result/"):
        address = follow(path, learner_place="DE", paid="84,99 EUR")
        assert query(address)["ask"] == "paid"
    text = page("/ask/", learner_place="DE", paid="84,99 EUR", ask="paid")
    assert "There is a problem" in text


def test_hostile_answers_are_shown_as_text(page: Page) -> None:
    text = page("/ask/", learner_place="DE", product_line=HOSTILE, ask="product_line")
    assert HOSTILE not in text
    assert escape(HOSTILE) in text
    typed = page("/ask/", learner_place="DE", ask="lessons_taken", go="1", v=HOSTILE)
    assert HOSTILE not in typed
    assert escape(HOSTILE) in typed
    for path in ("/answers/", "/result/"):
        assert "<script" not in page(path, learner_place="DE", product_line=HOSTILE)


@pytest.mark.parametrize("path", ["/", "/ask/", "/answers/", "/result/", "/result.json"])
def test_addresses_that_no_interview_made_are_refused(path: str, page: Page) -> None:
    page(path, status=400, product_line="x" * 7000)
    page(path, status=400, learner_place="DE", on="yesterday")
    page(path, status=404, learner_place="DE", platform="no-such-platform")


def test_there_is_no_such_question(page: Page) -> None:
    page("/ask/", status=404, ask="no_such_fact")


def test_nothing_told_leads_home(follow: Page) -> None:
    assert follow("/answers/", lang="en").startswith("/?") or follow("/answers/").startswith("/")
    assert urlsplit(follow("/result/", lang="en")).path == "/"


def test_a_country_whose_parts_have_laws_is_asked_for_the_part(page: Page) -> None:
    text = page("/ask/", **{**IN_CHINA, "ask": "learner_place", "narrow": "1"})
    assert "You said: China" in text
    assert '<option value="CN-SH"' in text
    assert '<option value="DE"' not in text
    assert hidden(text)["narrow"] == "1"


def test_who_does_not_know_the_part_keeps_the_country(follow: Page, page: Page) -> None:
    address = follow("/ask/", **IN_CHINA, ask="learner_place", narrow="1", unknown="1")
    assert query(address)["learner_place"] == "CN"
    assert query(address)["settled"] == "learner_place"
    assert 'name="settled" value="learner_place"' in page(address)


def test_the_part_takes_the_place_of_the_country(follow: Page) -> None:
    address = follow("/ask/", **IN_CHINA, ask="learner_place", narrow="1", go="1", v="CN-SH")
    assert query(address)["learner_place"] == "CN-SH"


def test_no_part_chosen_is_an_error_of_the_same_question(page: Page) -> None:
    text = page("/ask/", **IN_CHINA, ask="learner_place", narrow="1", go="1", v="")
    assert "There is a problem" in text
    assert '<option value="CN-SH"' in text


@pytest.mark.parametrize("place", ["CN", "US", "DE", "KR", "FR", "GB", "BR"])
def test_the_interview_ends_for_somebody_who_knows_nothing(place: str) -> None:
    answers = Answers((("learner_place", place),))
    for _ in range(80):
        facts = engine.consider(answers).facts
        assert facts is not None
        name = engine.assess(answers, facts, day=739_942, lang="en").next
        if not name:
            return
        assert name not in answers.closed
        answers = answers.settle(name) if name in answers.known else answers.with_(name, NOT_KNOWN)
    pytest.fail(f"still asking: {answers.names}")
