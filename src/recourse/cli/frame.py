"""The command line's frame: the app, the options that commands share, and how a problem is told."""

from __future__ import annotations

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
    from recourse.source import Node

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


def purchase(file: str) -> dict[str, Node]:
    """The entries of a purchase: `facts`, and what else was said with them."""
    from recourse import source
    from recourse.rules.document import known_keys

    content, name = read_input(file)
    entries = known_keys(
        source.read(content, name), {"facts", "platform", "place", "rule", "asked_on", "lang", "letter"}, "a purchase"
    )
    if "facts" not in entries:
        raise Problem(f"{name} has no `facts:`", hint="facts:\n  learner_place: DE\n  paid: 180.00 EUR")
    return entries
