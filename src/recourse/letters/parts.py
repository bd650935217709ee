"""What a letter is written from, and the parts that kinds of letters share: the sum, its figures and its ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recourse.bilingual import Words, language
from recourse.letters import tongues
from recourse.letters.cites import cite
from recourse.letters.claim import Claim, Entitled, first_day, paid, rest
from recourse.letters.letter import TO_INSTITUTION, TO_LEARNER, Assessed, Block, Matter
from recourse.letters.wording import Wording
from recourse.problems import Problem
from recourse.sentences import LANGUAGES as WRITTEN  # those that the data are written in

Written = tuple[str, tuple[Block, ...]]  # subject and blocks


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


def paragraph(text: str) -> Block:
    """A sentence or several."""
    return Block("paragraph", text)


def about(draft: Draft, kind: str) -> tuple[tuple[str, str], ...]:
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


def asked(draft: Draft) -> int:
    """The day on which the refund was asked for. Raises `Problem` where it is not known, or after the letter's own."""
    on = draft.asked_on()
    if on is None:
        raise Problem(
            Words("it is not known when the refund was asked for", "不知道何时申请退款"),
            field="requested_on",
            hint=Words("Add `requested_on` to the facts.", "请在事实中补充 `requested_on`。"),
        )
    if on > draft.matter.dated_on:
        raise Problem(Words("the refund was asked for after the day of this letter", "申请退款的日期晚于本信日期"),
                      field="dated_on", hint=Words("Check both days.", "请核对这两个日期。"))  # fmt: skip
    return on


def owing(draft: Draft, owed: Claim) -> list[str]:
    """What is owed, what of it was paid back, what is left, and by when."""
    say, back = draft.words.say, draft.matter.paid_back
    said = [say("common.owed", amount=draft.amount(owed.amount))]
    said += [say("common.paid_back", amount=draft.amount(one.amount), day=draft.day(one.day)) for one in back]
    left = rest(owed, back)
    if left and left.minor:
        said.append(say("common.rest", amount=draft.amount(str(left))))
    return [*said, *due(draft, owed)]


def is_open(draft: Draft, owed: Claim | None) -> bool:
    """Whether a sum is named that was not paid back yet."""
    left = rest(owed, draft.matter.paid_back) if owed is not None else None
    return owed is not None and (left is None or bool(left.minor))


def due(draft: Draft, owed: Claim) -> list[str]:
    """By when it is to be paid, where that is known."""
    if owed.pay_by is None:
        return []
    past = owed.pay_by < draft.matter.dated_on
    key = "due_provisional" if owed.provisional else "due_past" if past else "due"
    return [draft.words.say(f"common.{key}", day=draft.day(owed.pay_by))]


def answered(draft: Draft, section: str, owed: Claim | None) -> list[str]:
    """What the institution answered, if that is known. That it offered too little is said only where a sum is owed."""
    matter = draft.matter
    if not matter.answer:
        return []
    on = {"day": draft.day(matter.answered_on)} if matter.answered_on is not None else {}
    if matter.answer == "less" and owed is None:
        return [draft.words.say(f"{section}.answered", **on)] if on else []
    dated = f"{section}.{matter.answer}_on" if on and matter.answer != "none" else f"{section}.{matter.answer}"
    return [draft.words.say(dated, **on)]


def figures(draft: Draft, owed: Claim) -> tuple[Block, ...]:
    """The parts of the sum, where it has parts, and how it is paid."""
    added = owed.amount != owed.entitled["refund"]
    rows = [(draft.label(name), draft.amount(text)) for name, text in owed.parts if len(owed.parts) > 1 or added]
    if added:
        rows.append((draft.label("total"), draft.amount(owed.amount)))
    if owed.form:
        rows.append((draft.label("form"), draft.words.say(f"form.{owed.form}")))
    return (Block("rows", rows=tuple(rows)),) if rows else ()


def ground(draft: Draft, entitled: Entitled, section: str) -> tuple[Block, ...]:
    """On what it rests: rule, provision, source, and the deciding words with our translation, if there are any."""
    say, source = draft.words.say, entitled["source"]
    own = draft.words.sentences.get(f"rule.{entitled['rule']}") or entitled["title"].get(draft.words.lang)
    article = cite(source["article"], draft.words.lang) if source["article"] else ""
    rows = [("ground", own or named(entitled["title"], draft.words.lang)), ("article", article)]
    # The data name their sources in English or in the law's own tongue; a law that the letter names itself needs none,
    # nor does a policy that is its own source.
    shown = own is None or entitled["platform"] or draft.words.lang in WRITTEN
    if shown and source["title"] != entitled["title"].get("en"):
        rows.append(("source", source["title"]))
    blocks = [
        paragraph(say(f"{section}.terms" if entitled["platform"] else f"{section}.ground")),
        Block("rows", rows=tuple((draft.label(name), text) for name, text in rows if text)),
    ]
    if source["quote"]:
        blocks += [paragraph(say("quote.head")), Block("quote", source["quote"])]
        if source["translation"] and draft.speaks:
            blocks += [paragraph(say("quote.translated")), Block("quote", source["translation"])]
    return tuple(blocks)


def own_words(draft: Draft) -> tuple[Block, ...]:
    """The learner's own words, announced."""
    blocks = typed(draft.matter.words)
    return (paragraph(draft.words.say("common.words")), *blocks) if blocks else ()


def typed(text: str) -> tuple[Block, ...]:
    """What somebody typed, as it was typed."""
    return (Block("typed", items=tuple(text.split("\n"))),) if text else ()


def named(title: Mapping[str, str], lang: str) -> str:
    """A name in the letter's language, else in English, else in whatever language there is."""
    return title.get(lang) or title.get("en") or next(iter(title.values()))
