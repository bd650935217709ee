"""What a policy comes to, for whoever writes or reads it: its words, its picture, where it gives less than the law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recourse import places as geography
from recourse.desk.models import Course, Policy
from recourse.desk.services import policies as service
from recourse.desk.terms import read
from recourse.web import engine, wording
from recourse.web.curve import Chart
from recourse.web.desk.staff import sample
from recourse.web.desk.staff.place import Desk


@dataclass(frozen=True)
class Seen:
    """What a policy comes to: its words, its picture, and where it gives less than the law."""

    lines: list[str]
    curve: Chart | None
    story: str
    place: str
    short: Sequence[service.Shortfall]


def seen(desk: Desk, text: str, codes: Sequence[str], today: dt.date, *, compared: bool = False) -> Seen:
    """Work it out, with what it gives less than the law if that is asked. Raises `Problem` for what is no policy."""
    library, name = service.loaded(text)
    found = read(text)
    day = max(today, found[1].since) if found is not None else today
    versions = [library.rules[clause].versions[0] for clause in library.platforms[name].clauses]
    words = [section for version in versions for section in _words(library, version)]
    lines = [line["text"] for section in words for line in section["lines"]]
    named = next((version.currency for version in versions if version.currency), "")
    currency = named or geography.currency_of(desk.institution.place) or "EUR"
    kinds = Course.objects.filter(institution=desk.institution, published=True).values_list("facts", flat=True)[:1]
    kind = next((facts["kind"] for facts in kinds if facts.get("kind")), "live-course")
    one = sample.Sample(codes[0], desk.institution.place, kind, currency, day)
    short = service.shortfalls(text, tuple(codes), day.toordinal()) if compared else ()
    picture = sample.chart(text, one)
    return Seen(lines, picture, sample.story(one), engine.place_name(codes[0], wording.lang()), short)


def _words(library: Any, version: Any) -> list[engine.Json]:
    """A version read aloud: what decides, and the days."""
    from recourse.rules import reading  # noqa: PLC0415 - only this page reads rules that are not in the corpus

    return [one for one in reading.rule_words(library, version, wording.lang()) if one["key"] in ("owed", "days")]


def kept(policy: Policy) -> list[dict[str, str]]:
    """What was found on publication, in the language of the page."""
    return [told(one) for one in policy.shortfalls]


def told(one: dict[str, Any]) -> dict[str, str]:
    lang = wording.lang()
    said = {key: str(one[key][lang]) for key in ("story", "says")}
    return {**one, **said, "name": engine.place_name(one["place"], lang)}
