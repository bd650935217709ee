"""Where to turn next with a case: the bodies that fit, the letter to one of them, consent, and what came of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from recourse import guide, money
from recourse.desk import writing
from recourse.desk.models import Case, LinkUse
from recourse.desk.services import links, onward, timeline
from recourse.desk.services.onward import Handing, Outcome, Said
from recourse.desk.stages import Kind, Stage, Step, steps
from recourse.onward import Turn
from recourse.problems import Problem
from recourse.web import clock, corpus, engine, typed, wording
from recourse.web.access import Who, allow
from recourse.web.desk import steps as words
from recourse.web.desk.learner import acting, letters
from recourse.web.desk.learner import case as pages
from recourse.web.desk.learner.listed import Past, day_field

KEPT = "onward_link"  # where the session holds a new link until it is shown, once


SAID: dict[str, Any] = {
    Outcome.PAID: gettext_lazy("It helped: the money has arrived"),
    Outcome.AGREED: gettext_lazy("It is on your side"),
    Outcome.PART: gettext_lazy("It gave you a part"),
    Outcome.AGAINST: gettext_lazy("It is not on your side"),
    Outcome.NOT_TAKEN: gettext_lazy("It does not deal with your case"),
}


class Turning(letters.Adding):
    """The letter to a body, and what the learner agrees to hand over."""

    link = forms.BooleanField(
        label=gettext_lazy("Make a secret address by which its officer sees this whole case and can write into it"),
        required=False,
    )
    consent = forms.BooleanField(
        label=gettext_lazy(
            "I agree that this body gets what is chosen here: the letter, and the case if I make an address"
        ),
        required=False,
    )


class Answer(Past):
    """What the body said."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it?"),
        choices=[
            (Outcome.PAID.value, gettext_lazy("The money has arrived")),
            (Outcome.AGREED.value, gettext_lazy("It is on my side, or we settled: the money is still to come")),
            (Outcome.PART.value, gettext_lazy("It gives me a part of it")),
            (Outcome.AGAINST.value, gettext_lazy("It is not on my side")),
            (Outcome.NOT_TAKEN.value, gettext_lazy("It does not deal with the case")),
        ],
        widget=forms.RadioSelect,
    )
    on = day_field(gettext_lazy("On which day did it answer?"))
    pay_by = day_field(
        gettext_lazy("By when must they pay?"), gettext_lazy("Only if the money is still to come."), needed=False
    )
    amount = forms.CharField(
        label=gettext_lazy("How much?"), required=False, max_length=30,
        help_text=gettext_lazy("Only if it is a part."), widget=forms.TextInput({"class": "s", "inputmode": "decimal"}),
    )  # fmt: skip
    text = acting.area(gettext_lazy("Its words, or yours for them"), needed=False)

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        """A day to pay where money is to come, an amount where it is a part."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        found["minor"] = None
        if found.get("outcome") == Outcome.AGREED and not found.get("pay_by"):
            self.add_error("pay_by", gettext("Enter the day. Where none was named, two weeks are usual."))
        if found.get("amount"):
            try:
                found["minor"] = money.parse(typed.amount(found["amount"], self.currency)).minor
            except typed.Wrong as wrong:
                self.add_error("amount", wrong.message)
        elif found.get("outcome") == Outcome.PART:
            self.add_error("amount", gettext("Enter the amount."))
        return found


@allow(Who.LEARNER, Who.ADVISER)
@require_safe
def index(request: HttpRequest, reference: str) -> HttpResponse:
    """The bodies in the order in which people turn to them: cost, effect, last day, what each wants."""
    case = pages.find(request, reference)
    said = ""
    found: tuple[Turn, ...] = ()
    try:
        found = onward.turns(case, case.day(clock.now()))
    except Problem as problem:
        said = acting.told(problem)
    answered = pages.answers(timeline.read(case, inner=False))
    context = {
        "here": "cases", "case": case, "seller": words.seller(case), "said": said,
        "bodies": [(shown(one), one.body.id in answered, SAID.get(answered.get(one.body.id, ""), ""))
                   for one in sorted(found, key=lambda one: bool(answered.get(one.body.id))) if one.fits != "too-late"],
        "late": [shown(one) for one in found if one.fits == "too-late"],
        "narrower": _narrower(case),
        "open": _open(case), "card": any(one.body.stage == "payment" for one in found),
    }  # fmt: skip
    return render(request, "desk/onward.html", context)


@allow(Who.LEARNER, Who.ADVISER)
@require_http_methods(["GET", "HEAD", "POST"])
def body(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One body: what it wants, the letter to it, and handing it over, which nothing does without consent."""
    case = pages.find(request, reference)
    turn = _turn(case, name)
    lang = writing.tongue(case, turn)
    initial = {"language": lang, "beside": lang != wording.lang(), "words": case.story}
    form = Turning(request.POST or None, initial=initial)
    seen, status = letters.seen(case, "complaint-to", form, turn), 200
    if request.method == "POST" and form.is_valid():
        seen, answer = _act(request, case, turn, form, seen)
        if answer is not None:
            return answer
        status = 409 if seen.said else 422 if form.errors else 200
    elif form.errors:
        status = 422
    context = {
        "here": "cases", "case": case, "seller": words.seller(case), "one": shown(turn), "form": form, "seen": seen,
        "open": _open(case), "turned": name in pages.turned_to(pages.answers(timeline.read(case, inner=False))),
    }  # fmt: skip
    return render(request, "desk/onward_body.html", context, status=status)


