"""Courses as they are promised, their prices with all fees, and the terms in versions."""

from __future__ import annotations

import difflib
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse import money
from recourse.desk.models import Contract, Course, Offer
from recourse.desk.services import courses as service
from recourse.problems import Problem
from recourse.web import clock, engine, labels, typed, wording
from recourse.web.access import STAFF, Who, allow
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import Desk, at_desk

MOST = 200  # courses on one page


def kinds() -> choices.Choices:
    """The kinds of purchase of the vocabulary."""
    return [
        ("", gettext("Choose what fits best")),
        *((one, labels.choice("kind", one)) for one in engine.facts()["kind"].choices),
    ]


class CourseForm(forms.Form):
    """A course as it is stated before purchase."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=kinds, help_text=gettext_lazy("The law looks at this first.")
    )
    objectives = choices.area(gettext_lazy("Objectives"), gettext_lazy("What somebody can do after it."))
    contents = choices.area(gettext_lazy("Contents"))
    arrangement = choices.area(gettext_lazy("Arrangement"), gettext_lazy("Dates, hours, and where it takes place."))
    methods = choices.area(gettext_lazy("Methods and teachers"), gettext_lazy("How it is taught, and by whom."))
    lessons = choices.Number(gettext_lazy("Lessons"), least=1, most=100_000, needed=False)
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=0, max_digits=8, decimal_places=2, required=False,
        widget=forms.TextInput({"inputmode": "decimal", "class": "s"}),
    )  # fmt: skip
    starts_on = choices.Day(gettext_lazy("First day"))
    ends_on = choices.Day(gettext_lazy("Last day"))
    language = forms.ChoiceField(label=gettext_lazy("Language of these texts"), choices=choices.languages)
    published = forms.BooleanField(label=gettext_lazy("Show it to everybody"), required=False)


class PriceForm(forms.Form):
    """A price from now on."""

    price = choices.figure(gettext_lazy("Whole price"), hint=gettext_lazy("With all fees and taxes in it."))
    currency = choices.currency()
    fees = choices.area(
        gettext_lazy("Fees that are in it"), gettext_lazy("One a line, such as: Registration: 20.00"), rows=3
    )
    condition = forms.CharField(
        label=gettext_lazy("For whom, if not for everybody"), max_length=200, required=False,
        help_text=gettext_lazy("Such as: students with a card. Leave it empty for the price that everybody pays."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """With the amounts read: `minor`, and `read_fees` as pairs."""
        code = self.cleaned_data.get("currency", "")
        self.cleaned_data["minor"] = choices.minor(self, "price", code)
        found = []
        for line in (self.cleaned_data.get("fees") or "").splitlines():
            name, _, figure = (part.strip() for part in line.replace("：", ":").rpartition(":"))
            if not name and not figure:
                continue
            try:
                found.append((name[:80], money.parse(typed.amount(figure, code)).minor))
            except (typed.Wrong, Problem):
                message = gettext("“%(line)s”: write the name, a colon and the amount, such as Registration: 20.00")
                self.add_error("fees", message % {"line": line.strip()[:40]})
        self.cleaned_data["read_fees"] = tuple(found)
        return self.cleaned_data


class Terms(forms.Form):
    """The text of a contract."""

    text = forms.CharField(
        label=gettext_lazy("The terms"), max_length=service.LONGEST_TERMS, widget=forms.Textarea({"rows": 22}),
        help_text=gettext_lazy("The whole text. Each version is kept for ever; buyers accept the one that holds then."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of these texts"), choices=choices.languages)


@allow(*STAFF)
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All courses with the price that holds now."""
    desk = at_desk(request, slug)
    rows = list(Course.objects.filter(institution=desk.institution).order_by("title")[:MOST])
    prices: dict[Any, Offer] = {}
    for offer in Offer.objects.filter(course__in=rows, ends_at=None).order_by("-condition"):
        prices[offer.course_id] = offer  # the one without a condition comes last, and stays
    found = [(course, _shown(prices[course.pk]) if course.pk in prices else "") for course in rows]
    context = {"desk": desk, "here": "courses", "courses": found, "administrator": desk.may(Who.ADMINISTRATOR)}
    return render(request, "desk/courses.html", context)


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A new course."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    form = CourseForm(request.POST or None, initial={"language": desk.institution.language})
    if request.method == "POST" and form.is_valid():
        try:
            made = service.add(institution=desk.institution, stated=service.Stated(**form.cleaned_data), by=desk.person)
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect("web:course_setup", slug, made.slug)
    return _form(request, desk, form, gettext("A new course"))


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str, course: str) -> HttpResponse:
    """State a course anew."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    row = _find(desk, course)
    names = [name for name in CourseForm.base_fields if name != "kind"]
    start = {**{name: getattr(row, name) for name in names}, "kind": row.facts.get("kind", "")}
    form = CourseForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            service.change(course=row, stated=service.Stated(**form.cleaned_data), by=desk.person)
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect("web:course_setup", slug, course)
    return _form(request, desk, form, row.title)


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def course(request: HttpRequest, slug: str, course: str) -> HttpResponse:
    """One course: what it promises, its price history, and a new price."""
    writes = request.method == "POST"
    desk = at_desk(request, slug, *((Who.ADMINISTRATOR,) if writes else ()))
    row = _find(desk, course)
    offers = list(Offer.objects.filter(course=row).order_by("-begins_at"))
    code = offers[0].currency if offers else desk.institution.approval_currency
    form = PriceForm(request.POST or None, initial={"currency": code})
    if writes and form.is_valid():
        found = form.cleaned_data
        price = service.Price(found["minor"], found["currency"], found["read_fees"], found["condition"].strip())
        try:
            service.set_price(course=row, price=price, by=desk.person, at=clock.now())
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect("web:course_setup", slug, course)
    context = {
        "desk": desk, "here": "courses", "course": row, "form": form, "administrator": desk.may(Who.ADMINISTRATOR),
        "kind": labels.choice("kind", row.facts["kind"]) if row.facts.get("kind") else "",
        "offers": [(one, _shown(one), _fees(one)) for one in offers],
    }  # fmt: skip
    return render(request, "desk/courses_one.html", context, status=422 if form.errors else 200)


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def contracts(request: HttpRequest, slug: str) -> HttpResponse:
    """The versions of the terms, and a new one."""
    writes = request.method == "POST"
    desk = at_desk(request, slug, *((Who.ADMINISTRATOR,) if writes else ()))
    last = service.terms(desk.institution)
    start = {"text": last.text if last else "", "language": last.language if last else desk.institution.language}
    form = Terms(request.POST or None, initial=start)
    if writes and form.is_valid():
        try:
            service.publish_terms(institution=desk.institution, by=desk.person, at=clock.now(), **form.cleaned_data)
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect("web:contracts", slug)
    versions = desk.institution.contracts.exclude(published_at=None).order_by("-number").defer("text")
    context = {
        "desk": desk, "here": "setup", "form": form, "versions": versions, "administrator": desk.may(Who.ADMINISTRATOR)
    }  # fmt: skip
    return render(request, "desk/courses_terms.html", context, status=422 if form.errors else 200)


@allow(*STAFF)
def contract(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version of the terms, with what it changed."""
    desk = at_desk(request, slug)
    found = {
        one.number: one
        for one in Contract.objects.filter(institution=desk.institution, number__in=(number, number - 1))
    }
    if number not in found:
        raise Http404
    old = found[number - 1].text.splitlines() if number - 1 in found else None
    lines = _changed(old, found[number].text.splitlines()) if old is not None else []
    context = {"desk": desk, "here": "setup", "contract": found[number], "changed": lines}
    return render(request, "desk/courses_version.html", context)


def _changed(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """The lines that differ: ("-" or "+", text)."""
    found = difflib.unified_diff(old, new, n=0, lineterm="")
    return [(line[0], line[1:]) for line in list(found)[2:] if line[0] in "+-" and line[1:].strip()]


def _find(desk: Desk, slug: str) -> Course:
    row: Course | None = Course.objects.filter(institution=desk.institution, slug=slug).first()
    if row is None:
        raise Http404
    return row


def _shown(offer: Offer) -> str:
    return wording.money(money.show(offer.price_minor, offer.currency))


def _fees(offer: Offer) -> str:
    return wording.listed(
        [f"{one['name']} {wording.money(money.show(one['minor'], offer.currency))}" for one in offer.fees]
    )


def _form(request: HttpRequest, desk: Desk, form: forms.Form, title: str) -> HttpResponse:
    context = {"desk": desk, "here": "courses", "form": form, "title": title}
    return render(request, "desk/courses_form.html", context, status=422 if form.errors else 200)
