"""`recourse rights`, `onward` and `sources`: the law of a place, whom to turn to, where everything comes from."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recourse.cli.frame import AsJson, Data, Lang, app, library, purchase, today
from recourse.problems import Problem

if TYPE_CHECKING:
    from rich.table import Table

    from recourse.library import Library
    from recourse.sentences import Sentences


@app.command()
def rights(
    place: Annotated[str, typer.Argument(help="Where the learner lives: DE, US-CA, CN-BJ.")],
    asked_on: Annotated[str | None, typer.Option(help="Law in force on this day, if not today: 2026-11-22.")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """What a learner may do and must do in a place: rights, the seller's duties, whom to turn to.

    Examples: `recourse rights DE`, `recourse rights CN-BJ --lang zh`
    """
    from rich.text import Text

    from recourse import days, guide, present
    from recourse import rights as law
    from recourse.terminal import console

    loaded = library(data)
    found = law.rights(loaded, place, days.parse(asked_on) if asked_on else today())
    told = guide.rights_json(found, loaded, lang)
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    words = _words(loaded, lang)
    head = Text(words["rights"].format(place=told["name"]), style="bold")
    console.print(head.append(f"  {words['on'].format(day=told['asked_on'])}", style="dim"))
    if not (told["giving"] or told["limits"]):
        console.print(words["no sum" if told["ways"] or told["duties"] else "nothing"])
    for key in ("giving", "limits", "coming"):
        if told[key]:
            _head(words[key])
        for one in told[key]:
            title = Text(present.said(one["title"], lang), style="bold").append(f"  {one['rule']}", style="dim")
            if key == "coming" and one["in_force"]["from"]:
                title.append("  " + words["from"].format(day=one["in_force"]["from"]), style="yellow")
            console.print(title)
            if key != "coming":
                console.print(_lines([(line["text"], line["cite"] or "") for line in one["gives"]]))
    for key in ("duties", "ways"):
        if told[key]:
            _head(words[key])
            console.print(_lines([(one["says"], one["cite"] or one["rule"]) for one in told[key]]))
    if told["bodies"]:
        _head(words["bodies"])
        for one in told["bodies"]:
            _body(one, words, lang)
    if told["parts"]:
        _head(words["parts"])
        console.print(", ".join(f"{p['name']} ({p['place']})" for p in told["parts"]))
    console.print(Text(_words(loaded, lang, "terminal")["notice"], style="dim"))


@app.command()
def onward(
    file: Annotated[
        str, typer.Argument(help="YAML or JSON with `facts:`, as for `recourse owed`; - reads standard input.")
    ],
    asked_on: Annotated[str | None, typer.Option(help="Day of the question, if not today: 2026-11-22.")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Whom to turn to with this purchase, in the order that makes sense, and until when.

    Example: `recourse onward purchase.yaml`
    """
    from rich.text import Text

    from recourse import days, guide, places
    from recourse.facts import read_facts
    from recourse.onward import narrower
    from recourse.onward import onward as bodies_for
    from recourse.terminal import console

    loaded = library(data)
    entries = purchase(file)
    facts = read_facts(entries["facts"], loaded.vocabulary)
    day = asked_on or (entries["asked_on"].text("asked_on") if "asked_on" in entries else None)
    turns = bodies_for(loaded, facts, days.parse(day) if day else today())
    exact = narrower(loaded, facts)
    told = [guide.turn_json(turn, loaded, lang) for turn in turns]
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    words = _words(loaded, lang)
    if not told:
        console.print(words["nobody"])
    for one in told:
        _body(one, words, lang)
    for side in exact:
        name = loaded.vocabulary.facts[side].name.of(lang)
        console.print(words["narrower"].format(fact=name, place=places.name(facts.values[side], lang)))
    console.print(Text(_words(loaded, lang, "terminal")["notice"], style="dim"))


