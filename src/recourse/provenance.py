"""Where everything comes from: each rule, clause, body and figure with its source, its age and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recourse.library import Library
from recourse.rules.tree import Rule, Texts, Version

STATUSES = ("memory", "partly", "", "verified")  # from the least certain to the most


@dataclass(frozen=True)
class Sourced:
    """One version of a rule, clause or body, or one figure of a rate, and where it was read.

    `language` is that of the source; `checked_on` an ISO date, empty where nobody wrote it down; `doubts` counts the
    questions about its meaning that are open, `left_out` what the rule could not say.
    """

    what: str  # rule, clause, body, rate
    id: str
    place: str  # a place or a platform
    version: str
    article: str
    title: str
    address: str
    language: str
    checked_on: str
    status: str
    quoted: bool
    doubts: int
    left_out: int


def sources(library: Library) -> list[Sourced]:
    """Everything, the least certain and the oldest first."""
    found = [*_rules(library), *_rates(library)]
    return sorted(found, key=lambda s: (STATUSES.index(s.status), s.checked_on, not s.doubts, s.place, s.id, s.version))


def _rules(library: Library) -> Iterator[Sourced]:
    for rule in library.rules.values():
        for version in rule.versions:
            yield _sourced("clause" if rule.policy else "rule", rule, version)
    for body in library.bodies.values():
        for version in body.rule.versions:
            yield _sourced("body", body.rule, version)


def _sourced(what: str, rule: Rule, version: Version) -> Sourced:
    cite = version.cite
    quoted = bool(cite.quote) or any(row.cite.quote for row in (*version.exceptions, *version.owed))
    return Sourced(
        what, rule.id, rule.policy or rule.place, version.name, cite.article, cite.title, cite.address, rule.language,
        cite.checked_on, cite.status, quoted, len(version.opens), len(version.not_encoded),
    )  # fmt: skip


def _rates(library: Library) -> Iterator[Sourced]:
    for rate in library.setting.rates.values():
        for cite in rate.cites:
            title, address = cite.get("title") or cite.get("source") or "", cite.get("address") or ""
            yield Sourced(
                "rate", rate.id, "", "", cite.get("article") or "", title, address, "", cite.get("checked_on") or "",
                cite.get("status") or "", quoted=False, doubts=0, left_out=0,
            )  # fmt: skip


@dataclass(frozen=True)
class LeftOut:
    """Something that a source says and its rule does not: where it stands, and why it was not written as a rule."""

    id: str
    place: str  # a place or a platform
    article: str
    excerpt: str  # in the language of the source
    why: Texts


def left_out(library: Library) -> list[LeftOut]:
    """Everything that no rule could say, by place and rule, each once for all versions."""
    found: dict[tuple[str, str, str], LeftOut] = {}
    for rule in (*library.rules.values(), *(body.rule for body in library.bodies.values())):
        for version in rule.versions:
            for one in version.not_encoded:
                entry = LeftOut(rule.id, rule.policy or rule.place, one.cite.article, one.excerpt, one.why)
                found.setdefault((entry.id, entry.article, entry.why.get("en", "")), entry)
    return sorted(found.values(), key=lambda one: (one.place, one.id))
