"""What goes into a letter and what comes out: the people and papers of a case, and the letter as plain blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recourse.letters.typed import line, lines, words

# Whom a kind goes to: letters of the learner to the institution or to a body, and of the institution to the learner.
TO_INSTITUTION = ("request", "withdrawal", "reminder", "complaint")
TO_BODY = ("complaint-to",)
TO_LEARNER = ("decision", "receipt")
KINDS = TO_INSTITUTION + TO_BODY + TO_LEARNER
ANSWERS = ("none", "refused", "less")  # what the institution answered: nothing, no, or less than is owed


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who writes or is written to. Whatever people type is cleaned on the way in; Problem for the rest."""

    name: str
    address: tuple[str, ...] = ()
    mail: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", line(self.name, "name", needed=True))
        object.__setattr__(self, "address", lines(self.address, "address"))
        object.__setattr__(self, "mail", line(self.mail, "mail"))

    @property
    def block(self) -> tuple[str, ...]:
        """Name, address and e-mail as the lines of an address field."""
        return (self.name, *self.address, *((self.mail,) if self.mail else ()))


@dataclass(frozen=True, slots=True)
class Payment:
    """A refund that was made: `amount` as "180.00 EUR", `day` a day number, and the reference of the transfer."""

    amount: str
    day: int
    reference: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reference", line(self.reference, "reference"))


@dataclass(frozen=True, slots=True)
class Addressee:
    """A body to complain to: its name by language, and its stage (recourse.bodies.STAGES)."""

    title: Mapping[str, str]
    stage: str
    address: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", lines(self.address, "address"))


@dataclass(frozen=True, slots=True)
class Matter:
    """The papers of a case that no assessment holds: who, which order, what was written and answered.

    Days are day numbers, `received_at` is in UTC seconds. `answer` is one of ANSWERS, or empty where it is not known.
    """

    learner: Party
    institution: Party
    dated_on: int
    order: str = ""
    course: str = ""
    case: str = ""  # the institution's own reference
    words: str = ""  # the learner's words; in a decision, the institution's reasons
    enclosures: tuple[str, ...] = ()
    answer: str = ""
    answered_on: int | None = None
    paid_back: tuple[Payment, ...] = ()  # so far, of what is owed
    body: Addressee | None = None  # complaint-to
    bodies: tuple[Mapping[str, str], ...] = ()  # names by language of those a decision points to
    received_at: int | None = None  # receipt
    withdrawn: bool = False  # what was received is a withdrawal
    payment: Payment | None = None  # receipt of a payment

    def __post_init__(self) -> None:
        for name in ("order", "course", "case"):
            object.__setattr__(self, name, line(getattr(self, name), name))
        object.__setattr__(self, "words", words(self.words, "words"))
        object.__setattr__(self, "enclosures", lines(self.enclosures, "enclosures", most=30))


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a letter: `text` for a paragraph, heading or quote, `rows` of label and value, or `items` of a list."""

    form: str  # paragraph | heading | quote | rows | items
    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in one language, ready to be set or sent: every word and figure stands in it as it will be read."""

    kind: str
    lang: str
    region: str
    paper: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    day: str
    subject: str
    about: tuple[tuple[str, str], ...]
    greeting: str
    blocks: tuple[Block, ...]
    closing: str
    signature: str
    enclosures: tuple[str, tuple[str, ...]]
    attachment: str
    beside: Letter | None = field(default=None)  # the same letter in the reader's other language, for information
    notice: str = ""  # what stands above such a second letter

    @property
    def strings(self) -> tuple[str, ...]:
        """Every text of the letter in reading order, without the second letter."""
        found: list[str] = [*self.sender, *self.recipient, self.day, self.subject, *_flat(self.about), self.greeting]
        for block in self.blocks:
            found += [block.text, *_flat(block.rows), *block.items]
        found += [self.closing, self.signature]
        if self.enclosures[1]:
            found += [self.enclosures[0], *self.enclosures[1]]
        return tuple(text for text in found if text)


def _flat(rows: tuple[tuple[str, str], ...]) -> list[str]:
    return [text for row in rows for text in row]


Assessed = Mapping[str, Any]  # an assessment as plain data: recourse.present.assessment_json
