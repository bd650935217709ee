"""What is wrong with an input: one named error that says where it is and what would be right."""

from collections.abc import Iterable
from typing import NamedTuple, Self

from recourse.bilingual import Words


class Place(NamedTuple):
    """Where something stands in a text. Lines and columns begin at 1, as editors count them."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Beginning(Place):
    """Where a text over several lines begins; where in it something stands is not known."""

    __slots__ = ()


class Problem(ValueError):
    """One thing wrong with an input.

    `message` says what is wrong, `hint` what would be right, `field` which fact or key it is about, `where` the place
    in the text. Message and hint may be `Words`, so that a page can show them in Chinese; `str()` is always English:
    `file:line:column  field: message. hint`.
    """

    def __init__(
        self,
        message: str | Words,
        where: Place | None = None,
        field: str | None = None,
        hint: str | Words | None = None,
    ) -> None:
        super().__init__(message, where, field, hint)  # all of it, so that a pickled problem comes back whole
        self.where = where
        self.field = field
        self.message = _words(message)
        self.hint = None if hint is None else _words(hint)

    def say(self, lang: str = "en", *, field: str | None = None) -> str:
        """The whole error in one line; `field` replaces the id of the fact, for example by its name."""
        stop, colon = ("。", "：") if lang[:2].lower() == "zh" else (". ", ": ")
        text = self.message.of(lang).rstrip(".。")
        name = field if field is not None else self.field
        if name is not None:
            text = f"{name}{colon}{text}"
        if self.hint is not None:
            text = f"{text}{stop}{self.hint.of(lang)}"
        return text if self.where is None else f"{self.where}  {text}"

    def at(self, where: Place | None = None, field: str | None = None) -> Self:
        """The same problem with its place and field filled in where they were still empty."""
        return type(self)(self.message, self.where or where, field if self.field is None else self.field, self.hint)

    def __str__(self) -> str:
        return self.say("en")


class Problems(Problem):
    """Several problems of one input, so that a person sees all of them at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(part for problem in problems for part in each(problem))
        first = self.problems[0]
        super().__init__(first.message, first.where, first.field, first.hint)
        self.args = (self.problems,)

    def say(self, lang: str = "en", *, field: str | None = None) -> str:
        """Every problem on a line of its own."""
        return "\n".join(problem.say(lang, field=field) for problem in self.problems)

    def at(self, where: Place | None = None, field: str | None = None) -> Self:
        """The same problems, each with its place and field filled in where they were still empty."""
        return type(self)(problem.at(where, field) for problem in self.problems)


def each(problem: Problem) -> tuple[Problem, ...]:
    """The single problems that a problem consists of."""
    return problem.problems if isinstance(problem, Problems) else (problem,)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise what was found: nothing, the one problem, or all of them as `Problems`."""
    found = [part for problem in problems for part in each(problem)]
    if len(found) == 1:
        raise found[0]
    if found:
        raise Problems(found)


def near(word: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known words that somebody who wrote `word` may have meant, best first."""
    from difflib import get_close_matches  # noqa: PLC0415  only on the way to an error, nobody pays for it at the start

    spellings = {_spelt(name): name for name in known}
    return [spellings[match] for match in get_close_matches(_spelt(word), spellings, n=limit, cutoff=0.6)]


def likely(word: str, known: Iterable[str]) -> str:
    """A hint for a word that is none of the known ones: those that are near, else all of them."""
    every = list(known)
    hints = near(word, every)
    return f"near: {', '.join(hints)}" if hints else f"one of {', '.join(every)}"


def _spelt(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-")


def _words(text: str | Words) -> Words:
    return text if isinstance(text, Words) else Words(text, text)
