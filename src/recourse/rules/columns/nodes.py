"""Makes nodes of truths, choices, places and lists; what can be known beforehand is folded."""

from __future__ import annotations

from typing import Any

from recourse.rules.columns.node import BOOL, INT, LIST, WORD, C
from recourse.rules.columns.numbers import Numbers

_SMALL = 60  # beyond, a node is not written anew for one place: it would no longer be shared with others

_MOST_WAYS = 80  # through a choice between choices that is gathered


class Nodes(Numbers):
    """Makes nodes; equal ones are the same object."""

    # -- truths

    def compare(self, op: str, a: C, b: C) -> C:
        if a.is_null or b.is_null:
            return self.null(BOOL)
        if op == "==" and a.op == "sel" and b.is_const and (a.args[1].is_const or a.args[2].is_const):
            return self.sel(a.args[0], self.compare(op, a.args[1], b), self.compare(op, a.args[2], b))
        if a.kind == INT:
            return self._compare_numbers(op, a, b)
        if a.is_const and b.is_const:
            return self.const(a.value == b.value)
        if a.is_const:
            a, b = b, a
        if a.kind == BOOL and b.is_const:
            return a if b.value else self.not_(a)
        if b.kind == WORD and b.is_const:
            return self.among(a, (b.value,))
        return self.make("==", (a, b), None, BOOL)

    def _compare_numbers(self, op: str, a: C, b: C) -> C:
        more_a = a.args[1].value if a.op == "+" and a.args[1].is_const else 0
        more_b = b.args[1].value if b.op == "+" and b.args[1].is_const else 0
        if more_a and b.is_const:
            a, b = a.args[0], self.const(b.value - more_a)
        elif more_b and a.is_const:
            a, b = self.const(a.value - more_b), b.args[0]
        elif more_a or more_b:  # one written number, on one side
            a, b = a.args[0] if more_a else a, b.args[0] if more_b else b
            step = more_a - more_b
            a, b = (self.add(a, self.const(step)), b) if step > 0 else (a, self.add(b, self.const(-step)))
        never_null = not (a.null or b.null)
        if op == "==" and never_null and (a.high < b.low or b.high < a.low):
            return self.false
        if op != "==" and never_null:
            if a.high < b.low or (op == "<=" and a.high == b.low):
                return self.true
            if b.high < a.low or (op == "<" and b.high == a.low):
                return self.false
        if a is b and never_null:
            return self.const(op != "<")
        if a.is_const and b.is_const:
            return self.const({"<": a.value < b.value, "<=": a.value <= b.value, "==": a.value == b.value}[op])
        return self.make(op, (a, b), None, BOOL)

    def among(self, a: C, words: tuple[str, ...]) -> C:
        if a.is_null:
            return self.null(BOOL)
        if a.is_const:
            return self.const(a.value in words)
        if a.op == "sel" and all(arm.is_const for arm in a.args[1:]):
            return self.sel(a.args[0], self.among(a.args[1], words), self.among(a.args[2], words))
        return self.make("in", (a,), tuple(sorted(set(words))), BOOL)

    def not_(self, a: C) -> C:
        if a.is_null:
            return a
        if a.is_const:
            return self.const(not a.value)
        if a.op == "not":
            return a.args[0]
        return self.make("not", (a,), None, BOOL)

    def and_(self, *given: C) -> C:
        return self._chain("and", given, self.false, self.true)

    def or_(self, *given: C) -> C:
        return self._chain("or", given, self.true, self.false)

    def _chain(self, op: str, given: tuple[C, ...], settles: C, idle: C) -> C:
        found: dict[int, C] = {}
        for one in given:
            for part in one.args if one.op == op else (one,):
                if part is settles:
                    return settles
                if part is not idle:
                    found[part.number] = part
        for part in found.values():
            other = self.not_(part)
            if other.number in found and not part.null:
                return settles
        if not found:
            return idle
        if 1 < len(found) <= 6:
            simpler = self._each_given(op, found)
            if simpler is not None:
                return simpler
        parts = tuple(sorted(found.values(), key=lambda p: p.number))
        return parts[0] if len(parts) == 1 else self.make(op, parts, None, BOOL)

    def _each_given(self, op: str, found: dict[int, C]) -> C | None:
        """The same chain where one part says what another one asks; null parts are let alone."""
        for number, part in found.items():
            if part.null or part.op not in ("and", "or", "not", "in", "<", "<=", "==", "col", "known"):
                continue
            others = [other for key, other in found.items() if key != number]
            smaller = [self.given(other, part, op == "and", 3) for other in others]
            if any(a is not b for a, b in zip(others, smaller, strict=True)):
                return self.and_(part, *smaller) if op == "and" else self.or_(part, *smaller)
        return None

    def known(self, a: C) -> C:
        """Whether a value is known: never null. Nodes share parts, so each is asked once."""
        found = self.whether_known.get(a.number)
        if found is None:
            found = self.whether_known[a.number] = self._known(a)
        return found

    def _known(self, a: C) -> C:
        if not a.null:
            return self.true
        if a.is_null:
            return self.false
        if a.op in ("+", "-", "*", "<", "<=", "==", "min", "max", "in", "not", "country", "in bounds"):
            return self.and_(*(self.known(arg) for arg in a.args))
        if a.op == "//" and a.args[1].low > 0:
            return self.and_(*(self.known(arg) for arg in a.args))
        return self.make("known", (a,), None, BOOL, null=False)

    def surely(self, a: C) -> C:
        """Whether a truth is known and holds: never null."""
        if not a.null:
            return a
        return self.or_else(a, self.false)

    def sel(self, c: C, a: C, b: C) -> C:
        """a where c holds, b where it does not; null where nobody knows, unless both are one value."""
        if c.is_null:
            return a if a is b else self.null(a.kind)
        if c.is_const:
            return a if c.value else b
        if a is b:
            return a
        if c.op == "known" and a is c.args[0]:
            return self.or_else(a, b)
        if c.op == "not":
            c, a, b = c.args[0], b, a
        a, b = self.given(a, c, True), self.given(b, c, False)
        if a is b:
            return a
        if BOOL in (a.kind, b.kind):
            found = self._sel_truth(c, a, b)
            if found is not None:
                return found
        if a.op == "sel" and a.args[0] is c:
            a = a.args[1]
        if b.op == "sel" and b.args[0] is c:
            b = b.args[2]
        if a is b:
            return a
        if b.op == "sel" and b.args[1] is a and not c.null and not b.args[0].null:
            return self.sel(self.or_(c, b.args[0]), a, b.args[2])
        arms = [x for x in (a, b) if not x.is_null]
        low, high = min((x.low for x in arms), default=0), max((x.high for x in arms), default=0)
        return self.make("sel", (c, a, b), None, arms[0].kind if arms else a.kind, low, high)

    def given(self, node: C, c: C, holds: bool, depth: int = 6) -> C:
        """The same node where a truth is known to hold or not, if that makes it smaller."""
        if node is c:
            return self.true if holds else self.false
        if (
            not depth
            or node.size > _SMALL
            or node.op not in ("sel", "and", "or", "not", "else", "known", "<=", "==", "<", "in")
        ):
            return node
        key = (node.number, c.number, holds, depth)
        found = self.simpler.get(key)
        if found is None:
            args = tuple(self.given(arg, c, holds, depth - 1) for arg in node.args)
            found = node if args == node.args else self.again(node, args)
            self.simpler[key] = found
        return found

    def again(self, node: C, args: tuple[C, ...]) -> C:
        """A node of the same kind with other arguments."""
        if node.op == "and":
            return self.and_(*args)
        if node.op == "or":
            return self.or_(*args)
        if node.op == "not":
            return self.not_(args[0])
        if node.op == "known":
            return self.known(args[0])
        if node.op == "else":
            return self.or_else(*args)
        if node.op == "in":
            return self.among(args[0], node.value)
        return self.sel(*args) if node.op == "sel" else self.compare(node.op, *args)

    def _sel_truth(self, c: C, a: C, b: C) -> C | None:
        if a is self.true and b is self.false:
            return c
        if a is self.false and b is self.true:
            return self.not_(c)
        if b is self.false or b is c:
            return self.and_(c, a)
        if a is self.true or a is c:
            return self.or_(c, b)
        if a is self.false:
            return self.and_(self.not_(c), b)
        if b is self.true:
            return self.or_(self.not_(c), a)
        return None

    def or_else(self, a: C, b: C) -> C:
        if not a.null or b.is_null or a is b:
            return a
        if a.is_null:
            return b
        if a.op == "else" and a.args[1] is b:
            return a
        return self.make("else", (a, b), None, a.kind, min(a.low, b.low), max(a.high, b.high), null=b.null)

    def positive(self, a: C) -> C:
        """The same, or null where it is not above zero."""
        if a.is_const and not a.is_null and a.value <= 0:
            return self.null(INT)
        if a.low > 0 or a.is_null:
            return a
        return self.make("positive", (a,), None, INT, 1, max(1, a.high), null=True)

    # -- places, lists, tables

    def country(self, place: C) -> C:
        if place.is_null:
            return place
        if place.is_const:
            return self.const(place.value[:2])
        return self.make("country", (place,), None, WORD)

    def look(self, table: tuple[Any, ...], args: tuple[C, ...], low: int, high: int) -> C:
        """An entry of a table: null where the table has none."""
        if any(a.is_null for a in args):
            return self.null(INT)
        return self.make("look", args, table, INT, low, high, null=True)

    def size(self, a: C) -> C:
        return self.null(INT) if a.is_null else self.make("size", (a,), None, INT, 0, 10**6)

    def total(self, a: C, low: int, high: int) -> C:
        return self.null(INT) if a.is_null else self.make("total", (a,), None, INT, low, high)

    def at(self, a: C, number: int, type_: str, low: int, high: int) -> C:
        kind = (
            LIST
            if type_ == "period"
            else BOOL
            if type_ == "yesno"
            else WORD
            if type_ in ("choice", "place", "text")
            else INT
        )
        if a.is_null:
            return self.null(kind)
        if a.op == "sel":
            arms = (self.at(arm, number, type_, low, high) for arm in a.args[1:])
            return self.sel(a.args[0], *arms)
        if a.op == "else":
            first, second = (self.at(arm, number, type_, low, high) for arm in a.args)
            return self.sel(self.known(a.args[0]), first, second)
        return self.make("at", (a,), (number, type_), kind, low, high, null=True)

    def end(self, op: str, a: C, low: int, high: int) -> C:
        return self.null(INT) if a.is_null else self.make(op, (a,), None, INT, low, high)

    # -- choices, gathered

    def gathered(self, node: C) -> C:
        """The same choice with one condition for each value that it can give: conditions are cheap, choices are not."""
        ways: dict[int, tuple[C, C]] = {}
        if not self._gather(node, self.true, ways, [_MOST_WAYS]):
            return node
        parts = sorted(ways.values(), key=lambda way: (not way[0].is_null, way[1].size), reverse=True)
        found = parts[0][0]
        for value, mask in parts[1:]:
            found = self.sel(mask, value, found)
        return found

    def _gather(self, node: C, mask: C, ways: dict[int, tuple[C, C]], left: list[int]) -> bool:
        left[0] -= 1
        if left[0] < 0:
            return False
        if node.op != "sel" or node.args[0].null:
            before = ways.get(node.number)
            ways[node.number] = (node, mask if before is None else self.or_(before[1], mask))
            return True
        c, a, b = node.args
        return self._gather(a, self.and_(mask, c), ways, left) and self._gather(
            b, self.and_(mask, self.not_(c)), ways, left
        )
