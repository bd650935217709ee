"""The refund policy as its text in the rule language, for those who write it: the same policy as in the form.

What the form can say is read back by the form; what it cannot say stands only here, and is never taken away by it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.desk.models import Policy
from recourse.desk.services import policies as service
from recourse.desk.terms import Terms, stamped, written
from recourse.problems import Problem, each
from recourse.web import clock, engine, wording
from recourse.web.access import STAFF, Who, allow
from recourse.web.desk.staff import choices, policy_seen
from recourse.web.desk.staff.place import Desk, at_desk
from recourse.web.desk.staff.places import codes_of, places_field

MOST = 60_000  # characters


class Text(forms.Form):
    """The text, where it is sold, and why it gives less."""

    text = forms.CharField(
        label=gettext_lazy("The policy in the rule language"), max_length=MOST, strip=False,
        widget=forms.Textarea({"rows": 28, "class": "mono", "spellcheck": "false", "autocapitalize": "off"}),
    )  # fmt: skip
    places = places_field()
    reason = choices.area(
        gettext_lazy("If it gives less than the law somewhere: why?"),
        gettext_lazy("Your learners read this beside the policy. The law stays what it is."), rows=3,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """With the places by their codes."""
        self.cleaned_data["codes"] = codes_of(self, self.cleaned_data.get("places") or "")
        return self.cleaned_data


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write it; look at what it gives; publish it."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    now, last = clock.now(), service.current(desk.institution)
    form = Text(request.POST or None, initial=_start(desk, last, desk.today))
    found: policy_seen.Seen | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            text = service.own_text(desk.institution, given["text"], desk.today)
            found = policy_seen.seen(desk, text, given["codes"], desk.today, compared=True)
            if request.POST.get("do") == "publish":
                service.publish_text(institution=desk.institution, text=text, where=given["codes"],
                                     reason=given["reason"], by=desk.person, at=now)  # fmt: skip
                return redirect("web:policy", slug)
        except service.PaysLess as problem:
            choices.blame(form, problem)
        except Problem as problem:
            for one in each(problem):
                form.add_error("text", _placed(one, form.cleaned_data.get("text") or given["text"]))
    context = {
        "desk": desk, "here": "policy", "form": form, "seen": found,
        "shortfalls": [policy_seen.told(one.to_json()) for one in found.short] if found is not None else [],
    }  # fmt: skip
    return render(request, "desk/policy_text.html", context, status=422 if form.errors else 200)


def _start(desk: Desk, last: Policy | None, today: dt.date) -> dict[str, str]:
    """The version that holds now under the next number, or the least that the law of the place asks."""
    head = service.heading(desk.institution, today)
    text = stamped(last.text, head) if last is not None else written(head, Terms(today, 14))
    where = last.places if last is not None else [desk.institution.place]
    names = "\n".join(engine.place_name(code, wording.lang()) for code in where)
    return {"text": text, "places": names, "reason": last.reason if last is not None else ""}


def _placed(problem: Problem, text: str) -> str:
    """What is wrong, after its line and column and the words that stand there."""
    said = Problem(problem.message, field=problem.field, hint=problem.hint).say(wording.lang())
    if problem.where is None:
        return said
    _, line, column = problem.where
    lines = text.splitlines()
    stands = lines[line - 1].strip()[:80] if line <= len(lines) else ""
    where = gettext("Line %(line)d, column %(column)d") % {"line": line, "column": column}
    return f"{where} ({stands}): {said}" if stands else f"{where}: {said}"
