"""Rules and bodies as the pages of the corpus show them: titles with their language, sources, words for ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from recourse.web import engine, labels, shown, titles, wording
from recourse.web.engine import Json
from recourse.web.shown import Source
from recourse.web.titles import Title

# Whom a rule binds, by the place that it is the law of.
BINDS = {
    "learner_place": gettext_noop("holds for learners who live there"),
    "seller_place": gettext_noop("holds for sellers established there"),
    "either": gettext_noop("holds if you live there or the seller is established there"),
}
LONG = 170  # letters of a sentence that is folded away


@dataclass(frozen=True)
class Right:
    """A rule of a place in short, with the long words behind it."""

    rule: str
    title: Title
    kind: str
    place: str
    whose: str
    binds: str
    first: int | None  # in force since
    coming: bool
    covers: str
    folded: bool  # whether what it covers is too long to stand open
    gist: Sequence[Json]
    gives: Sequence[Json]
    exceptions: Sequence[Json]
    reasons: Sequence[Json]
    not_encoded: Sequence[Json]
    source: Source
    doubts: int


@dataclass(frozen=True)
class Body:
    """A body to turn to; for given facts also whether it fits, until when, and what that hangs on."""

    id: str
    title: Title
    raw: Json
    where: str
    languages: str
    channels: Sequence[Json]
    source: Source
    fits: str = ""
    coin: str = ""
    apply_from: int | None = None
    apply_by: int | None = None


COINS = {"fits": "owes", "may-fit": "asks", "not-yet": "may", "too-late": "nil"}
FITS = {
    "fits": gettext_noop("There for your case"),
    "may-fit": gettext_noop("May be there for your case"),
    "not-yet": gettext_noop("There for your case, but not yet"),
    "too-late": gettext_noop("Its time limit is over"),
}


def right(one: Json) -> Right:
    """From an entry of `guide.rights_json`."""
    first = str(one["in_force"]["from"] or "")
    covers = one["covers"]
    binds = BINDS.get(one["binds"], "")
    return Right(
        rule=one["rule"],
        title=titles.of(one["title"], one["place"] or ""),
        kind=labels.kind(one["kind"]),
        place=one["place"],
        whose=engine.place_name(one["place"], wording.lang()),
        binds=gettext(binds) if binds else "",
        first=wording.day_of(first),
        coming=first == "not yet",
        covers=covers,
        folded=len(covers) > (LONG if wording.lang() == "en" else LONG // 3),
        gist=one["gist"],
        gives=one["gives"],
        exceptions=one["exceptions"],
        reasons=one["reasons"],
        not_encoded=one["not_encoded"],
        source=shown.source(one["source"]),
        doubts=one["doubts"],
    )


def body(one: Json) -> Body:
    """From `guide.body_json` or `guide.turn_json`."""
    fits = one.get("fits") or ""
    world = one["place"] == "WORLD"
    return Body(
        id=one["id"],
        title=titles.of(one["title"], one["place"]),
        raw=one,
        where="" if world else engine.place_name(one["place"], wording.lang()),
        languages=wording.listed([language(code) for code in one["languages"]]),
        channels=[{**channel, "address": address(channel)} for channel in one["apply"]],
        source=shown.source(one["source"]),
        fits=gettext(FITS[fits]) if fits else "",
        coin=COINS.get(fits, ""),
        apply_from=wording.day_of(one.get("apply_from") or ""),
        apply_by=wording.day_of(one.get("apply_by") or ""),
    )


def address(channel: Mapping[str, Any]) -> str:
    """What a way to reach a body links to; "" where it is no plain address or number."""
    at = str(channel["at"] or "").strip()
    if channel["by"] in ("web", "app") and at.startswith(("https://", "http://")):
        return at
    if channel["by"] == "web" and "." in at and not set(at) & set(" ;,"):
        return f"https://{at}"
    if channel["by"] == "mail" and at.count("@") == 1 and " " not in at:
        return f"mailto:{at}"
    return ""


def language(code: str) -> str:
    """The name of a language in the page's language; the code itself where nobody knows it."""
    tag = {"zh": "zh_Hans"}.get(code, code.replace("-", "_"))
    found = wording.locale().languages.get(tag) or wording.locale().languages.get(code.partition("-")[0])
    return str(found or code)
