"""Text of an expression -> tree without types; an error names line and column and what would be right.

The grammar stands in docs/rules.md. Parsing is by descent, one method per line of the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from recourse import days, money
from recourse.problems import Place, Problem
from recourse.rules import slips
from recourse.rules.tokens import RESERVED, UNITS, Tokens
from recourse.rules.tree import DATE, MONEY, NUMBER, YESNO, ZERO, Expr

FIRST_OF_ALL = days.parse("1900-01-01")  # before every day of a fact: ends of months and years are counted from it

__all__ = ["RESERVED", "UNITS", "Parser", "parse", "parse_rounding", "parse_when"]


def parse(text: str, at: Place | None = None) -> Expr:
    """The tree of one expression, e.g. `2/3 of paid, at most 50 CAD`."""
    parser = Parser(text, at)
    return parser.whole(parser.expression)


def parse_when(text: str, at: Place | None = None) -> Expr:
    """The rest of a comparison, e.g. `at most 1/3` or `one of a, b`; its left side is the node `it`."""
    parser = Parser(text, at)
    return parser.whole(parser.when)


def parse_rounding(text: str, at: Place | None = None) -> tuple[str, tuple[str, Fraction]]:
    """Direction, unit and step of a rounding written alone, e.g. `down to 10 KRW`."""
    parser = Parser(text, at)
    found = parser.rounding()
    parser.end()
    return found


class Parser(Tokens):
    """Reads an expression from its words and marks, loosest binding first."""

    # -- expressions, loosest first

    def expression(self) -> Expr:
        found = self.either()
        while True:
            start = self.tokens[self.next].offset
            if self.take(",", "at", "most"):
                found = self.node(start, "min", found, self.sum(), value="at most")
            elif self.take(",", "at", "least"):
                found = self.node(start, "max", found, self.sum(), value="at least")
            elif self.take(",", "rounded"):
                found = self.rounded(start, found)
            elif self.take(",", "or", "the"):
                way = "next" if self.take("next") else "previous"
                if way == "previous":
                    self.expect("previous")
                self.expect("working", "day")
                found = self.node(start, "workday", found, value=way)
            elif self.take(",", "failing", "which"):
                found = self.node(start, "else", found, self.either())
            else:
                return found

    def rounded(self, start: int, inner: Expr) -> Expr:
        return self.node(start, "round", inner, value=self.rounding())

    def rounding(self) -> tuple[str, tuple[str, Fraction]]:
        """Direction, unit and step; the step is above nothing."""
        direction = next((d for d in ("down", "up", "half up") if self.take(*d.split())), None)
        if direction is None:
            self.error("a rounding says which way", "rounded down to, rounded up to or rounded half up to")
        self.expect("to")
        many = self.next + 1 < len(self.tokens) and self.tokens[self.next + 1][:2] == ("word", "minor")
        step = self.kind("number") if many else "1"
        if step and self.take("minor"):
            return direction, ("minor", self.step(step))
        if self.take("whole"):
            unit = self.name("a measure")
            return direction, (f"whole {UNITS.get(unit, unit)}", Fraction(1))
        return direction, self.literal_unit()

    def step(self, text: str) -> Fraction:
        """So many of the smallest units of the purchase's currency."""
        if "." in text or int(text) == 0:
            self.next -= 2
            self.error("money is rounded to whole smallest units, at least one", "minor, or 10 minor")
        return Fraction(int(text))

    def literal_unit(self) -> tuple[str, Fraction]:
        start = self.tokens[self.next].offset
        found = self.atom()
        if found.op == "lit" and found.type == NUMBER and self.peek("/"):
            offset = self.tokens[self.next].offset
            self.next += 1
            found = self.fraction(offset, found, self.atom())
        if found.op != "lit" or found.type not in (MONEY, NUMBER):
            self.error("a rounding needs a written unit", "10 KRW, 10%, minor or whole days")
        unit, step = (found.value[1], Fraction(found.value[0])) if found.type == MONEY else ("share", found.value)
        if step <= 0:
            self.offset_error(start, "nothing can be rounded to 0", "10 KRW, 10%, minor or whole days")
        return unit, step

    def either(self) -> Expr:
        found = self.both()
        while self.peek("or"):
            start = self.tokens[self.next].offset
            self.next += 1
            found = self.node(start, "or", found, self.both())
        return found

    def both(self) -> Expr:
        found = self.truth()
        while self.peek("and"):
            start = self.tokens[self.next].offset
            self.next += 1
            found = self.node(start, "and", found, self.truth())
        return found

    def truth(self) -> Expr:
        start = self.tokens[self.next].offset
        if self.take("not"):
            with self.deeper():
                return self.node(start, "not", self.truth())
        return self.compare()

    def compare(self) -> Expr:
        left = self.sum()
        start = self.tokens[self.next].offset
        for mark, op in (("<=", "le"), (">=", "ge"), ("<", "lt"), (">", "gt")):
            if self.take(mark):
                return self.node(start, op, left, self.sum())
        if self.take("is"):
            negated = self.take("not")
            found = self.same(start, left)
            return self.node(start, "not", found) if negated else found
        negated = self.peek("not", "in") and self.take("not")
        if self.take("in"):
            found = self.among(start, left)
            return self.node(start, "not", found) if negated else found
        return left

    def same(self, start: int, left: Expr) -> Expr:
        """After `is`: any word, or a number, date or sum."""
        token = self.tokens[self.next]
        if (token.kind == "word" and token.text not in ("nothing", "yes", "no") and token.text not in UNITS) or (
            token.text in UNITS and self.tokens[self.next + 1].text in ("", ",", ")", "and", "or")
        ):
            self.next += 1
            return self.node(start, "is", left, value=(token.text,))
        return self.node(start, "eq", left, self.sum())

    def among(self, start: int, left: Expr) -> Expr:
        code = self.kind("code")
        if code:
            return self.node(start, "within", left, value=code)
        if self.take("country", "of"):
            return self.node(start, "compatriot", left, self.item())
        self.expect("(")
        words: list[str] = []
        codes: list[str] = []
        while True:
            word, code = self.kind("word"), self.kind("code")
            if word:
                words.append(word)
            elif code:
                codes.append(code)
            else:
                self.error("a word or a place is expected", "kind is written `kind in (live-course, recorded-course)`")
            if self.take(")"):
                break
            self.expect(",")
        if words and codes:
            self.error("words and places do not mix in one list")
        if words:
            return self.node(start, "is", left, value=tuple(words))
        found = self.node(start, "within", left, value=codes[0])
        for one in codes[1:]:
            found = self.node(start, "or", found, self.node(start, "within", left, value=one))
        return found

    def sum(self) -> Expr:
        found = self.product()
        while self.peek("+") or self.peek("-"):
            start, mark = self.tokens[self.next].offset, self.tokens[self.next].text
            self.next += 1
            found = self.node(start, "add" if mark == "+" else "sub", found, self.product())
        return found

    def product(self) -> Expr:
        found = self.item()
        while self.peek("*") or self.peek("/") or self.peek("of"):
            start, mark = self.tokens[self.next].offset, self.tokens[self.next].text
            self.next += 1
            right = self.item()
            if mark == "/":
                found = self.fraction(start, found, right)
            else:
                found = self.node(start, "mul", found, right, value=mark)
        return found

    def fraction(self, start: int, top: Expr, bottom: Expr) -> Expr:
        """`1/3` is one written share; any other division is worked out."""
        if top.op == bottom.op == "lit" and top.type == bottom.type == NUMBER:
            if bottom.value == 0:
                self.offset_error(start, "nothing can be divided by 0")
            return Expr("lit", (), top.value / bottom.value, top.at, NUMBER)
        return self.node(start, "div", top, bottom)

    def item(self) -> Expr:
        found = self.atom()
        mark = self.next
        start = self.tokens[mark].offset
        if (found.op == "lit" and found.type == NUMBER) or self.closed_bracket():
            unit = self.unit()
            if unit:
                for words, way in (
                    (("after",), "after"),
                    (("before",), "before"),
                    (("beginning", "with"), "beginning"),
                ):
                    if self.take(*words):
                        with self.deeper():
                            return self.node(start, "shift", found, self.item(), value=(unit, way))
                self.next = mark
                meant = slips.hint(self.text, start) or f"{unit} after, before or beginning with a date"
                self.error(f"a length needs its day: “{unit} after …”", meant)
        return found

    def closed_bracket(self) -> bool:
        return self.tokens[self.next - 1].text == ")"

    # -- atoms

    def atom(self) -> Expr:
        with self.deeper():
            return self.one()

    def one(self) -> Expr:
        token = self.tokens[self.next]
        start = token.offset
        if token.kind in ("number", "percent"):
            return self.number()
        if token.kind == "date":
            self.next += 1
            try:
                return Expr("lit", (), days.parse(token.text), self.place(start), DATE)
            except Problem as problem:
                raise problem.at(self.place(start)) from None
        if self.take("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if token.kind != "word":
            self.error(f"a value is expected, found “{token.text or 'the end'}”")
        return self.word()

    def number(self) -> Expr:
        token = self.tokens[self.next]
        self.next += 1
        here = self.place(token.offset)
        text = token.text.replace("_", "")
        if token.kind == "percent":
            return Expr("lit", (), Fraction(text) / 100, here, NUMBER)
        after = self.tokens[self.next]
        if after.kind == "code" and re.fullmatch("[A-Z]{3}", after.text):
            self.next += 1
            try:
                amount = money.parse_literal(f"{token.text} {after.text}")
            except Problem as problem:
                raise problem.at(here) from None
            return Expr("lit", (), (amount.minor, amount.currency), here, MONEY)
        if "." in text:
            self.offset_error(
                token.offset, f"{text} is not exact enough to be a share", "write a fraction (1/3) or per cent (33%)"
            )
        return Expr("lit", (), Fraction(int(text)), here, NUMBER)

    def word(self) -> Expr:
        token = self.tokens[self.next]
        start = token.offset
        for first, read in self.phrases().items():
            if self.take(*first.split()):
                return read(start)
        unit_ahead = self.next
        begun = self.take("begun")
        unit = self.unit()
        if unit and self.take("from"):
            return self.length_between(start, unit, begun)
        self.next = unit_ahead
        if token.text in RESERVED:
            self.error(f"“{token.text}” is a word of the language, not a name")
        self.next += 1
        if self.take("("):
            inner = self.expression()
            self.expect(")")
            return self.node(start, "call", inner, value=token.text)
        if self.take("."):
            return self.node(start, "pick", value=(token.text, self.name("the name of a column")))
        return self.node(start, "name", value=token.text)

    def phrases(self) -> dict[str, Callable[[int], Expr]]:
        """Atoms that open with words of the language."""
        here = self.place(self.tokens[self.next].offset)
        return {
            "yes": lambda _: Expr("lit", (), True, here, YESNO),
            "no": lambda _: Expr("lit", (), False, here, YESNO),
            "nothing": lambda _: Expr("lit", (), Fraction(0), here, ZERO),
            "lesser of": lambda s: self.two(s, "min", "lesser"),
            "greater of": lambda s: self.two(s, "max", "greater"),
            "earlier of": lambda s: self.two(s, "min", "earlier"),
            "later of": lambda s: self.two(s, "max", "later"),
            "day of month of": lambda s: self.node(s, "month_day", self.item()),
            "last day of month of": lambda s: self.last_day(s, "months"),
            "last day of year of": lambda s: self.last_day(s, "years"),
            "sum over": self.sum_over,
            "so_far (": lambda s: self.named_call(s, "so_far"),
            "row": lambda s: self.node(s, "row"),
            "rate (": self.rate,
            "total (": lambda s: self.node(s, "total", self.in_brackets()),
            "item (": self.list_item,
            "first (": lambda s: self.node(s, "first", self.in_brackets()),
            "last (": lambda s: self.node(s, "last", self.in_brackets()),
            "it": lambda s: self.node(s, "it"),
        }

    def last_day(self, start: int, unit: str) -> Expr:
        """The end of a day's month or year, as the lengths it comes to: no reading of the tree need know more."""
        first = Expr("lit", (), FIRST_OF_ALL, self.place(start), DATE)
        begun = self.node(start, "between", first, self.item(), value=(unit, True, True))
        following = self.node(start, "shift", begun, first, value=(unit, "after"))
        one = Expr("lit", (), Fraction(1), self.place(start), NUMBER)
        return self.node(start, "shift", one, following, value=("days", "before"))

    def two(self, start: int, op: str, word: str) -> Expr:
        left = self.sum()
        self.expect("and")
        return self.node(start, op, left, self.sum(), value=word)

    def in_brackets(self) -> Expr:
        inner = self.expression()
        self.expect(")")
        return inner

    def named_call(self, start: int, op: str) -> Expr:
        name = self.name("the name of a column")
        self.expect(")")
        return self.node(start, op, value=name)

    def list_item(self, start: int) -> Expr:
        inner = self.either()
        self.expect(",")
        number = self.kind("number")
        if number is None or "." in number or int(number) < 1:
            self.error("an entry of a list has a number from 1")
        self.expect(")")
        return self.node(start, "item", inner, value=int(number))

    def sum_over(self, start: int) -> Expr:
        part = self.name("the name of a part")
        self.expect("of")
        return self.node(start, "sum", self.item(), value=part)

    def rate(self, start: int) -> Expr:
        series = self.name("the name of a rate")
        self.expect(",")
        inner = self.expression()
        self.expect(")")
        return self.node(start, "rate", inner, value=series)

    def length_between(self, start: int, unit: str, begun: bool) -> Expr:
        left = self.item()
        through = self.take("through")
        if not through:
            self.expect("to")
        return self.node(start, "between", left, self.item(), value=(unit, through, begun))

    # -- the rest of a comparison

    def when(self) -> Expr:
        start = self.tokens[self.next].offset
        it = self.node(start, "it")
        for words, op in (
            ("at most", "le"), ("less than", "lt"), ("at least", "ge"), ("more than", "gt"),
            ("on or before", "le"), ("on or after", "ge"), ("before", "lt"), ("after", "gt"),
        ):  # fmt: skip
            if self.take(*words.split()):
                return self.node(start, op, it, self.sum())
        if self.take("one", "of"):
            words_ = [self.name("a word")]
            while self.take(","):
                words_.append(self.name("a word"))
            return self.node(start, "is", it, value=tuple(words_))
        return self.same(start, it)
