"""Kept texts for replies and decisions: the list, a new one, changing and removing one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.desk.models import SavedText
from recourse.desk.services import texts
from recourse.problems import Problem
from recourse.web import links
from recourse.web.access import STAFF, allow
from recourse.web.desk.staff import saying
from recourse.web.desk.staff.of_case import SECONDS
from recourse.web.desk.staff.place import Desk, at_desk

GONE = gettext_lazy("This text was removed in the meantime. Keep it as a new one, if you want it.")


class Text(forms.Form):
    """A text, its name and its language."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[(code.split("-")[0], name) for code, name in settings.LANGUAGES]
    )
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=10000, widget=forms.Textarea({"rows": 8}),
        help_text=gettext_lazy(
            "These are filled in: {learner}, {reference}, {course}, {order}, {owed}, {pay_by}, {institution}"
        ),
    )  # fmt: skip


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """All kept texts, and a form for a new one."""
    desk = at_desk(request, slug, *(SECONDS if request.method == "POST" else STAFF))
    form = Text(request.POST if request.method == "POST" else None, initial={"language": desk.institution.language})
    if request.method == "POST" and form.is_valid() and _kept(desk, form, None):
        return redirect(links.to(request, "texts", slug))
    return _show(request, desk, form, None)


@allow(*SECONDS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """One of them, to change or to remove."""
    desk = at_desk(request, slug, *SECONDS)
    text = SavedText.objects.filter(pk=pk, institution=desk.institution).first()
    if request.method == "POST" and "remove" in request.POST:
        if text is not None:  # else it is gone already: the button was pressed twice
            texts.remove(text=text, by=desk.person)
        return redirect(links.to(request, "texts", slug))
    if text is None and request.method == "POST":  # a colleague removed it while it was changed: what was typed stays
        form = Text(request.POST)
        form.full_clean()
        form.add_error(None, GONE)
        return _show(request, desk, form, None)
    if text is None:
        raise Http404
    initial = {"name": text.name, "language": text.language, "text": text.text}
    form = Text(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _kept(desk, form, text):
        return redirect(links.to(request, "texts", slug))
    return _show(request, desk, form, text)


def _kept(desk: Desk, form: Text, replaces: SavedText | None) -> bool:
    try:
        texts.keep(institution=desk.institution, by=desk.person, replaces=replaces, **form.cleaned_data)
    except Problem as problem:
        form.add_error(problem.field, saying.say(problem))
        return False
    return True


def _show(request: HttpRequest, desk: Desk, form: Text, one: SavedText | None) -> HttpResponse:
    context: dict[str, Any] = {
        "desk": desk,
        "here": "queue",
        "form": form,
        "one": one,
        "texts": SavedText.objects.filter(institution=desk.institution).order_by("name", "language"),
        "writes": desk.may(*SECONDS),
    }
    return render(request, "desk/staff_texts.html", context, status=422 if form.errors else 200)
