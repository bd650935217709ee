"""`recourse check`, `rules`, `rule` and `facts`: what the data say and whether they are sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recourse.cli.frame import AsJson, Data, Lang, app, library

if TYPE_CHECKING:
    from recourse.library import Library


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Rule or platform files to check; without any, all data of the product.")
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """A rule author's linter: gaps, overlaps, rows nobody reaches, conflicts, missing citations.

    Exit code 1 when it finds something.

    Examples:

    - `recourse check my-policy.yaml`
    - `recourse check`
    """
    from recourse.rules.check import check_library

    loaded, only = _with_files(files, data)
    found = check_library(loaded, only)
    if as_json:
        print(json.dumps([f.to_json() for f in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            print(one)
        print(f"{_counted(loaded, only)} checked, {len(found)} finding{'' if len(found) == 1 else 's'}")
    raise SystemExit(1 if found else 0)


def _counted(loaded: Library, only: set[str] | None) -> str:
    """How many rules and bodies there are, or are among these ids."""
    parts = []
    for word, plural, ids in (("rule", "rules", loaded.rules), ("body", "bodies", loaded.bodies)):
        count = len(ids) if only is None else len(only & ids.keys())
        if count or word == "rule":
            parts.append(f"{count} {word if count == 1 else plural}")
    return " and ".join(parts)


def _with_files(files: list[Path] | None, data: list[Path] | None) -> tuple[Library, set[str] | None]:
    """The library with the named files in it, and the ids of the rules that stand in them."""
    if not files:
        return library(data), None
    from recourse.library import DATA

    extra = [f for f in files if not f.resolve().is_relative_to(DATA)]
    loaded = library([*extra, *(data or ())])
    named = {str(f) for f in extra} | {
        f.resolve().relative_to(DATA).as_posix() for f in files if f.resolve().is_relative_to(DATA)
    }
    everything = (*loaded.rules.values(), *(body.rule for body in loaded.bodies.values()))
    ids = {r.id for r in everything if r.at is not None and r.at.file in named}
    return loaded, ids


@app.command()
def rules(
    place: Annotated[str | None, typer.Option(help="Only rules of this place and of those it lies in.")] = None,
    platform: Annotated[str | None, typer.Option(help="Only clauses of this platform.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind: money-back, remedy, duty, clause, …")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List the rules: place or platform, kind, how sure, title.

    Examples: `recourse rules --place DE`, `recourse rules --platform udemy`
    """
    from recourse import present, terminal

    found = library(data).listed(place=place or "", platform=platform or "", kind=kind or "")
    if as_json:
        print(json.dumps([present.rule_json(r) for r in found], ensure_ascii=False, indent=2))
    else:
        terminal.rules(found, lang)


@app.command()
def rule(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The rule's id, or one it covers.")],
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """One rule: its versions, words, citation, and a table of what it gives.

    Example: `recourse rule eu-crd-withdrawal`
    """
    from recourse import present, terminal

    loaded = library(data)
    found = loaded.rule(rule_id)
    if as_json:
        print(json.dumps(present.rule_json(found, loaded), ensure_ascii=False, indent=2))
    else:
        terminal.rule(loaded, found, lang)


@app.command()
def facts(
    asked: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME | WORD...]", help="One fact, or words to look for; without any, all."),
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """The vocabulary: every fact with its type, unit, choices and meaning.

    A fact's name shows it whole. Other words are looked for in names, meanings, questions and choices, in English and
    Chinese.

    Examples: `recourse facts`, `recourse facts lessons_taken`, `recourse facts app store`, `recourse facts 定金`
    """
    from recourse import present, terminal, wordbook
    from recourse.cli import facts as shown
    from recourse.facts import vocabulary

    words, labels = vocabulary(), library(None).labels.get("choices", {})
    name = " ".join(asked or ())
    found = [words.facts[name]] if name in words.facts else list(words.facts.values())
    if name and name not in words.facts:
        found = wordbook.search(found, labels, name) or [words.fact(name)]  # which says what is near
    if as_json:
        data = [{**present.fact_json(f), **wordbook.whole(f, labels)} for f in found]
        print(json.dumps(data, ensure_ascii=False, indent=2))
    elif len(found) == 1:
        shown.one(found[0], labels, lang)
    else:
        terminal.facts(found, lang)
