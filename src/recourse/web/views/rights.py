"""Your rights in a place: what a learner may do and must do there, whom to turn to, what the seller must do."""

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.web import clock, corpus, engine, links, shelf, shown, titles, wording
from recourse.web.corpus import Body, Right
from recourse.web.engine import Json
from recourse.web.titles import Title
from recourse.web.views.requests import FIRST_DAY, LAST_DAY

JSON = {"ensure_ascii": False, "indent": 2}
UNIONS = ("EU",)


@dataclass(frozen=True)
class Place:
    """A place to choose: how many rules and bodies it has of its own, and its parts."""

    code: str
    name: str
    rules: int = 0
    bodies: int = 0
    parts: tuple["Place", ...] = ()


@dataclass(frozen=True)
class Law:
    """The rights that the law of one place gives."""

    place: str
    name: str
    rights: list[Right]


@dataclass(frozen=True)
class Duties:
    """What the seller must do, or the learner may do, by one rule."""

    rule: str
    title: Title
    lines: list[Json]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All places to choose from; a search by name or code that finds one place goes there."""
    asked = request.GET.get("q", "").strip()[:60]
    found = _matching(asked) if asked else []
    if len(found) == 1:
        return HttpResponseRedirect(links.to(request, "place_rights", found[0].code))
    own, members, others = _places()
    context = {
        "here": "rights",
        "asked": asked,
        "found": found,
        "own": own,
        "unions": [_place(code) for code in UNIONS],
        "members": members,
        "others": others,
    }
    return render(request, "web/rights.html", context)


@require_safe
def page(request: HttpRequest, place: str) -> HttpResponse:
    """The rights in one place."""
    told, day, today = _told(request, place)
    rights = [corpus.right(one) for one in told["giving"]]
    limits = [corpus.right(one) for one in told["limits"]]
    everything = [*rights, *limits]
    country = place.partition("-")[0]
    context = {
        "here": "rights",
        "place": place,
        "name": told["name"],
        "country": (country, engine.place_name(country, wording.lang())) if country != place else None,
        "day": day,
        "of_another_day": day != today,
        "lived_in": not shelf.is_union(place),
        "own_law": any(shelf.within(one.place, country) and one.place != "WORLD" for one in everything),
        "laws": _laws(rights, place),
        "limits": limits,
        "stages": _stages(told["bodies"]),
        "bodies": len(told["bodies"]),
        "duties": _said(told["duties"]),
        "ways": _said(told["ways"]),
        "coming": [corpus.right(one) for one in told["coming"]],
        "parts": told["parts"],
        "not_encoded": [one for one in everything if one.not_encoded],
        "everything": everything,
        "sure": sum(one.source.status == "verified" for one in everything),
        "oldest": min((one.source.checked_on for one in everything if one.source.checked_on), default=None),
        "alternates": _alternates(request),
    }
    return render(request, "web/place.html", context)


@require_safe
def as_json(request: HttpRequest, place: str) -> HttpResponse:
    """The same for programs."""
    return JsonResponse(_told(request, place)[0], json_dumps_params=JSON)


def _told(request: HttpRequest, place: str) -> tuple[Json, int, int]:
    """The rights, the day that they are of, and today."""
    if place == "WORLD" or not shelf.is_place(place):
        raise Http404("place")
    today = clock.today(place)
    text = request.GET.get("on", "")
    day = wording.day_of(text) if text else today
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise BadRequest("day")
    return shelf.rights(place, day, wording.lang()), day, today


def _laws(rights: list[Right], place: str) -> list[Law]:
    """The rules by the place whose law gives them: the nearest law first, in it what has a last day to ask."""
    timed = [one.rule for one in rights if any(line["key"] == "window_ends_on" for line in one.gist)]
    kinds = list(dict.fromkeys(one.kind for one in rights))
    near = sorted(
        rights,
        key=lambda one: (one.place != place, -len(one.place), one.place, kinds.index(one.kind), one.rule not in timed),
    )
    return [Law(code, shown.whose({"place": code}), list(ones)) for code, ones in groupby(near, lambda one: one.place)]


def _stages(bodies: list[Json]) -> list[tuple[str, list[Body]]]:
    return [
        (name, [corpus.body(one) for one in ones]) for name, ones in groupby(bodies, lambda one: str(one["stage_name"]))
    ]


def _said(entries: list[Json]) -> list[Duties]:
    """Duties or ways by the rule that says so, each sentence once."""
    found: dict[str, dict[str, Json]] = {}
    for one in entries:
        found.setdefault(one["rule"], {}).setdefault(one["says"], one)
    rules = engine.rules()
    return [
        Duties(rule, titles.of(rules[rule].title, rules[rule].place), list(lines.values()))
        for rule, lines in found.items()
    ]


def _alternates(request: HttpRequest) -> list[dict[str, Any]]:
    """The page's addresses in each language, for search engines."""
    return [
        {"tag": tag, "address": request.build_absolute_uri(f"{request.path}?lang={short}")}
        for tag, short in (("en", "en"), ("zh-Hans", "zh"))
    ]


# -- the places


def _place(code: str, parts: tuple[Place, ...] = ()) -> Place:
    rules, bodies = shelf.covered().get(code, (0, 0))
    return Place(code, engine.place_name(code, wording.lang()), rules, bodies, parts)


def _places() -> tuple[list[Place], list[Place], list[Place]]:
    """Countries with law of their own (and their parts), members of the union without, and all others; by name."""
    covered = shelf.covered()
    own: list[Place] = []
    members: list[Place] = []
    others: list[Place] = []
    for code, _, _ in engine.all_places(wording.lang()):
        if "-" in code:
            continue
        parts = tuple(_within(part) for part in sorted(covered) if part.startswith(f"{code}-"))
        one = _place(code, parts)
        if one.rules or any(part.rules for part in parts):
            own.append(one)
        else:
            (members if any(shelf.within(code, union) for union in UNIONS) else others).append(one)
    return own, members, others


def _within(code: str) -> Place:
    """A part of a country, under its own name alone: "California", not "California (United States)"."""
    found = _place(code)
    return replace(found, name=re.split(r" ?[(（]", found.name)[0])


def _matching(asked: str) -> list[Place]:
    """Places whose name has these letters, in either language, or whose code it is."""
    wanted = asked.casefold()
    codes = [*UNIONS, *(code for code, _, _ in engine.all_places(wording.lang()))]
    every = [(code, {engine.place_name(code, lang).casefold() for lang in ("en", "zh")}) for code in codes]
    exact = [code for code, names in every if wanted == code.casefold() or wanted in names]
    return [_place(code) for code in exact or [code for code, names in every if any(wanted in name for name in names)]]
