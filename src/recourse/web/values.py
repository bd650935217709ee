"""The value of a fact as a person reads it."""

import datetime as dt

from django.utils.translation import gettext

from recourse.facts import Fact
from recourse.web import engine, labels, wording


def shown(fact: Fact, text: str) -> str:
    """The text of a fact (from an address or the engine) in words: "DE" as Germany, "84.99 EUR" as EUR 84.99."""
    if fact.type.startswith("list-of-"):
        return wording.listed([_one(fact, fact.type.removeprefix("list-of-"), part) for part in text.split(", ")])
    return _one(fact, fact.type, text)


def _one(fact: Fact, kind: str, text: str) -> str:
    if kind == "yesno":
        return gettext("Yes") if text in ("true", "yes") else gettext("No")
    if kind == "choice":
        return labels.choice(fact.id, text)
    if kind == "place":
        return engine.place_name(text, wording.lang())
    if kind == "money":
        return wording.money(text)
    if kind == "period":
        first, _, last = text.partition("/")
        return gettext("%(first)s to %(last)s") % {"first": _date(first), "last": _date(last)}
    if kind == "instant":
        return _instant(text)
    return _date(text) if kind == "date" else text


def _date(text: str) -> str:
    day = wording.day_of(text)
    return text if day is None else wording.date(day)


def _instant(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return gettext("%(date)s, %(time)s (UTC%(offset)s)") % {
        "date": wording.date(moment.toordinal()),
        "time": moment.strftime("%H:%M"),
        "offset": moment.strftime("%z")[:3] + ":" + moment.strftime("%z")[3:5],
    }
