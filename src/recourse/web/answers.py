"""What a person has told so far. It travels in the address and nowhere else: nothing is stored on the server.

An address reads `?platform=udemy&learner_place=DE&paid=84.99+EUR&cause=not-known`: every answer under the name of its
fact, in the order in which they were given. It survives a refresh, the back button, a bookmark and being sent to a
friend; nothing in it is trusted, so nothing is signed. The trap: the names below are taken, so no fact may have them
(a test says so).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

NOT_KNOWN = "not-known"
PLATFORM = "platform"
DAY = "on"  # the day for which the question is asked; today unless it is named
SETTLED = "settled"  # places that the learner cannot say more exactly
RESERVED = frozenset({PLATFORM, DAY, SETTLED, "lang", "ask", "go", "unknown", "then", "narrow", "v", "place"})

MOST_CHARACTERS = 6000  # of an address; what browsers, servers and mail programs carry safely is about 8,000
MOST_OF_ONE = 600


class TooLong(ValueError):
    """The address holds more than an interview can."""


@dataclass(frozen=True)
class Answers:
    """The answers in the order given: fact id to its text, or to `NOT_KNOWN`."""

    given: tuple[tuple[str, str], ...] = ()
    platform: str | None = None
    day: str | None = None
    settled: tuple[str, ...] = ()

    @property
    def known(self) -> dict[str, str]:
        """The answers that say something, as text for `read_facts`."""
        return {name: text for name, text in self.given if text != NOT_KNOWN}

    @property
    def unknown(self) -> tuple[str, ...]:
        """The facts to which the answer was "I do not know"."""
        return tuple(name for name, text in self.given if text == NOT_KNOWN)

    @property
    def closed(self) -> tuple[str, ...]:
        """The facts not to ask for again: not known, or known only so far."""
        return self.unknown + self.settled

    @property
    def names(self) -> tuple[str, ...]:
        """The facts answered, in the order asked."""
        return tuple(name for name, _ in self.given)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def get(self, name: str) -> str | None:
        """The text of an answer; nothing where it was not asked or is not known."""
        return self.known.get(name)

    def with_(self, name: str, text: str) -> "Answers":
        """With this answer: in its old place where the question was asked before, else at the end."""
        if name in self:
            return replace(self, given=tuple((old, text if old == name else said) for old, said in self.given))
        return replace(self, given=(*self.given, (name, text)))

    def settle(self, name: str) -> "Answers":
        """The answer stays as it is and is not asked for again."""
        return replace(self, settled=tuple(dict.fromkeys((*self.settled, name))))

    def before(self, name: str) -> str | None:
        """The question that came before this one; nothing before the first."""
        names = self.names
        at = names.index(name) if name in names else len(names)
        return names[at - 1] if at else None

    def pairs(self) -> Iterator[tuple[str, str]]:
        """What the address says, name by name."""
        if self.platform:
            yield PLATFORM, self.platform
        yield from self.given
        if self.settled:
            yield SETTLED, ",".join(self.settled)
        if self.day:
            yield DAY, self.day

    def query(self, extra: Iterable[tuple[str, str]] = ()) -> str:
        """The part of an address after the question mark."""
        return urlencode([*self.pairs(), *extra])


def read(query: Iterable[tuple[str, str]], facts: Mapping[str, object]) -> Answers:
    """The answers that an address holds: of the names the vocabulary knows, the first of each, empty ones left out.

    Raises `TooLong` for what no interview can have produced.
    """
    pairs = list(query)
    if sum(len(name) + len(text) + 2 for name, text in pairs) > MOST_CHARACTERS:
        raise TooLong("too many answers")
    given: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name, raw in pairs:
        text = raw.strip()
        if not text:
            continue
        if name in facts:
            if len(text) > MOST_OF_ONE:
                raise TooLong(name)
            given.setdefault(name, text)
        elif name in (PLATFORM, DAY, SETTLED):
            taken.setdefault(name, text)
    settled = tuple(name for name in taken.get(SETTLED, "").split(",") if name in given)
    return Answers(tuple(given.items()), taken.get(PLATFORM), taken.get(DAY), settled)
