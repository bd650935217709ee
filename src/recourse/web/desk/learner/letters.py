"""The letters of a case, looked at while they are written: as text, as PDF, with words of one's own."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.bilingual import language
from recourse.desk import writing
from recourse.desk.models import Case
from recourse.letters import compose, tongues
from recourse.letters.letter import Letter
from recourse.letters.plain import plain
from recourse.onward import Turn
from recourse.problems import Problem
from recourse.web import clock, wording
from recourse.web.access import Who, allow
from recourse.web.desk import steps
from recourse.web.desk.learner import acting
from recourse.web.desk.learner import case as pages

TITLES = {
    "request": gettext_lazy("The request as a letter"),
    "withdrawal": gettext_lazy("The withdrawal as a letter"),
    "reminder": gettext_lazy("A reminder"),
    "complaint": gettext_lazy("A complaint to the seller"),
}


def languages() -> list[tuple[str, str]]:
    """The languages that letters exist in, by their names on this page."""
    here = wording.lang()
    return [(code, tongues.name_of(code, here)) for code in tongues.LANGUAGES]


class Adding(forms.Form):
    """What a person adds to a letter. `language` is the letter's own, `beside` puts the reader's behind it."""

    language = forms.ChoiceField(label=gettext_lazy("Language of the letter"))
    beside = forms.BooleanField(label=gettext_lazy("The same in the language of this page behind it"), required=False)
    address = forms.CharField(
        label=gettext_lazy("Your postal address"),
        help_text=gettext_lazy("Most bodies and courts want it. It stands in the letter only."),
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 3, "autocomplete": "street-address"}),
    )
    words = acting.area(
        gettext_lazy("In your own words"), needed=False, rows=4,
        hint=gettext_lazy("What happened, if the letter should say more than the figures."),
    )  # fmt: skip

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["language"].choices = languages()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Seen:
    """A letter as the page shows it, or what it lacks."""

    letter: Letter | None = None
    text: str = ""
    said: str = ""


def seen(case: Case, kind: str, form: forms.Form, to: Turn | None = None) -> Seen:
    """The letter with what the form says; the words of the case's story where the person typed none yet."""
    value = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    typed = writing.Typed(value.get("words") or "", value.get("address") or "")
    at, lang = clock.now(), value.get("language") or "en"
    try:
        letter = writing.letter(case, kind, lang=lang, at=at, typed=typed, to=to)
        if value.get("beside") and wording.lang() != lang:
            other = writing.letter(case, kind, lang=wording.lang(), at=at, typed=typed, to=to)
            letter = compose.beside(letter, other)
        return Seen(letter, plain(letter))
    except Problem as problem:
        return Seen(said=acting.told(problem))


def as_pdf(case: Case, letter: Letter) -> HttpResponse:
    """The letter as a file, with the assessment in it. Raises `Problem` for a character that no font shows."""
    from recourse.letters.pdf import pdf  # noqa: PLC0415 - it loads fonts, which no other page needs

    content = pdf(letter, writing.told(writing.last(case), language(letter.lang)), int(clock.now().timestamp()))
    name = f"{case.reference}-{letter.kind}-{letter.lang}.pdf"
    return HttpResponse(content, "application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@allow(Who.LEARNER, Who.ADVISER)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """A letter to the seller: read it, add to it, take it as a file."""
    if kind not in TITLES:
        raise Http404
    case = pages.find(request, reference)
    lang = writing.tongue(case)
    initial = {"language": lang, "beside": lang != wording.lang(), "words": _story(case, kind)}
    form = Adding(request.POST or None, initial=initial)
    found = seen(case, kind, form)
    status = 422 if form.errors else 409 if found.said and request.method == "POST" else 200
    if request.method == "POST" and found.letter is not None and form.is_valid() and request.POST.get("do") == "pdf":
        try:
            return as_pdf(case, found.letter)
        except Problem as problem:
            found, status = Seen(found.letter, found.text, acting.told(problem)), 409
    context = {"here": "cases", "case": case, "title": TITLES[kind], "form": form, "seen": found,
               "seller": steps.seller(case), "to": gettext("Send it where you wrote to them before.")}  # fmt: skip
    return render(request, "desk/case_letter.html", context, status=status)


def _story(case: Case, kind: str) -> str:
    return case.story if kind in ("request", "complaint") else ""
