"""What changed from one text of a rule to the next: the sentences that went and those that came, section by section."""

from collections.abc import Sequence
from dataclasses import dataclass

from recourse.rules.tree import Version
from recourse.web import engine, wording
from recourse.web.engine import Json


@dataclass(frozen=True)
class Section:
    """A section of the words: sentences only the older text has, sentences only the newer one has, how many in both."""

    head: str
    gone: Sequence[str]
    come: Sequence[str]
    same: int


@dataclass(frozen=True)
class Change:
    """Two texts in a row; `sections` only where something differs."""

    older: Version
    newer: Version
    sections: Sequence[Section]


def of(versions: Sequence[Version]) -> list[Change]:
    """The changes between versions that follow one another, the newest first."""
    lang = wording.lang()
    words = [engine.rule_words(one, lang) for one in versions]
    found = [Change(versions[n], versions[n + 1], _sections(words[n], words[n + 1])) for n in range(len(versions) - 1)]
    return found[::-1]


def _sections(older: list[Json], newer: list[Json]) -> list[Section]:
    heads = {one["key"]: one["head"] for one in (*older, *newer)}
    before, after = _lines(older), _lines(newer)
    found = []
    for key, head in heads.items():
        old, new = before.get(key, []), after.get(key, [])
        gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
        if gone or come:
            found.append(Section(head, gone, come, len(new) - len(come)))
    return found


def _lines(sections: list[Json]) -> dict[str, list[str]]:
    return {one["key"]: list(dict.fromkeys(line["text"] for line in one["lines"])) for one in sections}
