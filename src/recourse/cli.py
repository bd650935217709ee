"""The command line: `recourse`."""

import typer

from recourse import __version__

app = typer.Typer(no_args_is_help=True, add_completion=False)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"recourse {__version__}")
        raise typer.Exit


@app.callback()
def root(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Say the version.")) -> None:
    """What refund is owed for an online course, by when, under which clause, and why."""


def main() -> None:
    """Run the command line; the exit code is the command's."""
    app()
