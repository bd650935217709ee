"""Messages of a case: the letters between the two sides, notes among colleagues, and writing one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.desk.models import Message
from recourse.desk.services import deciding
from recourse.desk.stages import Step
from recourse.problems import Problem
from recourse.web import clock, engine
from recourse.web.access import STAFF, allow
from recourse.web.desk.owed import Owed
from recourse.web.desk.staff import of_case, saying, writing
from recourse.web.desk.staff.of_case import WORKERS, Found
from recourse.web.desk.staff.place import Desk, at_desk

ASK, REPLY, NOTE = "ask", "reply", "note"
WORDS = {
    REPLY: gettext_lazy("A reply to the learner"),
    ASK: gettext_lazy("A question to the learner: our clocks stand still until the answer, the law’s run on"),
    NOTE: gettext_lazy("A note for us, not seen by the learner"),
}
TWICE = dt.timedelta(minutes=10)  # the same words again within this are the same form sent twice


class Write(forms.Form):
    """A message: what it is, and its text."""

    as_ = forms.ChoiceField(
        label=gettext_lazy("What it is"), widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who reads it")},
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=10000, widget=forms.Textarea({"rows": 8}),
        error_messages={"required": gettext_lazy("Write what you want to say")},
    )  # fmt: skip

    def __init__(self, found: Found, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(name, words) for name, words in WORDS.items() if name != ASK or Step.ASK in found.open]
        self.fields["as_"].choices = choices  # type: ignore[attr-defined]


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The thread, and the form for those who may write."""
    desk = at_desk(request, slug, *(WORKERS if request.method == "POST" else STAFF))
    found = of_case.find(desk, reference)
    said = of_case.told(found)
    if request.method != "POST":
        return _show(request, desk, found, said, Write(found, initial=_begun(request, found, said)))
    if "fill" in request.POST:
        return _show(request, desk, found, said, Write(found, initial=writing.filled(request, desk, found, "text")))
    form = Write(found, request.POST)
    if form.is_valid():
        try:
            _write(desk, found, form)
        except Problem as problem:
            form.add_error(None, saying.say(problem))
        else:
            return of_case.done(request, desk, found, "staff_messages")
    return _show(request, desk, found, said, form)


def _write(desk: Desk, found: Found, form: Write) -> None:
    kind, text, now = form.cleaned_data["as_"], form.cleaned_data["text"].strip(), clock.now()
    last = Message.objects.filter(case=found.case).order_by("-made_at").first()
    if last is not None and now - last.made_at < TWICE and (last.author_id, last.text, last.inner, last.asks) == (
        desk.person.pk, text, kind == NOTE, kind == ASK,
    ):  # fmt: skip
        return
    deciding.reply(case=found.case, by=desk.person, text=text, at=now, inner=kind == NOTE, asks=kind == ASK)


def _begun(request: HttpRequest, found: Found, said: Owed | None) -> dict[str, str]:
    """What the form begins with: the kind that the address names; for a question, the facts that are missing."""
    kind = request.GET.get("as", REPLY)
    kind = kind if kind in WORDS else REPLY
    missing = said.card.missing if said is not None and kind == ASK else ()
    lang = "zh" if found.case.language.startswith("zh") else "en"
    with translation.override("zh-hans" if lang == "zh" else "en"):
        questions = [engine.facts()[one.fact].ask.of(lang) for one in missing if one.fact in engine.facts()]
    return {"as_": kind, "text": "\n".join(questions)}


def _show(request: HttpRequest, desk: Desk, found: Found, said: Owed | None, form: Write) -> HttpResponse:
    context = {
        **of_case.context(desk, found, "messages", said),
        "form": form,
        "thread": found.case.messages.select_related("author").order_by("-made_at"),
        "texts": writing.texts(desk, found),
    }
    return render(request, "desk/staff_messages.html", context, status=422 if form.errors else 200)
