"""The data files that come with the package.

Reading them is part of the program's start, like an import: every other input reaches the pure modules as an argument.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def text(name: str) -> str:
    """The text of one of our data files, for example "places.yaml"."""
    return (FOLDER / name).read_text(encoding="utf-8")
