"""The card on top of a result: the one amount, who owes it under what, and the dates that matter."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext

from recourse.web import engine, first, wording
from recourse.web.engine import Assessed, Json
from recourse.web.shown import Missing, Shown, who
from recourse.web.wording import Amount


@dataclass(frozen=True)
class Line:
    """One of the (at most three) dates or facts under the amount: what, the day or a word, and a note."""

    term: str
    day: int | None = None
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Card:
    """The headline; `marked` where the amount is owed for certain, `joiner` between two amounts that may be owed."""

    coin: str
    status: str
    amounts: list[Amount]
    joiner: str = ""
    before: str = ""
    marked: bool = False
    sentence: str = ""
    lines: tuple[Line, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def title(self) -> str:
        """The amount in words, for the page's title."""
        return gettext(" to ").join(str(one) for one in self.amounts)


def card(
    best: Shown | None, others: list[Shown], assessed: Assessed, today: int, *, sent: bool = False
) -> Card:  # fmt: skip
    """What to put on top: what is owed; else what may be; else whom to ask; else nothing, and why.

    `sent` says that the request is no longer only thought of.
    """
    assessment = assessed.json
    live = [one for one in others if not one.displaced_by]
    if best is not None and best.owes:
        return _owed(best, live, assessment, today, sent=sent)
    by_answer = {answer: [one for one in ([best] if best else []) + live if one.answer == answer] for answer in ORDER}
    if by_answer["depends"]:
        return _depends(by_answer["depends"], assessed)
    if by_answer["exchange"]:
        first = by_answer["exchange"][0]
        return Card("may", first.status, [], sentence=first.why or first.title.text)
    if by_answer["discretion"]:
        return _may(by_answer["discretion"][0], assessment)
    if by_answer["ask-someone-else"]:
        return _ask(by_answer["ask-someone-else"][0], assessment)
    return _nothing(next(iter(by_answer["owes"] + by_answer["owes-nothing"]), None), assessment)


ORDER = ("depends", "exchange", "discretion", "ask-someone-else", "silent", "owes", "owes-nothing")


def _owed(best: Shown, others: list[Shown], assessment: Json, today: int, *, sent: bool) -> Card:
    lines = [*_act_by(best, assessment, today, sent=sent), _paid_by(best)]
    beside = next((one for one in others if one.policy != best.policy and one.answer != "does-not-apply"), None)
    if beside is not None:
        term = gettext("Under %(law)s") % {"law": beside.whose}
        lines.append(Line(term, text=_gives(beside), note=beside.status if len(beside.amounts) > 1 else beside.why))
    status = gettext("Owed to you under %(law)s") % {"law": best.whose}
    sentence = best.why or _share_of(best, assessment)
    return Card("owes", status, best.amounts, marked=True, sentence=sentence, lines=tuple(lines[:3]))


def _gives(one: Shown) -> str:
    """What another rule gives, in a few words."""
    if one.answer == "owes-nothing":
        return gettext("Nothing")
    return gettext(" to ").join(str(amount) for amount in one.amounts) or one.status


def _share_of(best: Shown, assessment: Json) -> str:
    """The amount beside what was paid."""
    paid, refund = assessment["facts"].get("paid"), best.raw["refund"]
    if not paid:
        return ""
    if paid == refund:
        return gettext("That is all you paid.")
    return gettext("You paid %(paid)s.") % {"paid": wording.money(paid)}