@app.command()
def sources(
    place: Annotated[
        str | None, typer.Option(help="Only law and bodies of this place, and of those it lies in.")
    ] = None,
    platform: Annotated[str | None, typer.Option(help="Only this platform's clauses.")] = None,
    status: Annotated[str | None, typer.Option(help="Only these: verified, partly, memory.")] = None,
    left_out: Annotated[bool, typer.Option("--left-out", help="What no rule could say, and why.")] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Where everything comes from, the least certain and the oldest first.

    Examples: `recourse sources --status memory`, `recourse sources --place KR`, `recourse sources --left-out`
    """
    from rich.table import Table

    from recourse import guide, places, present, provenance
    from recourse.terminal import console

    loaded = library(data)
    if place:
        places.check(place)
    if platform:
        loaded.platform(platform)
    if status and status not in provenance.STATUSES:
        raise Problem(f"“{status}” is no status", field="status", hint="verified, partly or memory")
    if left_out:
        told = [
            one
            for one in provenance.left_out(loaded)
            if (not platform or one.place == platform)
            and (not place or (one.place not in loaded.platforms and places.contains(place, one.place)))
        ]
        if as_json:
            print(json.dumps([asdict(one) for one in told], ensure_ascii=False, indent=2))
            return
        table = Table(box=None, pad_edge=False)
        for head in ("id", "place", "article", "why"):
            table.add_column(head, overflow="fold")
        for gap in told:
            table.add_row(gap.id, gap.place, gap.article, present.said(gap.why, lang))
        console.print(table)
        console.print(str(len(told)), style="dim")
        return
    found = [
        one
        for one in provenance.sources(loaded)
        if (not status or one.status == status)
        and (not platform or one.place == platform)
        and (not place or (one.what in ("rule", "body") and places.contains(place, one.place)))
    ]
    if as_json:
        print(json.dumps([guide.sourced_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for head in ("status", "checked", "what", "id", "place", "article", "source", "doubts", "left out"):
        table.add_column(head, overflow="fold")
    for one in found:
        source = " · ".join(part for part in (one.title, one.address) if part)
        table.add_row(
            one.status or "?", one.checked_on or "?", one.what, f"{one.id} {one.version}".strip(), one.place,
            one.article, source, str(one.doubts or ""), str(one.left_out or ""),
        )  # fmt: skip
    console.print(table)
    console.print(_words(loaded, lang)["sources"].format(count=len(found)), style="dim")


def _words(loaded: Library, lang: str, section: str = "guide") -> Sentences:
    from recourse.bilingual import language
    from recourse.sentences import sentences

    return sentences(loaded.labels, section, language(lang))


def _head(text: str) -> None:
    from recourse.terminal import console

    console.print()
    console.print(text, style="underline")


def _lines(rows: list[tuple[str, str]]) -> Table:
    from rich.table import Table

    table = Table.grid(padding=(0, 1, 0, 2))
    table.add_column(ratio=1, overflow="fold")
    table.add_column(style="dim", max_width=28, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _body(one: dict[str, Any], words: Sentences, lang: str) -> None:
    """A body in a few lines: what, until when, how, at what cost."""
    from rich.padding import Padding
    from rich.text import Text

    from recourse import present
    from recourse.terminal import console

    title = Text(present.said(one["title"], lang), style="bold").append(
        f"  {one['stage_name']} · {one['id']}", style="dim"
    )
    if "fits" in one:
        colour = {"fits": "green", "too-late": "red"}.get(one["fits"], "yellow")
        title.append(f"  {words[one['fits']]}", style=colour)
        for key in ("apply_from", "apply_by"):
            if one[key]:
                title.append("  " + words[key].format(day=one[key]), style=colour)
    console.print(title)
    lines = [one["handles"]]
    if one.get("missing"):
        lines.append(words["hangs"].format(facts=", ".join(m["name"] for m in one["missing"])))
    if one.get("undated"):
        lines.append(words["undated"].format(facts=", ".join(m["name"] for m in one["undated"])))
    lines += [*([] if "fits" in one else one["time_limits"])]
    lines += [words["leaves"].format(what=one["leaves"])] if one["leaves"] else []
    lines += [one["effect"]] if one["effect"] else []
    lines += [f"{words['cost']}: {one['cost']}"] if one["cost"] else []
    lines += [" ".join(x for x in (c["name"] + ":", c["at"], c["note"]) if x) for c in one["apply"]]
    lines += [f"{words['needs']}: {'; '.join(one['needs'])}"] if one["needs"] else []
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 2)))
