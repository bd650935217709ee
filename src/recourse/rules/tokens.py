"""The words and marks of an expression's text, one after another; an error names line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, NoReturn

from recourse.problems import Beginning, Place, Problem
from recourse.rules import slips
from recourse.rules.tree import Expr

UNITS = {
    "day": "days", "days": "days", "week": "weeks", "weeks": "weeks", "month": "months", "months": "months",
    "year": "years", "years": "years", "hour": "hours", "hours": "hours",
}  # fmt: skip
RESERVED = frozenset(
    "and or not is in of at most least rounded down up half to next previous working failing which lesser greater "
    "earlier later begun from through after before beginning with sum over so_far row total item first last rate "
    "yes no nothing day days week weeks month months year years hour hours it so one less more than on minor "
    "whole country".split()
)
MOST_NESTED = 30  # brackets, `not`s and lengths inside one another; the deepest of ours has 5
MOST_DEEP = 60  # steps from the top of a tree to its deepest leaf; the deepest of ours has 9
MOST_TOKENS = 2_000
MOST_DIGITS = 30
_TOKEN = re.compile(
    r"\s*(?:(?P<date>\d{4}-\d{2}-\d{2})(?![\w-])"
    r"|(?P<number>\d+(?:_\d+)*(?:\.\d+)?)(?P<percent>%)?"
    r"|(?P<word>[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*)"
    r"|(?P<code>[A-Z]{2,3}(?:-[A-Z0-9]{1,3})?)(?![\w-])"
    r"|(?P<mark><=|>=|[-+*/(),.<>]))",
    re.ASCII,
)


class Token(NamedTuple):
    kind: str
    text: str
    offset: int


class Tokens:
    """One pass over one text; `at` is where its first character stands."""

    def __init__(self, text: str, at: Place | None) -> None:
        self.text, self.at, self.next, self.nested = text, at, 0, 0
        self.tokens: list[Token] = []
        offset, length = 0, len(text.rstrip())
        while offset < length:
            match = _TOKEN.match(text, offset)
            if match is None:
                offset += len(text[offset:]) - len(text[offset:].lstrip())
                self.offset_error(offset, f"“{text[offset]}” has no meaning here")
            if len(self.tokens) == MOST_TOKENS:
                self.offset_error(
                    offset, f"an expression has at most {MOST_TOKENS} words and marks", "name parts of it"
                )
            if len(match["number"] or "") > MOST_DIGITS:
                self.offset_error(match.start("number"), f"a number has at most {MOST_DIGITS} digits")
            kind = match.lastgroup or ""
            self.tokens.append(Token("number" if kind == "percent" else kind, match.group().strip(), match.start(kind)))
            if kind == "percent":
                self.tokens[-1] = Token("percent", match.group("number"), match.start("number"))
            offset = match.end()
        self.tokens.append(Token("end", "", len(text)))

    def place(self, offset: int) -> Place | None:
        """Where a character stands; of a text with several lines only the beginning is known."""
        if self.at is None or isinstance(self.at, Beginning):
            return self.at
        return self.at._replace(column=self.at.column + offset)

    def offset_error(self, offset: int, message: str, hint: str = "") -> NoReturn:
        shown = self.text if len(self.text) <= 200 else f"{self.text[:200]}…"
        meant = hint or slips.hint(self.text, offset)
        raise Problem(f"{message} (in “{shown}”)", where=self.place(offset), hint=meant or None)

    def error(self, message: str, hint: str = "") -> NoReturn:
        self.offset_error(self.tokens[self.next].offset, message, hint)

    def peek(self, *texts: str) -> bool:
        ahead = self.tokens[self.next : self.next + len(texts)]
        return [t.text for t in ahead] == list(texts) and all(t.kind in ("word", "mark") for t in ahead)

    def take(self, *texts: str) -> bool:
        if self.peek(*texts):
            self.next += len(texts)
            return True
        return False

    def expect(self, *texts: str) -> None:
        if not self.take(*texts):
            found = self.tokens[self.next].text or "the end"
            self.error(f"“{' '.join(texts)}” is expected, found “{found}”")

    def kind(self, kind: str) -> str | None:
        token = self.tokens[self.next]
        if token.kind != kind:
            return None
        self.next += 1
        return token.text

    def unit(self) -> str | None:
        """`days`, `working days`, ... if one stands here."""
        token = self.tokens[self.next]
        if self.peek("working", "days") or self.peek("working", "day"):
            self.next += 2
            return "working days"
        if token.kind == "word" and token.text in UNITS:
            self.next += 1
            return UNITS[token.text]
        return None

    def end(self) -> None:
        if self.tokens[self.next].kind != "end":
            self.error(f"“{self.tokens[self.next].text}” is not expected here")

    def whole(self, read: Callable[[], Expr]) -> Expr:
        """What `read` makes of the whole text, no deeper than the readings of a tree can go."""
        found = read()
        self.end()
        layer, depth = [found], 0
        while layer := [arg for expr in layer for arg in expr.args]:
            depth += 1
            if depth > MOST_DEEP:
                self.offset_error(0, f"an expression has at most {MOST_DEEP} steps", "name parts of it under `let`")
        return found

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One more thing inside another."""
        if self.nested == MOST_NESTED:
            self.error(f"more than {MOST_NESTED} brackets inside one another", "name parts of it under `let`")
        self.nested += 1
        yield
        self.nested -= 1

    def name(self, what: str) -> str:
        """The word that must stand here."""
        found = self.kind("word")
        if found is None:
            self.error(f"{what} is expected, found “{self.tokens[self.next].text or 'the end'}”")
        return found

    def node(self, offset: int, op: str, *args: Expr, value: object = None) -> Expr:
        return Expr(op, args, value, self.place(offset))
