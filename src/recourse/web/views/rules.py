"""The rules: all of them by place and platform, and each with its words, versions, source and how sure it is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse import present
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
class Group:
    """A place or a platform with its rules."""

    key: str
    name: str
    count: int


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
    """The places whose law, and the platforms whose policy we have read, with the number of rules of each."""
    lang = wording.lang()
    rules = desk.rules().values()
    places = Counter(one.place for one in rules if not one.policy)
    platforms = Counter(one.policy for one in rules if one.policy)
    context = {
        "here": "rules",
        "laws": _by_name([Group(code, desk.place_name(code, lang), count) for code, count in places.items()]),
        "platforms": _by_name([Group(key, desk.platform_name(key, lang), count) for key, count in platforms.items()]),
        "count": len(rules),
    }
    return render(request, "web/rules.html", context)


@require_safe
def group(request: HttpRequest, name: str) -> HttpResponse:
    """The rules of one place or platform."""
    lang = wording.lang()
    found = [one for one in desk.rules().values() if name in (one.policy, "" if one.policy else one.place)]
    if not found:
        raise Http404("group")
    policy = bool(found[0].policy)
    context = {
        "here": "rules",
        "name": desk.platform_name(name, lang) if policy else desk.place_name(name, lang),
        "policy": policy,
        "listed": [_listed(one) for one in found],
    }
    return render(request, "web/rule_group.html", context)


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
        "group": found.policy or found.place,
        "where": desk.platform_name(found.policy, lang) if found.policy else desk.place_name(found.place, lang),
        "binds": desk.facts()[found.binds].name.of(lang) if found.binds in desk.facts() else "",
        "sections": desk.rule_words(now.itself, lang),
        "versions": versions,
        "now": now,
    }
    return render(request, "web/rule.html", context)


def _version(one: tree.Version, today: int) -> Version:
    cite = present.source(one.cite, wording.lang())
    current = (
        not one.enacted_only and (one.starts is None or one.starts <= today) and (one.ends is None or today <= one.ends)
    )
    return Version(one, one.starts, one.ends, one.enacted_only, current, _said(one.note), shown.source(cite))


def _said(words: Mapping[str, str]) -> str:
    return words.get(wording.lang()) or words.get("en") or ""


def _listed(one: tree.Rule) -> Listed:
    return Listed(one.id, titles.of(one.title, one.place), labels.kind(one.kind), one.versions[-1].cite.status)


def _by_name(groups: list[Group]) -> list[Group]:
    return sorted(groups, key=lambda one: desk.by_sound(one.name, wording.lang()))
