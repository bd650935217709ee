"""The institution's accounts with providers: secrets are entered here and never shown again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.desk import mails
from recourse.payouts.models import Account, Route
from recourse.payouts.services import opening, sealing
from recourse.problems import Problem
from recourse.web import links
from recourse.web.access import Who, allow
from recourse.web.desk.money import words
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import Desk, at_desk


class Opening(forms.Form):
    """A provider and what it needs; empty secrets stay as they are."""

    route = forms.ChoiceField(label=gettext_lazy("Provider"), widget=forms.RadioSelect)
    open = forms.BooleanField(label=gettext_lazy("New payouts may take it"), required=False, initial=True)
    name = forms.CharField(label=gettext_lazy("SEPA: your account’s holder"), required=False, max_length=70)
    iban = forms.CharField(label=gettext_lazy("SEPA: IBAN"), required=False, max_length=42)
    bic = forms.CharField(label=gettext_lazy("SEPA: BIC, outside the euro area"), required=False, max_length=11)
    secret_key = forms.CharField(
        label=gettext_lazy("Stripe: restricted key"), required=False, max_length=250,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )  # fmt: skip
    webhook_secret = forms.CharField(
        label=gettext_lazy("Stripe: signing secret of the webhook"), required=False, max_length=250,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        ways = (Route.SEPA, Route.STRIPE, Route.SANDBOX)
        self.fields["route"].choices = [(one.value, words.ROUTES[one]) for one in ways]  # type: ignore[attr-defined]


@allow(Who.ADMINISTRATOR, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The accounts, and opening or changing one."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    form = Opening(request.POST or None, initial={"route": Route.SEPA.value, "open": True})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            opening.settle(institution=desk.institution, by=desk.person, route=Route(given["route"]), values=given,
                           open_=given["open"])  # fmt: skip
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect(links.to(request, "money_accounts", slug))
    return _show(request, desk, form)


def _show(request: HttpRequest, desk: Desk, form: Opening) -> HttpResponse:
    rows = []
    for one in Account.objects.filter(institution=desk.institution).order_by("route"):
        hook = mails.address(f"/hooks/{one.pk}/") if one.route in (Route.STRIPE, Route.SANDBOX) else ""
        try:
            iban = sealing.unseal(bytes(one.sealed)).get("iban", "")
        except Problem:
            iban = ""
        rows.append((words.ROUTES[Route(one.route)], one, iban[-4:], hook))
    context = {"desk": desk, "here": "money", "form": form, "rows": rows}
    return render(request, "desk/money_accounts.html", context, status=422 if form.errors else 200)
