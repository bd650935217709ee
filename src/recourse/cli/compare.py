"""`recourse compare`: where a policy pays less than the law, than its own earlier version, or contradicts itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recourse.cli.frame import AsJson, Data, Lang, app, library, read_input, today
from recourse.problems import Problem

if TYPE_CHECKING:
    from recourse.compare.verdict import Question
    from recourse.library import Library

SUFFIXES = {".html": "html", ".htm": "html", ".csv": "csv", ".json": "json"}


@app.command()
def compare(
    platform: Annotated[str | None, typer.Option(help="A platform whose policy is shipped.")] = None,
    policy: Annotated[
        list[str] | None, typer.Option(help="A policy of your own (YAML); given twice: the old one and the new one.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="Where the learner lives: DE, US-CA, CN-BJ.")] = None,
    rule: Annotated[str | None, typer.Option(help="Against this rule of law only.")] = None,
    asked_on: Annotated[str | None, typer.Option(help="Day of purchase, if not today: 2026-11-22.")] = None,
    seller_place: Annotated[
        str | None, typer.Option(help="Where the seller is, if not at the platform's home.")
    ] = None,
    fact: Annotated[
        list[str] | None, typer.Option(help="A fact that is the same in every purchase: seller_kind=academy.")
    ] = None,
    itself: Annotated[bool, typer.Option("--itself", help="Gaps and overlaps within the policy.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 also where only a licensed or a faulty seller owes more.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="All platforms against the law of all places.")] = False,
    out: Annotated[Path | None, typer.Option(help="With --all: the table, .html, .csv or .json.")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Where does this policy pay less than the law? Exit code 1 where it does, 0 where it never does.

    Examples:

    - `recourse compare --platform udemy --place DE`
    - `recourse compare --policy my-policy.yaml --place US-CA --fact seller_kind=licensed-career-school`
    - `recourse compare --policy old.yaml --policy new.yaml --place KR`
    - `recourse compare --policy my-policy.yaml --itself`
    - `recourse compare --all --out table.html`
    """
    from recourse import days

    day = days.parse(asked_on) if asked_on else today()
    if everything:
        _all(out, day, lang, data, fault=strict)
        raise SystemExit(0)
    loaded = library(data)
    sides = [_read(loaded, file) for file in policy or ()]
    if platform is not None:
        loaded.platform(platform)
        sides.insert(0, (loaded, platform))
    if not sides or len(sides) > 2:
        raise Problem("say which policy", hint="--platform udemy, or --policy FILE (twice for old and new)")
    if place is None and not (itself or len(sides) == 2):
        raise Problem("say where the learner lives", field="place", hint="--place DE")
    question = _question(sides[-1], place, day, seller_place, fact or [])
    show = _Shown(sides, question, lang, as_json=as_json)
    raise SystemExit(show.itself() if itself else show.change() if len(sides) == 2 else show.law(rule, strict=strict))


def _read(loaded: Library, file: str) -> tuple[Library, str]:
    from recourse.library import with_policy

    content, name = read_input(file)
    return with_policy(loaded, content, name)


def _question(
    side: tuple[Library, str], place: str | None, day: int, seller_place: str | None, given: list[str]
) -> Question:
    from recourse import places
    from recourse.compare.verdict import Question
    from recourse.facts import read_facts

    loaded, name = side
    where = place or loaded.platform(name).home or "US"
    for code in (where, seller_place):
        if code:
            places.check(code, unions=False)
    pairs = dict(one.partition("=")[::2] for one in given)
    known = read_facts({k.strip(): v.strip() for k, v in pairs.items()}, loaded.vocabulary).values
    return Question(name, where, day, seller_place or "", known)


