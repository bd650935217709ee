"""Keys for programs, and endpoints that are told what happens: made here, shown once, ended here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from recourse.api import hooks as endpoints
from recourse.api import keys
from recourse.api.models import Delivery, DeliveryState, Endpoint, Key, Kind, Scope
from recourse.problems import Problem
from recourse.web import clock, links
from recourse.web.access import Who, allow
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import Desk, at_desk

SCOPES = {
    Scope.PURCHASES_WRITE: gettext_lazy("Bring in purchases"),
    Scope.PROGRESS_WRITE: gettext_lazy("Bring in progress"),
    Scope.CASES_READ: gettext_lazy("Read cases, with what learners wrote, and the figures"),
    Scope.CASES_WRITE: gettext_lazy("Ask, reply, and decide what needs no second person"),
    Scope.PAYOUTS_READ: gettext_lazy("Read payouts"),
}
KINDS = {
    Kind.RECEIVED: gettext_lazy("A case was received"),
    Kind.DECIDED: gettext_lazy("A case was decided"),
    Kind.SETTLED: gettext_lazy("A case was settled"),
    Kind.PAID: gettext_lazy("A payout succeeded"),
    Kind.FAILED: gettext_lazy("A payout failed"),
}
STATES = {
    DeliveryState.WAITING: gettext_lazy("on its way"),
    DeliveryState.DELIVERED: gettext_lazy("delivered"),
    DeliveryState.DEAD: gettext_lazy("given up"),
}
LENGTHS = [(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("One year"))]
SHOWN = 20  # deliveries of the list


class NewKey(forms.Form):
    """What for, and how long."""

    name = forms.CharField(
        label=gettext_lazy("Name of the key"),
        max_length=60,
        help_text=gettext_lazy("The program that uses it, such as “Shop”."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("It holds for"), choices=LENGTHS, coerce=int, widget=forms.RadioSelect, initial=90
    )


class NewEndpoint(forms.Form):
    """Where, and of what."""

    url = forms.CharField(
        label=gettext_lazy("Address of the endpoint"), max_length=500, widget=forms.URLInput({"autocomplete": "off"}),
        help_text=gettext_lazy("Of your own system, beginning with https://"),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What it is told"), choices=list(KINDS.items()), widget=forms.CheckboxSelectMultiple
    )


@allow(Who.ADMINISTRATOR, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The keys, and making one. The secret stands in this one answer and nowhere else."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    form = NewKey(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            secret = keys.make(
                institution=desk.institution, by=desk.person, at=clock.now(), **form.cleaned_data
            ).secret  # fmt: skip
        except Problem as problem:
            choices.blame(form, problem)
        else:
            form = NewKey()
    now = clock.now()
    rows = [
        {"key": one, "scopes": [SCOPES[Scope(scope)] for scope in one.scopes],
         "holds": one.revoked_at is None and one.until > now}
        for one in Key.objects.filter(institution=desk.institution).select_related("made_by").order_by("-made_at")
    ]  # fmt: skip
    rows.sort(key=lambda row: not row["holds"])
    return _show(request, "desk/keys.html", desk, form, secret, rows=rows)


@allow(Who.ADMINISTRATOR, fresh=True)
@require_POST
def revoke(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A key holds no longer."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    key = get_object_or_404(Key.objects, pk=pk, institution=desk.institution)
    keys.revoke(key=key, by=desk.person, at=clock.now())
    return redirect(links.to(request, "keys", slug))


@allow(Who.ADMINISTRATOR, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def hooks(request: HttpRequest, slug: str) -> HttpResponse:
    """The endpoints, what became of the last deliveries, and a new endpoint."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    form = NewEndpoint(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            secret = endpoints.open_(institution=desk.institution, by=desk.person, **form.cleaned_data).secret
        except Problem as problem:
            choices.blame(form, problem)
        else:
            form = NewEndpoint()
    return _show(
        request, "desk/hooks.html", desk, form, secret,
        rows=[{"endpoint": one, "kinds": [KINDS[Kind(kind)] for kind in one.kinds]}
              for one in Endpoint.objects.filter(institution=desk.institution, closed_at=None).order_by("made_at")],
        sent=[{"delivery": one, "kind": KINDS[Kind(one.kind)], "state": STATES[DeliveryState(one.state)],
               "dead": one.state == DeliveryState.DEAD and one.endpoint.closed_at is None}
              for one in Delivery.objects.filter(institution=desk.institution)
              .select_related("endpoint", "entry__case").order_by("-made_at")[:SHOWN]],
    )  # fmt: skip


@allow(Who.ADMINISTRATOR, fresh=True)
@require_POST
def hook_close(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """An endpoint is told nothing more."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    endpoint = get_object_or_404(Endpoint.objects, pk=pk, institution=desk.institution)
    endpoints.close(endpoint=endpoint, by=desk.person, at=clock.now())
    return redirect(links.to(request, "hooks", slug))


@allow(Who.ADMINISTRATOR, fresh=True)
@require_POST
def hook_again(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """What was given up is sent again."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    delivery = get_object_or_404(Delivery.objects, pk=pk, institution=desk.institution)
    endpoints.again(delivery=delivery, by=desk.person)
    return redirect(links.to(request, "hooks", slug))


def _show(request: HttpRequest, template: str, desk: Desk, form: forms.Form, secret: str, **more: Any) -> HttpResponse:
    context = {"desk": desk, "here": "setup", "form": form, "secret": secret, **more}
    response = render(request, template, context, status=422 if form.errors else 200)
    if secret:
        response["Cache-Control"] = "no-store"
    return response
