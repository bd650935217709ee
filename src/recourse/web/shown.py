"""One entitlement of an assessment as a page shows it: which of the five answers, in which words, with what reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from recourse.web import engine, labels, titles, values, wording
from recourse.web.answers import Answers
from recourse.web.engine import Json
from recourse.web.titles import Title
from recourse.web.wording import Amount

# The coin beside each answer: full, half, dotted, empty.
COINS = {"owes": "owes", "gives": "owes", "depends": "asks", "discretion": "may"}

# Keys of an entitlement that have a place of their own on the page; every other known answer is listed beneath it.
DATES = ("window_ends_on", "pay_by", "contract_ends_on", "access_ends_on", "acceptance_due_on", "mediation_ends_on",
         "issuer_acknowledges_by", "issuer_resolves_by", "chargeback_request_by")  # fmt: skip
TOLD = ("applies", "outcome", "refund", "ask_instead", "depends_on", "between", "reason")
THE = {"AE", "EU", "GB", "NL", "PH", "US"}  # "the law of the Netherlands"


@dataclass(frozen=True)
class Missing:
    """A fact that an answer lacks."""

    fact: str
    name: str
    question: str
    not_known: bool  # asked already, and the answer was "I do not know"


@dataclass(frozen=True)
class Taken:
    """Something the answer takes to be so: a presumed fact or a reading of an unclear text."""

    about: str
    value: str
    because: str
    otherwise: str = ""
    fact: str = ""


@dataclass(frozen=True)
class Duty:
    """What the seller must do, and whether it did; or a way that is open to the learner (no `state`)."""

    says: str
    cite: str
    state: str = ""
    broken: bool = False


@dataclass(frozen=True)
class Step:
    """A line of the working; `figure` is empty where the line is a reason rather than a sum."""

    text: str
    cite: str
    figure: str = ""


@dataclass(frozen=True)
class Source:
    """Where it is written, who read it when, and how sure that is."""

    article: str
    title: str
    address: str
    checked_on: int | None
    status: str
    quote: str = ""
    translation: str = ""


@dataclass(frozen=True)
class Shown:
    """An entitlement in words."""

    raw: Json
    rule: str
    version: str
    title: Title
    whose: str  # "the law of Germany", "the policy of Udemy"
    policy: bool
    answer: str
    coin: str
    status: str
    why: str
    amounts: list[Amount]
    dates: list[tuple[str, str, int]]  # (key, name, day)
    more: list[tuple[str, str, str]]  # (key, name, value)
    missing: list[Missing]
    taken: list[Taken]
    provisional: set[str]
    displaced_by: str
    not_encoded: list[tuple[str, str]]  # (article, why)
    duties: list[Duty]
    ways: list[Duty]
    note: str
    steps: list[Step]
    source: Source
    in_force: tuple[int | None, int | None]

    @property
    def amount(self) -> Amount | None:
        """The amount, where there is exactly one."""
        return self.amounts[0] if len(self.amounts) == 1 else None

    @property
    def owes(self) -> bool:
        """Whether money is owed for certain on these facts."""
        return self.answer == "owes" and bool(self.raw.get("refund")) and not wording.is_zero(self.raw["refund"])

    @property
    def changes(self) -> list[Taken]:
        """What is taken to be so, and would change the amount if it were otherwise."""
        hanging = {one.fact for one in self.missing}
        here = wording.money(self.raw["refund"]) if self.raw.get("refund") else ""
        return [one for one in self.taken if one.fact in hanging or (one.otherwise and one.otherwise != here)]


def entitlement(one: Json, answers: Answers) -> Shown:
    """From one entry of the assessment's `entitlements`."""
    answer = one["answer"]
    return Shown(
        raw=one,
        rule=one["rule"],
        version=one.get("version") or "",
        title=titles.of(one["title"], one.get("place") or ""),
        whose=whose(one),
        policy=bool(one.get("platform")),
        answer=answer,
        coin="nil" if one.get("displaced_by") else COINS.get(answer, "nil"),
        status=_status(one),
        why=one.get("why") or "",
        amounts=_amounts(one),
        dates=_dates(one),
        more=_more(one),
        missing=[missing(name, answers) for name in one.get("missing") or ()],
        taken=[_presumed(entry) for entry in one.get("presumed") or ()]
        + [_reading(entry) for entry in one.get("readings") or ()],
        provisional=set(one.get("provisional") or ()),
        displaced_by=one.get("displaced_by") or "",
        not_encoded=[_not_encoded(entry) for entry in one.get("not_encoded") or ()],
        duties=[_duty(entry) for entry in one.get("duties") or ()],
        ways=[_duty(entry) for entry in one.get("ways") or ()],
        note=_said(one.get("note")),
        steps=[_step(entry) for entry in one.get("steps") or ()],
        source=source(one.get("source") or {}),
        in_force=_in_force(one.get("in_force") or {}),
    )


def whose(one: Json) -> str:
    """Whose word it is: the law of a place, or the policy of a platform."""
    if one.get("platform"):
        return gettext("the policy of %(platform)s") % {
            "platform": engine.platform_name(one["platform"], wording.lang())
        }
    place = one.get("place") or ""
    name = engine.place_name(place, wording.lang()) if place else ""
    if place in THE and wording.lang() == "en":
        name = f"the {name}"
    return gettext("the law of %(place)s") % {"place": name}


