"""The money of a case: what is to be paid, how it would go back, what was planned and sent; planning a payout."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse import money
from recourse.bilingual import Words
from recourse.payouts.models import Payout, Route
from recourse.payouts.providers.contract import Payee
from recourse.payouts.services import paying, records, reported
from recourse.payouts.services.paying import Part, Proposal
from recourse.problems import Problem
from recourse.web import clock, links, typed, wording
from recourse.web.access import STAFF, allow
from recourse.web.desk.money import words
from recourse.web.desk.money.place import PAYERS
from recourse.web.desk.staff import choices, of_case
from recourse.web.desk.staff.of_case import Found
from recourse.web.desk.staff.place import Desk, at_desk

CHANGED = Words("what is left to pay has changed since this page was opened", "打开本页后应付余额已变化")


class Planning(forms.Form):
    """As proposed, or another way. `seen` is what was left on the page, `token` makes one plan of one form."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)
    route = forms.ChoiceField(label=gettext_lazy("How"), required=False, widget=forms.RadioSelect)
    payment = forms.ChoiceField(label=gettext_lazy("Of which payment"), required=False)
    amount = forms.CharField(label=gettext_lazy("Amount"), required=False, max_length=40)
    name = forms.CharField(label=gettext_lazy("Name of the account holder"), required=False, max_length=70)
    iban = forms.CharField(label=gettext_lazy("IBAN"), required=False, max_length=42)
    bic = forms.CharField(label=gettext_lazy("BIC, outside the euro area"), required=False, max_length=11)

    def __init__(self, found: Found, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.case = found.case
        ways = (Route.MANUAL, Route.SEPA, Route.STRIPE, Route.SANDBOX)
        self.fields["route"].choices = [(one.value, words.ROUTES[one]) for one in ways]  # type: ignore[attr-defined]
        rows = records.payments(found.case)
        self.fields["payment"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("None: what no payment can take back")),
            *((str(row.pk), f"{words.amount(row.minor, row.currency)} {row.reference}") for row in rows),
        ]

    def parts(self, proposal: Proposal) -> list[Part]:
        """What is planned. Raises `Problem` for an amount that cannot be read or an account that is not complete."""
        given = self.cleaned_data
        if "other" not in self.data:
            return list(proposal.parts)
        try:
            sum_ = money.parse(typed.amount(given["amount"], proposal.left.currency))
        except typed.Wrong as wrong:
            raise Problem(Words(str(wrong.message), str(wrong.message)), field="amount") from wrong
        payee = Payee(given["name"], given["iban"], given["bic"]) if given["iban"] else None
        chosen = next((row.pk for row in records.payments(self.case) if str(row.pk) == given["payment"]), None)
        return [Part(sum_.minor, given["route"] or Route.MANUAL.value, chosen, payee)]


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Everybody of the staff reads it; those who may move money plan here."""
    desk = at_desk(request, slug, *(PAYERS if request.method == "POST" else ()))
    found = of_case.find(desk, reference)
    proposal, _ = _proposal(found)
    if request.method != "POST" or proposal is None:
        return _show(request, desk, found, _form(found, proposal))
    form = Planning(found, request.POST)
    if form.is_valid():
        try:
            _plan(desk, found, form, proposal)
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect(links.to(request, "case_money", slug, found.case.reference))
    fresh = request.POST.copy()
    fresh["seen"] = str(proposal.left)
    form.data = fresh
    return _show(request, desk, found, form)


def _plan(desk: Desk, found: Found, form: Planning, proposal: Proposal) -> None:
    given = form.cleaned_data
    if not _again(found, form) and given["seen"] != str(proposal.left):
        raise Problem(CHANGED)
    parts = form.parts(proposal)
    paying.plan(case=found.case, by=desk.person, parts=parts, token=given["token"], at=clock.now())


def _again(found: Found, form: Planning) -> bool:
    """Whether this form planned already: it is answered as the first time."""
    return Payout.objects.filter(case=found.case, form_token__startswith=f"{form.cleaned_data['token']}:").exists()


def _proposal(found: Found) -> tuple[Proposal | None, str]:
    try:
        return paying.propose(found.case), ""
    except Problem as problem:
        return None, problem.say(wording.lang())


def _form(found: Found, proposal: Proposal | None) -> Planning:
    left = proposal.left if proposal is not None else None
    start = {"token": uuid4(), "seen": str(left or ""), "route": Route.MANUAL.value}
    if proposal is not None and left is not None and left.minor:
        start["amount"] = str(left).partition(" ")[0]
    return Planning(found, initial=start)


def _show(request: HttpRequest, desk: Desk, found: Found, form: Planning) -> HttpResponse:
    proposal, why_not = _proposal(found)
    rows = Payout.objects.filter(case=found.case).select_related("payment").order_by("made_at", "pk")
    payments = {row.pk: row for row in records.payments(found.case)}
    currency = proposal.left.currency if proposal is not None else ""
    parts = [
        (words.amount(one.minor, currency), words.ROUTES[Route(one.route)],
         payments[one.payment].reference if one.payment in payments else "")
        for one in (proposal.parts if proposal is not None else ())
    ]  # fmt: skip
    context = {
        **of_case.context(desk, found, "money", None),
        "form": form,
        "proposal": proposal,
        "why_not": why_not,
        "whole": words.amount(*proposal.whole) if proposal is not None else "",
        "late": words.amount(*proposal.interest) if proposal is not None and proposal.interest.minor else "",
        "left": words.amount(*proposal.left) if proposal is not None else "",
        "nothing_left": proposal is not None and not proposal.left.minor,
        "unplaced": words.amount(proposal.unplaced, proposal.left.currency) if proposal and proposal.unplaced else "",
        "blocked": bool(proposal and proposal.blocked),
        "parts": parts,
        "payouts": [words.shown(row) for row in rows],
        "reported": reported.waiting(found.case),
        "pays": desk.may(*PAYERS) and found.impartial,
    }
    return render(request, "desk/money_case.html", context, status=422 if form.errors else 200)
