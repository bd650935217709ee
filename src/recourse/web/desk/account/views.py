"""Signing in with a code by mail, whether there is an account yet or not; and the account itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django import forms
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from recourse.desk.models import Institution, Membership, Person, Role
from recourse.web.access import Who, allow, has_second_factor
from recourse.web.desk.landing import landing
from recourse.web.desk.roles import NAMES


class SignIn(forms.Form):
    """Where the code goes."""

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("We send you a code. There is no password to remember."),
        widget=forms.EmailInput({"autocomplete": "email", "autofocus": True}),
    )

    def clean_email(self) -> str:
        """In small letters, as accounts keep it."""
        return str(self.cleaned_data["email"]).lower()


@allow(Who.ANYBODY)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the address and send a code; nobody learns from it who has an account here."""
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = ""
    if request.user.is_authenticated:
        return redirect(onward or landing(request))
    form = SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="request_login_code", key=form.cleaned_data["email"]):
            form.add_error("email", gettext("Too many codes were asked for. Wait some minutes, then try again."))
        else:
            person = _account(form.cleaned_data["email"], request.LANGUAGE_CODE)
            LoginCodeVerificationProcess.initiate(request=request, user=person, email=person.email)
            confirm = reverse("account_confirm_login_code")
            return redirect(f"{confirm}?{urlencode({'next': onward})}" if onward else confirm)
    return render(request, "desk/sign_in.html", {"form": form, "next": onward}, status=422 if form.errors else 200)


def _account(email: str, language: str) -> Person:
    """The account of that address; made now if there is none, and unconfirmed until the code comes back."""
    try:
        with transaction.atomic():
            person = Person.objects.filter(email=email).first() or Person.objects.create_user(email, language=language)
            EmailAddress.objects.get_or_create(user=person, email=email, defaults={"primary": True, "verified": False})
    except IntegrityError:  # the same form, sent twice at once
        person = Person.objects.get(email=email)
    return person


class Details(forms.Form):
    """What others read of a person."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("It stands in your letters and requests."),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )


@allow(Who.LEARNER)
def account(request: HttpRequest) -> HttpResponse:
    """Name, where one works, second factor, signing out."""
    person: Any = request.user
    form = Details(request.POST or None, initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        person.name = form.cleaned_data["name"].strip()
        person.save(update_fields=["name"])
        return redirect("web:account")
    places = Membership.objects.filter(person=person, ended_at=None).select_related("institution")
    return render(
        request,
        "desk/account.html",
        {"form": form, "places": _by_institution(places), "second": has_second_factor(request)},
    )


def _by_institution(rows: Any) -> dict[Institution, list[str]]:
    found: dict[Institution, list[str]] = {}
    for row in rows:
        found.setdefault(row.institution, []).append(str(NAMES[Role(row.role)]))
    return found


@allow(Who.ANYBODY)
def no_password(_: HttpRequest) -> HttpResponse:
    """There are no passwords here, so their addresses lead nowhere."""
    raise Http404
