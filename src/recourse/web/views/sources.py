"""Where everything comes from: every rule, clause, body and figure with its source, the least certain first."""

from collections import Counter
from dataclasses import asdict, dataclass

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from recourse.provenance import STATUSES, Sourced
from recourse.web import corpus, engine, labels, links, shelf, titles, wording
from recourse.web.titles import Title

A_PAGE = 60
JSON = {"ensure_ascii": False, "indent": 2}
WHAT = {
    "rule": gettext_noop("rule of law"),
    "clause": gettext_noop("clause of a platform"),
    "body": gettext_noop("body to turn to"),
    "rate": gettext_noop("official figure"),
}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; "" where it asks for everything."""

    place: str
    platform: str
    status: str
    what: str

    def keep(self, one: Sourced) -> bool:
        """Whether an entry is asked for. Of a place: its own law and that around it."""
        return (
            (not self.status or (one.status or "none") == self.status)
            and (not self.what or one.what == self.what)
            and (not self.platform or (one.what == "clause" and one.place == self.platform))
            and (not self.place or (one.what in ("rule", "body") and shelf.within(self.place, one.place)))
        )


@dataclass(frozen=True)
class Entry:
    """A line of the list."""

    one: Sourced
    what: str
    title: Title
    where: str
    language: str
    checked_on: int | None
    address: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The list, page by page, with the counts."""
    filters = _filters(request)
    found = [one for one in shelf.sources() if filters.keep(one)]
    pages = max(1, -(-len(found) // A_PAGE))
    number = request.GET.get("page", "1")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    if not 1 <= at <= pages:
        raise Http404("page")
    given = {key: text for key, text in asdict(filters).items() if text}
    counts = Counter(one.status or "none" for one in found)
    context = {
        "here": "sources",
        "filters": filters,
        "entries": [_entry(one) for one in found[(at - 1) * A_PAGE : at * A_PAGE]],
        "count": len(found),
        "all": len(shelf.sources()),
        "counts": [
            (labels.status(word), counts[word]) for word in ("verified", "partly", "memory", "none") if counts[word]
        ],
        "quoted": sum(one.quoted for one in found),
        "doubts": sum(bool(one.doubts) for one in found),
        "oldest": _oldest(found),
        "at": at,
        "pages": pages,
        "before": links.to(request, "sources", **given, page=str(at - 1)) if at > 1 else "",
        "after": links.to(request, "sources", **given, page=str(at + 1)) if at < pages else "",
        "places": _places(),
        "platforms": engine.platforms(wording.lang()),
        "statuses": [(word, labels.status(word)) for word in ("memory", "partly", "verified", "none")],
        "kinds": [(key, gettext(words)) for key, words in WHAT.items()],
        "given": given,
        "json": links.to(request, "sources_json", **given),
    }
    return render(request, "web/sources.html", context)


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Every entry that the filters leave, for programs."""
    filters = _filters(request)
    found = [asdict(one) for one in shelf.sources() if filters.keep(one)]
    return JsonResponse({"count": len(found), "sources": found}, json_dumps_params=JSON)


def _filters(request: HttpRequest) -> Filters:
    """Raises Http404 for a place, platform or word that nobody knows."""
    asked = {name: request.GET.get(name, "").strip() for name in ("place", "platform", "status", "what")}
    known = {
        "place": not asked["place"] or shelf.is_place(asked["place"]),
        "platform": not asked["platform"] or shelf.platform(asked["platform"]) is not None,
        "status": asked["status"] in (*STATUSES, "none"),
        "what": asked["what"] in ("", *WHAT),
    }
    if not all(known.values()):
        raise Http404("filter")
    return Filters(**asked)


def _entry(one: Sourced) -> Entry:
    lang = wording.lang()
    if one.what == "rate":
        title, where, address = Title(one.id, ""), "", ""
    elif one.what == "body":
        title = titles.of(shelf.body(one.id, lang)["title"], one.place)  # type: ignore[index]
        where, address = "" if one.place == "WORLD" else engine.place_name(one.place, lang), "body"
    else:
        title = titles.of(engine.rules()[one.id].title, "" if one.what == "clause" else one.place)
        where = engine.platform_name(one.place, lang) if one.what == "clause" else engine.place_name(one.place, lang)
        address = "rule"
    language = corpus.language(one.language) if one.language else ""
    return Entry(one, gettext(WHAT[one.what]), title, where, language, wording.day_of(one.checked_on), address)


def _oldest(found: list[Sourced]) -> int | None:
    days = [wording.day_of(one.checked_on) for one in found]
    return min((day for day in days if day is not None), default=None)


def _places() -> list[tuple[str, str]]:
    named = [(code, engine.place_name(code, wording.lang())) for code in shelf.covered()]
    return sorted(named, key=lambda one: engine.by_sound(one[1], wording.lang()))
