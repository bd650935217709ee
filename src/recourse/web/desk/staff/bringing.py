"""Bringing in a file of orders or of progress: first what it would do, line by line; then it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from recourse import money
from recourse.desk import corpus, sheets
from recourse.desk.services import progress as came
from recourse.desk.services import purchases as service
from recourse.problems import Problem
from recourse.web import clock, wording
from recourse.web.access import STAFF, Who, allow
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import Desk, at_desk

SHOWN = 20  # lines of each sort; the counts say how many there are


class Bringing(forms.Form):
    """A file, or its text: the text comes back with the form that confirms it."""

    file = forms.FileField(label=gettext_lazy("The file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or paste its lines"), required=False, strip=False, max_length=sheets.MOST_BYTES,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """With `content`, whichever way it came."""
        found = self.cleaned_data
        file = found.get("file")
        if file is not None:
            try:
                found["content"] = sheets.decoded(file.read(sheets.MOST_BYTES + 1))
            except Problem as problem:
                choices.blame(self, Problem(problem.message, field="file", hint=problem.hint))
        elif (found.get("text") or "").strip():
            found["content"] = found["text"]
        else:
            self.add_error("file", gettext("Choose a file, or paste its lines"))
        return found


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def purchases(request: HttpRequest, slug: str) -> HttpResponse:
    """Orders as CSV."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR, Who.FINANCE)

    def look(content: str) -> service.Preview:
        sheet = sheets.orders(content, corpus.library().vocabulary)
        return service.preview(institution=desk.institution, sheet=sheet)

    def take(found: service.Preview) -> str:
        count = service.bring(institution=desk.institution, orders=found.new, by=desk.person, at=clock.now())
        return ngettext("%(n)d purchase was taken in.", "%(n)d purchases were taken in.", count) % {"n": count}

    columns = {"needed": [one for one in sheets.ORDERS if one != "course"], "more": ["course", *sheets.OPTIONAL]}
    return _page(request, desk, look, take, "desk/purchases_file.html", columns)


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """Progress as CSV, or as xAPI statements."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR, Who.FINANCE, Who.AGENT)

    def look(content: str) -> came.Preview:
        sheet = sheets.progress(content, corpus.library().vocabulary)
        return came.preview(institution=desk.institution, sheet=sheet)

    def take(found: came.Preview) -> str:
        count = came.bring(institution=desk.institution, lines=found.new, by=desk.person)
        return ngettext("%(n)d line of progress was taken in.", "%(n)d lines of progress were taken in.", count) % {
            "n": count
        }

    return _page(request, desk, look, take, "desk/purchases_progress.html", {"use": sheets.USE})


def _page(
    request: HttpRequest, desk: Desk, look: Callable[[str], Any], take: Callable[[Any], str], template: str,
    more: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    form = Bringing(request.POST or None, request.FILES or None)
    found, content = None, ""
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["content"]
        try:
            found = look(content)
            if request.POST.get("do") == "take" and found.new:
                messages.success(request, take(found))
                return redirect("web:purchases", desk.institution.slug)
        except Problem as problem:
            choices.blame(form, Problem(problem.message, field="file", hint=problem.hint))
            found = None
    context = {
        "desk": desk, "here": "purchases", "form": form, "found": found, "content": content, "shown": SHOWN, **more,
        "new": _lines(found) if found is not None else [],
        "bad": _bad(found) if found is not None else [],
    }  # fmt: skip
    return render(request, template, context, status=422 if form.errors else 200)


def _bad(found: Any) -> list[tuple[int, str, str]]:
    """The lines that cannot be taken, with the reason in the language of the page."""
    return [(one.line, one.text, one.why.of(wording.lang())) for one in found.bad[:200]]


def _lines(found: Any) -> list[tuple[Any, str]]:
    """The first lines that would be taken, with their amounts in words."""
    return [
        (one, wording.money(money.show(one.minor, one.currency)) if isinstance(one, sheets.Order) else "")
        for one in found.new[:SHOWN]
    ]
