"""Integer form -> Python source: the production path for one decision, with its working.

The function takes the known facts by id and raises KeyError with the id of the first missing fact that it needs: then,
and only then, the interpreter is asked what the answer hangs on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recourse.rules import ir
from recourse.rules.prepared import Prepared


def source(program: ir.Program, name: str = "decide") -> str:
    """The text of a function `decide(F) -> (chosen row or -1, refund, kept, noted values in the order of slots)`."""
    return _Printer(program).function(name)


def prepared(program: ir.Program) -> Prepared:
    """The text, and for each deciding row which slots its noted values fill."""
    printer = _Printer(program)
    text = printer.function("decide")
    slots = tuple((slot.node, slot.bottom if isinstance(slot.bottom, int) else 0) for slot in program.slots)
    return Prepared(text, slots, program.bits, printer.layouts)


def _nodes(block: list[Any]) -> Iterator[ir.I]:
    """Every expression in a block of statements."""
    for statement in block:
        for key in ("value", "condition", "top", "bottom", "place"):
            found = getattr(statement, key, None)
            if isinstance(found, ir.I):
                yield from found.walk()
        for key in ("then", "other", "body"):
            inner = getattr(statement, key, None)
            if isinstance(inner, list):
                yield from _nodes(inner)
        for _, found in getattr(statement, "columns", ()):
            yield from found.walk()


class _Printer:
    def __init__(self, program: ir.Program) -> None:
        self.program = program
        self.lines: list[str] = []
        self.depth = 1
        self.read: set[str] = set()  # facts that are in a local on every path to here
        self.sure: set[str] = set()  # names that have a value on every path to here
        self.maybe: dict[str, None] = {}  # names that have one on some path to here
        self.empty: dict[str, None] = {}  # names that must start as None, because somebody may look
        self.layouts: dict[int, tuple[int, ...]] = {}
        self.spare = 0

    def function(self, name: str) -> str:
        for statement in self.program.body:
            self.statement(statement)
        start = f"    {' = '.join([*self.empty, 'None'])}\n" if self.empty else ""
        return f"def {name}(F):\n{start}" + "\n".join(self.lines) + "\n"

    def result(self, chosen: int) -> str:
        slots, cells = [], []
        for number, slot in enumerate(self.program.slots):
            if slot.top in self.maybe:
                slots.append(number)
                for name in (slot.top, slot.bottom):
                    if isinstance(name, str):
                        cells.append(name)
                        if name not in self.sure:
                            self.empty[name] = None
        self.layouts[chosen] = tuple(slots)
        refund, kept = ("refund" if "refund" in self.maybe else None), ("kept" if "kept" in self.maybe else None)
        return f"({chosen}, {refund}, {kept}, ({', '.join(cells)}{',' if cells else ''}))"

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def assign(self, name: str) -> None:
        self.sure.add(name)
        self.maybe[name] = None

    def block(self, statements: list[Any]) -> bool:
        """A block of its own: what it reads is not known outside. Whether it leaves the function."""
        read, self.depth = set(self.read), self.depth + 1
        ended = False
        for statement in statements:
            ended = self.statement(statement)
        if not statements:
            self.line("pass")
        self.read, self.depth = read, self.depth - 1
        return ended

    def statement(self, s: Any) -> bool:
        """Prints it. Whether nothing can follow."""
        if isinstance(s, ir.Set):
            self.line(f"{s.name} = {self.show(s.value)}")
            self.assign(s.name)
        elif isinstance(s, ir.If):
            return self.branch(s)
        elif isinstance(s, ir.Attempt):
            self.attempt(s)
        elif isinstance(s, ir.Unless):
            self.unless(s)
        elif isinstance(s, ir.Need):
            self.empty[s.name] = None
            self.line(f"if {s.name} is None:")
            self.line(f"    raise lack_{s.name}")
        elif isinstance(s, ir.Guard):
            self.line(f"if {self.show(s.value)} <= 0:")
            self.line("    contradiction()")
        elif isinstance(s, ir.Agree):
            self.line(f"if {self.show(s.one)} != {self.show(s.other)}:")
            self.line("    miss()")
        elif isinstance(s, ir.Calendar):
            self.line(f"{s.name} = CALENDARS[{self.show(s.place)}]")
        elif isinstance(s, ir.Loop):
            self.loop(s)
        elif isinstance(s, ir.Term):
            top = self.show(s.top)
            self.line(f"{s.name}.append({top if s.bottom is None else f'({top}, {self.show(s.bottom)})'})")
        elif isinstance(s, ir.Fail):
            self.line(f"contradiction({s.why!r})")
        elif isinstance(s, ir.Clash):
            self.line(f"clash({s.rows[0]}, {s.rows[1]})")
        else:
            self.line(f"return {self.result(s.row if isinstance(s, ir.Done) else -1)}")
            return True
        return False

    def attempt(self, s: ir.Attempt) -> None:
        sure, maybe = set(self.sure), dict(self.maybe)
        self.line("try:")
        self.block(s.body)
        after, (self.sure, between) = self.sure, (sure, self.maybe)
        self.maybe = {**maybe, **between}
        caught = "(KeyError, Contradiction)" if s.or_impossible else "KeyError"
        self.line(f"except {caught} as lack:" if s.lack else f"except {caught}:")
        if s.lack:
            self.line(f"    {s.lack} = lack.with_traceback(None)")
        if s.unless:
            both = " or ".join(f"{fact!r} in F" for fact in s.unless)
            if all(s.needs):
                able = " or ".join(" and ".join(f"{fact!r} in F" for fact in sorted(one)) for one in s.needs)
                both = f"({able}) and ({both})"
            self.line(f"    if {both}:")
            self.line("        raise")
        if s.other or not s.lack:
            self.block(s.other)
        self.sure &= after

    def unless(self, s: ir.Unless) -> None:
        self.empty[s.name] = None
        self.line(f"if {s.name} is None:")
        sure, maybe = set(self.sure), dict(self.maybe)
        self.block(s.body)
        self.sure, self.maybe = sure, {**maybe, **self.maybe}
        self.assign(s.name)

    def branch(self, s: ir.If) -> bool:
        if s.condition in (ir.TRUE, ir.FALSE):
            ended = False
            for inner in s.then if s.condition == ir.TRUE else s.other:
                ended = self.statement(inner)
            return ended
        self.line(f"if {self.show(s.condition)}:")
        sure, maybe = set(self.sure), dict(self.maybe)
        ended = self.block(s.then)
        then = (self.sure, self.maybe)
        self.sure, self.maybe = sure, maybe
        if ended:  # what follows needs no `else`
            left = False
            for inner in s.other:
                left = self.statement(inner)
            return left
        if s.other:
            self.line("else:")
            if self.block(s.other):
                self.sure, self.maybe = then
                return False
        self.sure &= then[0]
        self.maybe = {**then[1], **self.maybe}
        return False

    def loop(self, s: ir.Loop) -> None:
        lists = ", ".join(self.show(value) for _, value in s.columns)
        self.line(f"{s.terms} = []")
        self.assign(s.terms)
        for name in s.so_far:
            self.line(f"{ir.before_name(s.part, name)} = 0")
        names = "".join(f"{ir.entry_name(s.part, name)}, " for name, _ in s.columns)
        rows = f"rows_of({s.part!r}, {s.at_most}, {lists})"
        if len(s.columns) == 1:
            names, rows = names.removesuffix(", "), f"list_of({s.part!r}, {s.at_most}, {lists})"
        numbered = ir.row_name(s.part)
        if any(n.op == "tmp" and n.value == numbered for n in _nodes(s.body)):
            self.line(f"for {numbered}, ({names}) in enumerate({rows}, 1):")
        else:
            self.line(f"for {names} in {rows}:")
        sure = set(self.sure)
        self.block(list(s.body))
        self.sure = sure
        self.depth += 1
        for name in s.so_far:
            self.line(f"{ir.before_name(s.part, name)} += {ir.entry_name(s.part, name)}")
        self.depth -= 1

    # -- expressions; printed in the order in which Python evaluates them

    def show(self, i: ir.I) -> str:
        op = i.op
        if op == "const":
            return repr(i.value)
        if op == "tmp":
            return str(i.value)
        if op == "fact":
            return self.fact(*i.value)
        if op == "top":
            return f"{self.fact(*i.value)}.numerator"
        if op == "bottom":
            return f"{self.fact(*i.value)}.denominator"
        if op == "has":
            return f"{i.value!r} in F"
        if op in ("+", "-", "*", "<", "<=", "==", "//", "floor"):
            a, b = self.show(i.args[0]), self.show(i.args[1])
            return f"({a} {'//' if op == 'floor' else op} {b})"
        if op in ("and", "or"):
            left = self.show(i.args[0])
            read, sure = set(self.read), set(self.sure)
            right = self.show(i.args[1])
            self.read, self.sure = read, sure
            return f"({left} {op} {right})"
        if op == "not":
            return f"(not {self.show(i.args[0])})"
        if op == "note":
            inner = self.show(i.args[0])
            self.assign(i.value)
            return f"({i.value} := {inner})"
        if op == "in":
            inner = self.show(i.args[0])
            return f"({inner} == {i.value[0]!r})" if len(i.value) == 1 else f"({inner} in {i.value!r})"
        if op in ("within", "compatriot"):
            return self.places(i)
        if op in ("min", "max"):
            return self.extreme(i)
        return self.call(i)

    def places(self, i: ir.I) -> str:
        """Where a place lies; the first two letters of a place are its country."""
        shown = [self.show(arg) for arg in i.args]
        return f"within({shown[0]}, {i.value!r})" if i.op == "within" else f"(({shown[0]})[:2] == ({shown[1]})[:2])"

    def extreme(self, i: ir.I) -> str:
        sign = "<=" if i.op == "min" else ">="
        a = self.show(i.args[0])
        if i.args[0].op not in ("const", "tmp"):
            a, test = self.spare_name(), a
            test = f"({a} := {test})"
        else:
            test = a
        b = self.show(i.args[1])
        if i.args[1].op in ("const", "tmp"):
            return f"({a} if {test} {sign} {b} else {b})"
        name = self.spare_name()
        return f"({a} if {test} {sign} ({name} := {b}) else {name})"

    def spare_name(self) -> str:
        self.spare += 1
        return f"t{self.spare}"

    def call(self, i: ir.I) -> str:
        args = [self.show(a) for a in i.args]
        op, value = i.op, i.value
        if op == "positive":
            return f"({args[0]} or contradiction())" if i.args[0].low >= 0 else f"positive({args[0]})"
        if op == "workday":
            return f"{value[1]}.{value[0]}_working({args[0]})"
        if op == "move":
            unit, way, months, calendar = value
            if unit == "working days" and way != "beginning":
                return f"{calendar}.add_working({args[0]}, {args[1]})"
            if unit == "months" and way != "beginning":
                return f"add_months({args[0]}, {args[1]}, {months!r})"
            return f"move({args[0]}, {args[1]}, {unit!r}, {way!r}, {months!r}, {calendar})"
        if op == "length":
            unit, through, begun, months, calendar = value
            return f"length({args[0]}, {args[1]}, {unit!r}, {through}, {begun}, {months!r}, {calendar})"
        if op == "rate":
            return f"rate({value[0]!r}, {value[1]}, {args[0]})"
        if op == "item":
            return f"entry({args[0]}, {value})"
        if op in ("numer", "denom"):
            return f"{args[0]}.{'numerator' if op == 'numer' else 'denominator'}"
        if op == "total":
            return f"sum({args[0]})"
        if op in ("first", "last"):
            return f"{args[0]}[{0 if op == 'first' else 1}]"
        return f"month_day({args[0]})"

    def fact(self, name: str, presumed: Any) -> str:
        local = f"f_{name}"
        if name in self.read:
            return local
        self.read.add(name)
        if presumed is None:
            return f"({local} := F[{name!r}])"
        return f"({local} := F.get({name!r}, {presumed!r}))"
