"""A form that came too late, after its session had ended or before it was renewed: what was typed, to be sent again.

The trap: a form that another site sends must never come back with a button. So the page stands only for what our own
pages sent, which the browser says in `Origin`.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recourse.web.access import Who
from recourse.web.views.errors import refused

OURS = "csrfmiddlewaretoken"
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]{32,}")
SHORT = 12  # characters: what is shorter is chosen, not written


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form was sent with, field by field, without its token; a form that is sent by address, too."""
    sent = request.POST if request.method == "POST" else request.GET
    return [(name, str(value)) for name, values in sent.lists() if name != OURS for value in values]


def again(request: HttpRequest, sign_in: str = "") -> HttpResponse:
    """The page with what was typed. `sign_in` is where to sign in first, "" for somebody who is."""
    fields = typed(request)
    context = {
        "fields": fields,
        "written": [value for _, value in fields if len(value.strip()) >= SHORT and not KEY.fullmatch(value)],
        "files": [file.name for files in request.FILES.lists() for file in files[1]],
        "address": request.get_full_path(),
        "sign_in": sign_in,
    }
    return render(request, "web/again.html", context, status=403)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django shows for a form without the token of this session: ours again, anybody else's never."""
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if not ours or request.path.startswith("/account/"):
        return refused(request, PermissionError(reason))
    who: frozenset[Who] = getattr(request.resolver_match and request.resolver_match.func, "who", frozenset())
    open_to_all = request.user.is_authenticated or {Who.ANYBODY, Who.LINK} & who
    return again(request, "" if open_to_all else settings.LOGIN_URL)
