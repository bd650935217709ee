"""An assessment as plain data: the one shape that the command line, the pages and worked cases read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from recourse import days, money
from recourse.bilingual import language
from recourse.facts import Fact
from recourse.library import Library, engine_digest
from recourse.rules import explain, reading
from recourse.rules.tree import Cite, Duty, Rule, Texts, Version
from recourse.rules.types import fact_type

if TYPE_CHECKING:
    from recourse.assess import Assessment
from recourse.entitlement import Entitlement

SCHEMA = "recourse.assessment/1"
# how an entitlement says whether a duty was kept, and how a worked case does
STATES = {"met": "kept", "broken": "broken", "to-check": "to_check", "open": "open"}


def assessment_json(assessment: Assessment, lang: str) -> dict[str, Any]:
    """The whole assessment; the order of keys is fixed, so that equal assessments are equal bytes."""
    library, facts = assessment.library, assessment.facts
    entitlements = [entitlement_json(e, assessment, lang) for e in assessment.entitlements]
    best = assessment.best
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "asked_on": days.show(assessment.asked_on),
        "language": lang,
        "place": assessment.place or None,
        "platform": assessment.platform or None,
        "currency": facts.currency,
        "facts": dict(facts.shown),
        "best": _best(assessment, best, entitlements) if best is not None else None,
        "entitlements": entitlements,
        "missing": list(assessment.missing),
        "notice": {
            "en": "Recourse informs; it is not a lawyer.",
            "zh": "Recourse 只提供信息，并非律师。",
        }[language(lang)],
    }
    found["digests"] = {"facts": digest(found["facts"]), "data": library.digest, "engine": engine_digest()}
    return found


def digest(data: Any) -> str:
    """The SHA-256 of plain data in its one canonical JSON form."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _best(assessment: Assessment, best: Entitlement, entitlements: list[dict[str, Any]]) -> dict[str, Any]:
    chosen = entitlements[assessment.entitlements.index(best)]
    keys = ("rule", "version", "clause", "outcome", "refund", "pay_by", "window_ends_on", "form", "source")
    found = {key: chosen[key] for key in keys if key in chosen}
    total = assessment.total(best)
    if total != best.refund and assessment.facts.currency:
        found["total"] = money.show(total, assessment.facts.currency)
    return found


def entitlement_json(e: Entitlement, assessment: Assessment, lang: str) -> dict[str, Any]:
    """One entitlement: identity, answer, amounts and days, what it hangs on, its working, its source."""
    version = e.version
    found: dict[str, Any] = {
        "rule": e.rule.id,
        "title": dict(e.rule.title),
        "kind": e.rule.kind,
        "place": e.rule.place or None,
        "platform": e.rule.policy or None,
        "version": version_name(version) if version is not None else None,
        "in_force": in_force(version) if version is not None else None,
        "answer": e.answer,
        "applies": applies(e),
        "outcome": outcome(e, assessment.facts.values.get("paid")),
        "why": said(e.why, lang),
        "clause": e.clause or None,
        "selected_by": {"fact": e.selected[0], "day": days.show(e.selected[1])}
        if e.selected and e.rule.selected_by
        else None,
    }
    found |= answers(e, assessment)
    found["missing"] = list(e.depends_on)
    found |= {
        "presumed": [
            {"fact": name, "value": value_text(assessment, name, value), "because": said(because, lang)}
            for name, value, because in e.presumed
        ],
        "readings": [
            {
                "id": o.name,
                "asks": said(o.asks, lang),
                "taken": "yes" if o.taken else "no",
                "because": said(o.because, lang),
                "otherwise": money.show(other, assessment.facts.currency)
                if other is not None and assessment.facts.currency
                else None,
            }
            for o, other in e.readings
        ],
        "taken_from": [{"fact": fact, "rule": rule} for fact, rule in e.taken],
        "provisional": list(e.provisional),
        "displaced_by": e.displaced_by or None,
        "adds_to": list(e.rule.relations.adds_to),
        "duties": [{**_duty(d, lang), "state": state} for d, state in e.duties],
        "ways": [_duty(d, lang) for d in e.ways],
        "not_encoded": [
            {"why": said(n.why, lang), "excerpt": n.excerpt, "cite": n.cite.article}
            for n in (version.not_encoded if version is not None else ())
        ],
        "note": said(version.note, lang) if version is not None else "",
        "steps": explain.steps(e, assessment, lang),
        "source": source(_cite(e), lang),
    }
    return found


