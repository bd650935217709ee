"""The terms of `terms.yaml` beside this module, and the days on which they end. Without Django, without a clock."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from recourse import days, places, source
from recourse.bilingual import Words
from recourse.rules.document import known_keys, need
from recourse.source import Node

FILE = Path(__file__).with_name("terms.yaml")  # no rule of a law: not among the data of the engine
ByPlace = Literal["limitation", "tax"]
_TERM = re.compile(r"(?P<number>[0-9]{1,4}) (?P<unit>day|year)s?")
YEAR_END = Words(", from the end of the year", "，自当年年末起")
DEFAULT = Words("default", "默认")
HEADS = {
    "en": ("kept", "why", "since", "how long", "then"),
    "zh": ("内容", "依据", "起算", "期限", "之后"),
}
TITLES: dict[ByPlace, Words] = {"limitation": Words("limitation", "时效期间"), "tax": Words("bookkeeping", "账簿保存")}
TABLES: dict[ByPlace, Words] = {
    "limitation": Words(
        "the limitation period (below): the longer of the learner's and the institution's place",
        "时效期间（见下）：学员所在地与机构所在地中较长者",
    ),
    "tax": Words("the bookkeeping term of the institution's place (below)", "机构所在地的账簿保存期限（见下）"),
}


class Term(NamedTuple):
    """A number of days or years. `known` where our data give it for the place, else it is the default."""

    number: int
    years: bool
    from_year_end: bool = False
    known: bool = True
    shown_by: str = ""  # the rule or body of our data
    cite: str = ""
    source: str = ""

    @property
    def said(self) -> Words:
        """Such as "3 years, from the end of the year"."""
        unit = "year" if self.years else "day"
        end = YEAR_END if self.from_year_end else Words("", "")
        many = "" if self.number == 1 else "s"
        return Words(f"{self.number} {unit}{many}{end.en}", f"{self.number} {'年' if self.years else '天'}{end.zh}")

    def ends(self, start: dt.date) -> dt.date:
        """The last day on which it is kept. A year from 29 February ends on 28 February."""
        first = dt.date(start.year, 12, 31) if self.from_year_end else start
        if not self.years:
            return first + dt.timedelta(days=self.number)
        return dt.date.fromordinal(days.add_months(first.toordinal(), 12 * self.number, "last day"))


class Kept(NamedTuple):
    """A class of data: what it is, on which ground it is kept, since when and how long, and what happens then."""

    id: str
    what: Words
    ground: Words
    since: Words
    term: Term | ByPlace
    action: Words


class Terms(NamedTuple):
    """The whole file."""

    classes: dict[str, Kept]
    defaults: dict[ByPlace, Term]
    places: dict[ByPlace, dict[str, Term]]


@cache
def table() -> Terms:
    """The terms as they come with the package."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Terms:
    """The terms of a text. Raises `Problem` for what is not as it must be, with its place."""
    root = _fields(source.read(text, FILE.name), "a file of terms", {"classes", *TABLES})
    by_place: dict[ByPlace, dict[str, Term]] = {}
    defaults: dict[ByPlace, Term] = {}
    for name in TABLES:
        part = _fields(root[name], "a table by place", {"default", "places"})
        defaults[name] = _years(part["default"])._replace(known=False)
        by_place[name] = {}
        for node in part["places"].sequence():
            fields = _fields(node, "a place", {"place", "term"}, {"from_year_end", "shown_by", "cite", "source"})
            by_place[name][places.check(fields["place"].text(), unions=False)] = _of_place(fields)
    classes = [_kept(node) for node in root["classes"].sequence()]
    return Terms({one.id: one for one in classes}, defaults, by_place)


def _fields(node: Node, what: str, needed: set[str], besides: Set[str] = frozenset()) -> dict[str, Node]:
    """The entries of a mapping: all that it needs, and no other than it may have."""
    found = known_keys(node, needed | besides, what)
    return found | {name: need(found, name, node, what) for name in sorted(needed)}


