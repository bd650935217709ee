"""Nodes -> a list of instructions for the operations of `kernels`: each goes over a block of orders at once.

A number lies in as many bits as its bounds need, a truth in one, and whether a value is known in another one. Places in
the memory are used again as soon as nothing reads them any more, so that a block stays near the processor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from recourse.rules.columns.node import BOOL, WORD, C
from recourse.rules.emit.instructions import Needs, Written, bits_of, placed
from recourse.rules.emit.operations import MICRO, SHOW, Operations


class Out(NamedTuple):
    """A column that comes out: its node, the bits of its cells; or a table that gives a text's number for a number."""

    node: C
    bits: int
    texts: Mapping[int, int | None] | None = None

    @property
    def null(self) -> bool:
        """Whether a cell may be null."""
        return self.node.null or (self.texts is not None and None in self.texts.values())


class Check(NamedTuple):
    """Between which numbers all cells of a column of numbers, days or instants (in seconds) have to lie.

    `type` is how the column is read where no node reads it.
    """

    column: str
    type: str
    low: int
    high: int


@dataclass(frozen=True)
class Emitted:
    """The instructions, eight numbers each, what they read, and how many bytes of memory they work in.

    The first bits of the memory are truths that never change: all true, then all false.
    """

    code: tuple[tuple[int, ...], ...]
    needs: Needs
    memory: int


def emit(outs: Sequence[Out], checks: Sequence[Check] = ()) -> Emitted:
    """The program for these columns, which stops where a check fails. Raises Problem for numbers that are too wide."""
    writer = _Writer([out.node for out in outs])
    for check in checks:
        writer.check(check)
    for number, out in enumerate(outs):
        writer.store(number, out)
    code, memory = placed(writer.lines)
    return Emitted(code, writer.needs, memory)


class _Writer(Operations):
    def __init__(self, tops: Sequence[C]) -> None:
        super().__init__()
        seen: set[int] = set()
        order = [node for top in tops for node in top.walk(seen)]
        for node in order:
            if node.op in ("country", "look") or (node.op == "==" and node.args[0].kind == WORD):
                self.open |= _texts_below(node)
        for top in tops:
            if top.kind == WORD:
                self.open |= _texts_below(top)
        for node in order:
            self.found[node.number] = SHOW[node.op](self, node)

    def check(self, check: Check) -> None:
        type_ = self.needs.types.get(check.column, check.type)  # one column is read in one way
        number = self.needs.column(check.column, type_)
        bits, unit = 32 if type_ == "date" else 64, MICRO if type_ == "instant" else 1
        cells = self.do(f"load{bits}", bits, written=(number,))
        known = self.do("known", 1, written=(number,))
        self.do(f"within{bits}", 0, cells, known, written=(number, check.low * unit, check.high * unit))

    def store(self, number: int, out: Out) -> None:
        value, known = self.found[out.node.number]
        if out.node.kind == BOOL:
            self.do("putbytes", 0, value, written=(2 * number,))
        else:
            own = bits_of(out.node)
            if isinstance(value, Written):
                value = (
                    self.widened(value, own, 128) if own == 128 else self.do(f"fill{own}", own, written=(value.number,))
                )
            if out.texts is not None:
                table, size = self.needs.table("texts", number), max(out.texts, default=0) + 1
                value = self.do(f"entry{own}", 32, value, written=(table, 0, size))
                known = (
                    self.both(known, self.on("lt", 32, 1, Written(-1), value)) if None in out.texts.values() else known
                )
                value = self.on("max", 32, 32, value, Written(0))  # also where it is null the number is a text's
                own = 32
            put = max(out.bits, 32)
            value = self.widened(value, own, put)
            self.do(f"put{out.bits}", 0, value, written=(2 * number,))
        if out.null:
            self.do("putbits", 0, known, written=(2 * number + 1,))


def _texts_below(node: C) -> set[int]:
    return {n.number for n in node.walk() if n.kind == WORD}
