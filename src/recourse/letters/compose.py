"""An assessment and the papers of a case -> a letter of a kind in a language. Every figure is the assessment's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from recourse.bilingual import Words
from recourse.letters import by_institution, by_learner, parts, tongues
from recourse.letters.letter import KINDS, TO_LEARNER, Assessed, Letter, Matter
from recourse.letters.parts import Draft, Written
from recourse.letters.wording import wording
from recourse.problems import Problem

ATTACHMENT = "assessment.json"
WRITERS: Mapping[str, Callable[[Draft], Written]] = {
    "request": by_learner.request,
    "withdrawal": by_learner.withdrawal,
    "reminder": by_learner.reminder,
    "complaint": by_learner.complaint,
    "complaint-to": by_learner.complaint_to,
    "decision": by_institution.decision,
    "receipt": by_institution.receipt,
}


def compose(assessed: Assessed, matter: Matter, kind: str, lang: str, place: str = "") -> Letter:
    """The letter. `place` is where it goes: it rules how amounts look and the size of the paper.

    The assessment's own words (its working, translations of quotations) are used where it is in that language. Raises
    Problem for what the letter needs and does not find.
    """
    if kind not in KINDS:
        raise Problem(Words(f"there is no letter “{kind}”", f"没有“{kind}”这种信函"), field="kind",
                      hint=Words(f"One of: {', '.join(KINDS)}.", f"可选：{'、'.join(KINDS)}。"))  # fmt: skip
    lang = tongues.checked(lang)
    if not (matter.order or matter.course):
        raise Problem(Words("a letter names what was bought", "信函须写明所购课程"), field="order",
                      hint=Words("Give the order number or the course.", "请填写订单号或课程。"))  # fmt: skip
    draft = Draft(assessed, matter, wording(lang), tongues.region(lang, place))
    subject, blocks = WRITERS[kind](draft)
    outward = kind not in TO_LEARNER
    writer, reader = (matter.learner, matter.institution) if outward else (matter.institution, matter.learner)
    recipient = reader.block
    if kind == "complaint-to" and matter.body is not None:
        recipient = (parts.named(matter.body.title, lang), *matter.body.address)
    say = draft.words.say
    return Letter(
        kind=kind,
        lang=lang,
        region=draft.region,
        paper=tongues.paper(place),
        sender=writer.block,
        recipient=recipient,
        day=draft.day(matter.dated_on),
        subject=subject,
        about=parts.about(draft, kind),
        greeting=say("greeting.institution") if outward else say("greeting.learner", name=matter.learner.name),
        blocks=blocks,
        closing=say("closing.institution" if outward else "closing.learner"),
        signature=writer.name,
        enclosures=(draft.label("enclosures"), matter.enclosures),
        attachment=say("attachment", name=ATTACHMENT, digest=hashlib.sha256(attached(assessed)).hexdigest()),
    )


def beside(letter: Letter, other: Letter) -> Letter:
    """The letter with the same one in another language behind it, for information."""
    language, original = (tongues.name_of(one, other.lang) for one in (other.lang, letter.lang))
    return replace(letter, beside=other, notice=wording(other.lang).say("beside", language=language, original=original))


def attached(assessed: Assessed) -> bytes:
    """The file that a letter carries: the assessment, as the command line prints it."""
    return (json.dumps(assessed, ensure_ascii=False, indent=2) + "\n").encode()
