"""Before buying: a policy beside the law of the learner's place, what the page and the contract say and leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from recourse import curve as curves
from recourse import money, places
from recourse.compare import plausible
from recourse.compare.witness import texts
from recourse.documents import contract, phrases
from recourse.documents.contract import ContractRead, DutyRead, Passage
from recourse.documents.proposed import Item
from recourse.facts import Facts, read_facts
from recourse.library import Library, with_policy
from recourse.problems import Problem
from recourse.rights import rights
from recourse.rules import compiled
from recourse.web import comparing, engine, shelf, titles, values, wording
from recourse.web import corpus as told
from recourse.web import curve as drawn
from recourse.web.comparing import Compared
from recourse.web.corpus import Right
from recourse.web.curve import Chart
from recourse.web.desk import labels_of_pages as words
from recourse.web.desk import seller_questions
from recourse.web.desk.given import Given
from recourse.web.desk.seller_questions import Open
from recourse.web.engine import Json
from recourse.web.titles import Title

READ = {"no_refund", "renewal", "penalty", "jurisdiction", "trial_price", "share_charge"}  # to be read, not to be had
SHOWN = 3  # passages of one topic
GIVING = 5  # rights of a place that are named where there is no policy to compare


@dataclass(frozen=True)
class Subject:
    """What is looked at, and from where: `policy` in the rule language, `facts` what is known of the course."""

    place: str
    day: int
    name: str = ""
    platform: str = ""
    policy: str = ""
    terms: str = ""
    facts: Mapping[str, str] | None = None
    kept: bool = False  # published by somebody: what comes of it may be remembered


@dataclass(frozen=True)
class Seen:
    """A passage cut at the words that were found."""

    before: str
    word: str
    after: str
    lang: str
    line: int


@dataclass(frozen=True)
class Topic:
    """What a contract should state or a buyer should read: "" as coin where it is only to be read."""

    name: str
    asks: str
    coin: str
    state: str
    passages: tuple[Seen, ...]
    more: int


@dataclass(frozen=True)
class Duty:
    """What the seller must do by law, and whether the text speaks of it."""

    says: str
    cite: str
    coin: str
    state: str


@dataclass(frozen=True)
class Line:
    """Something that the page says."""

    name: str
    value: str
    clear: bool


@dataclass(frozen=True)
class Checked:
    """Everything that the page shows."""

    place: str
    place_name: str
    day: int
    name: str
    compared: Compared | None
    chart: Chart | None
    own_chart: bool  # drawn with this course's own price and dates
    lines: tuple[Line, ...]
    missing: tuple[str, ...]
    price: str
    tax: str  # true or false, as the page says; "" where it does not
    topics: tuple[Topic, ...]
    duties: tuple[tuple[str, Title, list[Duty]], ...]
    elsewhere: int  # duties that a text cannot show
    giving: tuple[Right, ...]
    open: Open
    notes: tuple[str, ...]

    @property
    def less(self) -> bool:
        """Whether the policy gives less than the law somewhere."""
        return bool(self.compared and self.compared.report and self.compared.report["falls_short"])

    @property
    def silent(self) -> str:
        """What the contract should speak of and nothing was found on."""
        return wording.listed([one.name for one in self.topics if one.coin == "nil"])

    @property
    def questions(self) -> list[str]:
        """What to ask, in the language of the page."""
        return self.open.questions(self.place_name)

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Language tag and message: first as the page speaks, then in the other language."""
        tags = {"en": ("en", "en"), "zh": ("zh-Hans", "zh-hans")}
        order = [wording.lang(), *(lang for lang in tags if lang != wording.lang())]
        return [
            (tags[lang][0], self.open.message(engine.place_name(self.place, lang), tags[lang][1])) for lang in order
        ]


