"""The page of measurements: what was measured anew takes the place of what stood there, section by section."""

from __future__ import annotations

from collections.abc import Iterable

HEAD = "## "


def merged(old: str, parts: Iterable[str]) -> str:
    """The measured half of the page: sections of `old` that were not measured again stay, each with its own stamp.

    `parts` are pieces of Markdown; those before the first heading say where and when, those of a section follow it.
    """
    stamp, *_, last = pieces = list(parts)
    sections = _sections(old.split("\n\n"))
    for heading, body in _sections(pieces[1:-1]).items():
        sections[heading] = [stamp, *body, last]
    return "\n\n".join(piece for heading, body in sections.items() for piece in (heading, *body) if piece.strip())


def _sections(pieces: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for piece in pieces:
        if piece.startswith(HEAD):
            here = found.setdefault(piece.strip(), [])
        else:
            here.append(piece.strip())
    return found
