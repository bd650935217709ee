"""A case behind a secret link: a helper reads it, an officer of a body also writes into it. Openings are recorded."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.desk.models import LinkUse
from recourse.desk.scope import Scope, of
from recourse.desk.services import links
from recourse.web import clock
from recourse.web.access import Who, allow
from recourse.web.desk.learner import case as pages

PAUSE = 3600  # seconds within which looking again is no new opening


class Words(forms.Form):
    """What the officer writes."""

    text = forms.CharField(
        label=gettext_lazy("Your message"),
        help_text=gettext_lazy("The learner reads it, and so does the institution. It stays in the case."),
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
    )


@allow(Who.LINK)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """The case, for whoever holds the secret. One that ended answers like one that never was."""
    now = clock.now()
    link = links.find(secret, at=now)
    if link is None:
        raise Http404
    with of(Scope(cases=frozenset({link.case_id}))):
        officer = link.use == LinkUse.OFFICER
        form = Words(request.POST or None) if officer else None
        if request.method == "POST":
            if form is None:
                raise Http404
            if form.is_valid():
                links.write(link=link, text=form.cleaned_data["text"], at=now)
                return redirect(reverse("web:shared", args=[secret]))
        elif link.opened_at is None or (now - link.opened_at).total_seconds() > PAUSE:
            links.opened(link=link, at=now)
        found = pages.context(link.case, None) | {"link": link, "form": form, "officer": officer, "here": ""}
        found["case"] = link.case
        response = render(request, "desk/shared.html", found, status=422 if form is not None and form.errors else 200)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
