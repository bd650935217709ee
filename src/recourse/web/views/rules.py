"""The rules: all of them by place and platform, and each with its words, versions, source and how sure it is."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from recourse import present
from recourse.rules import tree
from recourse.web import cases, changes, clock, engine, labels, shelf, shown, titles, wording
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


@dataclass(frozen=True)
class Quote:
    """The source's own words, where they stand, and what they say in the page's language ("" where they are in it)."""

    words: str
    tag: str  # of the language they are in
    article: str
    translation: str
    language: str  # of the translation


ROWS = ("covers", "exceptions", "owed", "days", "figures")  # the sections that say what it gives
NAMED = "where"  # the section that spells out the values those call by name


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The places whose law, and the platforms whose policy we have read, with the number of rules of each."""
    lang = wording.lang()
    rules = engine.rules().values()
    places = Counter(one.place for one in rules if not one.policy)
    platforms = Counter(one.policy for one in rules if one.policy)
    context = {
        "here": "rules",
        "laws": _by_name([Group(code, engine.place_name(code, lang), count) for code, count in places.items()]),
        "platforms": _by_name([Group(key, engine.platform_name(key, lang), count) for key, count in platforms.items()]),
        "count": len(rules),
    }
    return render(request, "web/rules.html", context)


@require_safe
def group(request: HttpRequest, name: str) -> HttpResponse:
    """The rules of one place or platform."""
    lang = wording.lang()
    found = [one for one in engine.rules().values() if name in (one.policy, "" if one.policy else one.place)]
    if not found:
        raise Http404("group")
    policy = bool(found[0].policy)
    context = {
        "here": "rules",
        "name": engine.platform_name(name, lang) if policy else engine.place_name(name, lang),
        "policy": policy,
        "listed": [_listed(one) for one in found],
    }
    return render(request, "web/rule_group.html", context)


@require_safe
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule."""
    found = engine.rules().get(name)
    if found is None and (own := re.fullmatch(r"own-(.+)-refund", name)):  # an institution's policy stands on its page
        return redirect("web:institution", own[1])
    if found is None:
        raise Http404("rule")
    lang = wording.lang()
    today = clock.today(found.place or None)
    versions = [_version(one, today) for one in reversed(found.versions)]
    now = next((one for one in versions if one.current), versions[0])
    sections = engine.rule_words(now.itself, lang)
    context = {
        "here": "rules",
        "rule": found,
        "title": titles.of(found.title, found.place),
        "kind": labels.kind(found.kind),
        "group": found.policy or found.place,
        "where": engine.platform_name(found.policy, lang) if found.policy else engine.place_name(found.place, lang),
        "binds": engine.facts()[found.binds].name.of(lang) if found.binds in engine.facts() else "",
        "gist": shelf.gist_of(found, now.itself, lang),
        "rows": [one for one in sections if one["key"] in ROWS],
        "named": [line for one in sections if one["key"] == NAMED for line in one["lines"]],
        "sections": [one for one in sections if one["key"] not in (*ROWS, NAMED)],
        "quotes": _quotes(found, now.itself),
        "changes": [(_called(one.older), _called(one.newer), one.sections) for one in changes.of(found.versions)],
        "cases": cases.of(name, found.policy),
        "telling": cases.telling(name, found.policy, today),
        "versions": versions,
        "now": now,
    }
    return render(request, "web/rule.html", context)


def _called(one: tree.Version) -> str:
    """What a text of a rule is called among the others: since when it is law, else its name."""
    if one.enacted_only:
        return gettext("Enacted, not in force yet")
    if one.starts is not None:
        return gettext("Since %(day)s") % {"day": wording.date(one.starts)}
    return gettext("Until %(day)s") % {"day": wording.date(one.ends)} if one.ends is not None else one.name


def _quotes(rule: tree.Rule, version: tree.Version) -> list[Quote]:
    """The deciding words of the rule and of whatever in it names a source, each once."""
    cites = [version.cite, *(row.cite for row in (*version.exceptions, *version.owed))]
    cites += [duty.cite for duty in (*version.duties, *version.ways)]
    cites += [*(one.cite for one in version.presume), *(one.cite for one in version.opens)]
    found = {cite.quote: cite for cite in cites if cite.quote}
    own = titles.TAGS.get(rule.language, rule.language)
    return [Quote(quote, own, cite.article, *_translated(own, cite.translation)) for quote, cite in found.items()]


def _translated(own: str, translation: Mapping[str, str]) -> tuple[str, str]:
    """A quotation in the page's language, else in English, and the tag of that; nothing where it is in it already."""
    if own == wording.tag():
        return "", ""
    ours = translation.get(wording.lang())
    return (ours, wording.tag()) if ours else (translation.get("en", ""), "en")


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
    return sorted(groups, key=lambda one: engine.by_sound(one.name, wording.lang()))
