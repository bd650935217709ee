"""Rights, bodies and sources as plain data for pages and programs, in one language."""

from __future__ import annotations

from typing import Any

from recourse import days, places
from recourse.bilingual import language
from recourse.bodies import Body
from recourse.library import Library
from recourse.onward import Turn
from recourse.present import in_force, said, source, version_name
from recourse.provenance import Sourced
from recourse.rights import Held, Rights, Said
from recourse.rules import gist, reading
from recourse.sentences import sentences

SUMMARY = ("owed", "days", "figures")  # the sections of a rule's words that say what it gives


def rights_json(found: Rights, library: Library, lang: str) -> dict[str, Any]:
    """The rights of a place: rules with what they give in words, duties, ways, bodies, what is coming."""
    return {
        "place": found.place,
        "name": places.name(found.place, lang),
        "asked_on": days.show(found.asked_on),
        "giving": [_held(h, library, lang) for h in found.giving],
        "limits": [_held(h, library, lang) for h in found.limits],
        "duties": [_said(s, lang) for s in found.duties],
        "ways": [_said(s, lang) for s in found.ways],
        "bodies": [body_json(b, library, lang) for b in found.bodies],
        "coming": [_held(h, library, lang) for h in found.coming],
        "parts": [{"place": p, "name": places.name(p, lang)} for p in found.parts],
    }


def _held(one: Held, library: Library, lang: str) -> dict[str, Any]:
    words = reading.rule_words(library, one.version, lang)
    return {
        "rule": one.rule.id,
        "title": dict(one.rule.title),
        "kind": one.rule.kind,
        "place": one.rule.place,
        "binds": one.rule.binds,
        "version": version_name(one.version),
        "in_force": in_force(one.version),
        "covers": next((line["text"] for s in words if s["key"] == "covers" for line in s["lines"]), ""),
        "gist": gist.gist(library, one.version, lang),
        "reasons": gist.reasons(library, one.version, lang),
        "gives": [line for s in words if s["key"] in SUMMARY for line in s["lines"]],
        "exceptions": [line for s in words if s["key"] == "exceptions" for line in s["lines"]],
        "not_encoded": [line for s in words if s["key"] == "not encoded" for line in s["lines"]],
        "source": source(one.version.cite, lang),
        "doubts": len(one.version.opens),
    }


def _said(one: Said, lang: str) -> dict[str, Any]:
    return {
        "id": one.duty.id,
        "rule": one.held.rule.id,
        "says": said(one.duty.says, lang),
        "cite": one.duty.cite.article or one.held.version.cite.article or None,
        "checkable": one.duty.must is not None,
    }


def body_json(body: Body, library: Library, lang: str) -> dict[str, Any]:
    """A body: what it handles and not, how to reach it, what it costs, wants to see and takes; its source."""
    words = sentences(library.labels, "guide", language(lang))
    each = sentences(library.labels, "reading", language(lang))
    version = body.rule.versions[-1]
    sections = reading.rule_words(library, version, lang)
    return {
        "id": body.id,
        "title": dict(body.rule.title),
        "place": body.rule.place,
        "stage": body.stage,
        "stage_name": words[body.stage],
        "handles": said(body.handles, lang),
        "leaves": said(body.leaves, lang),
        "effect": said(body.effect, lang),
        "cost": said(body.cost, lang),
        "free": body.free,
        "languages": list(body.languages),
        "apply": [{"by": c.by, "name": words[c.by], "at": c.at, "note": said(c.note, lang)} for c in body.channels],
        "needs": [said(n, lang) for n in body.needs],
        "takes": said(body.takes, lang),
        "site": body.site,
        "limits_in_short": [
            each["is"].format(name=line["name"], what=line["text"]) for line in gist.gist(library, version, lang)
        ],
        "time_limits": [line["text"] for s in sections if s["key"] == "days" for line in s["lines"]],
        "for_whom": next((x["text"] for s in sections if s["key"] == "covers" for x in s["lines"]), "")
        if version.applies is not None
        else "",
        "not_encoded": [x["text"] for s in sections if s["key"] == "not encoded" for x in s["lines"]],
        "source": source(version.cite, lang),
    }


def body_line(body: Body, library: Library, lang: str) -> dict[str, Any]:
    """A body in one line of a list, with all it is called in every language under `search`, in small letters."""
    spoken = {tag: sentences(library.labels, "guide", tag)[body.stage] for tag in ("en", "zh")}
    place = body.rule.place
    named = [places.name(code, tag) for code in {place, place.partition("-")[0]} for tag in spoken if code != "WORLD"]
    searched = (body.id, place, body.site, *spoken.values(), *body.rule.title.values(), *body.handles.values(), *named)
    return {
        "id": body.id,
        "title": dict(body.rule.title),
        "place": place,
        "stage": body.stage,
        "stage_name": spoken[language(lang)],
        "handles": said(body.handles, lang),
        "free": body.free,
        "search": " ".join(searched).casefold(),
    }


def turn_json(turn: Turn, library: Library, lang: str) -> dict[str, Any]:
    """A body for given facts: whether it fits, from when and until when, and what that hangs on."""
    facts = library.vocabulary.facts
    return {
        **body_json(turn.body, library, lang),
        "fits": turn.fits,
        "apply_from": days.show(turn.apply_from) if turn.apply_from is not None else None,
        "apply_by": days.show(turn.apply_by) if turn.apply_by is not None else None,
        "missing": [{"fact": name, "name": facts[name].name.of(lang)} for name in turn.missing],
        "undated": [{"fact": name, "name": facts[name].name.of(lang)} for name in turn.undated],
    }


def sourced_json(one: Sourced) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Sourced.__dataclass_fields__}
