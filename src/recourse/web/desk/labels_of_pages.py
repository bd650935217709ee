"""The words for what was read from a course page or a contract."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

COINS = {"speaks": "owes", "partly": "asks", "nothing": "nil", "compare": "asks"}
STATES = {
    "speaks": gettext_noop("The text speaks of it"),
    "partly": gettext_noop("The text speaks of a part"),
    "nothing": gettext_noop("Nothing found"),
    "compare": gettext_noop("Compare with your facts"),
}
FOUND = {
    "owes": gettext_noop("The text speaks of it"),
    "asks": gettext_noop("Read this passage"),
    "nil": gettext_noop("Nothing found"),
}
ITEMS = {
    "course_name": gettext_noop("Course"),
    "seller": gettext_noop("Seller"),
    "duration": gettext_noop("Length"),
    "tax_included": gettext_noop("Tax included"),
    "policy_returnPolicyCategory": gettext_noop("Kind of return policy"),
    "policy_refundType": gettext_noop("What is given back"),
    "policy_returnFees": gettext_noop("Fees for returning"),
    "policy_merchantReturnLink": gettext_noop("The policy as published"),
    "policy_applicableCountry": gettext_noop("Countries it is for"),
}


def item(what: str) -> str:
    """What a page says that is no fact of ours."""
    return gettext(ITEMS[what]) if what in ITEMS else what.replace("_", " ").capitalize()


def said(what: str, text: str) -> str:
    """Its value in words."""
    if what == "tax_included":
        return gettext("Yes") if text == "true" else gettext("No") if text == "false" else text
    return text


def state(name: str) -> str:
    """How a duty stands beside the text."""
    return gettext(STATES[name])


def found(coin: str) -> str:
    """Whether a text speaks of a topic."""
    return gettext(FOUND[coin])


def either(shown: list[str]) -> str:
    """What can be several things."""
    return gettext(" or ").join(shown)
