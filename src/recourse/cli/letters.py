"""`recourse letter`: a letter about a purchase, as PDF/A with the assessment attached or as plain text."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recourse.bilingual import Words, language
from recourse.cli.frame import Data, app, library, purchase, today
from recourse.problems import Problem

if TYPE_CHECKING:
    from recourse.assess import Assessment
    from recourse.letters.letter import Letter, Matter
    from recourse.library import Library
    from recourse.onward import Turn
    from recourse.source import Node

EXAMPLE = Words(
    'letter:\n  learner: {name: Anna Muster, address: ["Hauptstrasse 5", "1010 Wien"]}\n  order: HM-2026-00017',
    'letter:\n  learner: {name: 王小明, address: ["北京市海淀区"]}\n  order: "20260017"',
)


@app.command()
def letter(
    file: Annotated[
        str,
        typer.Argument(help="YAML or JSON with `facts:` as for `recourse owed`, and `letter:` (see docs/letters.md); "
                       "- reads standard input."),
    ],
    kind: Annotated[
        str,
        typer.Option(help="request, withdrawal, reminder, complaint, complaint-to, decision or receipt."),
    ] = "request",
    to: Annotated[str | None, typer.Option(help="The body to complain to: an id of `recourse onward`.")] = None,
    lang: Annotated[
        str | None,
        typer.Option(help="en, zh, de, fr, ko, ja, es or pt; without it, the language of whoever the letter goes to."),
    ] = None,
    beside: Annotated[
        str | None, typer.Option(help="The same letter in another language behind it, for information.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="letter.pdf or letter.txt; without it, the text is printed.")] = None,
    made_at: Annotated[
        str | None,
        typer.Option(help="The moment the file says it was made, if not now: 2026-09-11T12:00Z. "
                     "The same input then gives the same bytes."),
    ] = None,
    data: Data = None,
) -> None:  # fmt: skip
    """A letter about this purchase: every figure in it is worked out, none is typed.

    Examples:

    - `recourse letter purchase.yaml --kind request --out letter.pdf`
    - `recourse letter purchase.yaml --kind complaint-to --to de-verbraucherzentrale --beside en --out letter.pdf`
    """
    from recourse import days
    from recourse.letters import compose, plain

    instant = days.parse_instant(made_at) if made_at else int(time.time())
    written, assessment, first = _written(library(data), file, kind, to, lang)
    if beside:
        other = _letter(assessment, first[0], kind, beside, str(assessment.facts.values.get("learner_place", "")))
        written = compose.beside(written, other)
    if out is None:
        print(plain.plain(written), end="")
        return
    if out.suffix not in (".pdf", ".txt"):
        raise Problem(Words(f"{out} is neither .pdf nor .txt", f"{out} 既不是 .pdf 也不是 .txt"), field="--out")
    if out.suffix == ".txt":
        content = plain.plain(written).encode()
    else:
        from recourse.letters.pdf import pdf

        content = pdf(written, assessment.to_json(language(written.lang)), instant)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Problem(
            Words(f"{out} cannot be written: {error.strerror}", f"{out} 无法写入：{error.strerror}"), field="--out"
        ) from None
    print(f"{out}: {written.subject} ({written.lang})")


def _written(
    loaded: Library, file: str, kind: str, to: str | None, lang: str | None
) -> tuple[Letter, Assessment, tuple[Matter, str]]:
    """The letter, the assessment it rests on, and its papers with the place it goes to."""
    from recourse.letters import papers, tongues
    from recourse.letters.letter import TO_BODY, TO_LEARNER

    entries = purchase(file)
    if "letter" not in entries:
        raise Problem(
            Words("no `letter:` says who writes and about which order", "缺少 `letter:`，不知由谁、就哪份订单写信"),
            hint=EXAMPLE,
        )
    assessment = _assessment(loaded, entries)
    platform = assessment.platform
    known = loaded.platform(platform) if platform else None
    matter = papers.read(entries["letter"], assessment.asked_on, dict(known.name) if known else {}, lang or "en")
    facts = assessment.facts.values
    home = str(facts.get("seller_place") or (known.home if known else "") or facts.get("learner_place") or "")
    place = str(facts.get("learner_place") or "") if kind in TO_LEARNER else home
    tongue = tongues.language_of(place)
    if kind in TO_BODY:
        turn = _turn(loaded, assessment, to)
        matter = papers.with_body(matter, turn.body.rule.title, turn.body.stage)
        place = turn.body.rule.place
        tongue = next((one for one in turn.body.languages if one in tongues.LANGUAGES), tongues.language_of(place))
    elif to is not None:
        raise Problem(Words("only a complaint-to goes to a body", "只有 complaint-to 寄给机构"), field="--to")
    if kind == "decision":
        matter = papers.with_bodies(matter, [turn.body.rule.title for turn in _fitting(loaded, assessment)])
    return _letter(assessment, matter, kind, lang or tongue, place), assessment, (matter, place)


def _assessment(loaded: Library, entries: dict[str, Node]) -> Assessment:
    from recourse import days
    from recourse.assess import assess
    from recourse.facts import read_facts

    said = {name: entries[name].text(name) for name in ("platform", "place", "rule", "asked_on") if name in entries}
    return assess(
        loaded,
        read_facts(entries["facts"], loaded.vocabulary),
        platform=said.get("platform"),
        place=said.get("place"),
        rule=said.get("rule"),
        asked_on=days.parse(said["asked_on"]) if "asked_on" in said else today(),
    )


def _letter(assessment: Assessment, matter: Matter, kind: str, lang: str, place: str) -> Letter:
    from recourse.letters import compose

    return compose.compose(assessment.to_json(language(lang)), matter, kind, lang, place)


def _fitting(loaded: Library, assessment: Assessment) -> list[Turn]:
    from recourse.onward import onward

    turns = onward(loaded, assessment.facts, assessment.asked_on)
    return [turn for turn in turns if turn.fits == "fits" and turn.body.stage not in ("seller", "court", "police")]


def _turn(loaded: Library, assessment: Assessment, to: str | None) -> Turn:
    """The body for these facts; what makes it doubtful is said on the way."""
    from recourse.onward import onward

    turns = {turn.body.id: turn for turn in onward(loaded, assessment.facts, assessment.asked_on)}
    if to is None or to not in turns:
        named = Words("give the body: --to", "请指明机构：--to") if to is None else Words(
            f"“{to}” is no body for these facts", f"“{to}”不是适合这些事实的机构"
        )  # fmt: skip
        raise Problem(
            named, field="--to", hint=Words(f"These fit: {', '.join(turns)}.", f"适合的机构：{'、'.join(turns)}。")
        )
    if turns[to].fits != "fits":
        print(f"note: {to}: {turns[to].fits}, see `recourse onward`", file=sys.stderr)
    return turns[to]
