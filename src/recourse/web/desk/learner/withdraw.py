"""Withdraw from a contract, at any time and without an account: name, contract, address for the receipt, one button.

No reason is asked. The declaration counts when it is confirmed; the receipt with date and time goes out at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from recourse.desk import scope
from recourse.desk.models import Case, Person
from recourse.desk.services import drafts, intake
from recourse.desk.stages import Kind
from recourse.problems import Problem
from recourse.web import asking, clock, engine, wording
from recourse.web.access import Who, allow
from recourse.web.answers import Answers
from recourse.web.desk.learner import drafting, new_forms, often, sent, wanted
from recourse.web.desk.learner.drafting import Writing
from recourse.web.desk.learner.new_forms import Line
from recourse.web.views.requests import understand

GET_OR_POST = ["GET", "HEAD", "POST"]


class Withdrawal(new_forms.Order):
    """Who withdraws, from what, and where the receipt goes: nothing else is needed."""

    name = Line(
        label=gettext_lazy("Your name"),
        max_length=120,
        error_messages={"required": gettext_lazy("Enter your name, as it stands in the order")},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("The receipt with date and time goes there at once."),
        error_messages={"required": gettext_lazy("Enter your address, such as lena@example.org")},
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, person: Person | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["course_title"].required = False
        self.fields["course_title"].label = gettext("Which course or contract?")
        if person is not None:
            del self.fields["email"]
        self.order_fields(["institution", "seller", "course_title", "order_number", "name", "email"])

    def clean_email(self) -> str:
        """In small letters, as accounts keep it."""
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        """The contract is named by course or order number."""
        cleaned = super().clean() or {}
        if not cleaned.get("course_title") and not cleaned.get("order_number"):
            self.add_error("course_title", gettext("Name the course, or give the order number"))
        return cleaned


@allow(Who.ANYBODY)
@require_http_methods(GET_OR_POST)
def page(request: HttpRequest) -> HttpResponse:
    """What is withdrawn from, and by whom."""
    asked = understand(request)
    answers = asked.answers if asked.facts is not None else Answers()
    slug = request.GET.get("institution", "")
    by = drafting.person(request)
    before = drafting.going(request, Kind.WITHDRAWAL)
    initial = {"name": by.name if by else "", **(before.typed if before else {})}
    known = bool(answers.platform or drafting.taking_part(slug, ""))
    form = Withdrawal(drafting.typed_in(request), initial=initial, seller_known=known, person=by)
    if request.method == "POST" and form.is_valid():
        refusal = often.refusal(request, "draft")
        if refusal is not None:
            return refusal
        answers, typed = form.of(answers)
        typed = {"kind": Kind.WITHDRAWAL.value, **typed, **({"institution": slug} if slug else {})}
        return redirect("web:withdraw_check", drafting.begin(request, answers, typed).secret)
    context = {"here": "withdraw", "form": form, "asked": asked, "of": _name(answers, slug)}
    return render(request, "desk/withdraw.html", context, status=422 if form.errors else 200)


def _name(answers: Answers, slug: str) -> str:
    found = drafting.taking_part(slug, answers.platform or "")
    if found is not None:
        return found.name
    return engine.platform_name(answers.platform, wording.lang()) if answers.platform else ""


@allow(Who.ANYBODY)
@require_http_methods(GET_OR_POST)
def check(request: HttpRequest, secret: str) -> HttpResponse:
    """The declaration word for word, and the one button that makes it."""
    writing = drafting.find(request, secret, Kind.WITHDRAWAL)
    if "case" in writing.typed:
        return redirect("web:withdraw_done", secret)
    by = drafting.person(request)
    problem = ""
    if request.method == "POST":
        try:
            _declare(writing, by)
            return redirect("web:withdraw_done", secret)
        except Problem as found:
            problem = new_forms.said(found)
    name, mail = str(writing.typed.get("name", "")), str(writing.typed.get("email") or (by.email if by else ""))
    context = {
        "here": "withdraw", "writing": writing, "name": name, "mail": mail, "problem": problem,
        "text": wanted.text(writing, by, name=name, mail=mail), "takes_part": writing.institution is not None,
        "amount": writing.asked if writing.assessed and writing.assessed.json["best"] else "",
        "pay_by": wanted.pay_by(writing), "today": clock.today(writing.answers.get("learner_place")),
    }  # fmt: skip
    return render(request, "desk/withdraw_check.html", context, status=422 if problem else 200)


def _declare(writing: Writing, by: Person | None) -> Case:
    """Make it, once. Who is not signed in has the case under the address that the receipt goes to.

    Anybody can type an address: the name is then part of the declaration, and names no account that was there before.
    """
    name = str(writing.typed.get("name", ""))
    with transaction.atomic():
        person = by or _owner(str(writing.typed["email"]), name)
        if by is not None and not by.name:
            by.name = name
            by.save(update_fields=["name"])
        what = wanted.of(writing)
        if person.name != name:
            what = replace(what, story=name)
        with scope.of(scope.Scope(person=person.pk)):  # a visitor sees nothing, and writes into this one case
            case = intake.send(wanted=what, by=person, at=clock.now())
        drafts.change(draft=writing.draft, at=clock.now(), typed={"case": case.reference, "person": str(person.pk)})
    return case


def _owner(email: str, name: str) -> Person:
    """The account of that address, unconfirmed until somebody signs in with it."""
    found: Person | None = Person.objects.filter(email=email).first()
    return found or Person.objects.create_user(email, name=name, language=wording.tag().lower())


@allow(Who.ANYBODY)
@require_safe
def done(request: HttpRequest, secret: str) -> HttpResponse:
    """It was received: when, under which reference, and what was declared.

    What follows and the receipt as a file can tell what the school has on record: they are for the account whose case
    it is, and go to its address by mail.
    """
    writing = drafting.find(request, secret, Kind.WITHDRAWAL)
    if "case" not in writing.typed:
        raise Http404
    owner, by = UUID(writing.typed["person"]), drafting.person(request)
    with scope.of(scope.Scope(person=owner)):
        case = Case.objects.select_related("institution", "purchase", "learner").get(reference=writing.typed["case"])
        process = asking.process(case.platform) if case.platform and case.institution is None else None
        text = wanted.text(writing, None, name=str(writing.typed.get("name", "")), mail=case.learner.email)
        context = {"here": "withdraw", "process": process, "text": text, **sent.context(case)}
        if by is None or by.pk != owner:
            context |= {"ahead": (), "not_shown": True}
        return render(request, "desk/withdraw_done.html", context)
