"""The result: what is owed, by when, under which clause, why; as a page and as JSON."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.facts import Facts
from recourse.web import asking, corpus, curve, engine, first, headline, ledger, links, progress, shelf, shown, wording
from recourse.web.answers import Answers
from recourse.web.engine import Assessed, Json
from recourse.web.shown import Shown
from recourse.web.views.requests import Asked, as_of_today, to_the_wrong_answer, understand

# What says most stands first.
ORDER = ("owes", "depends", "gives", "exchange", "discretion", "ask-someone-else", "silent", "owes-nothing")

PLACES = {"learner_place", "seller_place"}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The result for people."""
    asked = understand(request)
    if asked.facts is None or asked.assessed is None:
        return to_the_wrong_answer(request, asked)
    if not asked.answers.given and not asked.answers.platform:
        return HttpResponseRedirect(links.to(request, "home"))
    return render(request, "web/result.html", _context(asked, asked.facts, asked.assessed))


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same assessment for programs, on the day the page was asked for."""
    asked = understand(request)
    if asked.assessed is None:
        problems = [{"field": problem.field, "message": problem.say(wording.lang())} for problem in asked.problems]
        return JsonResponse({"problems": problems}, status=400, json_dumps_params=JSON)
    return JsonResponse(asked.assessed.json, json_dumps_params=JSON)


JSON = {"ensure_ascii": False, "indent": 2}


def _context(asked: Asked, facts: Facts, assessed: Assessed) -> dict[str, Any]:
    assessment = assessed.json
    entitlements = [shown.entitlement(one, asked.answers) for one in assessment["entitlements"]]
    best = _best(assessment, entitlements)
    others = sorted((one for one in entitlements if one is not best), key=_weight)
    platform = asked.answers.platform
    said = {one.fact: one.value for one in progress.said(asked.answers)}
    about = [engine.platform_name(platform, wording.lang())] if platform else []
    about += [said[name] for name in ("kind", "learner_place", "concluded_on", "paid") if said.get(name)]
    return {
        "here": "ask",
        "answers": asked.answers,
        "asked": asked,
        "as_of_today": as_of_today(asked),
        "dated": replace(asked.answers, day=assessment["asked_on"]),
        "card": headline.card(best, others, assessed, asked.day),
        "best": best,
        "others": [one for one in others if one.answer in ORDER and not _hangs_on_place(one)],
        "nearby": [one for one in others if _hangs_on_place(one)],
        "outside": [one for one in others if one.answer == "does-not-apply"],
        "duties": [one for one in entitlements if one.duties],
        "ledger": ledger.of(best.raw, assessment["facts"]) if best else [],
        "said": progress.said(asked.answers),
        "given": progress.said(first.with_given(Answers(), asked.taken)),
        "next": shown.missing(assessed.next, asked.answers) if assessed.next else None,
        "curve": curve.chart(engine.course(asked.answers, facts, day=asked.day), assessment, asked.day),
        "about": about,
        "ways": [one for one in entitlements if one.ways and one.answer != "does-not-apply"],
        "changes": best.changes if best else [],
        "more": [(name, value) for key, name, value in best.more if key not in ledger.TOLD] if best else [],
        "process": asking.process(platform) if platform else None,
        "turns": [corpus.body(one) for one in shelf.onward(facts, asked.day, asked.answers.closed, wording.lang())],
        "digests": assessment.get("digests") or {},
    }


def _hangs_on_place(one: Shown) -> bool:
    """Whether it may be the law of a part of a country, and nobody has said in which part somebody is."""
    lacks = {fact.fact for fact in one.missing}
    return one.answer == "depends" and bool(lacks) and lacks <= PLACES


def _weight(one: Shown) -> tuple[bool, int, bool]:
    """What displaces nothing, what says most, and what speaks of money come first."""
    return bool(one.displaced_by), ORDER.index(one.answer) if one.answer in ORDER else len(ORDER), not one.amounts


def _best(assessment: Json, entitlements: list[Shown]) -> Shown | None:
    best = assessment.get("best")
    if not best:
        return None
    return next((one for one in entitlements if one.rule == best["rule"]), None)
