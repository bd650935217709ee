"""An assessment and the papers of a case -> a letter of a kind in a language. Every figure is the assessment's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from recourse import money
from recourse.bilingual import Words, language
from recourse.letters import tongues
from recourse.letters.cites import cite
from recourse.letters.claim import Claim, Entitled, claim, first_day, paid, rest, withdrawal
from recourse.letters.letter import KINDS, TO_INSTITUTION, TO_LEARNER, Assessed, Block, Letter, Matter
from recourse.letters.wording import Wording, wording
from recourse.problems import Problem

ATTACHMENT = "assessment.json"
WRITTEN = ("en", "zh")  # the languages that the data are written in


@dataclass(frozen=True, slots=True)
class Draft:
    """What a letter is written from: the assessment, the papers, the words, and whose customs rule its figures."""

    assessed: Assessed
    matter: Matter
    words: Wording
    region: str

    def amount(self, text: str) -> str:
        return tongues.amount(text, self.words.lang, self.region)

    def day(self, number: int) -> str:
        return tongues.day(number, self.words.lang, self.region)

    @property
    def speaks(self) -> bool:
        """Whether the assessment's own words are in the letter's language; they are English or Chinese."""
        return language(self.assessed["language"]) == self.words.lang

    def asked_on(self) -> int | None:
        return first_day(self.assessed, "requested_on", "request_received_on")

    def label(self, name: str) -> str:
        return self.words.say(f"label.{name}")


Written = tuple[str, tuple[Block, ...]]  # subject and blocks


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
        recipient = (_named(matter.body.title, lang), *matter.body.address)
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
        about=_about(draft, kind),
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


# -- the kinds


def _request(draft: Draft) -> Written:
    say, owed = draft.words.say, claim(draft.assessed, from_institution=True)
    if owed is None:
        blocks = [_p(say("request.opens")), *_words(draft), _p(say("request.no_sum"))]
    else:
        first = [say("request.opens"), *_sum(draft, owed)]
        blocks = [_p(draft.words.joined(first)), *_figures(draft, owed), *_ground(draft, owed.entitled, "common")]
        blocks += [*_words(draft), _p(say("common.disagree"))]
    return say("request.subject"), tuple(blocks)


def _withdrawal(draft: Draft) -> Written:
    say, matter = draft.words.say, draft.matter
    right = withdrawal(draft.assessed, matter.dated_on)
    blocks = [_p(say("withdrawal.opens"))]
    if right.form:
        declared = say("withdrawal.cancels" if right.form == "gb" else "withdrawal.declares")
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
        blocks += [Block("heading", say("withdrawal.form")), Block("form", rows=tuple(rows))]
    blocks += _ground(draft, right.entitled, "common")
    last = [say("withdrawal.last_day", day=draft.day(right.ends_on))] if right.ends_on is not None else []
    blocks += [*_words(draft), _p(draft.words.joined([*last, say("withdrawal.confirm")]))]
    return say("withdrawal.subject"), tuple(blocks)


def _reminder(draft: Draft) -> Written:
    say, owed = draft.words.say, claim(draft.assessed, from_institution=True)
    opens = say("reminder.opens", day=draft.day(_asked(draft)))
    if owed is None:
        blocks = [
            _p(draft.words.joined([opens, say("reminder.undecided")])),
            *_words(draft),
            _p(say("reminder.decide")),
        ]
        return say("reminder.subject"), tuple(blocks)
    left = rest(owed, draft.matter.paid_back)
    if left is not None and not left.minor:
        raise Problem(Words("all that is owed was paid back", "应退款项已全部退还"), field="kind",
                      hint=Words("There is nothing to remind of.", "无需催告。"))  # fmt: skip
    first = [opens, *_sum(draft, owed), say("reminder.unpaid_rest" if left is not None else "reminder.unpaid")]
    blocks = [_p(draft.words.joined(first)), *_figures(draft, owed), *_ground(draft, owed.entitled, "common")]
    return say("reminder.subject"), (*blocks, *_words(draft), _p(say("reminder.pay")))


def _complaint(draft: Draft) -> Written:
    say, owed = draft.words.say, claim(draft.assessed, from_institution=True)
    first = [say("complaint.opens", day=draft.day(_asked(draft))), *_answer(draft, "complaint", owed)]
    blocks = [_p(draft.words.joined(first))]
    if owed is not None:
        blocks += [_p(draft.words.joined(_sum(draft, owed))), *_figures(draft, owed)]
        blocks += _ground(draft, owed.entitled, "common")
    asks = [say("complaint.pay" if _open(draft, owed) else "complaint.decide"), say("complaint.onward")]
    return say("complaint.subject"), (*blocks, *_words(draft), _p(draft.words.joined(asks)))


def _complaint_to(draft: Draft) -> Written:
    say, matter = draft.words.say, draft.matter
    if matter.body is None:
        raise Problem(
            Words("a complaint to a body names the body", "须指明投诉机构"),
            field="to",
            hint=Words("`recourse onward` lists those that fit.", "`recourse onward` 列出适合的机构。"),
        )
    owed = claim(draft.assessed, from_institution=False)
    blocks = [_p(say("to_body.parties", institution=draft.words.listed(matter.institution.block)))]
    asked = draft.asked_on()
    happened = [say("to_body.asked", day=draft.day(asked))] if asked is not None else []
    happened += _answer(draft, "to_body", owed)
    if happened:
        blocks.append(_p(draft.words.joined(happened)))
    if owed is not None:
        blocks += [_p(draft.words.joined(_sum(draft, owed))), *_figures(draft, owed)]
        blocks += _ground(draft, owed.entitled, "common")
    stage = matter.body.stage
    asked_for = stage
    if stage == "court" and not _open(draft, owed):
        asked_for = "court_open"
    elif stage == "court" and matter.paid_back:
        asked_for = "court_rest"
    return say(f"stage.{stage}.subject"), (*blocks, *_words(draft), _p(say(f"stage.{asked_for}.asks")))


def _decision(draft: Draft) -> Written:
    say, owed = draft.words.say, claim(draft.assessed, from_institution=True)
    asked = draft.asked_on()
    opens = say("decision.opens_on", day=draft.day(asked)) if asked is not None else say("decision.opens")
    blocks = [_p(opens)]
    if owed is not None:
        paid_back = say("decision.granted", amount=draft.amount(owed.amount))
        blocks.append(_p(draft.words.joined([paid_back, *_due(draft, owed)])))
        blocks += [*_figures(draft, owed), *_ground(draft, owed.entitled, "decision")]
        if draft.speaks and owed.steps:
            blocks += [_p(say("decision.working")), Block("items", items=owed.steps)]
        reasons: tuple[str, ...] = ()
    else:
        blocks.append(_p(say("decision.refused")))
        reasons = _why(draft)
    typed = _typed(draft.matter.words)
    if reasons or typed:
        blocks += [_p(say("decision.reasons")), *([Block("items", items=reasons)] if reasons else ()), *typed]
    blocks.append(_p(say("decision.disagree")))
    bodies = tuple(_named(title, draft.words.lang) for title in draft.matter.bodies)
    if bodies:
        blocks += [_p(say("decision.bodies")), Block("items", items=bodies)]
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


def _receipt(draft: Draft) -> Written:
    say, matter = draft.words.say, draft.matter
    if matter.payment is not None:
        made = matter.payment
        money.parse(made.amount)
        rows = [(draft.label("paid_back"), draft.amount(made.amount)), (draft.label("paid_on"), draft.day(made.day))]
        if made.reference:
            rows.append((draft.label("reference"), made.reference))
        told = _p(say("receipt.paid", day=draft.day(made.day)))
        return say("receipt.subject_paid"), (told, Block("rows", rows=tuple(rows)))
    if matter.received_at is None:
        raise Problem(
            Words("a receipt says when it arrived", "收据须写明收到时间"),
            field="received_at",
            hint=Words("received_at: 2026-09-11T14:03+02:00", "received_at: 2026-09-11T14:03+02:00"),
        )
    when = tongues.moment(matter.received_at, draft.words.lang, draft.region)
    key = "withdrawn" if matter.withdrawn else "received"
    blocks = [_p(say(f"receipt.{key}", moment=when))]
    typed = _typed(matter.words)
    if typed:
        blocks += [_p(say("receipt.wrote")), *typed]
    return say("receipt.subject_withdrawn" if matter.withdrawn else "receipt.subject"), (
        *blocks,
        _p(say("receipt.only")),
    )


WRITERS: Mapping[str, Callable[[Draft], Written]] = {
    "request": _request,
    "withdrawal": _withdrawal,
    "reminder": _reminder,
    "complaint": _complaint,
    "complaint-to": _complaint_to,
    "decision": _decision,
    "receipt": _receipt,
}


# -- what kinds share


def _p(text: str) -> Block:
    return Block("paragraph", text)


def _about(draft: Draft, kind: str) -> tuple[tuple[str, str], ...]:
    """What the letter is about: the case, the order, the course, the day and the price."""
    matter, bought, price = draft.matter, first_day(draft.assessed, "concluded_on", "paid_on"), paid(draft.assessed)
    rows = [("case", matter.case), ("order", matter.order), ("course", matter.course)]
    if kind not in TO_INSTITUTION and kind not in TO_LEARNER:
        rows.append(("institution", matter.institution.name))
    rows += [
        ("bought", draft.day(bought) if bought is not None else ""),
        ("paid", draft.amount(price) if price else ""),
    ]
    return tuple((draft.label(name), text) for name, text in rows if text)


def _asked(draft: Draft) -> int:
    asked = draft.asked_on()
    if asked is None:
        raise Problem(
            Words("it is not known when the refund was asked for", "不知道何时申请退款"),
            field="requested_on",
            hint=Words("Add `requested_on` to the facts.", "请在事实中补充 `requested_on`。"),
        )
    if asked > draft.matter.dated_on:
        raise Problem(Words("the refund was asked for after the day of this letter", "申请退款的日期晚于本信日期"),
                      field="dated_on", hint=Words("Check both days.", "请核对这两个日期。"))  # fmt: skip
    return asked


def _sum(draft: Draft, owed: Claim) -> list[str]:
    """What is owed and by when, what of it was paid back, and what is left."""
    say, back = draft.words.say, draft.matter.paid_back
    said = [say("common.owed", amount=draft.amount(owed.amount)), *_due(draft, owed)]
    said += [say("common.paid_back", amount=draft.amount(one.amount), day=draft.day(one.day)) for one in back]
    left = rest(owed, back)
    return [*said, say("common.rest", amount=draft.amount(str(left)))] if left and left.minor else said


def _open(draft: Draft, owed: Claim | None) -> bool:
    """Whether a sum is named that was not paid back yet."""
    left = rest(owed, draft.matter.paid_back) if owed is not None else None
    return owed is not None and (left is None or bool(left.minor))


def _due(draft: Draft, owed: Claim) -> list[str]:
    if owed.pay_by is None:
        return []
    past = owed.pay_by < draft.matter.dated_on
    key = "due_provisional" if owed.provisional else "due_past" if past else "due"
    return [draft.words.say(f"common.{key}", day=draft.day(owed.pay_by))]


def _answer(draft: Draft, section: str, owed: Claim | None) -> list[str]:
    """What the institution answered, if that is known. That it offered too little is said only where a sum is owed."""
    matter = draft.matter
    if not matter.answer:
        return []
    on = {"day": draft.day(matter.answered_on)} if matter.answered_on is not None else {}
    if matter.answer == "less" and owed is None:
        return [draft.words.say(f"{section}.answered", **on)] if on else []
    dated = f"{section}.{matter.answer}_on" if on and matter.answer != "none" else f"{section}.{matter.answer}"
    return [draft.words.say(dated, **on)]


def _figures(draft: Draft, owed: Claim) -> tuple[Block, ...]:
    """The parts of the sum, where it has parts, and how it is paid."""
    added = owed.amount != owed.entitled["refund"]
    rows = [(draft.label(name), draft.amount(text)) for name, text in owed.parts if len(owed.parts) > 1 or added]
    if added:
        rows.append((draft.label("total"), draft.amount(owed.amount)))
    if owed.form:
        rows.append((draft.label("form"), draft.words.say(f"form.{owed.form}")))
    return (Block("rows", rows=tuple(rows)),) if rows else ()


def _ground(draft: Draft, entitled: Entitled, section: str) -> tuple[Block, ...]:
    """On what it rests: rule, provision, source, and the deciding words with our translation, if there are any."""
    say, source = draft.words.say, entitled["source"]
    own = draft.words.sentences.get(f"rule.{entitled['rule']}") or entitled["title"].get(draft.words.lang)
    article = cite(source["article"], draft.words.lang) if source["article"] else ""
    rows = [("ground", own or _named(entitled["title"], draft.words.lang)), ("article", article)]
    # The data name their sources in English or in the law's own tongue; a law that the letter names itself needs none.
    if own is None or entitled["platform"] or draft.words.lang in WRITTEN:
        rows.append(("source", source["title"]))
    blocks = [
        _p(say(f"{section}.terms" if entitled["platform"] else f"{section}.ground")),
        Block("rows", rows=tuple((draft.label(name), text) for name, text in rows if text)),
    ]
    if source["quote"]:
        blocks += [_p(say("quote.head")), Block("quote", source["quote"])]
        if source["translation"] and draft.speaks:
            blocks += [_p(say("quote.translated")), Block("quote", source["translation"])]
    return tuple(blocks)


def _words(draft: Draft) -> tuple[Block, ...]:
    typed = _typed(draft.matter.words)
    return (_p(draft.words.say("common.words")), *typed) if typed else ()


def _typed(text: str) -> tuple[Block, ...]:
    return (Block("typed", items=tuple(text.split("\n"))),) if text else ()


def _named(title: Mapping[str, str], lang: str) -> str:
    return title.get(lang) or title.get("en") or next(iter(title.values()))