def _act_by(best: Shown, assessment: Json, today: int, *, sent: bool) -> list[Line]:
    end = next((day for key, _, day in best.dates if key == "window_ends_on"), None)
    asked = wording.day_of(assessment["facts"].get("requested_on") or "")
    if end is None or (asked is not None and asked > end):  # what is owed after that day does not hang on it
        return []
    # As what is taken as given.
    today_taken = not sent and asked == wording.day_of(assessment.get("asked_on") or "")
    if asked is not None and asked <= end and not today_taken:
        note = gettext("You asked on %(day)s: in time.") % {"day": wording.date(asked)}
        return [Line(gettext("Last day to ask"), day=end, note=note)]
    safe = engine.safe_until(best.rule, assessment)
    if safe is not None and safe < today <= end:
        note = gettext(
            "Only if the seller cannot prove that it told you all it must. If it can, the last day was %(day)s."
        )
        return [Line(gettext("Last day to ask"), day=end, note=note % {"day": wording.date(safe)})]
    if safe is not None and safe < end:
        note = gettext("%(when)s, to be safe. %(day)s if the seller cannot prove that it told you all it must.")
        said = {"when": capfirst(wording.distance(safe, today)), "day": wording.date(end)}
        return [Line(gettext("Last day to ask"), day=safe, note=note % said)]
    note = wording.distance(end, today)
    if "window_ends_on" in best.provisional:
        note = gettext("%(when)s; provisional, the holidays of that year are not published yet") % {"when": note}
    return [Line(gettext("Last day to ask"), day=end, note=note)]


def _paid_by(best: Shown) -> Line:
    day = next((day for key, _, day in best.dates if key == "pay_by"), None)
    if day is None and engine.sets(best.rule, best.version, "pay_by"):
        note = gettext("It hangs on a date that is not known yet, such as the day your request arrives.")
        return Line(gettext("To be paid by"), text=gettext("Not known yet"), note=note)
    if day is None:
        none = gettext("No day set by the policy") if best.policy else gettext("No day set by law")
        return Line(gettext("Payment"), text=none, note=gettext("Name a day in your letter, for example in two weeks."))
    note = (
        gettext("Provisional: the holidays of that year are not published yet.") if "pay_by" in best.provisional else ""
    )
    return Line(gettext("To be paid by"), day=day, note=note)


def _depends(those: list[Shown], assessed: Assessed) -> Card:
    low, high = assessed.low, assessed.high
    amounts = (
        [wording.amount(low)] if low and low == high else [wording.amount(low), wording.amount(high)] if low else []
    )
    missing = {fact.fact: fact for one in those for fact in one.missing}
    many = len(missing) != 1
    return Card(
        "asks",
        gettext("Depends on facts we lack") if many else gettext("Depends on a fact we lack"),
        amounts,
        joiner=gettext("to"),
        sentence=gettext("The least and the most that it can be, as far as you have answered.") if amounts else "",
        missing=tuple(sorted(missing.values(), key=lambda one: one.fact not in first.PLAIN)),
    )


def _may(one: Shown, assessment: Json) -> Card:
    most = one.raw.get("at_most")
    amounts = [wording.amount(most)] if most else []
    sentence = one.why or gettext("You can ask; you cannot insist.")
    before = gettext("up to") if amounts else ""
    return Card(
        "may", gettext("At the seller’s discretion"), amounts or _zero(assessment), before=before, sentence=sentence
    )


def _ask(one: Shown, assessment: Json) -> Card:
    status = gettext("Nothing from this seller: ask %(who)s") % {"who": who(one.raw)}
    return Card("nil", status, _zero(assessment), sentence=one.why)


def _nothing(one: Shown | None, assessment: Json) -> Card:
    if one is None:
        return Card("nil", gettext("No rule applies"), [], sentence=_why_none(assessment))
    return Card("nil", gettext("Applies, owes nothing"), one.amounts or _zero(assessment), sentence=one.why)


def _why_none(assessment: Json) -> str:
    if assessment["entitlements"]:
        return gettext("No rule that we know applies to these facts. Below is why, rule by rule.")
    place = assessment["facts"].get("learner_place")
    if place:
        return gettext("We have not read the law of %(place)s yet.") % {
            "place": engine.place_name(place, wording.lang())
        }
    return gettext("Without the place where you live, no law can be found.")


def _zero(assessment: Json) -> list[Amount]:
    code = assessment.get("currency")
    return [Amount("0", wording.unit(code), code)] if code else []
