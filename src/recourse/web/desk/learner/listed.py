"""A platform that does not work here: its own way to ask, the text to send, "I have sent it", and "they answered"."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse import money
from recourse.desk import receipts, writing
from recourse.desk.models import Actor, Case
from recourse.desk.services import cases, clocks, onward
from recourse.desk.stages import Kind, Stage, Step
from recourse.problems import Problem
from recourse.web import asking, clock, typed, wording
from recourse.web.access import Who, allow
from recourse.web.desk import steps as words
from recourse.web.desk.learner import acting, letters
from recourse.web.desk.learner import case as pages

PART = ("part", "arrived")
ASK_AFTER = 10  # days after which we ask whether they answered


def day_field(label: Any, hint: Any = "", *, needed: bool = True) -> forms.DateField:
    """A day, by the browser's own calendar where it has one."""
    widget = forms.DateInput({"type": "date", "class": "m"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=needed, widget=widget)


class Past(forms.Form):
    """A form that asks for a day that has been; `today` is that of the learner."""

    def __init__(self, *args: Any, today: dt.date, **more: Any) -> None:
        super().__init__(*args, **{"initial": {"on": today}, **more})
        self.today = today

    def clean_on(self) -> dt.date:
        """It has been. Raises `ValidationError` for a day that is still to come."""
        day: dt.date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(gettext("This day is still to come."))
        return day


WAYS = {
    "online": gettext_lazy("Online or by e-mail"),
    "post": gettext_lazy("By post"),
    "phone": gettext_lazy("By telephone"),
}


class Sent(Past):
    """When and how the request went out."""

    on = day_field(gettext_lazy("On which day did you send it?"))
    by = forms.ChoiceField(choices=list(WAYS.items()), widget=forms.HiddenInput)  # the button that was pressed
    proof = acting.proof(gettext_lazy("A picture or mail that shows it"))


class Answered(Past):
    """What they said."""

    what = forms.ChoiceField(
        label=gettext_lazy("What did they say?"),
        choices=[("all", gettext_lazy("They pay everything")), ("part", gettext_lazy("They offer a part")),
                 ("arrived", gettext_lazy("They paid a part: it has arrived")),
                 ("refused", gettext_lazy("They refuse")), ("other", gettext_lazy("Something else: no answer yet"))],
        widget=forms.RadioSelect,
    )  # fmt: skip
    on = day_field(gettext_lazy("On which day?"))
    amount = forms.CharField(
        label=gettext_lazy("How much do they pay?"), required=False, max_length=30,
        help_text=gettext_lazy("Only for a part."),
        widget=forms.TextInput({"class": "s", "inputmode": "decimal"}),
    )  # fmt: skip
    text = acting.area(gettext_lazy("Their words, as they wrote them"), needed=False)
    proof = acting.proof(gettext_lazy("Their mail, or a picture of it"))

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.currency = currency
        if currency:
            self.fields["amount"].label = gettext("How much do they pay, in %(currency)s?") % {
                "currency": wording.unit(currency)
            }

    def clean(self) -> dict[str, Any]:
        """A part has its amount, and something else its words."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        found["minor"] = None
        if found.get("what") in PART:
            try:
                found["minor"] = money.parse(typed.amount(found.get("amount") or "", self.currency)).minor
            except typed.Wrong as wrong:
                self.add_error("amount", wrong.message)
        if found.get("what") == "other" and not found.get("text"):
            self.add_error("text", gettext("Enter what they wrote."))
        return found


@allow(Who.LEARNER, Who.ADVISER)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, reference: str) -> HttpResponse:
    """Their own way to ask, the text in their language and the learner's, and "I have sent it"."""
    case = _listed(request, reference)
    form = Sent(request.POST or None, request.FILES or None, today=case.day(clock.now()))
    said, status = "", 200
    if request.method == "POST" and form.is_valid() and acting.kept(request, case, form, "proof"):
        try:
            sent(case, acting.person_of(request), form.cleaned_data["on"], form.cleaned_data["by"])
        except Problem as problem:
            said, status = acting.told(problem), 409
        else:
            return redirect("web:case", case.reference)
    kind = pages.LETTERS[Kind(case.kind)]
    tongue = writing.tongue(case)
    texts = [(lang, letters.seen(case, kind, _form(case, lang))) for lang in dict.fromkeys((tongue, wording.lang()))]
    context = {
        "here": "cases", "case": case, "form": form, "said": said, "seller": words.seller(case), "kind": kind,
        "process": asking.process(case.platform) if case.platform else None,
        "ways": WAYS.items(),
        "draft": case.stage == Stage.DRAFT,
        "texts": [(dict(letters.languages())[lang], lang, one) for lang, one in texts],
        "instead": _instead(case, tongue),
    }  # fmt: skip
    return render(request, "desk/case_send.html", context, status=422 if form.errors else status)


@transaction.atomic
def sent(case: Case, by: Any, on: dt.date, how: str) -> Case:
    """The learner sent it: the law's day to pay is set, and the day on which we ask whether they answered."""
    at = clock.now()
    facts = {"requested_on": on.isoformat()}
    if how != "post":
        facts["request_received_on"] = on.isoformat()
    made = cases.receive(case=case, by=by, at=at, facts=facts)
    if made.stage == Stage.RECEIVED:
        ask = max(on + dt.timedelta(days=ASK_AFTER), made.day(at))
        clocks.fix(case=made, name="ask-learner", actor=Actor.LEARNER, rule=clocks.PROCESS, today=made.day(at), due=ask)
        onward.set_dates(case=made, at=at)
    return made


@allow(Who.LEARNER, Who.ADVISER)
@require_http_methods(["GET", "HEAD", "POST"])
def answered(request: HttpRequest, reference: str) -> HttpResponse:
    """What they answered, outside of here."""
    case = _listed(request, reference)
    today = case.day(clock.now())
    form = Answered(request.POST or None, request.FILES or None, currency=case.currency, today=today)
    said, status = "", 200
    if request.method == "POST" and form.is_valid() and acting.kept(request, case, form, "proof"):
        try:
            they_answered(case, acting.person_of(request), form.cleaned_data)
        except Problem as problem:
            said, status = acting.told(problem), 409
        else:
            return redirect("web:case", case.reference)
    context = {"here": "cases", "case": case, "form": form, "said": said, "seller": words.seller(case)}
    return render(request, "desk/case_answered.html", context, status=422 if form.errors else status)


@transaction.atomic
def they_answered(case: Case, by: Any, told: dict[str, Any]) -> None:
    """Keep what they said; a part that is less than what is owed is a refusal of the rest."""
    at, what, minor = clock.now(), told["what"], told["minor"]
    if what == "other":
        onward.they_wrote(case=case, by=by, said=told["text"], on=told["on"], at=at)
        return
    step = Step.DECIDE if case.kind != Kind.WITHDRAWAL else Step.SETTLE
    if what in ("all", "part") and step is Step.SETTLE and not _less(case, minor):  # a promise settles nothing yet
        onward.they_wrote(case=case, by=by, said=told["text"] or gettext("They pay everything"), on=told["on"], at=at)
        return
    less = _less(case, minor)
    if step is Step.SETTLE and what == "refused":
        _refused_withdrawal(case, by, told, at)
    else:
        cases.they_answered(
            case=case, by=by, said=told["text"], refused=what == "refused" or less, minor=minor, on=told["on"], at=at,
            arrived=what == "arrived",
        )  # fmt: skip
    locked = Case.lock(case.pk)
    clocks.drop(case=locked, at=at, names=("ask-learner",))
    onward.set_dates(case=locked, at=at)


def _less(case: Case, minor: int | None) -> bool:
    """Whether a part was named, and it is less than what is owed, or it is not known what is owed."""
    assessment = case.assessed()
    owed = assessment.owed_minor if assessment is not None else None
    return minor is not None and (owed is None or minor < owed)


def _refused_withdrawal(case: Case, by: Any, told: dict[str, Any], at: dt.datetime) -> None:
    """Nobody can refuse a withdrawal that is effective: the case stays open, and the refusal is a fact."""
    onward.they_wrote(case=case, by=by, said=told["text"] or gettext("They refuse"), on=told["on"], at=at)
    onward.state(case=case, by=by, facts={"seller_refused_on": told["on"].isoformat()}, at=at)


def _listed(request: HttpRequest, reference: str) -> Case:
    case = pages.find(request, reference)
    if case.institution_id is not None:
        raise Http404
    return case


def _instead(case: Case, lang: str) -> str:
    """What to send where no letter can be written on these facts."""
    if case.kind != Kind.WITHDRAWAL:
        return case.story
    what = case.purchase.course_title or case.purchase.order_number if case.purchase is not None else ""
    return receipts.statement(what, case.learner.email, case.story, lang)


def _form(case: Case, lang: str) -> forms.Form:
    return letters.Adding(initial={"language": lang, "words": case.story if case.kind != Kind.WITHDRAWAL else ""})
