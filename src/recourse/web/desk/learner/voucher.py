"""The voucher of a request: taken, read in a process of its own, and what it says confirmed by its owner."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from recourse.desk.services import exhibits
from recourse.desk.stages import Kind
from recourse.exhibits import serving
from recourse.exhibits.refusals import Refused
from recourse.web import wording
from recourse.web.access import Who, allow
from recourse.web.desk.learner import drafting, new_forms, often, reading
from recourse.web.desk.learner.drafting import STEPS, Writing
from recourse.web.desk.learner.new import FLOW, GET_OR_POST

MOST = 5  # files of a request before it is a case


@allow(Who.LEARNER)
@require_http_methods(GET_OR_POST)
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Hand in the voucher, or go on without one."""
    writing = drafting.find(request, secret, *FLOW)
    form = new_forms.Voucher(drafting.typed_in(request), request.FILES or None)
    if request.method == "POST" and "without" in request.POST:
        sure = writing.kind is Kind.COMPLAINT or not _left(writing, {}).fields
        return redirect(writing.write({"voucher": "none", "files": [], "read": {}, "confirmed": sure}).next())
    if request.method == "POST" and form.is_valid():
        refusal = often.refusal(request, "file")
        if refusal is not None:
            return refusal
        file = form.cleaned_data["file"]
        data = file.read()
        try:
            held = exhibits.hold(file.name, data)
        except Refused as problem:
            form.add_error("file", new_forms.said(problem))
        else:
            others = [told for told in writing.typed.get("files", []) if told["digest"] != held.digest][: MOST - 1]
            told = reading.read(data, writing.answers.get("learner_place"))
            sure = not _left(writing, told).fields
            more = {"voucher": "kept", "files": [held.plain(), *others], "read": told, "confirmed": sure}
            return redirect(writing.write(more).next())
    context = {
        "here": "cases", "form": form, "number": 2, "steps": len(STEPS), "share": 25, "back": writing.at("order"),
        "files": writing.files, "complaint": writing.kind == "complaint",
    }  # fmt: skip
    return render(request, "desk/new_voucher.html", context, status=422 if form.errors else 200)


@allow(Who.LEARNER)
@require_http_methods(GET_OR_POST)
def read(request: HttpRequest, secret: str) -> HttpResponse:
    """Is this what your voucher says?"""
    writing = drafting.find(request, secret, *FLOW)
    told, number = writing.typed.get("read") or {}, str(writing.typed.get("order_number", ""))
    if "voucher" not in writing.typed:
        return redirect(writing.at("voucher"))
    form = reading.Read(drafting.typed_in(request), told=told, answers=writing.answers, number=number)
    if request.method == "POST" and (not form.fields or form.is_valid()):
        cleaned = form.cleaned_data if form.fields else {}
        new = {"confirmed": True, **({"order_number": cleaned["order_number"]} if cleaned.get("order_number") else {})}
        return redirect(writing.write(new, form.answers).next())
    held = next(iter(writing.files), None)
    lang = wording.lang()
    notes = [*(held.notes if held else ()), *told.get("notes", [])]
    title = gettext("Is this what your voucher says?") if held else gettext("What did you pay, and when?")
    context = {
        "here": "cases", "form": form, "number": 2, "steps": len(STEPS), "share": 40, "back": writing.at("voucher"),
        "held": held, "title": title, "secret": secret, "pages": range(1, held.pages + 1) if held else (),
        "picture": held is not None and held.shown_kind == "image/png", "words": _words(held) if held else "",
        "notes": [note[1] if lang == "zh" else note[0] for note in notes],
        "scanned": gettext("no virus scanner looked at it") if held and held.scanned == "not scanned" else "",
    }  # fmt: skip
    return render(request, "desk/new_read.html", context, status=422 if form.errors else 200)


@allow(Who.LEARNER)
@require_safe
def picture(request: HttpRequest, secret: str, number: int) -> HttpResponse:
    """A page of the copy that is shown."""
    writing = drafting.find(request, secret, *FLOW)
    held = next(iter(writing.files), None)
    data = exhibits.copy(held.shown, number) if held is not None else None
    if held is None or data is None:
        raise Http404
    return HttpResponse(data, headers=serving.shown_headers(held.shown_kind))


def _left(writing: Writing, told: dict[str, Any]) -> reading.Read:
    """What is to be confirmed, or still to be told."""
    return reading.Read(told=told, answers=writing.answers, number=str(writing.typed.get("order_number", "")))


def _words(held: exhibits.Held) -> str:
    """The beginning of a copy in words."""
    data = exhibits.copy(held.shown, 1) if held.shown_kind == "text/plain" else None
    return data.decode()[:3000] if data else ""
