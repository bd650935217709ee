"""What the learner does with a case: writes, answers, sends, takes back, objects, closes, reopens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from recourse.bilingual import Words
from recourse.desk.models import Case, Message, Person, Side
from recourse.desk.services import cases, exhibits
from recourse.desk.stages import Kind, Stage, Step, steps
from recourse.exhibits.refusals import TooMuch
from recourse.problems import Problem, each
from recourse.web import clock, wording
from recourse.web.access import Who, allow
from recourse.web.desk.learner import case as pages

Text = Any  # words for people: now, or in the language of whoever asks (gettext_lazy)
LONGEST = 5_000  # characters of what is written at once
LARGEST = 20 * (1 << 20)  # bytes of a file


def area(label: Text, *, needed: bool = True, hint: Text = "", rows: int = 6) -> forms.CharField:
    """A field for several lines."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, required=needed, help_text=hint, widget=widget)


def proof(label: Text) -> forms.FileField:
    """A file that may be added."""
    return forms.FileField(label=label, required=False, max_length=255)


class Adding(forms.Form):
    """A file for the case."""

    file = forms.FileField(
        label=gettext_lazy("A file"), max_length=255,
        help_text=gettext_lazy("PDF, picture, e-mail or text, at most 20 MB. It is kept as it is, as evidence."),
    )  # fmt: skip


class Writing(forms.Form):
    """A message to the seller, or the answer to its question."""

    text = area(gettext_lazy("Your message"))


class Why(forms.Form):
    """A reason that may be left out."""

    text = area(gettext_lazy("Why, if you want to say it"), needed=False, rows=3)


class Objecting(forms.Form):
    """What is wrong with the decision."""

    text = area(gettext_lazy("What is wrong with the decision"))


@allow(Who.LEARNER, Who.ADVISER)
@require_POST
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write to the seller. The same words twice in a row are one message."""
    case = pages.find(request, reference)
    form = Writing(request.POST)
    if not form.is_valid():
        return pages.show(request, case, form=form, status=422)
    person, text = person_of(request), form.cleaned_data["text"]
    with transaction.atomic():
        last = Message.objects.filter(case=Case.lock(case.pk), inner=False).order_by("-made_at").first()
        if last is None or (last.side, last.author_id, last.text) != (Side.LEARNER, person.pk, text):
            cases.answer(case=case, by=person, text=text, at=clock.now())
    return redirect("web:case", case.reference)


@allow(Who.LEARNER, Who.ADVISER)
@require_POST
def file(request: HttpRequest, reference: str) -> HttpResponse:
    """Add a file as evidence. The same file twice is one exhibit."""
    case = pages.find(request, reference)
    form = Adding(request.POST, request.FILES)
    if form.is_valid() and kept(request, case, form, "file"):
        return redirect(f"{reverse('web:case', args=[case.reference])}#he")
    return pages.show(request, case, files=form, status=422)


def kept(request: HttpRequest, case: Case, form: forms.Form, field: str) -> bool:
    """Keep the file of that field, if one came; what is not taken is said at the field, and then nothing is done."""
    came = request.FILES.get(field)
    if came is None:
        return True
    try:
        if (came.size or 0) > LARGEST:
            raise TooMuch(Words("the file has more than 20 MB", "文件超过 20 MB"))
        exhibits.keep(
            case=case, name=came.name or "", data=came.read(), by=person_of(request), at=clock.now(),
            purpose="correspondence",
        )  # fmt: skip
    except Problem as problem:
        form.add_error(field, told(problem))
        return False
    return True


@dataclass(frozen=True)
class Doing:
    """One verb with a page of its own: the step of the table it takes, its words, and how it is done."""

    step: Step
    title: Text
    about: Text
    button: Text
    form: type[forms.Form]
    do: Callable[[Case, Person, str], object]
    stop: bool = False


DOINGS: dict[str, Doing] = {
    "send": Doing(
        Step.RECEIVE,
        gettext_lazy("Send the request"),
        gettext_lazy("It goes to the seller now, and its clocks start today."),
        gettext_lazy("Send it now"),
        forms.Form,
        lambda case, by, _: cases.receive(case=case, by=by, at=clock.now()),
    ),
    "take-back": Doing(
        Step.TAKE_BACK,
        gettext_lazy("Take the request back?"),
        gettext_lazy("Their deadlines end; a time limit of the law does not wait. You can open the case again."),
        gettext_lazy("Take it back"),
        forms.Form,
        lambda case, by, _: cases.take_back(case=case, by=by, at=clock.now()),
        stop=True,
    ),
    "object": Doing(
        Step.OBJECT,
        gettext_lazy("Say why you do not accept the decision"),
        gettext_lazy("The seller must look at it again, and has its usual days for it."),
        gettext_lazy("Send the objection"),
        Objecting,
        lambda case, by, text: cases.object_to(case=case, by=by, text=text, at=clock.now()),
    ),
    "paid": Doing(
        Step.SETTLE,
        gettext_lazy("Has all of the money arrived?"),
        gettext_lazy("Look at your account first. The case is settled with this, and we stop counting days."),
        gettext_lazy("Yes, it has arrived"),
        forms.Form,
        lambda case, by, _: cases.settle(case=case, by=by, at=clock.now(), how="paid"),
    ),
    "close": Doing(
        Step.CLOSE,
        gettext_lazy("Close the case?"),
        gettext_lazy("Nobody has to do anything any more. Everything stays on file, and you can open the case again."),
        gettext_lazy("Close the case"),
        Why,
        lambda case, by, text: cases.close(case=case, by=by, at=clock.now(), why=text),
        stop=True,
    ),
    "reopen": Doing(
        Step.REOPEN,
        gettext_lazy("Open the case again"),
        gettext_lazy("It goes on where it stood. Deadlines that had ended do not come back by themselves."),
        gettext_lazy("Open it again"),
        Why,
        lambda case, by, text: cases.reopen(case=case, by=by, at=clock.now(), why=text),
    ),
}  # fmt: skip


@allow(Who.LEARNER, Who.ADVISER)
@require_http_methods(["GET", "HEAD", "POST"])
def do(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """A page for one verb: what it means, then the button."""
    doing = DOINGS.get(verb)
    if doing is None:
        raise Http404
    case = pages.find(request, reference)
    if verb == "send" and case.institution_id is None:
        raise Http404
    form = doing.form(request.POST or None)
    said, status = "", 200
    open_now = doing.step in steps(Stage(case.stage), Kind(case.kind))
    if request.method == "POST" and form.is_valid():
        try:
            doing.do(case, person_of(request), form.cleaned_data.get("text", ""))
        except Problem as problem:  # somebody did something else since the page was opened
            said, status = told(problem), 409
        else:
            return redirect("web:case", case.reference)
    if form.errors:
        status = 422
    context = {
        "here": "cases",
        "case": case,
        "doing": doing,
        "form": form,
        "said": said,
        "open": open_now or bool(said),
    }
    return render(request, "desk/case_do.html", context, status=status)


def person_of(request: HttpRequest) -> Person:
    """Whoever is signed in; the routes of this room let nobody else in."""
    return cast(Person, request.user)


def told(problem: Problem) -> str:
    """A problem as sentences in the page's language: what is wrong, and what would help."""
    lang, stop = wording.lang(), "。" if wording.lang() == "zh" else "."
    found = [words.of(lang) for one in each(problem) for words in (one.message, one.hint) if words is not None]
    return wording.sentences([f"{text[:1].upper()}{text[1:]}".rstrip(".。") + stop for text in found])