def check(subject: Subject, given: Given) -> Checked:
    """Looks at everything that was given, from the place and on the day."""
    lang = wording.lang()
    policy = given.policy or subject.policy or comparing.shipped(subject.platform)
    public = subject.kept or (not given.policy and not subject.policy)
    compared = _compared(policy, subject.place, subject.day, public=public) if policy else None
    facts = known(subject, given.items)
    own = own_chart(policy, facts, subject.day)
    terms = given.terms or subject.terms
    law = rights(engine.library(), subject.place, subject.day)
    found = contract.read(terms, law) if terms else None
    page_missing = given.page.missing if given.page is not None else ()
    less = bool(compared and compared.report and compared.report["falls_short"])
    return Checked(
        place=subject.place,
        place_name=engine.place_name(subject.place, lang),
        day=subject.day,
        name=_course_name(subject, given.items) or subject.name,
        compared=compared,
        chart=own or (compared.chart if compared is not None else None),
        own_chart=own is not None,
        lines=tuple(_line(one) for one in given.items),
        missing=tuple(text.of(lang) for _, text in page_missing),
        price=_price(facts, given.items),
        tax=next((one.readings[0] for one in given.items if one.what == "tax_included" and one.clear), ""),
        topics=tuple(topics(found)) if found is not None else (),
        duties=tuple(_duties(found.duties)) if found is not None else (),
        elsewhere=sum(one.state == "elsewhere" for one in found.duties) if found is not None else 0,
        giving=_giving(subject) if compared is None or compared.report is None else (),
        open=seller_questions.of(
            _missing([key for key, _ in page_missing], found, bool(given.page), platform=bool(subject.platform)),
            [one.topic for one in found.passages] if found is not None else (),
            less=less, course=_course_name(subject, given.items),
        ),
        notes=tuple(note.of(lang) for note in given.notes),
    )  # fmt: skip


# -- the policy beside the law


def _compared(policy: str, place: str, day: int, *, public: bool) -> Compared:
    """What a stranger pastes is never remembered; what is published is, since many look at it."""
    if public:
        return _remembered(policy, place, day, wording.lang())
    return comparing.compare(policy, place, day, rows=False)


@lru_cache(maxsize=64)
def _remembered(policy: str, place: str, day: int, _lang: str) -> Compared:
    return comparing.compare(policy, place, day, rows=False)


def known(subject: Subject, items: Iterable[Item]) -> Facts | None:
    """The facts of a purchase made today from a seller in order: of the course, and what its page says clearly."""
    vocabulary = engine.library().vocabulary
    said = {one.what: one.readings[0] for one in items if one.clear and one.what in vocabulary.facts}
    offered = {**said, **(subject.facts or {})}
    price = offered.get("paid") or offered.get("price")
    if not price:
        return None
    today = wording.iso(subject.day)
    first = {"learner_place": subject.place, "paid": price}
    first |= dict.fromkeys(("concluded_on", "requested_on", "request_received_on"), today)
    try:
        kept = read_facts(first, vocabulary)
    except Problem:
        return None
    plain = {name: good[0] for name, good in plausible.IN_ORDER.items() if len(good) == 1 and good[0] is not None}
    usual = {name: value for name, value in plausible.GIVEN.items() if name != "seller_window_days"}
    assumed = texts({**usual, **plain, "supply_begun": False}, vocabulary, kept.currency or "")
    for name, text in [*offered.items(), *assumed.items()]:
        if name in vocabulary.facts and name not in kept.values:
            with suppress(Problem):  # what does not go with the rest is left out
                kept = kept.with_(name, text)
    return kept


def own_chart(policy: str, facts: Facts | None, day: int) -> Chart | None:
    """The curve of this very course, where what is known of it suffices; without a policy that of the law alone."""
    if facts is None or facts.currency is None:
        return None
    library = engine.library()
    if not policy:
        return drawn.chart(curves.curve(library, facts, asked_on=day), {"currency": facts.currency}, day)
    try:
        written, platform = with_policy(library, policy, comparing.NAME)
    except Problem:
        return None
    try:
        series = curves.curve(written, facts, platform=platform, asked_on=day)
        both = {"platform", "law"} <= {one.kind for one in series}
        return drawn.chart(series, {"currency": facts.currency}, day) if both else None
    except Problem:
        return None
    finally:
        _forget(written, platform)


def _forget(written: Library, platform: str) -> None:
    compiled.forget(v for c in written.platforms[platform].clauses for v in written.rules[c].versions)


