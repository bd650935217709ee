"""The institution's letters to the learner: its decision, and that something arrived or was paid back."""

from __future__ import annotations

from recourse import money
from recourse.bilingual import Words
from recourse.letters import parts, tongues
from recourse.letters.claim import claim
from recourse.letters.letter import Block
from recourse.letters.parts import Draft, Written
from recourse.problems import Problem


def decision(draft: Draft) -> Written:
    """What is paid back and on which ground; or that nothing is owed, and why."""
    say, owed = draft.words.say, claim(draft.assessed, from_institution=True)
    asked = draft.asked_on()
    opens = say("decision.opens_on", day=draft.day(asked)) if asked is not None else say("decision.opens")
    blocks = [parts.paragraph(opens)]
    if owed is not None:
        paid_back = say("decision.granted", amount=draft.amount(owed.amount))
        blocks.append(parts.paragraph(draft.words.joined([paid_back, *parts.due(draft, owed)])))
        blocks += [*parts.figures(draft, owed), *parts.ground(draft, owed.entitled, "decision")]
        if draft.speaks and owed.steps:
            blocks += [parts.paragraph(say("decision.working")), Block("items", items=owed.steps)]
        reasons: tuple[str, ...] = ()
    else:
        blocks.append(parts.paragraph(say("decision.refused")))
        reasons = _why(draft)
    typed = parts.typed(draft.matter.words)
    if reasons or typed:
        blocks += [
            parts.paragraph(say("decision.reasons")),
            *([Block("items", items=reasons)] if reasons else ()),
            *typed,
        ]
    blocks.append(parts.paragraph(say("decision.disagree")))
    bodies = tuple(parts.named(title, draft.words.lang) for title in draft.matter.bodies)
    if bodies:
        blocks += [parts.paragraph(say("decision.bodies")), Block("items", items=bodies)]
    return say("decision.subject"), tuple(blocks)


def _why(draft: Draft) -> tuple[str, ...]:
    """The reasons of a refusal, in the letter's language. A refusal without a reason, or in doubt, is not written."""
    missing = draft.assessed["missing"]
    if missing and not draft.matter.words:
        raise Problem(
            Words(f"not decided yet, it depends on: {', '.join(missing)}", f"尚不能决定，取决于：{'、'.join(missing)}"),
            field="words",
            hint=Words("Add these facts, or give your reasons.", "请补充这些事实，或写明理由。"),
        )
    found: dict[str, None] = {}
    if draft.speaks:
        found = dict.fromkeys(
            e["why"] for e in draft.assessed["entitlements"] if e["answer"] == "owes-nothing" and e["why"]
        )
    if not found and not draft.matter.words:
        raise Problem(Words("a refusal gives its reasons", "拒绝须说明理由"), field="words",
                      hint=Words("Write them in the letter's language.", "请用信函的语言写明理由。"))  # fmt: skip
    return tuple(found)


def receipt(draft: Draft) -> Written:
    """That a request or a withdrawal arrived, and when; or what was paid back."""
    say, matter = draft.words.say, draft.matter
    if matter.payment is not None:
        made = matter.payment
        money.parse(made.amount)
        rows = [(draft.label("paid_back"), draft.amount(made.amount)), (draft.label("paid_on"), draft.day(made.day))]
        if made.reference:
            rows.append((draft.label("reference"), made.reference))
        told = parts.paragraph(say("receipt.paid", day=draft.day(made.day)))
        return say("receipt.subject_paid"), (told, Block("rows", rows=tuple(rows)))
    if matter.received_at is None:
        raise Problem(
            Words("a receipt says when it arrived", "收据须写明收到时间"),
            field="received_at",
            hint=Words("received_at: 2026-09-11T14:03+02:00", "received_at: 2026-09-11T14:03+02:00"),
        )
    when = tongues.moment(matter.received_at, draft.words.lang, draft.region)
    key = "withdrawn" if matter.withdrawn else "received"
    blocks = [parts.paragraph(say(f"receipt.{key}", moment=when))]
    typed = parts.typed(matter.words)
    if typed:
        blocks += [parts.paragraph(say("receipt.wrote")), *typed]
    return say("receipt.subject_withdrawn" if matter.withdrawn else "receipt.subject"), (
        *blocks,
        parts.paragraph(say("receipt.only")),
    )
