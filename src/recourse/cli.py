"""The command line: `recourse owed`, `cases`, `check`, `rules`, `rule`, `facts`. It decides nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recourse import __version__
from recourse.problems import Problem, each

if TYPE_CHECKING:
    from recourse.library import Library

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False
)

Data = Annotated[
    list[Path] | None,
    typer.Option("--data", help="Rule files of your own, a file or a folder; may be repeated.", show_default=False),
]
Lang = Annotated[str, typer.Option("--lang", help="Language of the words: en or zh.")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain data for programs instead of words for people.")]


def main() -> None:
    """Run the command line; the exit code is the command's, 2 for an input that cannot be used."""
    with refusing():
        app()


@contextmanager
def refusing() -> Iterator[None]:
    """Turns a Problem into its words and exit code 2."""
    try:
        yield
    except Problem as problem:
        for one in each(problem):
            print(f"error: {one}", file=sys.stderr)
        raise SystemExit(2) from None
    except BrokenPipeError:
        raise SystemExit(1) from None


def library(data: list[Path] | None) -> Library:
    """The product's data and the user's own."""
    from recourse.library import load

    return load(data or ())


def today() -> int:
    return date.today().toordinal()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"recourse {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Say the version."),
) -> None:
    """What refund is owed for an online course, by when, under which clause, and why.

    Recourse informs; it is not a lawyer.
    """


def read_input(file: str) -> tuple[str, str]:
    """The text of a file, or of standard input for `-`, and what to call it in errors."""
    if file == "-":
        return sys.stdin.read(), "standard input"
    path = Path(file)
    try:
        return path.read_text(encoding="utf-8"), file
    except FileNotFoundError:
        raise Problem(
            f"there is no file {file}", hint="give the path of a YAML or JSON file, or - for standard input"
        ) from None
    except IsADirectoryError:
        raise Problem(f"{file} is a folder", hint="give a file") from None
    except UnicodeDecodeError:
        raise Problem(f"{file} is not UTF-8 text", hint="save it as UTF-8") from None
    except PermissionError:
        raise Problem(f"{file} may not be read", hint="check its permissions") from None


@app.command()
def owed(
    file: Annotated[
        str,
        typer.Argument(
            help="YAML or JSON with `facts:` and optionally `platform:`, `place:`, `rule:`, `asked_on:`; "
            "- reads standard input."
        ),
    ],
    rule: Annotated[str | None, typer.Option(help="Ask this rule only.")] = None,
    platform: Annotated[str | None, typer.Option(help="Add this platform's policy.")] = None,
    place: Annotated[
        str | None, typer.Option(help="Where the learner lives, if the facts do not say: DE, US-CA, CN-BJ.")
    ] = None,
    asked_on: Annotated[str | None, typer.Option(help="Day of the question, if not today: 2026-11-22.")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """What is owed on these facts, by when, under which clause and why.

    Examples:

    - `recourse owed purchase.yaml`
    - `recourse owed purchase.yaml --platform coursera --place DE --lang zh`
    - `echo '{"facts": {"learner_place": "KR", "paid": "400000 KRW"}}' | recourse owed - --json`
    """
    from recourse import days, source
    from recourse.assess import assess
    from recourse.facts import read_facts
    from recourse.rules.document import known_keys, text

    content, name = read_input(file)
    entries = known_keys(
        source.read(content, name), {"facts", "platform", "place", "rule", "asked_on", "lang"}, "a purchase"
    )
    if "facts" not in entries:
        raise Problem(f"{name} has no `facts:`", hint="facts:\n  learner_place: DE\n  paid: 180.00 EUR")

    def chosen(option: str | None, key: str) -> str | None:
        return option or (text(entries[key], key) if key in entries else None)

    loaded = library(data)
    day = chosen(asked_on, "asked_on")
    assessment = assess(
        loaded,
        read_facts(entries["facts"], loaded.vocabulary),
        platform=chosen(platform, "platform"),
        place=chosen(place, "place"),
        rule=chosen(rule, "rule"),
        asked_on=days.parse(day) if day else today(),
    )
    if as_json:
        print(json.dumps(assessment.to_json(lang), ensure_ascii=False, indent=2))
        return
    from recourse import terminal

    terminal.assessment(assessment, lang)


@app.command()
def cases(
    files: Annotated[list[Path], typer.Argument(help="Files of worked cases.", exists=True, dir_okay=False)],
    lang: Lang = "en",
    as_json: AsJson = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name the cases that pass, too.")] = False,
    data: Data = None,
) -> None:
    """Run worked cases: every expected key must equal what the engine gives. Exit code 1 when one differs.

    Examples:

    - `recourse cases my-cases.yaml`
    - `recourse cases tests/cases/kr.yaml --verbose`
    """
    from recourse import cases as worked
    from recourse import terminal

    loaded = library(data)
    results = [r for path in files for r in worked.run(loaded, read_input(str(path))[0], str(path), asked_on=today())]
    passed, failed = worked.summary(results)
    if as_json:
        print(json.dumps([worked.result_json(r) for r in results], ensure_ascii=False, indent=2))
    else:
        for result in results:
            terminal.case(loaded, result, lang, verbose=verbose)
        print(f"{passed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


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
        count = len(only) if only is not None else len(loaded.rules)
        print(f"{count} rules checked, {len(found)} findings")
    raise SystemExit(1 if found else 0)


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
    ids = {r.id for r in loaded.rules.values() if r.at is not None and r.at.file in named}
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
    from recourse import places, present, terminal

    loaded = library(data)
    if place:
        places.check(place)
    if platform:
        loaded.platform(platform)
    found = [
        r
        for r in loaded.rules.values()
        if (not place or (r.place and places.contains(place, r.place)))
        and (not platform or r.policy == platform)
        and (not kind or r.kind == kind)
    ]
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
    name: Annotated[str | None, typer.Argument(help="One fact; without it, all.")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """The vocabulary: every fact with its type, unit, choices and meaning.

    Examples: `recourse facts`, `recourse facts lessons_taken`
    """
    from recourse import present, terminal
    from recourse.facts import vocabulary

    words = vocabulary()
    found = [words.fact(name)] if name else list(words.facts.values())
    if as_json:
        print(json.dumps([present.fact_json(f) for f in found], ensure_ascii=False, indent=2))
    else:
        terminal.facts(found, lang)


if __name__ == "__main__":
    main()