def missing(name: str, answers: Answers) -> Missing:
    """A fact that is lacking, by its name and question."""
    fact = engine.facts()[name]
    lang = wording.lang()
    return Missing(name, fact.name.of(lang), fact.ask.of(lang), name in answers.unknown)


def source(cite: Json) -> Source:
    """The source of a rule."""
    checked = str(cite.get("checked_on") or "")
    return Source(
        article=wording.article(cite.get("article") or ""),
        title=wording.own_policy(cite.get("title") or ""),
        address=cite.get("address") or "",
        checked_on=wording.day_of(checked),
        status=cite.get("status") or "",
        quote=cite.get("quote") or "",
        translation=cite.get("translation") or "",
    )


def _status(one: Json) -> str:
    refund = one.get("refund")
    match one["answer"]:
        case "owes":
            return gettext("Owes %(amount)s") % {"amount": wording.money(refund)} if refund else gettext("Applies")
        case "owes-nothing":
            return gettext("Applies, owes nothing")
        case "silent":
            return gettext("The text does not say")
        case "depends":
            return (
                gettext("Depends on a fact we lack")
                if len(one.get("missing") or ()) == 1
                else gettext("Depends on facts we lack")
            )
        case "discretion":
            return gettext("At the seller’s discretion")
        case "ask-someone-else":
            return gettext("Ask somebody else: %(who)s") % {"who": who(one)}
        case "exchange":
            return gettext("Another course instead of money")
        case "gives":
            return gettext("Applies")
        case "duties":
            return gettext("What the seller must do")
    return gettext("Does not apply")


def who(one: Json) -> str:
    """Who decides instead: a party, or another rule."""
    if one.get("see"):
        return str(titles.of(engine.rules()[one["see"]].title, "")) if one["see"] in engine.rules() else str(one["see"])
    return labels.answer("ask_instead", str(one.get("ask_instead") or ""))


def _amounts(one: Json) -> list[Amount]:
    if one["answer"] == "depends" and one.get("between"):
        low, high = one["between"]
        return [wording.amount(low)] if low == high else [wording.amount(low), wording.amount(high)]
    refund = one.get("refund")
    return [wording.amount(refund)] if refund else []


def _dates(one: Json) -> list[tuple[str, str, int]]:
    found = []
    for key in DATES:
        day = wording.day_of(str(one.get(key) or ""))
        if day is not None:
            found.append((key, labels.more(key), day))
    return found


def _more(one: Json) -> list[tuple[str, str, str]]:
    shown = []
    for key in engine.expectations():
        value = one.get(key)
        if key in (*DATES, *TOLD) or value in (None, "", []) or (isinstance(value, str) and wording.is_zero(value)):
            continue
        shown.append((key, labels.more(key), _value(key, value)))
    return shown


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    text = str(value)
    if engine.expectations()[key].type == "choice":
        return labels.answer(key, text)
    figure, _, code = text.partition(" ")
    return wording.money(text) if len(code) == 3 and code.isupper() and figure else text


def _presumed(entry: Json) -> Taken:
    fact = engine.facts()[entry["fact"]]
    value = entry.get("value")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    because = _said(entry.get("because")).rstrip(".。")
    return Taken(fact.name.of(wording.lang()), values.shown(fact, text), because, fact=fact.id)


def _reading(entry: Json) -> Taken:
    value = gettext("Yes") if entry.get("taken") in (True, "yes") else gettext("No")
    otherwise = entry.get("otherwise")
    other = ""
    if isinstance(otherwise, Mapping):
        other = wording.money(otherwise["refund"]) if otherwise.get("refund") else _said(otherwise)
    elif otherwise:
        other = wording.money(otherwise) if otherwise[-3:].isupper() else str(otherwise)
    return Taken(_said(entry.get("asks")), value, _said(entry.get("because")).rstrip(".。"), other)


def _duty(entry: Json) -> Duty:
    state = entry.get("state") or ""
    return Duty(
        _said(entry.get("says")),
        wording.article(entry.get("cite") or ""),
        labels.duty(state) if state else "",
        state == "broken",
    )


def _not_encoded(entry: Any) -> tuple[str, str]:
    if isinstance(entry, Mapping):
        cite = entry.get("cite")
        article = cite.get("article", "") if isinstance(cite, Mapping) else str(cite or "")
        return wording.article(article), _said(entry.get("why"))
    return "", _said(entry)


def _step(entry: Json) -> Step:
    cite = entry.get("cite") or ""
    article = cite.get("article", "") if isinstance(cite, Mapping) else str(cite)
    return Step(_said(entry["text"]), wording.article(article), str(entry.get("figure") or ""))


def _said(words: Any) -> str:
    """A text that the engine already said in the page's language, or has in both."""
    if isinstance(words, Mapping):
        return str(words.get(wording.lang()) or words.get("en") or "")
    return "" if words is None else str(words)


def _in_force(entry: Json) -> tuple[int | None, int | None]:
    return wording.day_of(str(entry.get("from") or "")), wording.day_of(str(entry.get("until") or ""))
