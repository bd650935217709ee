"""For institutions: what it is to take part, founding one, and its set-up with what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.desk.models import Course, Institution, InstitutionKind, Membership, Person, Policy, Role
from recourse.desk.services import institutions as service
from recourse.problems import Problem
from recourse.web import engine, wording
from recourse.web.access import STAFF, Who, allow
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import Desk, at_desk

KINDS = (
    (InstitutionKind.SELLER.value, gettext_lazy("A platform or school that sells courses")),
    (InstitutionKind.ORGANISATION.value, gettext_lazy("An organisation whose advisers act for learners")),
)


class Details(forms.Form):
    """What an institution says of itself."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, widget=forms.TextInput({"autocomplete": "organization"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=KINDS, widget=forms.RadioSelect)
    place = choices.place(
        gettext_lazy("Where is it established?"), gettext_lazy("Its working days and its law come from there.")
    )
    contact = forms.EmailField(
        label=gettext_lazy("E-mail address for learners"), required=False,
        help_text=gettext_lazy("Learners see it. You are also told there that a request came in."),
    )  # fmt: skip
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    about = choices.area(
        gettext_lazy("For an organisation: who you are, and where that can be checked"),
        gettext_lazy("Such as your register number. Whoever runs this site reads it before learners can choose you."),
        rows=3,
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language you work in"), choices=choices.languages)

    def details(self) -> service.Details:
        """As the service takes them."""
        found = dict(self.cleaned_data)
        found.pop("token", None)
        return service.Details(**{**found, "kind": InstitutionKind(found["kind"]), "name": found["name"].strip()})


class Founding(Details):
    """The same, with the form's own id: sent twice, it founds one."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


@dataclass(frozen=True)
class Part:
    """One part of the set-up: where it stands, whether it is done, what it is for."""

    view: str
    name: str
    about: str
    done: bool


@allow(Who.ANYBODY)
def institutions(request: HttpRequest) -> HttpResponse:
    """What taking part means; one's own institutions, and how to begin."""
    mine: list[Institution] = []
    if isinstance(request.user, Person):
        rows = Membership.objects.filter(person=request.user, ended_at=None).select_related("institution")
        mine = sorted({row.institution for row in rows}, key=lambda one: one.name.casefold())
    return render(request, "desk/found.html", {"here": "institutions", "mine": mine})


@allow(Who.LEARNER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Found an institution: whoever does becomes its administrator."""
    assert isinstance(request.user, Person)
    start = {"language": request.LANGUAGE_CODE, "contact": request.user.email, "kind": InstitutionKind.SELLER.value}
    form = Founding(request.POST or None, initial={**start, "token": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            made = service.found(details=form.details(), by=request.user, token=form.cleaned_data["token"])
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect("web:setup", made.slug)
    return render(request, "desk/found_new.html", {"form": form}, status=422 if form.errors else 200)


@allow(*STAFF)
def setup(request: HttpRequest, slug: str) -> HttpResponse:
    """What the institution says of itself, and which parts of its set-up are done."""
    desk = at_desk(request, slug)
    found = {
        "desk": desk, "here": "setup", "parts": parts(desk), "administrator": desk.may(Who.ADMINISTRATOR),
        "place": engine.place_name(desk.institution.place, wording.lang()),
    }  # fmt: skip
    return render(request, "desk/found_setup.html", found)


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what it says of itself."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    names = ("name", "kind", "place", "contact", "website", "about", "language")
    form = Details(request.POST or None, initial={name: getattr(desk.institution, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            service.change(institution=desk.institution, details=form.details(), by=desk.person)
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect("web:setup", slug)
    found = {"desk": desk, "here": "setup", "form": form, "title": gettext("What you say of yourselves")}
    return render(request, "desk/found_form.html", found, status=422 if form.errors else 200)


def parts(desk: Desk) -> list[Part]:
    """The parts in the order in which one does them."""
    here = desk.institution
    people = Membership.objects.filter(institution=here, ended_at=None).values("person").distinct().count()
    if here.kind == InstitutionKind.ORGANISATION:
        advisers = Membership.objects.filter(institution=here, ended_at=None, role=Role.ADVISER)
        return [Part("people", gettext("People"), gettext("Your advisers, who act for learners."), advisers.exists())]
    return [
        Part("people", gettext("People"), gettext("Who works here, and what each may do. Some decisions need two."),
             people > 1),
        Part("courses", gettext("Courses and prices"), gettext("What is promised, and the whole price with its fees."),
             Course.objects.filter(institution=here, published=True).exists()),
        Part("contracts", gettext("Contract"), gettext("The terms, in versions that are kept."),
             here.contracts.exclude(published_at=None).exists()),
        Part("policy", gettext("Refund policy"), gettext("Set against the law of the places you sell to."),
             Policy.objects.filter(institution=here).exclude(published_at=None).exists()),
        Part("process", gettext("Process"), gettext("The steps of a request, who acts, and what silence means."),
             here.processes.exclude(published_at=None).exists()),
        Part("limits", gettext("Days and limits"), gettext("How fast you answer, and which refunds need two people."),
             bool(here.approval_minor)),
        Part("purchases", gettext("Purchases"), gettext("Bring in your orders, so that nobody has to type them."),
             here.purchases.exists()),
    ]  # fmt: skip
