"""Decides a frame of orders with code of this machine: one loop, made by LLVM of the same nodes as every engine's.

Columns are read where they lie and written once. Words become numbers when they are met; of a place that is met for the
first time the loop stops, is told its calendar, and goes on.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from recourse.batch.engines import aside
from recourse.batch.engines.arrow import Column, arrays, chunks, described, taken
from recourse.batch.engines.endings import words
from recourse.batch.engines.known import Known
from recourse.batch.engines.machine import code
from recourse.batch.engines.seen import covers, granted, union
from recourse.batch.engines.whole import TEXTS, Decided, decided
from recourse.batch.plan import OUTPUT, Plan
from recourse.rules.columns.given import Seen
from recourse.rules.columns.node import BOOL, WORD
from recourse.rules.emit.kernels import BLOCK
from recourse.rules.emit.native import Check, Emitted, Out, emit
from recourse.rules.emit.operations import MICRO

_FORMATS = {8: b"C", 16: b"S", 32: b"i", 64: b"l"}
_KINDS = {
    "money": pl.Int64(), "count": pl.Int64(), "date": pl.Date(), "yesno": pl.Boolean(), "choice": pl.String(),
    "place": pl.String(), "text": pl.String(), "period": pl.Struct({"first": pl.Date(), "last": pl.Date()}),
}  # fmt: skip
_PREPARED_KEPT = 32
_BROKEN = 2  # what the frame says where a check failed
_LINE = 64  # bytes at whose multiples the memory begins


class _Prepared(NamedTuple):
    plan: Plan
    seen: Mapping[str, Seen]  # of the tables for which it is right
    found: Decided
    outs: dict[str, Out]
    emitted: Emitted
    program: Any  # its instructions as the machine reads them
    known: Known


class _Beyond(Exception):
    """Cells lie beyond what was taken for granted."""


_PREPARED: dict[tuple[object, ...], _Prepared] = {}


def decide(plan: Plan, orders: pl.DataFrame, *, keep: Sequence[str] = (), want: Sequence[str] = OUTPUT) -> pl.DataFrame:
    """One row for each order; see `polars.decide`, whose rows these are.

    What the first orders show of gaps and bounds is taken for granted of the next ones too, and checked as they are
    read; where it fails, the program is made anew for all that has been seen.
    """
    key = (id(plan), *orders.columns, None, *want)
    program = _PREPARED.get(key)
    if program is None or program.plan is not plan:
        program = _renewed(plan, orders, want, key, None)
    try:
        if not _holds(program, orders):
            raise _Beyond  # noqa: TRY301
        columns = _run(program, orders)
    except _Beyond:
        program = _renewed(plan, orders, want, key, program.seen)
        columns = _run(program, orders)
    return pl.DataFrame(
        [
            *(orders[name] for name in keep),
            *(column for name in (*want, *plan.extra) for column in _shown(program, name, columns)),
        ]
    )


def _holds(program: _Prepared, orders: pl.DataFrame) -> bool:
    """Whether gaps are where they were; and where rules are decided aside, also the bounds."""
    if any(not seen.null and orders[name].null_count() for name, seen in program.seen.items()):
        return False
    return not program.found.aside or covers(program.seen, granted(program.plan, orders))


def _renewed(
    plan: Plan, orders: pl.DataFrame, want: Sequence[str], key: tuple[object, ...], before: Mapping[str, Seen] | None
) -> _Prepared:
    if len(_PREPARED) >= _PREPARED_KEPT:
        _PREPARED.clear()
    seen = granted(plan, orders)
    if before is not None:  # what comes next will be like what there was
        seen = union(before, seen)
    _PREPARED[key] = _prepared(plan, orders.schema, (*want, *plan.extra), seen)
    return _PREPARED[key]


def _prepared(plan: Plan, schema: pl.Schema, want: Sequence[str], seen: Mapping[str, Seen]) -> _Prepared:
    found = decided(plan, schema.names(), want=want, seen=seen, tables=True)
    outs: dict[str, Out] = {}
    for name in want:
        if name in TEXTS:
            texts = words(plan, name)
            place = {text: number for number, text in enumerate(texts)}
            entries = {n: place.get(getattr(found.endings[n], name)) for n in found.reached()}
            outs[name] = Out(found.code, 8 if len(texts) < 256 else 16, entries)
    for name, node in found.values.items():
        bits = 8 if node.kind == BOOL else 32 if node.kind == WORD or found.types[name] == "date" else 64
        outs[name] = Out(node, bits)
    checks = [
        Check(name, "date" if schema[name] == pl.Date else "count", one.low, one.high)
        for name, one in seen.items()
        if one.low is not None and one.high is not None
    ]
    emitted = emit(tuple(outs.values()), checks)
    addresses = list(code().operations.values())
    numbers = [n for line in emitted.code for n in (addresses[line[0]], *line[1:])]
    program = (ctypes.c_uint64 * len(numbers))(*numbers)
    return _Prepared(plan, seen, found, outs, emitted, program, Known(emitted.needs, tuple(outs.values())))


def _run(program: _Prepared, orders: pl.DataFrame) -> dict[str, pl.Series]:
    """The columns that come out."""
    if program.found.aside:
        orders = aside.decide(program.found.aside, orders)
    whole = orders.select(_canonical(orders, name, type_) for name, type_ in program.emitted.needs.types.items())
    found: list[list[pl.Series]] = []
    for part in chunks(whole) if program.emitted.needs.types and orders.height else (whole,):
        height = part.height if program.emitted.needs.types else orders.height
        columns = [
            Column(name, b"tdD" if program.found.types.get(name) == "date" else _FORMATS[out.bits], out.bits, height,
                   code().release, null=out.null)
            for name, out in program.outs.items()
        ]  # fmt: skip
        try:
            if height:
                _fill(program, part, columns, height)
        except _Beyond:
            for column in columns:
                column.drop()
            raise
        found.append(taken(columns))
    return {name: _joined([part[k] for part in found]) for k, name in enumerate(program.outs)}


def _joined(parts: list[pl.Series]) -> pl.Series:
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.append(part)
    return whole


def _fill(program: _Prepared, part: pl.DataFrame, columns: Sequence[Column], rows: int) -> None:
    outs = (ctypes.c_void_p * (2 * len(columns)))(*(at for one in columns for at in (one.cells, one.known)))
    room = ctypes.create_string_buffer(program.emitted.memory + _LINE)
    memory = -(-ctypes.addressof(room) // _LINE) * _LINE
    ctypes.memset(memory, 0xFF, BLOCK // 8)
    with arrays(part) as cells:
        given = {name: described(array) for name, array in zip(program.emitted.needs.types, cells, strict=True)}
        numbers: list[int] = []
        for slot in program.emitted.needs.slots:
            if not slot.part:
                numbers += given[slot.of]
        descriptions = (ctypes.c_int64 * max(1, len(numbers)))(*numbers)
        tables, out = program.known.address, ctypes.addressof(outs)
        frame = (ctypes.c_int64 * 8)(memory, ctypes.addressof(descriptions), tables, out, 0, 0, 0, 0)
        size = len(program.emitted.code)
        while code().decide(ctypes.addressof(program.program), size, ctypes.addressof(frame), rows) < rows:
            if frame[6] == _BROKEN:
                raise _Beyond
            program.known.learn(frame[6], frame[7])
            frame[6] = 0


def _canonical(orders: pl.DataFrame, name: str, type_: str) -> pl.Series:
    """A column in the one form in which native programs read it."""
    column = orders[name]
    item = type_.removeprefix("list-of-")
    inner = column.dtype.inner if isinstance(column.dtype, pl.List) else column.dtype
    if item == "instant" and not isinstance(inner, pl.Datetime):
        return column * MICRO
    kind = pl.Datetime("us", inner.time_zone) if isinstance(inner, pl.Datetime) else _KINDS[item]
    wanted = kind if item == type_ else pl.List(kind)
    return column if column.dtype == wanted else column.cast(wanted)


def _shown(program: _Prepared, name: str, columns: Mapping[str, pl.Series]) -> list[pl.Series]:
    if name in TEXTS:
        return [columns[name].cat.to(pl.Enum(words(program.plan, name)))]
    if name not in columns:
        return [columns[f"{name}_{end}"] for end in ("top", "bottom")]
    column, node = columns[name], program.outs[name].node
    if node.kind == BOOL:
        return [column.cast(pl.Boolean)]
    if node.kind == WORD:
        return [program.known.texts().gather(column).alias(name)]
    if program.found.types[name] == "instant":
        return [(column * MICRO).cast(pl.Datetime("us", "UTC"))]
    return [column]
