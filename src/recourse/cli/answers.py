"""`recourse owed` and `recourse cases`: what is owed on given facts, and whether worked cases come out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from recourse.cli.frame import AsJson, Data, Lang, app, library, purchase, read_input, today


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
    from recourse import days
    from recourse.assess import assess
    from recourse.facts import read_facts
    from recourse.rules.document import text

    entries = purchase(file)

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
    - `recourse cases src/recourse/data/cases/kr.yaml --verbose`
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