def _cite(e: Entitlement) -> Cite:
    if e.version is None:
        return e.rule.versions[-1].cite
    return e.row.cite.filled_from(e.version.cite) if e.row is not None else e.version.cite


def source(cite: Cite, lang: str = "en") -> dict[str, str | None]:
    """A citation as data: article, title and address of the source, day checked, how sure, the deciding words."""
    return {
        "article": cite.article or None, "title": cite.title or None, "address": cite.address or None,
        "checked_on": cite.checked_on or None, "status": cite.status or None, "quote": cite.quote or None,
        "translation": cite.translation.get(language(lang)),
    }  # fmt: skip


def _duty(duty: Duty, lang: str) -> dict[str, Any]:
    return {"id": duty.id, "says": said(duty.says, lang), "cite": duty.cite.article or None}


def said(texts: Texts, lang: str) -> str:
    """Words in a language, else in English, else in whatever there is."""
    return texts.get(language(lang)) or texts.get("en") or next(iter(texts.values()), "")


def version_name(version: Version) -> str:
    """What a version is called: its name, else the day it came into force."""
    if version.name:
        return version.name
    return days.show(version.starts) if version.starts is not None else "only"


def in_force(version: Version) -> dict[str, str | None]:
    return {
        "from": "not yet"
        if version.enacted_only
        else (days.show(version.starts) if version.starts is not None else None),
        "until": days.show(version.ends) if version.ends is not None else None,
    }


def applies(e: Entitlement) -> bool | None:
    """True where the rule gives the claim, False for scope only, None in between."""
    if e.answer == "does-not-apply":
        return False
    return True if e.answer in ("owes", "exchange", "gives", "discretion") else None


def outcome(e: Entitlement, paid: Any) -> str:
    """The vocabulary's word for how it ends, or does-not-apply, or depends."""
    if (
        e.answer == "depends"
        and "window_ends_on" in e.answers
        and not e.row
        and {"requested_on", "request_received_on"} & set(e.depends_on)
    ):
        return "window"
    if e.answer in ("does-not-apply", "depends", "duties", "silent"):
        return e.answer
    row = e.row
    if row is not None and row.named:
        return str(row.named)
    if e.answer == "gives":
        return "rollover" if "hours_carried" in e.answers else "window"
    if e.answer in ("discretion", "exchange"):
        return e.answer
    if e.answer != "owes":
        return "refused"
    if row is not None and row.outcome == "credit":
        return "credit"
    return "full" if e.refund == paid else "partial"


def answers(e: Entitlement, assessment: Assessment) -> dict[str, Any]:
    """The answers by the names of the vocabulary's `expectations`, as canonical text."""
    facts, expectations = assessment.facts, assessment.library.vocabulary.expectations
    currency = facts.currency or (e.version.currency if e.version else "") or ""
    found: dict[str, Any] = {}

    def amount(minor: int) -> str:
        return money.show(int(minor), currency) if currency else str(minor)

    if e.refund is not None:
        found["refund"] = amount(e.refund)
    elif e.answer == "does-not-apply" and currency:
        found["refund"] = amount(0)
    most = assessment.library.vocabulary.facts["paid"].at_most or 0
    if e.between is not None and e.between[1] < most:  # where nobody said what was paid, no range is worth telling
        found["between"] = [amount(e.between[0]), amount(e.between[1])]
    for name, value in {**e.lines, **e.answers}.items():
        if name not in expectations or value is None:
            continue
        kind = expectations[name].type
        found[name] = amount(value) if kind == "money" else plain_text(kind, value)
    return found | _terms(e, amount)