def _kept(node: Node) -> Kept:
    fields = _fields(node, "a class", {"id", "what", "ground", "since", "term", "action"})
    written = fields["term"].text()
    term = next((name for name in TABLES if name == written), None)
    return Kept(
        fields["id"].text(), _words(fields["what"]), _words(fields["ground"]), _words(fields["since"]),
        _term(fields["term"]) if term is None else term, _words(fields["action"]),
    )  # fmt: skip


def _of_place(fields: dict[str, Node]) -> Term:
    shown_by, cite, told = (fields[name].text() if name in fields else "" for name in ("shown_by", "cite", "source"))
    if not shown_by and not (cite and told):
        raise fields["place"].problem("a term of a place says where it is from", hint="shown_by, or cite and source")
    year_end = fields["from_year_end"].text() if "from_year_end" in fields else "no"
    if year_end not in ("yes", "no"):
        raise fields["from_year_end"].problem("this is neither yes nor no", field="from_year_end")
    found = _years(fields["term"])
    return found._replace(from_year_end=year_end == "yes", shown_by=shown_by, cite=cite, source=told)


def _years(node: Node) -> Term:
    """A term of a place: recourse.desk.retention.due counts on years."""
    found = _term(node)
    if not found.years:
        raise node.problem("the term of a place is in years", hint="3 years")
    return found


def _term(node: Node) -> Term:
    found = _TERM.fullmatch(node.text())
    if found is None:
        raise node.problem("this is no term", hint="90 days, 6 years, limitation or tax")
    return Term(int(found["number"]), found["unit"] == "year")


def _words(node: Node) -> Words:
    said = _fields(node, "words", {"en", "zh"})
    return Words(said["en"].text(), said["zh"].text())


def term(name: str, place: str = "") -> Term:
    """The term of a class; where it hangs on the place, that of the place (US-CA before US), else the default."""
    found = table().classes[name].term
    if isinstance(found, Term):
        return found
    known = table().places[found]
    return known.get(place) or known.get(places.country(place)) or table().defaults[found]


def span(name: str) -> dt.timedelta:
    """The term of a class that is a number of days."""
    found = term(name)
    return dt.timedelta(days=found.number * (365 if found.years else 1))


def plain(lang: str) -> dict[str, Any]:
    """The terms for programs; a class whose term hangs on the place names its table."""
    classes = [
        {"id": one.id, "what": one.what.of(lang), "ground": one.ground.of(lang), "since": one.since.of(lang),
         "term": one.term.said.of(lang) if isinstance(one.term, Term) else one.term, "action": one.action.of(lang)}
        for one in table().classes.values()
    ]  # fmt: skip
    tables: dict[str, Any] = {
        name: {"default": table().defaults[name].said.of(lang),
               "places": {place: found.said.of(lang) for place, found in sorted(table().places[name].items())}}
        for name in TABLES
    }  # fmt: skip
    return {"classes": classes, **tables}


def printed(lang: str = "en") -> str:
    """The terms as the documents print them: a table of the classes, and one for each table by place."""
    return "\n".join(_printed("zh" if lang == "zh" else "en"))


def _printed(lang: Literal["en", "zh"]) -> Iterator[str]:
    yield f"| {' | '.join(HEADS[lang])} |"
    yield "|---|---|---|---|---|"
    for one in table().classes.values():
        how_long = one.term.said if isinstance(one.term, Term) else TABLES[one.term]
        yield f"| {' | '.join(said.of(lang) for said in (one.what, one.ground, one.since, how_long, one.action))} |"
    for name, title in TITLES.items():
        yield ""
        yield f"| {title.of(lang)} | | |"
        yield "|---|---|---|"
        for place, found in sorted(table().places[name].items()):
            where = f"`{found.shown_by}`" if found.shown_by else f"{found.cite} ({found.source})"
            yield f"| {places.name(place, lang)} | {found.said.of(lang)} | {where} |"
        yield f"| {DEFAULT.of(lang)} | {table().defaults[name].said.of(lang)} | |"
