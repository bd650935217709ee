"""A case's timeline in words: who did what, when, and where the proof is. The same lines for everybody who sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from recourse import money
from recourse.desk.models import Case, Exhibit, Person
from recourse.desk.services.timeline import Told
from recourse.payouts.machine import said as payout_said
from recourse.web import engine, wording
from recourse.web.desk import steps

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One line. `us` where the learner, or the desk for them, acted; `proof` names the entry and the exhibit."""

    at: dt.datetime
    who: str
    what: str
    text: str
    number: int
    us: bool
    inner: bool
    exhibit: Exhibit | None = None


def lines(case: Case, told: list[Told], reader: Person | None) -> list[Line]:
    """The timeline, newest first, as `reader` reads it."""
    exhibits = {str(one.pk): one for one in case.exhibits.all()}
    people = {
        str(person.pk): person
        for person in Person.objects.filter(
            pk__in={one.actor.removeprefix("person:") for one in told if one.actor.startswith("person:")}
        )
    }
    return [_line(case, one, reader, people, exhibits) for one in reversed(told)]


def _line(
    case: Case, told: Told, reader: Person | None, people: dict[str, Person], exhibits: dict[str, Exhibit]
) -> Line:
    person = people.get(told.actor.removeprefix("person:"))
    mine = person is not None and person.pk == case.learner_id
    body = told.body or {}
    say = WHAT.get(told.entry.kind)
    what = gettext("erased") if told.body is None else say(body) if say else told.entry.kind
    letter = (
        "" if told.entry.kind == "consented" else body.get("letter")
    )  # the letter to a body is long, and in its file
    text = str(
        body.get("text")
        or body.get("said")
        or letter
        or (body.get("reason") if told.entry.kind == "decided" else "")
        or ""
    )
    return Line(
        at=told.entry.at,
        who=_who(case, told.actor, person, reader),
        what=what,
        text=text,
        number=told.entry.seq,
        us=mine or told.actor == "desk",
        inner=told.entry.inner,
        exhibit=exhibits.get(str(body.get("exhibit", ""))),
    )


def _who(case: Case, actor: str, person: Person | None, reader: Person | None) -> str:
    if person is not None and reader is not None and person.pk == reader.pk:
        return gettext("You")
    if person is not None and person.pk == case.learner_id:
        return str(person)
    if person is not None and case.institution is not None:
        staff = reader is not None and reader.pk != case.learner_id
        return str(person) if staff else case.institution.name
    if actor.startswith("link:"):
        return gettext("Somebody with a link")
    return gettext("We") if actor == "desk" else str(person or "")


def _amount(body: Body, key: str = "amount") -> str:
    return wording.money(body[key]) if body.get(key) else ""


def _assessed(body: Body) -> str:
    if "because" in body:
        return _anew(body)
    if body.get("owed") is None:
        return gettext("worked out what is owed: it still hangs on a fact")
    return gettext("worked out what is owed: %(amount)s") % {"amount": _amount(body, "owed")}


def _anew(body: Body) -> str:
    """What superseded what: the amounts first, then the facts that made the difference."""
    open_still = gettext("open")
    said = {"amount": _amount(body, "owed") or open_still, "before": _amount(body, "was") or open_still}
    if body.get("owed") == body.get("was"):
        said["what"] = gettext("worked out anew what is owed: still %(amount)s") % said
    else:
        said["what"] = gettext("worked out anew what is owed: %(amount)s instead of %(before)s") % said
    because = _names(body["because"])
    return gettext("%(what)s, because of: %(facts)s") % {**said, "facts": because} if because else said["what"]


def _names(facts: Iterable[str]) -> str:
    known = engine.facts()
    return wording.listed([known[name].name.of(wording.lang()) for name in facts if name in known])


def _decided(body: Body) -> str:
    if body.get("kind") == "refused":
        return gettext("refused")
    if body.get("kind") == "answered":
        return gettext("answered the complaint")
    return gettext("decided to pay %(amount)s") % {"amount": _amount(body)}


def _they(body: Body) -> str:
    day = wording.day_of(str(body.get("on", "")))
    when = wording.date(day) if day else ""
    if body.get("refused") and body.get("minor") and body.get("currency"):
        amount = wording.money(money.show(body["minor"], body["currency"]))
        if body.get("arrived"):
            return gettext("told us that %(amount)s arrived on %(day)s") % {"amount": amount, "day": when}
        return gettext("told us that they offered %(amount)s on %(day)s") % {"amount": amount, "day": when}
    if body.get("refused"):
        return gettext("told us that they refused on %(day)s") % {"day": when}
    return gettext("told us that they answered on %(day)s") % {"day": when}