def held(e: Entitlement) -> dict[str, list[str]]:
    """The duties that hold, by whether they were kept, and the ways that are open: by the names of `expectations`."""
    found = {f"duties_{name}": sorted(d.id for d, was in e.duties if was == state) for state, name in STATES.items()}
    return found | {"ways_open": sorted(way.id for way in e.ways)}


def _terms(e: Entitlement, amount: Callable[[int], str]) -> dict[str, Any]:
    """How it is paid, by whom, and who else decides."""
    found: dict[str, Any] = {}
    for name in ("at_most", "likely"):
        if e.answer == "discretion" and isinstance(e.answers.get(name), int):
            found[name] = amount(e.answers[name])
    row = e.row
    if e.answer in ("owes", "exchange") and e.version is not None:
        form = (row.form if row is not None else "") or e.version.form
        if form:
            found["form"] = form
        payer = (row.payer if row is not None else "") or e.version.payer
        if payer:
            found["payer"] = payer
    if e.answer == "ask-someone-else" and row is not None and row.outcome == "ask":
        found["ask_instead"] = row.word
    if e.answer == "ask-someone-else" and row is not None and row.outcome == "see":
        found["see"] = row.word
    if e.answer == "exchange" and "form" not in found:
        found["form"] = "exchange"
    return found


def plain_text(kind: str, value: Any) -> Any:
    """A value that is not money: days as ISO dates, shares as per cent or fraction, counts and truths as they are."""
    if kind == "date":
        return days.show(value)
    if kind == "instant":
        return days.show_instant(value)
    if kind == "share":
        return share_text(value)
    if isinstance(value, tuple):
        return value[0] // value[1] if value[0] % value[1] == 0 else f"{value[0]}/{value[1]}"
    return value


def share_text(value: Any) -> str:
    """A share as per cent where that is exact to a hundredth, else as a fraction."""
    top, bottom = value if isinstance(value, tuple) else (value.numerator, value.denominator)
    hundredths, rest = divmod(top * 10_000, bottom)
    if rest:
        return f"{top}/{bottom}"
    whole, part = divmod(hundredths, 100)
    return f"{whole}%" if not part else f"{whole}.{part:02d}".rstrip("0") + "%"


def value_text(assessment: Assessment, name: str, value: Any) -> str:
    """A fact's value as canonical text."""
    kind = fact_type(assessment.library.vocabulary, name).kind
    if kind == "money":
        number = value[0] / value[1] if isinstance(value, tuple) else value
        if isinstance(value, tuple):
            return (
                f"{value[0]}/{value[1]} of the smallest unit"
                if value[0] % value[1]
                else money.show(value[0] // value[1], assessment.facts.currency or "")
            )
        return money.show(int(number), assessment.facts.currency) if assessment.facts.currency else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "date":
        return days.show(value)
    return str(plain_text("share" if kind == "number" else kind, value))


def rule_json(rule: Rule, library: Library | None = None) -> dict[str, Any]:
    """A rule as data: identity, versions with dates and sources; with a library also its words."""
    found: dict[str, Any] = {
        "id": rule.id, "title": dict(rule.title), "kind": rule.kind,
        "place": rule.place or None, "binds": rule.binds or None, "platform": rule.policy or None,
        "covers": list(rule.covers), "selected_by": list(rule.selected_by),
        "versions": [
            {"name": version_name(v), "in_force": in_force(v), "source": source(v.cite)} for v in rule.versions
        ],
    }  # fmt: skip
    if library is not None:
        for entry, version in zip(found["versions"], rule.versions, strict=True):
            entry["words"] = {lang: reading.rule_words(library, version, lang) for lang in ("en", "zh")}
    return found


def fact_json(fact: Fact) -> dict[str, Any]:
    """A fact of the vocabulary as data."""
    return {
        "id": fact.id, "type": fact.type, "unit": fact.unit, "at_most": fact.at_most, "choices": list(fact.choices),
        "name": {"en": fact.name.en, "zh": fact.name.zh}, "ask": {"en": fact.ask.en, "zh": fact.ask.zh},
        "meaning": {"en": fact.meaning.en, "zh": fact.meaning.zh}, "known_by": fact.known_by,
    }  # fmt: skip
