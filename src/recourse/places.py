"""The places that the product knows: countries, their parts (states, provinces, regions) and unions of countries.

A place is its ISO 3166 code: "DE", "DE-BY", "US-CA". A union ("EU", "EEA") may stand where a rule says for whom it is
law; nobody lives in one.
"""

import re
from functools import cache
from typing import NamedTuple

from recourse import days, packaged, source
from recourse.bilingual import Words
from recourse.problems import Problem, near

_CODE = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?", re.ASCII)
_MEANT = {"UK": "GB", "EL": "GR", "SCO": "GB-SCT", "USA": "US", "PRC": "CN", "ROC": "TW", "CN-HK": "HK", "CN-MO": "MO"}


class Membership(NamedTuple):
    """The days on which a country belongs to a union, both included; `until` is absent while that goes on."""

    since: int
    until: int | None

    def holds(self, day: int | None) -> bool:
        """Whether the country belongs to it on the day; without a day, whether it still does."""
        return self.until is None if day is None else self.since <= day and (self.until is None or day <= self.until)


class Union(NamedTuple):
    """A union of countries: its members, and the unions whose members belong to it from a day on."""

    name: Words
    members: dict[str, Membership]
    includes: dict[str, int]


class Places(NamedTuple):
    """The whole table of places, as `data/places.yaml` has it."""

    names: dict[str, Words]
    currencies: dict[str, str]
    divided: frozenset[str]  # the countries of which every part is listed
    unions: dict[str, Union]


def is_place(code: str) -> bool:
    """Whether the code is a country or a part of one. Parts of countries that the table does not divide go by form."""
    table = _table()
    if code in table.names:
        return True
    if _CODE.fullmatch(code) is None or "-" not in code:
        return False
    return code[:2] in table.names and code[:2] not in table.divided


def check(code: str, *, unions: bool = True) -> str:
    """The code itself; raises `Problem` with what was probably meant if it is no place.

    With `unions=False` the place must be one in which somebody can live: a country or a part of one.
    """
    if is_place(code):
        return code
    message = Words(f"{code[:60]!r} is no place (ISO 3166)", f"“{code[:60]}”不是地区代码（ISO 3166）")
    if code in _table().unions:
        if unions:
            return code
        message = Words(f"{code} is a union of countries", f"{code} 是国家联盟")
        raise Problem(message, hint=Words("Name the country: AT, DE, FR.", "请写具体国家，如 AT、DE、FR。"))
    likely = _likely(code)
    if not likely:
        raise Problem(
            message, hint=Words("Write a code such as DE, DE-BY or US-CA.", "请写 DE、DE-BY、US-CA 这样的代码。")
        )
    en = ", ".join(f"{other} ({name(other)})" for other in likely)
    zh = "、".join(f"{other}（{name(other, 'zh')}）" for other in likely)
    raise Problem(message, hint=Words(f"Did you mean {en}?", f"是否指 {zh}？"))


def is_union(code: str) -> bool:
    """Whether the code is a union of countries, in which nobody lives."""
    return code in _table().unions


def country(code: str) -> str:
    """The country of a place: "US" for "US-CA"."""
    return code[:2] if code[2:3] == "-" else code


def contains(code: str, within: str, day: int | None = None) -> bool:
    """Whether a place lies in another (or is it): "US-CA" in "US", "AT" in "EU".

    Members of a union come and go: with a `day` the answer is for that day, without one as the table last knew it.
    """
    if code == within or country(code) == within:
        return True
    union = _table().unions.get(within)
    if union is None:
        return False
    member = union.members.get(country(code))
    if member is not None and member.holds(day):
        return True
    return any(
        (code == other or (other != within and contains(code, other, day))) and (day is None or day >= since)
        for other, since in union.includes.items()
    )


def name(code: str, lang: str = "en") -> str:
    """The name for people: "California (United States)"; a part that the table does not know keeps its code."""
    return _name(code).of(lang)


def currency_of(code: str) -> str | None:
    """The currency that prices in the place are mostly in: a first guess for a form, never a fact."""
    return _table().currencies.get(country(code))


def codes(within: str | None = None) -> tuple[str, ...]:
    """All countries; or the parts of one, or the members that a union has now."""
    table = _table()
    if within is None:
        return tuple(code for code in table.names if "-" not in code)
    if within in table.unions:
        return tuple(code for code in table.names if "-" not in code and contains(code, within))
    return tuple(code for code in table.names if code.startswith(f"{within}-"))


def read(text: str, file: str = "places.yaml") -> Places:
    """The table from its text."""
    root = source.read(text, file).mapping()
    names: dict[str, Words] = {}
    currencies: dict[str, str] = {}
    for code, node in (*root["countries"].mapping().items(), *root["parts"].mapping().items()):
        en, zh, *currency = node.text().split(" | ")
        names[code] = Words(en, zh)
        if currency:
            currencies[code] = currency[0]
    countries = tuple(root["countries"].mapping())
    written = root["unions"].mapping()
    unions = {code: _union(node.mapping(), countries, tuple(written)) for code, node in written.items()}
    return Places(names, currencies, frozenset(code[:2] for code in names if "-" in code), unions)


def _union(node: dict[str, source.Node], countries: tuple[str, ...], unions: tuple[str, ...]) -> Union:
    if "everywhere" in node:
        named = Words(node["en"].text(), node["zh"].text())
        return Union(named, dict.fromkeys(countries, Membership(1, None)), dict.fromkeys(unions, 1))
    members = {}
    for code, dates in node["members"].mapping().items():
        since, until = dates.mapping()["from"], dates.mapping().get("until")
        members[code] = Membership(days.parse(since.text()), None if until is None else days.parse(until.text()))
    includes = node["includes"].mapping().items() if "includes" in node else ()
    return Union(
        Words(node["en"].text(), node["zh"].text()),
        members,
        {code: days.parse(since.text()) for code, since in includes},
    )


_kept: list[Places] = []


def table() -> Places:
    """The whole table, for whoever keeps it."""
    return _table()


def use(kept: Places) -> None:
    """The table as `table` gave it to another process, so that it need not be read from its text again."""
    _kept.append(kept)


@cache
def _table() -> Places:
    return _kept[-1] if _kept else read(packaged.text("places.yaml"))


def _name(code: str) -> Words:
    table = _table()
    if code in table.unions:
        return table.unions[code].name
    around = table.names.get(country(code), Words(code, code))
    if "-" not in code:
        return around
    part = table.names.get(code, Words(code, code))
    return Words(
        f"{part.en} ({around.en})", f"{around.zh}{part.zh}" if code in table.names else f"{around.zh} {part.zh}"
    )


def _likely(text: str) -> list[str]:
    """The codes that somebody meant who wrote another spelling, an unofficial code or a name."""
    table = _table()
    tidy = text.strip().upper().replace("_", "-").replace(" ", "-")
    if tidy in _MEANT:
        return [_MEANT[tidy]]
    if is_place(tidy):
        return [tidy]
    by_name: dict[str, list[str]] = {}
    for code, words in table.names.items():
        for spelling in (words.en, words.zh, words.zh.rstrip("州省市")):
            by_name.setdefault(spelling.lower(), []).append(code)
    wanted = text.strip().lower()
    found = by_name.get(wanted) or by_name.get(wanted.rpartition("-")[2])
    if found:
        return list(dict.fromkeys(found))
    parts = codes(tidy[:2]) if "-" in tidy else ()
    return near(tidy, parts) or [code for spelling in near(wanted, by_name, 2) for code in by_name[spelling]][:3]
