"""The rules: all of them by place and platform, and each with its words, versions, source and how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.rules import tree
from recourse.web import clock, desk, labels, shown, titles, wording
from recourse.web.shown import Source
from recourse.web.titles import Title


@dataclass(frozen=True)
class Listed:
    """A rule in the list."""

    id: str
    title: Title
    kind: str
    status: str


@dataclass(frozen=True)
class Version:
    """One text of a rule; `coming` where it is enacted and not yet in force."""

    itself: tree.Version
    first: int | None
    last: int | None
    coming: bool
    current: bool
    note: str
    source: Source


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The laws by place, then the platforms' clauses."""
    lang = wording.lang()
    laws: dict[str, list[Listed]] = {}
    clauses: dict[str, list[Listed]] = {}
    for rule in desk.rules().values():
        group, name = (clauses, rule.policy) if rule.policy else (laws, rule.place)
        latest = rule.versions[-1]
        listed = Listed(rule.id, titles.of(rule.title, rule.place), labels.kind(rule.kind), latest.cite.status)
        group.setdefault(name, []).append(listed)
    context = {
        "here": "rules",
        "laws": _by_name([(desk.place_name(place, lang), listed) for place, listed in laws.items()]),
        "platforms": _by_name([(desk.platform_name(key, lang), listed) for key, listed in clauses.items()]),
        "count": len(desk.rules()),
    }
    return render(request, "web/rules.html", context)


@require_safe
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule."""
    found = desk.rules().get(name)
    if found is None:
        raise Http404("rule")
    lang = wording.lang()
    today = clock.today(found.place or None)
    versions = [_version(one, today) for one in reversed(found.versions)]
    now = next((one for one in versions if one.current), versions[0])
    context = {
        "here": "rules",
        "rule": found,
        "title": titles.of(found.title, found.place),
        "kind": labels.kind(found.kind),
        "where": desk.platform_name(found.policy, lang) if found.policy else desk.place_name(found.place, lang),
        "binds": desk.facts()[found.binds].name.of(lang) if found.binds in desk.facts() else "",
        "sections": desk.rule_words(now.itself, lang),
        "versions": versions,
        "now": now,
    }
    return render(request, "web/rule.html", context)


def _version(one: tree.Version, today: int) -> Version:
    cite = {key: getattr(one.cite, key) for key in ("article", "title", "address", "checked_on", "status", "quote")}
    current = (
        not one.enacted_only and (one.starts is None or one.starts <= today) and (one.ends is None or today <= one.ends)
    )
    return Version(one, one.starts, one.ends, one.enacted_only, current, _said(one.note), shown.source(cite))


def _said(words: Mapping[str, str]) -> str:
    return words.get(wording.lang()) or words.get("en") or ""


def _by_name(groups: list[tuple[str, list[Listed]]]) -> list[tuple[str, list[Listed]]]:
    return sorted(groups, key=lambda group: desk.by_sound(group[0], wording.lang()))
