"""Whom to turn to: all bodies in one list to search; each with what it handles, how it is reached, what it costs."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.web import corpus, engine, shelf, titles, wording
from recourse.web.engine import Json
from recourse.web.titles import Title

LONGEST = 60  # characters of a search


@dataclass(frozen=True)
class Entry:
    """A body in the list."""

    id: str
    title: Title
    stage: str
    free: bool | None
    handles: str


@dataclass(frozen=True)
class Here:
    """The bodies of one place, in the order in which people turn to them; without a code those for everywhere."""

    code: str
    name: str
    entries: list[Entry]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All bodies by place and stage, or those in which every word that is asked for stands."""
    asked = request.GET.get("q", "").strip()[:LONGEST]
    everything = shelf.bodies(wording.lang())
    stages = {one["stage"]: one["stage_name"] for one in everything}
    stage = request.GET.get("stage", "")
    words = asked.casefold().split()
    found = [
        one
        for one in everything
        if all(word in one["search"] for word in words) and (one["stage"] == stage or stage not in stages)
    ]
    context = {
        "here": "rights",
        "asked": asked,
        "stage": stage,
        "stages": list(stages.items()),
        "count": len(found),
        "all": len(everything),
        "narrowed": bool(words) or stage in stages,
        "places": _by_place(found),
    }
    return render(request, "web/bodies.html", context)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A body."""
    found = shelf.body(name, wording.lang())
    if found is None:
        raise Http404("body")
    context = {"here": "rights", "one": corpus.body(found), "not_encoded": found["not_encoded"]}
    return render(request, "web/body.html", context)


def _by_place(found: list[Json]) -> list[Here]:
    """The places in the order of their names, a country before its parts; what is there for everywhere comes first."""
    order = {code: number for number, (code, _, _) in enumerate(engine.all_places(wording.lang()))}
    last = len(order)
    groups: dict[str, list[Entry]] = {}
    for one in found:
        entry = Entry(one["id"], titles.of(one["title"], one["place"]), one["stage_name"], one["free"], one["handles"])
        groups.setdefault(one["place"], []).append(entry)

    def position(code: str) -> tuple[int, int, str]:
        if code == "WORLD":
            return -1, 0, code
        return order.get(code.partition("-")[0], last), order.get(code, last) if "-" in code else -1, code

    return [
        Here(
            "" if code == "WORLD" else code,
            "" if code == "WORLD" else engine.place_name(code, wording.lang()),
            groups[code],
        )
        for code in sorted(groups, key=position)
    ]