class _Shown:
    """Runs a comparison and shows it; each method gives the exit code."""

    def __init__(self, sides: list[tuple[Library, str]], question: Question, lang: str, *, as_json: bool) -> None:
        from recourse.compare.tell import Report

        self.sides, self.question, self.as_json = sides, question, as_json
        self.library = sides[-1][0]
        self.report = Report(self.library, lang)

    def told(self, data: dict[str, Any], show: Any) -> None:
        if self.as_json:
            print(json.dumps(data, ensure_ascii=False, indent=2))
        else:
            show(data, self.report.t)

    def law(self, rule: str | None, *, strict: bool) -> int:
        from recourse.cli import compared
        from recourse.compare.verdict import compare_place, compare_rule

        if rule:
            found = [compare_rule(self.library, self.question, self.library.rule(rule))]
        else:
            found = compare_place(self.library, self.question)
        self.told(self.report.place(self.question, found), compared.place)
        return int(any(v.worst("" if strict else "ordinary") is not None for v in found))

    def change(self) -> int:
        from recourse.cli import compared
        from recourse.compare.between import compare_policies

        change = compare_policies(self.sides[0], self.sides[1], self.question)
        self.told(self.report.change(change), compared.change)
        return int(bool(change.losses))

    def itself(self) -> int:
        from recourse.cli import compared
        from recourse.compare.itself import compare_itself

        inside = compare_itself(self.library, self.question)
        self.told(self.report.inside(inside), compared.inside)
        return int(not inside.clean)


# -- all policies, all places

_LOADED: list[Library] = []


def _all(out: Path | None, day: int, lang: str, data: list[Path] | None, *, fault: bool) -> None:
    """Fills the table with a bar; what is done stands in OUT.part, so that a second start goes on from there."""
    from concurrent.futures import ProcessPoolExecutor, as_completed

    from rich.progress import track

    from recourse.compare import table
    from recourse.library import engine_digest

    if out is None or out.suffix not in SUFFIXES:
        raise Problem("say where the table goes", field="out", hint="--out table.html, .csv or .json")
    loaded = library(data)
    part = out.with_name(out.name + ".part")
    name = {"data": loaded.digest, "engine": engine_digest(), "day": day, "lang": lang, "fault": fault}
    done = dict(_part(part, name))
    ahead = [
        (platform, left)
        for platform, together in table.batches(loaded)
        if (left := [place for place in together if (platform, place) not in done])
    ]
    count = sum(len(left) for _, left in ahead)
    with part.open("a", encoding="utf-8") as log:
        if not done:
            log.truncate(0)
            log.write(json.dumps(name) + "\n")
        with ProcessPoolExecutor(os.cpu_count() or 1, initializer=_start, initargs=(data,)) as pool:
            work = [pool.submit(_batch, platform, left, day, lang, fault) for platform, left in ahead]
            pairs = (pair for batch in as_completed(work) for pair in batch.result())
            try:
                for platform, place, rows in track(pairs, f"{count}", total=count):
                    done[platform, place] = rows
                    log.write(json.dumps([platform, place, rows], ensure_ascii=False) + "\n")
                    log.flush()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    with out.open("w", encoding="utf-8") as sink:
        table.write([row for found in done.values() for row in found], SUFFIXES[out.suffix], sink, loaded, day, lang)
    part.unlink()
    short = sum(bool(r["share"]) and r["group"] == "ordinary" for found in done.values() for r in found)
    print(f"{out}: {len(done)} pairs, {sum(map(len, done.values()))} rows, {short} with less than the law")


def _part(part: Path, name: dict[str, Any]) -> Iterator[tuple[tuple[str, str], list[dict[str, Any]]]]:
    """What an earlier run of the same question has done; a line that was cut off is done again."""
    lines = part.read_text(encoding="utf-8").splitlines() if part.exists() else []
    if not lines or lines[0] != json.dumps(name):
        return
    for line in lines[1:]:
        try:
            platform, place, rows = json.loads(line)
        except ValueError:
            continue
        yield (platform, place), rows


def _start(data: list[Path] | None) -> None:
    _LOADED[:] = [library(data)]


def _batch(
    platform: str, together: list[str], day: int, lang: str, fault: bool
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The rows of a platform with places that share law."""
    from recourse.compare import table
    from recourse.compare.shared import Shared

    shared = Shared(_LOADED[0])
    return [
        (platform, place, table.rows(_LOADED[0], platform, place, day, lang, fault=fault, shared=shared))
        for place in together
    ]
