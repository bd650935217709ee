"""The last page before money moves: the amount, who gets it, by which way and under which key, and one button."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse import money
from recourse.payouts.machine import State
from recourse.payouts.models import Route
from recourse.payouts.services import paying, routes, sealing
from recourse.problems import Problem
from recourse.web import clock, links, wording
from recourse.web.access import allow
from recourse.web.desk.money import words
from recourse.web.desk.money.place import PAYERS, payout_of
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import at_desk


class Releasing(forms.Form):
    """The amount that stood on the page."""

    amount = forms.CharField(widget=forms.HiddenInput, max_length=40)
    fault = forms.ChoiceField(
        label=gettext_lazy("A trial: what goes wrong on the way"), required=False,
        choices=[("", gettext_lazy("Nothing goes wrong")), *((one.name, said) for one, said in words.FAULTS.items())],
    )  # fmt: skip


@allow(*PAYERS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Asks for the second factor anew; above the limit somebody else than the planner presses the button."""
    desk = at_desk(request, slug, *PAYERS)
    row = payout_of(desk, pk)
    form = Releasing(request.POST or None, initial={"amount": money.show(row.minor, row.currency)})
    if request.method == "POST" and form.is_valid():
        try:
            seen = money.parse(form.cleaned_data["amount"])
            routes.try_out(row, form.cleaned_data["fault"])
            paying.release(payout=row.pk, by=desk.person, seen=seen, at=clock.now())
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect(links.to(request, "payout", slug, str(pk)))
    try:
        happens = routes.provider(row.account).describe(wording.lang())
    except Problem as problem:
        happens = problem.say(wording.lang())
    context = {
        "desk": desk,
        "here": "money",
        "row": row,
        "one": words.shown(row),
        "payee": words.payee(sealing.unseal(bytes(row.payee)), row),
        "happens": happens,
        "form": form,
        "trial": row.route == Route.SANDBOX,
        "planned": row.state == State.PLANNED,
        "own": row.two_people and row.planned_by_id == desk.person.pk,
    }
    return render(request, "desk/money_release.html", context, status=422 if form.errors else 200)
