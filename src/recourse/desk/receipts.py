"""The letters of a case, from its rows: its request as text or PDF, and the receipt that says when it was received."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from recourse.bilingual import Words, language
from recourse.desk import corpus
from recourse.desk.models import Case
from recourse.desk.stages import Kind
from recourse.letters import compose, pdf, plain
from recourse.letters.letter import Letter, Matter, Party
from recourse.problems import Problem

NAMELESS = Words("The seller", "商家")
COURSE = Words("online course", "在线课程")
# What a withdrawal says where no rule is known to give the right on these facts; whoever reads it must look.
WITHDRAWS = Words(
    "I withdraw from the contract for the following course: {what}.", "本人撤回（解除）关于下列课程的合同：{what}。"
)
CONFIRM = Words("Confirm receipt of this withdrawal to {mail}.", "请将收到本撤回通知的确认发至 {mail}。")


@dataclass(frozen=True)
class Paper:
    """A letter and the assessment that belongs to it."""

    letter: Letter
    assessed: Any

    @property
    def text(self) -> str:
        """For a mail, or a platform's form."""
        return plain.plain(self.letter)

    def pdf(self, made_at: dt.datetime) -> bytes:
        """As a file. Raises `Problem` where no font at hand can show a character."""
        return pdf.pdf(self.letter, self.assessed, int(made_at.timestamp()))


def receipt(case: Case) -> Paper:
    """What the learner gets at once: when it was received, and what was written. For a case that was received."""
    found = matter(case, case.received_at or case.made_at, case.language)
    return paper(case, found, "receipt", case.language)


def request(case: Case, at: dt.datetime, lang: str) -> Paper:
    """What goes to the institution: a request, or the withdrawal where the law gives the right to it."""
    found = matter(case, at, lang)
    if case.kind == Kind.WITHDRAWAL:
        try:
            return paper(case, found, "withdrawal", lang)
        except Problem:  # the facts show no such right yet; the declaration is made all the same
            return paper(case, found, "request", lang)
    return paper(case, found, "request", lang)


def paper(case: Case, found: Matter, kind: str, lang: str) -> Paper:
    """A letter of a kind on the case's last assessment. Raises `Problem` for what it needs and does not find."""
    assessed = _assessed(case)
    return Paper(compose.compose(assessed, found, kind, lang, place(case)), assessed)


def matter(case: Case, at: dt.datetime, lang: str) -> Matter:
    """The papers of a case as letters take them."""
    purchase = case.purchase
    learner = case.learner
    order = purchase.order_number if purchase is not None else ""
    course = purchase.course_title if purchase is not None else ""
    return Matter(
        learner=Party(learner.name or learner.email, mail=learner.email if learner.name else ""),
        institution=Party(seller(case, lang), mail=case.institution.contact if case.institution else ""),
        dated_on=case.day(at).toordinal(),
        order=order,
        course=course or ("" if order else COURSE.of(lang)),
        case=case.reference,
        words=case.story,
        enclosures=tuple(one.name for one in case.exhibits.order_by("made_at")[:30]),
        received_at=int(case.received_at.timestamp()) if case.received_at else None,
        withdrawn=case.kind == Kind.WITHDRAWAL,
    )


def seller(case: Case, lang: str) -> str:
    """Who sold the course, in a language."""
    if case.institution is not None:
        return case.institution.name
    known = corpus.library().platforms.get(case.platform)
    if known is not None:
        return known.name.get(language(lang)) or known.name.get("en") or case.platform
    return (case.purchase.seller if case.purchase is not None else "") or NAMELESS.of(lang)


def place(case: Case) -> str:
    """Where the letter goes, as far as it is known: it rules the paper and how amounts look."""
    return case.institution.place if case.institution is not None else str(case.facts.get("seller_place") or "")


def statement(what: str, mail: str, story: str, lang: str) -> str:
    """A withdrawal in three lines, where no letter of the law's own form can be written."""
    said = [WITHDRAWS.of(lang).format(what=what or COURSE.of(lang)), CONFIRM.of(lang).format(mail=mail), story]
    return "\n".join(one for one in said if one)


def _assessed(case: Case) -> Any:
    last = case.assessed()
    if last is None:
        raise Problem(Words("nothing is worked out for this case yet", "本案尚未测算"))
    return last.answer
