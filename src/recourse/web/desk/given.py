"""What somebody gives to be checked before buying: files and pasted text, read and told apart; nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from recourse.bilingual import Words
from recourse.documents import course, proposed, text
from recourse.documents.course import CoursePage
from recourse.documents.proposed import Item

_CLAUSES = re.compile(r"^clauses\s*:", re.MULTILINE)
_PLATFORM = re.compile(r"^(?:platform|id)\s*:", re.MULTILINE)


@dataclass(frozen=True)
class Given:
    """`page` is what a course page tells, `terms` the text of a contract, `policy` a policy in the rule language."""

    page: CoursePage | None = None
    items: tuple[Item, ...] = ()
    terms: str = ""
    policy: str = ""
    notes: tuple[Words, ...] = ()


def read(page: bytes, contract: bytes, pasted: str) -> Given:
    """Reads what was given. Raises `Refused`, which says why and what would do instead."""
    texts = [text.read(data) for data in (page, contract, pasted.strip().encode()) if data]
    shop = [one for one in texts if one.blocks]
    found = course.read([block for one in shop for block in one.blocks]) if shop else None
    policy = next((one.text for one in texts if is_policy(one.text)), "")
    # A page that only sells says a price, too: what its text says of the terms is read like a contract's.
    terms = [one.text for one in texts if one.text.strip() and not is_policy(one.text)]
    return Given(
        page=found,
        items=proposed.of_course(found) if found is not None else (),
        terms="\n\n".join(terms)[: text.CHARACTERS],
        policy=policy,
        notes=_once(note for one in texts for note in one.notes),
    )


def is_policy(content: str) -> bool:
    """Whether a text is a policy in the rule language, right or wrong."""
    return bool(_CLAUSES.search(content) and _PLATFORM.search(content))


def _once(notes: Iterable[Words]) -> tuple[Words, ...]:
    return tuple(dict.fromkeys(notes))