def _giving(subject: Subject) -> tuple[Right, ...]:
    found = shelf.rights(subject.place, subject.day, wording.lang())["giving"]
    timed = {one["rule"] for one in found if any(line["key"] == "window_ends_on" for line in one["gist"])}
    near = sorted(
        found, key=lambda one: (one["place"] != subject.place, -len(one["place"] or ""), one["rule"] not in timed)
    )
    return tuple(told.right(one) for one in near[:GIVING])


# -- the page


def _line(one: Item) -> Line:
    fact = engine.facts().get(one.what)
    lang = wording.lang()
    name = fact.name.of(lang) if fact is not None else words.item(one.what)
    shown = [values.shown(fact, text) if fact is not None else words.said(one.what, text) for text in one.readings[:6]]
    return Line(name, words.either(shown), one.clear)


def _price(facts: Facts | None, items: Iterable[Item]) -> str:
    if facts is not None and facts.currency is not None and isinstance(facts.values.get("paid"), int):
        return money.show(int(facts.values["paid"]), facts.currency)
    return next((one.readings[0] for one in items if one.what == "price" and one.clear), "")


# -- the contract


def topics(found: ContractRead) -> Iterable[Topic]:
    """What a contract should state, first; then what was found that one should read."""
    lang = wording.lang()
    for topic in phrases.TOPICS:
        passages = found.on(topic)
        wanted = topic in phrases.WANTED
        if not passages and not wanted:
            continue
        name, asks, _ = phrases.TOPICS[topic]
        coin = ("asks" if topic in READ else "owes") if passages else "nil"
        cut = tuple(_seen(one, found.text) for one in passages[:SHOWN])
        yield Topic(name.of(lang), asks.of(lang), coin, words.found(coin), cut, max(0, len(passages) - SHOWN))


def _seen(one: Passage, text: str) -> Seen:
    whole = one.of(text)
    at = whole.find(one.word)
    before, after = (whole[:at], whole[at + len(one.word) :]) if at >= 0 else (whole, "")
    tag = titles.TAGS.get(one.lang, one.lang)
    return Seen(before, one.word if at >= 0 else "", after, tag, text.count("\n", 0, one.start) + 1)


def _duties(found: Iterable[DutyRead]) -> Iterable[tuple[str, Title, list[Duty]]]:
    """The duties that a text can show, by the rule that says so; each sentence once."""
    shown = [one for one in found if one.state != "elsewhere"]
    lang = wording.lang()
    seen: set[str] = set()  # several rules may say the same
    for rule_id, ones in groupby(shown, key=lambda one: one.said.held.rule.id):
        rule = engine.rules()[rule_id]
        lines: dict[str, Duty] = {}
        for one in ones:
            says = one.said.duty.says.get(lang) or one.said.duty.says.get("en") or ""
            cite = one.said.duty.cite.article or one.said.held.version.cite.article or ""
            if says not in seen:
                seen.add(says)
                lines[says] = Duty(says, cite, words.COINS[one.state], words.state(one.state))
        if lines:
            yield rule_id, titles.of(rule.title, rule.place), list(lines.values())


def _course_name(subject: Subject, items: Iterable[Item]) -> str:
    """The name of the course; a platform's name is none."""
    read = next((one.readings[0] for one in items if one.what == "course_name"), "")
    return read or ("" if subject.platform else subject.name)


def _missing(page: list[str], found: ContractRead | None, has_page: bool, *, platform: bool) -> list[str]:
    """What nothing was found of: by the page's data, and by the text; what one of the two says is not missing."""
    silent = list(found.silent) if found is not None else []
    if found is None:
        return page or (["fees", "complaints"] if platform and not has_page else [])
    if not has_page:
        return silent
    spoken = {one.topic for one in found.passages}
    said = {"price", "refund", "duration"} - set(page)
    return [key for key in page if key not in spoken] + [key for key in silent if key not in said]


def is_place(code: str) -> bool:
    """Whether somebody can live there."""
    return places.is_place(code)


def shortfall(compared: Compared) -> Json | None:
    """The worst of what the policy leaves out, for the figure."""
    return compared.report["worst"] if compared.report is not None else None
