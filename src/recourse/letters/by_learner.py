"""The learner's letters: to the institution, and to a body about it. None of them claims what is not certainly owed."""

from __future__ import annotations

from recourse.bilingual import Words
from recourse.letters import parts
from recourse.letters.claim import claim, first_day, rest
from recourse.letters.claim import withdrawal as withdraws
from recourse.letters.letter import Block
from recourse.letters.parts import Draft, Written
from recourse.problems import Problem


def request(draft: Draft) -> Written:
    """What is to be paid back, why and until when; an open question where nothing is certainly owed."""
    say, owed = draft.words.say, claim(draft.assessed, from_institution=True)
    if owed is None:
        blocks = [
            parts.paragraph(say("request.opens")),
            *parts.own_words(draft),
            parts.paragraph(say("request.no_sum")),
        ]
    else:
        first = [say("request.opens"), *parts.owing(draft, owed)]
        blocks = [
            parts.paragraph(draft.words.joined(first)),
            *parts.figures(draft, owed),
            *parts.ground(draft, owed.entitled, "common"),
        ]
        blocks += [*parts.own_words(draft), parts.paragraph(say("common.disagree"))]
    return say("request.subject"), tuple(blocks)


def withdrawal(draft: Draft) -> Written:
    """That the contract is withdrawn from, while a law still lets one. Raises `Problem` where none does."""
    say, matter = draft.words.say, draft.matter
    right = withdraws(draft.assessed, matter.dated_on)
    named = f"withdrawal.{right.form or 'plain'}"  # each law has its own word for it
    blocks = [parts.paragraph(say(f"{named}.opens"))]
    if right.form:
        declared = say(f"{named}.declares")
        bought = first_day(draft.assessed, "concluded_on", "paid_on")
        what = draft.words.listed((matter.course, matter.order))
        rows = [
            (say("withdrawal.to"), draft.words.listed(matter.institution.block)),
            (declared, what),
            *([(say("withdrawal.ordered"), draft.day(bought))] if bought is not None else ()),
            (say("withdrawal.name"), matter.learner.name),
            (say("withdrawal.address"), draft.words.listed((*matter.learner.address, matter.learner.mail))),
            (say("withdrawal.signature"), ""),
            (say("withdrawal.date"), draft.day(matter.dated_on)),
        ]
        blocks += [Block("heading", say(f"{named}.form")), Block("form", rows=tuple(rows))]
    blocks += parts.ground(draft, right.entitled, "common")
    last = [say("withdrawal.last_day", day=draft.day(right.ends_on))] if right.ends_on is not None else []
    blocks += [*parts.own_words(draft), parts.paragraph(draft.words.joined([*last, say("withdrawal.confirm")]))]
    return say(f"{named}.subject"), tuple(blocks)


def reminder(draft: Draft) -> Written:
    """The money, or the rest of it, has not come. Raises `Problem` where all of it was paid back."""
    say, owed = draft.words.say, claim(draft.assessed, from_institution=True)
    opens = say("reminder.opens", day=draft.day(parts.asked(draft)))
    if owed is None:
        blocks = [
            parts.paragraph(draft.words.joined([opens, say("reminder.undecided")])),
            *parts.own_words(draft),
            parts.paragraph(say("reminder.decide")),
        ]
        return say("reminder.subject"), tuple(blocks)
    left = rest(owed, draft.matter.paid_back)
    if left is not None and not left.minor:
        raise Problem(Words("all that is owed was paid back", "应退款项已全部退还"), field="kind",
                      hint=Words("There is nothing to remind of.", "无需催告。"))  # fmt: skip
    first = [
        opens,
        *parts.owing(draft, owed),
        say("reminder.unpaid_rest" if draft.matter.paid_back else "reminder.unpaid"),
    ]
    blocks = [
        parts.paragraph(draft.words.joined(first)),
        *parts.figures(draft, owed),
        *parts.ground(draft, owed.entitled, "common"),
    ]
    return say("reminder.subject"), (*blocks, *parts.own_words(draft), parts.paragraph(say("reminder.pay")))


def complaint(draft: Draft) -> Written:
    """The request was refused, answered with too little, or not answered."""
    say, owed = draft.words.say, claim(draft.assessed, from_institution=True)
    first = [say("complaint.opens", day=draft.day(parts.asked(draft))), *parts.answered(draft, "complaint", owed)]
    blocks = [parts.paragraph(draft.words.joined(first))]
    if owed is not None:
        blocks += [parts.paragraph(draft.words.joined(parts.owing(draft, owed))), *parts.figures(draft, owed)]
        blocks += parts.ground(draft, owed.entitled, "common")
    asks = [say("complaint.pay" if parts.is_open(draft, owed) else "complaint.decide"), say("complaint.onward")]
    return say("complaint.subject"), (*blocks, *parts.own_words(draft), parts.paragraph(draft.words.joined(asks)))


def complaint_to(draft: Draft) -> Written:
    """The facts and the claim, and what a body of that stage can do about it."""
    say, matter = draft.words.say, draft.matter
    if matter.body is None:
        raise Problem(
            Words("a complaint to a body names the body", "须指明投诉机构"),
            field="to",
            hint=Words("`recourse onward` lists those that fit.", "`recourse onward` 列出适合的机构。"),
        )
    owed = claim(draft.assessed, from_institution=False)
    blocks = [parts.paragraph(say("to_body.parties", institution=draft.words.listed(matter.institution.block)))]
    asked = draft.asked_on()
    happened = [say("to_body.asked", day=draft.day(asked))] if asked is not None else []
    happened += parts.answered(draft, "to_body", owed)
    if happened:
        blocks.append(parts.paragraph(draft.words.joined(happened)))
    if owed is not None:
        blocks += [parts.paragraph(draft.words.joined(parts.owing(draft, owed))), *parts.figures(draft, owed)]
        blocks += parts.ground(draft, owed.entitled, "common")
    stage = matter.body.stage
    asked_for = stage
    if stage == "court" and not parts.is_open(draft, owed):
        asked_for = "court_open"
    elif stage == "court" and matter.paid_back:
        asked_for = "court_rest"
    return say(f"stage.{stage}.subject"), (
        *blocks,
        *parts.own_words(draft),
        parts.paragraph(say(f"stage.{asked_for}.asks")),
    )
