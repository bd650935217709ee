"""The words of letters in each language, from texts/*.yaml: read once, filled in one pass."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from recourse import source
from recourse.source import Node

FOLDER = Path(__file__).parent / "texts"
GAP = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language by dotted key: "request.subject"."""

    lang: str
    sentences: Mapping[str, str]

    def say(self, key: str, **values: str) -> str:
        """A sentence with its gaps filled. What is filled in is never read again: braces in it stay braces."""
        return GAP.sub(lambda gap: values[gap[1]], self.sentences[key])

    def joined(self, sentences: list[str]) -> str:
        """Sentences as one paragraph."""
        return ("" if self.lang in ("zh", "ja") else " ").join(sentences)

    def listed(self, parts: tuple[str, ...]) -> str:
        """Several things in one line."""
        return {"zh": "，", "ja": "、"}.get(self.lang, ", ").join(part for part in parts if part)


@cache
def wording(lang: str) -> Wording:
    """The words of a language of `tongues.LANGUAGES`."""
    file = FOLDER / f"{lang}.yaml"
    return Wording(lang, dict(_flat(source.read(file.read_text(encoding="utf-8"), file.name), "")))


def _flat(node: Node, key: str) -> list[tuple[str, str]]:
    if isinstance(node.value, dict):
        return [pair for name, child in node.value.items() for pair in _flat(child, f"{key}.{name}" if key else name)]
    return [(key, node.text(key))]
