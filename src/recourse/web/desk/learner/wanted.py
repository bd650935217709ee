"""A written request as the services take it, and the letter that it will be, before it is sent."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from recourse.desk import receipts
from recourse.desk.models import Person, Reason
from recourse.desk.services.intake import Wanted
from recourse.desk.stages import Kind
from recourse.letters import compose, plain
from recourse.letters.letter import Matter, Party
from recourse.problems import Problem
from recourse.web import clock, wording
from recourse.web.desk.learner.drafting import Writing


def of(writing: Writing) -> Wanted:
    """Everything that was typed."""
    typed = writing.typed
    return Wanted(
        kind=writing.kind, facts={**_seller_place(writing), **writing.answers.known},
        institution=writing.institution, platform=writing.platform,
        seller="" if writing.institution or writing.platform else str(typed.get("seller", "")),
        order_number=str(typed.get("order_number", "")), course_title=str(typed.get("course_title", "")),
        reason=Reason(typed.get("reason") or Reason.OTHER), remedy=str(typed.get("remedy", "")),
        story=str(typed.get("story", "")), language=wording.lang(), asked=writing.asked,
        token=UUID(typed["token"]) if typed.get("token") else None, files=writing.files,
    )  # fmt: skip


def _seller_place(writing: Writing) -> dict[str, str]:
    """Where the platform sits, which the learner saw among what is taken as given; an institution says it itself."""
    home = writing.given.get("seller_place", "")
    return {"seller_place": home} if home and writing.institution is None else {}


def text(writing: Writing, person: Person | None, *, name: str = "", mail: str = "") -> str:
    """What will be sent, word for word, in the language of the page. Never fails."""
    typed, lang = writing.typed, wording.lang()
    story = str(typed.get("story", ""))
    if writing.kind is Kind.COMPLAINT:
        return story
    name, mail = name or str(person or ""), mail or (person.email if person else "")
    what = " · ".join(one for one in (str(typed.get("course_title", "")), str(typed.get("order_number", ""))) if one)
    try:
        return _letter(writing, name, mail, lang)
    except Problem:  # no letter of the law's own form fits these facts
        if writing.kind is Kind.WITHDRAWAL:
            return receipts.statement(what, mail, name, lang)
        return story


def _letter(writing: Writing, name: str, mail: str, lang: str) -> str:
    typed, found = writing.typed, writing.assessed
    if found is None:
        raise Problem("facts")
    matter = Matter(
        learner=Party(name, mail=mail), institution=Party(writing.seller),
        dated_on=clock.today(writing.answers.get("learner_place")),
        order=str(typed.get("order_number", "")), course=str(typed.get("course_title", "")),
        words=str(typed.get("story", "")), enclosures=tuple(held.name for held in writing.files),
    )  # fmt: skip
    kind = "withdrawal" if writing.kind is Kind.WITHDRAWAL else "request"
    place = writing.institution.place if writing.institution else writing.answers.get("seller_place") or ""
    return plain.plain(compose.compose(_plain(found.json), matter, kind, lang, place))


def _plain(assessed: dict[str, Any]) -> dict[str, Any]:
    return {"language": wording.lang(), **assessed}


def pay_by(writing: Writing) -> int | None:
    """The day by which the money would be due, if it is sent today."""
    found = writing.assessed
    if found is None or not found.json["best"]:
        return None
    rule = found.json["best"]["rule"]
    day = next((one.get("pay_by") for one in found.json["entitlements"] if one["rule"] == rule), None)
    return dt.date.fromisoformat(day).toordinal() if day else None
