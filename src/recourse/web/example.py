"""The worked example on the first page: the ministry's own figures, answered by the engine like any other."""

from dataclasses import dataclass

from recourse.web import engine, shown, wording
from recourse.web.answers import Answers
from recourse.web.engine import Json
from recourse.web.shown import Shown

RULE = "kr-lifelong-education-act-annex-3"
# Published with the ministry's period guide: twelve lessons in March for 100,000 won, given up after three.
ANSWERS = Answers(
    (
        ("learner_place", "KR"),
        ("seller_place", "KR"),
        ("seller_kind", "lifelong-education-facility"),
        ("kind", "live-course"),
        ("class_structure", "period"),
        ("price", "100000 KRW"),
        ("paid", "100000 KRW"),
        ("starts_on", "2026-03-01"),
        ("ends_on", "2026-03-30"),
        ("requested_on", "2026-03-11"),
        ("request_received_on", "2026-03-11"),
        ("lessons_total", "12"),
        ("lessons_elapsed", "3"),
        ("cause", "learner"),
    ),
    day="2026-03-11",
)


@dataclass(frozen=True)
class Example:
    """The example's entitlement, the answers that lead to it, and the day to pay by, if there is one."""

    entitlement: Shown
    answers: Answers
    pay_by: int | None


def worked() -> Example | None:
    """The example as the engine answers it now; nothing where it owes nothing, so that no false one is shown."""
    facts = engine.consider(ANSWERS).facts
    day = wording.day_of(ANSWERS.day or "")
    if facts is None or day is None or RULE not in engine.rules():
        return None
    lang = wording.lang()
    known, on = facts, day  # the day is the example's own: its answer hangs on the data alone

    def work() -> Json:
        return engine.assess(ANSWERS, known, day=on, lang=lang).json

    assessment = engine.remembered(f"example-{lang}", work)
    found = [shown.entitlement(one, ANSWERS) for one in assessment["entitlements"] if one["rule"] == RULE]
    if not found or not found[0].owes:
        return None
    return Example(found[0], ANSWERS, next((due for key, _, due in found[0].dates if key == "pay_by"), None))
