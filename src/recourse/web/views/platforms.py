"""The platforms: what each policy gives, how one asks, what stands beside it, and where all that was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from recourse.library import Platform
from recourse.rules.tree import Rule, Version
from recourse.web import asking, clock, engine, labels, shelf, shown, titles, wording
from recourse.web.engine import Json
from recourse.web.shown import Source
from recourse.web.titles import Title

KINDS = {
    "bootcamp": gettext_noop("boot camps"),
    "correspondence-school": gettext_noop("school for distance learning"),
    "course-maker": gettext_noop("maker of its own courses"),
    "creator-checkout": gettext_noop("shop for creators’ courses"),
    "language-school": gettext_noop("language school"),
    "live-school": gettext_noop("school with live classes"),
    "marketplace": gettext_noop("marketplace of courses"),
    "mooc": gettext_noop("open university courses"),
    "school-builder": gettext_noop("builder of online schools"),
    "subscription-library": gettext_noop("library by subscription"),
    "test-prep": gettext_noop("exam preparation"),
    "tutoring-marketplace": gettext_noop("marketplace of tutors"),
    "university-online": gettext_noop("university online"),
}
STANDINGS = {
    "verified-official": gettext_noop("Read on the platform’s own page"),
    "verified-mirror": gettext_noop("Read in a copy of the platform’s page"),
    "secondary-only": gettext_noop("Known only second-hand"),
}
SOURCES = {
    "official": gettext_noop("the platform’s own page"),
    "official-archive": gettext_noop("an archived copy of the platform’s page"),
    "official-mirror": gettext_noop("a copy of the platform’s page elsewhere"),
    "seller-page": gettext_noop("a page of a seller on it"),
    "secondary": gettext_noop("a page of somebody else"),
    "news": gettext_noop("a news report"),
}


@dataclass(frozen=True)
class Listed:
    """A platform in the list."""

    id: str
    name: str
    home: str
    kind: str
    standing: str
    second_hand: bool
    clauses: int


@dataclass(frozen=True)
class Clause:
    """A clause of the policy: what it is about, what it gives, and its rows for who wants to know."""

    id: str
    title: Title
    gist: tuple[Json, ...]
    gives: str  # what stands in its place where it pays nothing; "" where it pays or is not about money
    sections: list[Json]
    remarks: list[Json]  # what it leaves uncounted
    note: str
    source: Source


@dataclass(frozen=True)
class Read:
    """A page that was read; `copied` is the date of the copy as far as it is known: a day, a month or a year."""

    title: str
    address: str
    kind: str
    copied: str


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All platforms by name; those that a search finds."""
    asked = request.GET.get("q", "").strip()[:60]
    listed = sorted(map(_listed, shelf.platforms()), key=lambda one: engine.by_sound(one.name, wording.lang()))
    found = [one for one in listed if asked.casefold() in f"{one.name} {one.id} {one.home} {one.kind}".casefold()]
    context = {"here": "platforms", "asked": asked, "listed": found, "count": len(listed)}
    return render(request, "web/platforms.html", context)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One platform."""
    found = shelf.platform(name)
    if found is None:
        raise Http404("platform")
    lang = wording.lang()
    today = clock.today(found.home or None)
    clauses = [_clause(engine.rules()[clause], today) for clause in found.clauses]
    context = {
        "here": "platforms",
        "platform": _listed(found),
        "home": found.home if shelf.is_place(found.home) else "",
        "note": _said(found.note),
        "clauses": clauses,
        "process": asking.process(name),
        "limits": [_said(one) for one in (*found.fees, *found.limits)],
        "not_encoded": [_said(one) for one in found.not_encoded],
        "uncounted": [one for one in clauses if one.remarks],
        "sources": [_read(one) for one in found.sources],
        "name": engine.platform_name(name, lang),
    }
    return render(request, "web/platform.html", context)


def _listed(one: Platform) -> Listed:
    lang = wording.lang()
    return Listed(
        id=one.id,
        name=engine.platform_name(one.id, lang),
        home=engine.place_name(one.home, lang) if one.home else "",
        kind=gettext(KINDS[one.kind]) if one.kind in KINDS else "",
        standing=gettext(STANDINGS[one.standing]) if one.standing in STANDINGS else "",
        second_hand=one.standing == "secondary-only",
        clauses=len(one.clauses),
    )


def _clause(rule: Rule, today: int) -> Clause:
    version = shelf.current(rule, today)
    lang = wording.lang()
    sections = engine.rule_words(version, lang)
    kept = [one for one in sections if one["key"] in ("covers", "exceptions", "owed", "days", "figures", "where")]
    return Clause(
        id=rule.id,
        title=titles.of(rule.title, ""),
        gist=shelf.gist_of(rule, version, lang),
        gives=_nothing(version, shelf.gist_of(rule, version, lang)),
        sections=kept,
        remarks=[line for one in sections if one["key"] == "not encoded" for line in one["lines"]],
        note=_said(version.note),
        source=shown.source(_cited(version)),
    )


def _nothing(version: Version, gist: tuple[Json, ...]) -> str:
    if not version.owed or any(line["key"] == "back" for line in gist):
        return ""
    silent = all(row.outcome == "silent" for row in version.owed)
    return gettext("The text does not say") if silent else gettext("Nothing")


def _cited(version: Version) -> Json:
    cite = version.cite
    return {"article": cite.article, "checked_on": cite.checked_on, "status": cite.status}


def _read(one: Mapping[str, Any]) -> Read:
    kind = str(one.get("kind") or "")
    copied = str(one.get("copy_date") or "")
    day = wording.day_of(copied)
    return Read(
        title=str(one.get("title") or ""),
        address=str(one.get("address") or ""),
        kind=gettext(SOURCES[kind]) if kind in SOURCES else labels.more(kind),
        copied="" if copied == "null" else wording.date(day) if day is not None else copied,
    )


def _said(words: Mapping[str, str]) -> str:
    return words.get(wording.lang()) or words.get("en") or ""
