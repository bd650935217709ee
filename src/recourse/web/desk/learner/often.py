"""Whoever asks for very much in a short time is told so, and when it goes on; what they typed is not lost."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from recourse.desk import visitors
from recourse.desk.models import Person
from recourse.desk.services import visits
from recourse.web import clock
from recourse.web.views.again import typed

# What: how many times, in how many seconds. A school class behind one address gets through.
MOST = {"check": (60, 600), "draft": (40, 600), "file": (60, 600), "log": (30, 600)}


def wait(request: HttpRequest, what: str) -> int:
    """Count this time; the seconds to wait, 0 where it may go on."""
    most, within = MOST[what]
    return visits.count(who=_who(request), what=what, most=most, within=within, at=clock.now())


def said(seconds: int) -> str:
    """What to do, in a sentence."""
    minutes = -(-seconds // 60)
    return gettext("Very much was sent in a short time. Nothing you typed is lost: send it again in %(n)d min.") % {
        "n": minutes
    }


def refusal(request: HttpRequest, what: str) -> HttpResponse | None:
    """A page that says so, with what was typed in a form to be sent again; nothing while there are few."""
    seconds = wait(request, what)
    if not seconds:
        return None
    context = {
        "text": said(seconds), "fields": typed(request), "address": request.get_full_path(),
        "files": bool(request.FILES),
    }  # fmt: skip
    response = render(request, "desk/often.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _who(request: HttpRequest) -> str:
    """Whoever is signed in; else the network."""
    user = request.user
    return visitors.unreadable(f"person:{user.pk}") if isinstance(user, Person) else visitors.network(request)
