"""Until when one is safe: what the seller may yet prove ends a right sooner, and no day is promised that hangs on it."""

import datetime as dt

import pytest

from recourse.library import load
from recourse.rebutted import safe_until

TODAY = dt.date(2026, 11, 23)
BOUGHT = {
    "learner_place": "DE", "seller_place": "US", "paid": "84.99 EUR", "kind": "recorded-course",
    "concluded_on": "2026-11-10", "sales_channel": "online", "buyer_is_consumer": "true", "requested_on": "2026-11-23",
}  # fmt: skip
TOLD = {"withdrawal_information_given": "true", "withdrawal_function_announced": "true"}


def until(rule: str = "de-bgb-withdrawal", **said: str) -> str | None:
    day = safe_until(load(), {**BOUGHT, **said}, rule, asked_on=TODAY.toordinal())
    return dt.date.fromordinal(day).isoformat() if day is not None else None


@pytest.mark.parametrize(
    ("place", "rule"),
    [("DE", "de-bgb-withdrawal"), ("FR", "fr-conso-withdrawal"), ("IT", "eu-crd-withdrawal"),
     ("GB", "gb-ccr-cancellation")],
)  # fmt: skip
def test_a_year_that_hangs_on_what_the_seller_can_prove_is_not_counted_on(place: str, rule: str) -> None:
    assert until(rule, learner_place=place) == "2026-11-24"


def test_a_time_that_may_be_over_says_when_it_ended() -> None:
    assert until(concluded_on="2026-10-01") == "2026-10-15"


def test_what_is_known_is_not_taken_otherwise() -> None:
    assert until(withdrawal_information_given="false") == "2027-11-24"
    assert until(**TOLD) == "2026-11-24"


def test_a_rule_without_a_last_day_has_none() -> None:
    assert until("de-bgb-327c-not-supplied") is None
