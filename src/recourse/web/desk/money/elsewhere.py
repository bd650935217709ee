"""A refund that was made outside of the desk: recorded with its proof, and agreed to by a second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse import money
from recourse.bilingual import Words
from recourse.desk.services import exhibits
from recourse.money import Money
from recourse.payouts.services import paying, records, reported
from recourse.payouts.services.reported import Telling
from recourse.problems import Problem
from recourse.web import clock, links, typed, wording
from recourse.web.access import allow
from recourse.web.desk.money import words
from recourse.web.desk.money.place import PAYERS, proof_of, read
from recourse.web.desk.staff import choices, of_case
from recourse.web.desk.staff.of_case import Found
from recourse.web.desk.staff.place import Desk, at_desk


class Recording(forms.Form):
    """What went back, when, for which payment, and the proof."""

    amount = forms.CharField(label=gettext_lazy("Amount"), max_length=40)
    sent_on = forms.DateField(
        label=gettext_lazy("Day on which it was sent"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    payment = forms.ChoiceField(label=gettext_lazy("Of which payment"), required=False)
    proof = forms.FileField(
        label=gettext_lazy("Proof"),
        help_text=gettext_lazy(
            "A receipt or statement of the bank (PDF or picture). Kept with the case: the learner sees it."
        ),
    )

    def __init__(self, found: Found, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = records.payments(found.case)
        self.fields["payment"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), f"{words.amount(row.minor, row.currency)} {row.reference}") for row in rows
        ]
        if len(rows) < 2:
            del self.fields["payment"]


@allow(*PAYERS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Recording, or the answer of the second person."""
    desk = at_desk(request, slug, *PAYERS)
    found = of_case.find(desk, reference)
    form = Recording(found, initial={"sent_on": clock.now().date()})
    if request.method == "POST":
        answers = "agree" in request.POST or "drop" in request.POST
        form = Recording(found, request.POST, request.FILES, use_required_attribute=False)
        for field in form.fields.values():
            field.required = field.required and not answers
        try:
            if form.is_valid():
                _answer(request, desk, found) if answers else _record(desk, found, form)
        except Problem as problem:
            choices.blame(form, problem)
        if not form.errors:
            return redirect(links.to(request, "case_money", slug, found.case.reference))
    return _show(request, desk, found, form)


def _record(desk: Desk, found: Found, form: Recording) -> None:
    given, at, case = form.cleaned_data, clock.now(), found.case
    sum_ = _sum(found, given["amount"])
    name, data = read(given["proof"])
    proof = exhibits.keep(case=case, name=name, data=data, by=desk.person, at=at, purpose="payment proof")
    payment = UUID(given["payment"]) if given.get("payment") else None
    reported.report(case=case, by=desk.person, what=Telling(sum_, given["sent_on"], proof, payment), at=at)


def _sum(found: Found, text: str) -> Money:
    left = paying.propose(found.case).left
    try:
        return money.parse(typed.amount(text, left.currency))
    except typed.Wrong as wrong:
        raise Problem(Words(str(wrong.message), str(wrong.message)), field="amount") from wrong


def _answer(request: HttpRequest, desk: Desk, found: Found) -> None:
    row = reported.waiting(found.case)
    if row is None:
        raise Problem(Words("this is no longer open", "该项已不再待处理"))
    verb = reported.agree if "agree" in request.POST else reported.drop
    verb(reported=row.pk, by=desk.person, at=clock.now())


def _show(request: HttpRequest, desk: Desk, found: Found, form: Recording) -> HttpResponse:
    waiting = reported.waiting(found.case)
    try:
        proposal = paying.propose(found.case)
        left, two, why_not = words.amount(*proposal.left), paying.needs_two(desk.institution, proposal.whole), ""
    except Problem as problem:
        left, two, why_not = "", False, problem.say(wording.lang())
    context = {
        **of_case.context(desk, found, "money", None),
        "form": form,
        "left": left,
        "two": two,
        "why_not": why_not,
        "waiting": waiting,
        "proof": proof_of(found.case, waiting.evidence) if waiting is not None else None,
        "waiting_sum": words.amount(waiting.minor, waiting.currency) if waiting is not None else "",
        "second": waiting is not None and waiting.by_id != desk.person.pk and found.impartial,
    }
    return render(request, "desk/money_elsewhere.html", context, status=422 if form.errors else 200)