def _they_wrote(body: Body) -> str:
    day = wording.day_of(str(body.get("on", "")))
    return gettext("told us what they wrote on %(day)s") % {"day": wording.date(day) if day else ""}


def _named(body: Body) -> str:
    """The body of an entry, in the page's language where the corpus still knows it."""
    found = engine.library().bodies.get(str(body.get("body", "")))
    return steps.shown_name(found.rule.title, wording.lang()) if found is not None else str(body.get("name", ""))


def _for(body: Body) -> str:
    """Whom a link is for: a body by its name, anybody else as the learner calls them."""
    return _named(body) if body.get("body") else str(body.get("label") or "…")


def _consented(body: Body) -> str:
    said = gettext("agreed that %(name)s gets the letter and sees the case") if body.get("whole_case") else gettext(
        "agreed that %(name)s gets the letter"
    )  # fmt: skip
    return said % {"name": _named(body)}


def _body_answered(body: Body) -> str:
    say = {
        "paid": gettext("told us: %(name)s helped, and the money has arrived"),
        "agreed": gettext("told us that %(name)s is on their side"),
        "part": gettext("told us that %(name)s gives a part: %(amount)s"),
        "against": gettext("told us that %(name)s is not on their side"),
        "not-taken": gettext("told us that %(name)s does not deal with the case"),
    }.get(str(body.get("outcome")), gettext("told us what %(name)s answered"))
    return say % {"name": _named(body), "amount": _amount(body)}


def _mandate_ended(body: Body) -> str:
    if body.get("why") == "not-confirmed":
        return gettext("ended the mandate of %(name)s, whose confirmation was taken back") % {
            "name": body.get("name", "")
        }
    return gettext("ended a mandate")


def _facts(body: Body) -> str:
    return gettext("added what had been missing: %(facts)s") % {"facts": _names(body.get("facts") or ())}


WHAT: dict[str, Callable[[Body], str]] = {
    "drafted": lambda _: gettext("wrote the request"),
    "received": lambda _: gettext("sent the request"),
    "assessed": _assessed,
    "wrote": lambda _: gettext("wrote"),
    "replied": lambda _: gettext("wrote back"),
    "purchase-matched": lambda _: gettext("found the order among its own"),
    "asked": lambda _: gettext("asked a question; the clock stands still until it is answered"),
    "noted": lambda _: gettext("made a note"),
    "assigned": lambda body: gettext("gave the case to somebody") if body.get("to") else gettext("gave the case back"),
    "in-review": lambda _: gettext("began to look at it"),
    "proposed": lambda body: gettext("proposed to pay %(amount)s") % {"amount": _amount(body)},
    "disagreed": lambda _: gettext("did not agree to the proposal"),
    "decided": _decided,
    "objected": lambda _: gettext("did not accept the decision"),
    "they-answered": _they,
    "taken-back": lambda _: gettext("took the request back"),
    "settled": lambda _: gettext("settled the case"),
    "came-back": lambda body: gettext("opened the case again: %(amount)s is owed again") % {"amount": _amount(body)},
    "payout": lambda body: payout_said(body["state"], _amount(body), wording.lang()),
    "payout-note": lambda body: (
        (
            gettext("brought a message of the bank about the payment of %(amount)s")
            if body.get("message")
            else gettext("made a note about the payment of %(amount)s")
        )
        % {"amount": _amount(body)}
    ),
    "closed": lambda _: gettext("closed the case"),
    "reopened": lambda _: gettext("opened the case again"),
    "exhibit": lambda body: gettext("added a file: %(name)s") % {"name": body.get("name", "")},
    "link-made": lambda body: gettext("made a secret link for %(label)s") % {"label": _for(body)},
    "link-opened": lambda _: gettext("opened the link"),
    "bundle-taken": lambda _: gettext("took the whole case as a bundle"),
    "link-taken-back": lambda _: gettext("took a link back"),
    "body-wrote": lambda _: gettext("wrote, for the body that was turned to"),
    "mandate-given": lambda body: gettext("asked %(name)s to act") % {"name": body.get("name", "")},
    "mandate-ended": _mandate_ended,
    "escalated": lambda body: gettext("turned to %(name)s") % {"name": _named(body)},
    "consented": _consented,
    "body-answered": _body_answered,
    "they-wrote": _they_wrote,
    "facts": _facts,
    "reminded": lambda _: gettext("sent a reminder of a date by mail"),
    "hold-placed": lambda body: gettext("keeps the case for longer: %(reason)s") % {"reason": body.get("reason", "")},
    "hold-reviewed": lambda body: gettext("goes on keeping the case: %(reason)s") % {"reason": body.get("reason", "")},
    "hold-lifted": lambda _: gettext("no longer keeps the case for longer"),
    "erased": lambda _: gettext("took away words and files, because their time was over"),
}
