"""The dates of a case as a calendar file (RFC 5545), for the learner's own calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from recourse.desk.models import Case, Deadline
from recourse.web import clock
from recourse.web.access import Who, allow
from recourse.web.desk import steps
from recourse.web.desk.learner import case as pages

WIDTH = 75  # octets of a line, as the standard sets it


@dataclass(frozen=True)
class Event:
    """One day: `key` stays the same when the day moves, so that a calendar moves it, too."""

    key: str
    day: dt.date
    title: str
    about: str
    address: str


@allow(Who.LEARNER, Who.ADVISER)
@require_safe
def dates(request: HttpRequest, reference: str) -> HttpResponse:
    """All open deadlines of the case."""
    case = pages.find(request, reference)
    address = request.build_absolute_uri(reverse("web:case", args=[case.reference]))
    content = written(events(case, address), clock.now())
    name = f"{case.reference}.ics"
    return HttpResponse(
        content, "text/calendar; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def events(case: Case, address: str) -> list[Event]:
    """What stands ahead of a case; `address` is that of its page."""
    found = Deadline.objects.filter(case=case, met_at=None, dropped_at=None, paused_on=None).order_by("due")
    about = f"{case.reference} · {steps.seller(case)}"
    provisional = gettext("Provisional: the holidays of that year are not published yet.")
    return [
        Event(
            str(one.pk), one.due, steps.deadline(one, case), f"{about}\n{provisional}" if one.provisional else about,
            address,
        )
        for one in found
    ]  # fmt: skip


def written(found: Iterable[Event], now: dt.datetime) -> bytes:
    """The file: whole days, each with a reminder two days before at nine by the calendar's own clock."""
    rows = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Recourse//Deadlines//EN", "CALSCALE:GREGORIAN"]
    for one in found:
        rows += [
            "BEGIN:VEVENT",
            f"UID:{one.key}@recourse",
            f"DTSTAMP:{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.day + dt.timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(one.title)}",
            f"DESCRIPTION:{_escaped(one.about)}",
            f"URL:{one.address}",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_escaped(one.title)}",
            "TRIGGER:-PT39H",  # nine in the morning, two days before
            "END:VALARM",
            "END:VEVENT",
        ]
    rows.append("END:VCALENDAR")
    return "".join(f"{_folded(row)}\r\n" for row in rows).encode()


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(row: str) -> str:
    """No line is longer than the standard allows, and no character is cut."""
    pieces, piece, size = [], "", 0
    for letter in row:
        octets = len(letter.encode())
        if size + octets > WIDTH:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    return "\r\n".join([*pieces, piece])
