"""What a verifier found, stage by stage, the verdict that comes of it, and the words in which people read it."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from recourse.bilingual import Words
from recourse.evidence import boxes, layout
from recourse.evidence.boxes import Box
from recourse.evidence.words import AREAS, COLON, HEADS, SAID, VERDICTS
from recourse.problems import Problem

EXITS = {"proved": 0, "broken": 1, "intact": 3}  # 2 is for what cannot be used at all


class Finding(NamedTuple):
    """One thing that was found: `held`, `open` (not proved) or `broken`; `key` and `about` make its sentence."""

    status: str
    area: str
    key: str
    about: dict[str, Any]

    def say(self, lang: str) -> str:
        return SAID[self.key].of(lang).format(**self.plain(lang))

    def plain(self, lang: str) -> dict[str, Any]:
        """What the sentence is about, in one language."""
        return {name: value.of(lang) if isinstance(value, Words) else value for name, value in self.about.items()}


@dataclass(frozen=True)
class Report:
    """What was found, and the verdict: proved, intact (whole, but by a key nobody vouches for) or broken."""

    verdict: str
    findings: tuple[Finding, ...]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def exit(self) -> int:
        return EXITS[self.verdict]

    def to_json(self, lang: str) -> dict[str, Any]:
        found = [
            {"status": one.status, "area": one.area, "finding": one.key, "says": one.say(lang), **one.plain(lang)}
            for one in self.findings
        ]
        return {"verdict": self.verdict, "says": VERDICTS[self.verdict].of(lang), **self.facts, "findings": found}

    def told(self, lang: str) -> list[str]:
        """The lines that a person reads."""
        lines = [VERDICTS[self.verdict].of(lang)]
        for status in ("broken", "held", "open"):
            here = [one for one in self.findings if one.status == status]
            if here and (status != "held" or self.verdict != "broken"):
                head = "if" if (status, self.verdict) == ("held", "intact") else status
                lines += ["", HEADS[head].of(lang)]
                lines += [f"  {AREAS[one.area].of(lang)}{COLON.of(lang)}{one.say(lang)}" for one in here]
        return lines


class Broken(Exception):
    """Ends a stage: what was found stands in the list of findings."""


UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, Problem)


class Findings:
    """Gathers what is found in a bundle; the first fault ends the work with `Broken`."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.all: list[Finding] = []
        self.facts: dict[str, Any] = {}

    def held(self, area: str, key: str, **about: Any) -> None:
        self.all.append(Finding("held", area, key, about))

    def open(self, area: str, key: str, **about: Any) -> None:
        self.all.append(Finding("open", area, key, about))

    def broken(self, area: str, key: str, **about: Any) -> NoReturn:
        if "name" in about:  # which may be no text at all
            about["name"] = about["name"].encode("utf-8", "backslashreplace").decode()
        self.all.append(Finding("broken", area, key, about))
        raise Broken

    def unreadable(self, area: str, name: str, error: Exception) -> NoReturn:
        why = error.message if isinstance(error, Problem) else str(error)
        self.broken(area, "unreadable", name=name, why=why)

    def read(self, area: str, name: str) -> bytes:
        """The bytes of a small file."""
        try:
            return boxes.read(self.box, name)
        except UNREADABLE as error:
            self.unreadable(area, name, error)

    def lines(self, area: str, name: str) -> list[bytes]:
        """The lines of a list."""
        found = layout.lines(self.read(area, name))
        if found is None:
            self.broken(area, "malformed", name=name)
        return found
