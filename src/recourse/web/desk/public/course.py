"""The page of a course as its institution states it before purchase; questions to it, and accepting its terms."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recourse import money
from recourse.desk.models import Offer, Person
from recourse.desk.services import publishing, questions
from recourse.desk.services.publishing import Published
from recourse.problems import Problem
from recourse.web import clock, engine, links, wording
from recourse.web.access import Who, allow
from recourse.web.around import place_options
from recourse.web.desk.public import facts, linked

HISTORY = 12  # prices that are shown


class Asking(forms.Form):
    """A question to the seller, which everybody can read once it is answered."""

    text = forms.CharField(
        label=gettext_lazy("Your question"),
        max_length=questions.LONGEST,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Without your name. Question and answer stay here for everybody."),
    )


@allow(Who.ANYBODY)
@require_safe
def page(request: HttpRequest, slug: str, course: str) -> HttpResponse:
    """The course, from where one lives (`place` in the address)."""
    return _show(request, _found(slug, course))


@allow(Who.ANYBODY)
@require_safe
def data(request: HttpRequest, slug: str, course: str) -> HttpResponse:
    """The same for programs."""
    found = linked.course(request, _found(slug, course))
    return JsonResponse(found, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})


@allow(Who.LEARNER)
@require_POST
def ask(request: HttpRequest, slug: str, course: str) -> HttpResponse:
    """Ask the seller; the same words twice are one question."""
    found = _found(slug, course)
    form = Asking(request.POST)
    if form.is_valid():
        try:
            questions.ask(course=found.course, by=cast(Person, request.user), text=form.cleaned_data["text"])
        except Problem as problem:
            form.add_error("text", problem.say(wording.lang()))
        else:
            return _back(request, slug, course, "questions")
    return _show(request, found, form=form, status=422)


@allow(Who.LEARNER)
@require_POST
def accept(request: HttpRequest, slug: str, course: str) -> HttpResponse:
    """Record that these terms were accepted: those whose digest was on the page."""
    found = _found(slug, course)
    try:
        publishing.accept(
            course=found.course, digest=request.POST.get("digest", ""), by=cast(Person, request.user), at=clock.now()
        )
    except Problem as problem:
        return _show(request, found, said=problem.say(wording.lang()), status=409)
    return _back(request, slug, course, "terms")


def _found(slug: str, course: str) -> Published:
    found = publishing.course_at(slug, course, at=clock.now())
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, slug: str, course: str, part: str) -> HttpResponseRedirect:
    return redirect(f"{links.to(request, 'course', slug, course)}#{part}")


def _show(
    request: HttpRequest, found: Published, *, form: Asking | None = None, said: str = "", status: int = 200
) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    place = request.GET.get("place", "")
    if not any(option.value == place for option in place_options()):
        place = found.institution.place
    day = clock.today(place)
    context = {
        "here": "check",
        "found": found,
        "course": found.course,
        "institution": found.institution,
        "example": found.institution.example,
        "price": _price(found),
        "history": [(one, _money(one), _fees(one)) for one in found.offers[:HISTORY]],
        "place": place,
        "place_name": engine.place_name(place, wording.lang()),
        "places": place_options(),
        "chart": facts.chart(found, place, day),
        "day": day,
        "changed": _changed(found),
        "questions": questions.of_course(found.course, person),
        "form": form or Asking(),
        "said": said,
        "accepted": publishing.accepted(found.course, person) if person is not None else None,
        "linked": linked.script(linked.course(request, found)),
        "steps": _steps(found),
        "shortfalls": _shortfalls(found),
        "address": f"{found.institution.slug}/{found.course.slug}",
        "everybody": gettext("everybody"),
    }  # fmt: skip
    return render(request, "desk/course.html", context, status=status)


def _price(found: Published) -> dict[str, Any] | None:
    """The price for everybody: with its fees, the lowest of thirty days, and what it was before."""
    now = found.offer
    if now is None:
        return None
    return {
        "amount": wording.amount(_money(now)),
        "fees": _fees(now),
        "lowest": money.show(found.lowest, now.currency) if found.lowest is not None else "",
        "before": money.show(found.before, now.currency) if found.before is not None else "",
        "reduced": found.before is not None and found.before > now.price_minor,
        "special": [(one.condition, _money(one)) for one in found.special],
    }


def _money(offer: Offer) -> str:
    return money.show(offer.price_minor, offer.currency)


def _fees(offer: Offer) -> list[tuple[str, str]]:
    return [
        (str(one.get("name") or gettext("Fee")), money.show(int(one["minor"]), offer.currency))
        for one in offer.fees
        if isinstance(one, dict) and isinstance(one.get("minor"), int)
    ]


def _shortfalls(found: Published) -> list[tuple[str, str, str]]:
    """Where the policy was found to pay less when it was published: the place, the share, the purchase in words."""
    kept = found.policy.shortfalls if found.policy is not None else []
    return [
        (engine.place_name(one["place"], wording.lang()), str(one.get("share", "")), _said(one.get("story")))
        for one in kept
        if isinstance(one, dict) and "place" in one
    ]


def _steps(found: Published) -> list[dict[str, Any]]:
    """The declared process in the language of the page."""
    steps = found.process.steps if found.process is not None else []
    return [
        {**step, "name": _said(step.get("name")), "silence": _said(step.get("silence"))}
        for step in steps
        if isinstance(step, dict)
    ]


def _said(words: object) -> str:
    if isinstance(words, dict):
        return str(words.get(wording.lang()) or words.get("en") or next(iter(words.values()), ""))
    return str(words or "")


def _changed(found: Published) -> tuple[int, list[publishing.Difference]] | None:
    """What the terms of now changed, and against which version."""
    if found.contract is None:
        return None
    older = publishing.contracts(found.institution, at=found.at).filter(number__lt=found.contract.number).first()
    return (older.number, publishing.differences(older.text, found.contract.text)) if older is not None else None
