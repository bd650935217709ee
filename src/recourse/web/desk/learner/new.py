"""Ask for it: order, voucher, reason, check your answers, send. The same steps for a complaint."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from recourse.desk.models import Person
from recourse.desk.services import drafts, intake
from recourse.desk.stages import Kind
from recourse.problems import Problem
from recourse.web import clock, engine, progress, wording
from recourse.web.access import Who, allow
from recourse.web.answers import Answers
from recourse.web.desk.learner import drafting, new_forms, often, wanted
from recourse.web.desk.learner.drafting import STEPS, Writing
from recourse.web.views.requests import to_the_wrong_answer, understand

FLOW = (Kind.REFUND, Kind.COMPLAINT)
GET_OR_POST = ["GET", "HEAD", "POST"]


@allow(Who.ANYBODY)
@require_http_methods(GET_OR_POST)
def page(request: HttpRequest) -> HttpResponse:
    """The first step of a request, for anybody; what follows asks to sign in, and nothing is lost by it."""
    asked = understand(request)
    if asked.facts is None:
        return to_the_wrong_answer(request, asked)
    slug = request.GET.get("institution", "")
    if not asked.answers.given and not asked.answers.platform and not drafting.taking_part(slug, ""):
        return redirect("web:home")
    return _first(request, Kind.REFUND, asked.answers)


@allow(Who.ANYBODY)
@require_http_methods(GET_OR_POST)
def complain(request: HttpRequest) -> HttpResponse:
    """The first step of a complaint, with or without the answers of an interview."""
    asked = understand(request)
    return _first(request, Kind.COMPLAINT, asked.answers if asked.facts is not None else Answers())


def _first(request: HttpRequest, kind: Kind, answers: Answers) -> HttpResponse:
    before = drafting.going(request, kind)
    slug = request.GET.get("institution", "")
    known = bool(answers.platform or drafting.taking_part(slug, ""))
    initial = dict(before.typed) if before else {}
    if not answers.given and before is not None:
        answers = before.answers
    form = new_forms.Order(drafting.typed_in(request), initial=initial, seller_known=known)
    if request.method == "POST" and form.is_valid():
        refusal = often.refusal(request, "draft")
        if refusal is not None:
            return refusal
        answers, typed = form.of(answers)
        typed = {"kind": kind.value, **typed, **({"institution": slug} if slug else {})}
        return redirect(drafting.begin(request, answers, typed).next())
    seller = _seller(answers, slug)
    return _step(request, form, 1, kind, {"seller": seller, "lead": _lead(kind, seller)})


def _seller(answers: Answers, slug: str) -> str:
    found = drafting.taking_part(slug, answers.platform or "")
    if found is not None:
        return found.name
    return engine.platform_name(answers.platform, wording.lang()) if answers.platform else ""


def _lead(kind: Kind, seller: str) -> str:
    if kind is Kind.COMPLAINT:
        return gettext("With or without money: you get a receipt with its date, and see who must answer, and by when.")
    if seller:
        said = gettext("We write to %(seller)s with the amount and the clause. You check it before it goes.")
        return said % {"seller": seller}
    return gettext("We write the request with the amount and the clause. You check it before it goes.")


@allow(Who.LEARNER)
@require_http_methods(GET_OR_POST)
def order(request: HttpRequest, secret: str) -> HttpResponse:
    """The first step again, to change it."""
    writing = drafting.find(request, secret, *FLOW)
    known = bool(writing.platform or writing.institution)
    form = new_forms.Order(drafting.typed_in(request), initial=dict(writing.typed), seller_known=known)
    if request.method == "POST" and form.is_valid():
        answers, typed = form.of(writing.answers)
        return redirect(writing.write(typed, answers).next())
    return _step(request, form, 1, writing.kind, {"seller": writing.seller, "back": writing.at("check")})


@allow(Who.LEARNER)
@require_http_methods(GET_OR_POST)
def reason(request: HttpRequest, secret: str) -> HttpResponse:
    """Why, what is wanted, what happened, and under which name."""
    writing = drafting.find(request, secret, *FLOW)
    person: Any = request.user
    changing = bool(writing.typed.get("reason"))
    initial = {**writing.typed, "name": person.name}
    form = new_forms.Why(
        drafting.typed_in(request), initial=initial, kind=writing.kind, named=bool(person.name) and not changing
    )
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data.pop("name", "")
        if name and name != person.name:
            person.name = name
            person.save(update_fields=["name"])
        return redirect(writing.write(form.cleaned_data).at("check"))
    return _step(request, form, 3, writing.kind, {"back": writing.at("voucher"), "seller": writing.seller})


def _step(request: HttpRequest, form: Any, number: int, kind: Kind, more: dict[str, Any]) -> HttpResponse:
    context = {
        "here": "cases", "form": form, "number": number, "steps": len(STEPS), "share": 25 * (number - 1),
        "title": _title(number, kind), "complaint": kind is Kind.COMPLAINT, **more,
    }  # fmt: skip
    return render(request, "desk/new_step.html", context, status=422 if form.errors else 200)


def _title(number: int, kind: Kind) -> str:
    if number == 1:
        return gettext("What is it about?") if kind is Kind.COMPLAINT else gettext("Which purchase is it?")
    return gettext("Your complaint") if kind is Kind.COMPLAINT else gettext("Why, and what you want")


@allow(Who.LEARNER)
@require_http_methods(GET_OR_POST)
def check(request: HttpRequest, secret: str) -> HttpResponse:
    """Everything once more, each line changeable, with what will be sent word for word; and sending it."""
    writing = drafting.find(request, secret, *FLOW)
    if "case" in writing.typed:
        return redirect("web:sent", writing.typed["case"])
    if writing.next() != writing.at("check"):
        return redirect(writing.next())
    person: Any = request.user
    problem = ""
    if request.method == "POST":
        try:
            return redirect("web:sent", send(writing, person))
        except Problem as found:
            problem = new_forms.said(found)
    context = {
        "here": "cases", "writing": writing, "problem": problem, "number": 4, "steps": len(STEPS), "share": 75,
        "complaint": writing.kind is Kind.COMPLAINT, "text": wanted.text(writing, person),
        "reason": new_forms.reason(writing.kind, writing.typed["reason"]),
        "remedy": new_forms.remedy(writing.typed.get("remedy", "")), "amount": writing.asked,
        "told": progress.said(writing.answers), "pay_by": wanted.pay_by(writing),
    }  # fmt: skip
    return render(request, "desk/new_check.html", context, status=422 if problem else 200)


def send(writing: Writing, person: Person) -> str:
    """Send it, once; the case's reference. Raises `Problem` where the facts cannot stand together."""
    with transaction.atomic():
        case = intake.send(wanted=wanted.of(writing), by=person, at=clock.now())
        drafts.change(draft=writing.draft, at=clock.now(), typed={"case": case.reference})
    return str(case.reference)