def _act(
    request: HttpRequest, case: Case, turn: Turn, form: Turning, seen: letters.Seen
) -> tuple[letters.Seen, HttpResponse | None]:
    """What the button says: show the letter anew, give it as a file, or hand it over."""
    do = request.POST.get("do")
    if seen.letter is None or do not in ("pdf", "hand"):
        return seen, None
    try:
        if do == "pdf":
            return seen, letters.as_pdf(case, seen.letter)
        if not form.cleaned_data["consent"]:
            form.add_error(
                "consent", gettext("Nothing is handed over without your consent: tick the box if you agree.")
            )
            return seen, None
        what = Handing(letter=seen.text, language=seen.letter.lang, link=form.cleaned_data["link"])
        made = onward.hand_over(case=case, by=acting.person_of(request), body=turn.body.id, what=what, at=clock.now())
    except Problem as problem:
        return letters.Seen(seen.letter, seen.text, acting.told(problem)), None
    if made is not None:
        request.session[KEPT] = [str(case.pk), reverse("web:shared", args=[made.secret])]
    return seen, redirect("web:onward_turned", case.reference, turn.body.id)


@allow(Who.LEARNER, Who.ADVISER)
@require_http_methods(["GET", "HEAD", "POST"])
def turned(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """How to bring it to the body now; the secret address is shown here, once, and can be taken back."""
    case = pages.find(request, reference)
    held = case.links.filter(use=LinkUse.OFFICER, body=name, taken_back_at=None, until__gt=clock.now())
    if request.method == "POST":
        for one in held:
            links.take_back(link=one, by=acting.person_of(request), at=clock.now())
        return redirect("web:case", case.reference)
    turn = _turn(case, name)
    kept = request.session.pop(KEPT, None)
    address = request.build_absolute_uri(kept[1]) if kept and kept[0] == str(case.pk) else ""
    link = held.order_by("-made_at").first()
    context = {
        "here": "cases", "case": case, "one": shown(turn), "address": address, "link": link,
        "until": link.until.date().toordinal() if link is not None else None,
    }  # fmt: skip
    response = render(request, "desk/onward_turned.html", context)
    response["Cache-Control"] = "no-store"
    return response


@allow(Who.LEARNER, Who.ADVISER)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """What the body answered."""
    case = pages.find(request, reference)
    if name not in engine.library().bodies:
        raise Http404
    form = Answer(request.POST or None, currency=case.currency, today=case.day(clock.now()))
    said, status = "", 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        told = Said(Outcome(given["outcome"]), given["on"], given["text"], given["minor"], given["pay_by"])
        try:
            onward.came_of_it(case=case, by=acting.person_of(request), body=name, said=told, at=clock.now())
        except Problem as problem:
            said, status = acting.told(problem), 409
        else:
            return redirect("web:case", case.reference)
    context = {"here": "cases", "case": case, "form": form, "said": said, "title": pages.body_title(name)}
    return render(request, "desk/onward_answer.html", context, status=status)


def shown(turn: Turn) -> corpus.Body:
    """A body for the page."""
    return corpus.body(guide.turn_json(turn, engine.library(), wording.lang()))


def _narrower(case: Case) -> list[tuple[str, str]]:
    """Places that should be told more exactly, since bodies of their parts may fit: fact and its name."""
    from recourse.facts import read_facts  # noqa: PLC0415 - only here
    from recourse.onward import narrower  # noqa: PLC0415

    library = engine.library()
    try:
        names = narrower(library, read_facts(case.facts, library.vocabulary))
    except Problem:
        return []
    return [(name, library.vocabulary.facts[name].name.of(wording.lang())) for name in names]


def _turn(case: Case, name: str) -> Turn:
    try:
        found = onward.turn(case, name, case.day(clock.now()))
    except Problem as problem:
        raise Http404 from problem
    if found is None:
        raise Http404
    return found


def _open(case: Case) -> bool:
    return case.stage == Stage.ESCALATED or Step.ESCALATE in steps(Stage(case.stage), Kind(case.kind))
