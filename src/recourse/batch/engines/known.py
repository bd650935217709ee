"""What a native program finds besides its columns: words by number, calendars, months; more of them while it runs."""

from __future__ import annotations

import ctypes
from array import array
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from recourse.rules.columns import spans
from recourse.rules.emit.instructions import SIZE, Needs
from recourse.rules.emit.kernels import FACTORS, NOTHING
from recourse.rules.emit.native import Out

_INLINE = 12  # bytes of a text that stand in its cell
_FULL = 2  # the hash table has at least so many places for a word
_MANY = (1 << 64) - 1


class Known:
    """The tables of one program; `address` is what it is given."""

    def __init__(self, needs: Needs, outs: Sequence[Out]) -> None:
        self.needs, self.outs = needs, outs
        self.held: dict[object, Any] = {}  # whatever the tables point to
        self.numbers = dict(needs.words)
        for word in tuple(self.numbers):
            self.country_of(word)
        self.runs: dict[tuple[Any, ...], int] = {}
        self.tables = (ctypes.c_void_p * (3 + len(needs.tables)))()
        self.address = ctypes.addressof(self.tables)
        self.room = 0
        self.nowhere = self.filled([NOTHING] * SIZE, "nowhere")
        for key, at in needs.tables.items():
            if key[0] == "texts":
                self.tables[at] = self.texts_of(key[1])
            elif key[0] == "among":
                entries = [0] * (max(key[1:]) + 1)
                for word_ in key[1:]:
                    entries[word_] = 1
                self.tables[at] = self.filled(entries, key)
            elif key[0] == "table":
                what, count, clamp, low, high = key[1:]
                self.tables[at] = self.filled(months(what, low, high, count, clamp), key)
            elif key[2] is not None:
                self.tables[at] = self.run(key, key[2])
        self.spread()

    def filled(self, entries: Sequence[int], key: object) -> int:
        """The address of such a table."""
        self.held[key] = cells = array("i", entries)  # of 32 bits, and sooner made than one of `ctypes`
        return cells.buffer_info()[0]

    def texts_of(self, number: int) -> int:
        """For each ending the number of a text."""
        texts = self.outs[number].texts or {}
        entries = [-1] * (max(texts, default=0) + 1)
        for ending, text in texts.items():
            entries[ending] = -1 if text is None else text
        return self.filled(entries, ("texts", number))

    def run(self, key: tuple[Any, ...], place: str) -> int:
        """The address of a calendar's table for a place."""
        _, what, _, rest, holidays = key
        whole = (what, place, rest, holidays)
        if whole not in self.runs:
            table = spans.known_workdays(spans.Use(None, rest, holidays), place)
            if table is None:
                self.runs[whole] = self.nowhere
            else:
                entries = getattr(table, what)
                padded = [NOTHING if e is None else e for e in entries] + [NOTHING] * (SIZE - len(entries))
                self.runs[whole] = self.filled(padded, whole)
        return self.runs[whole]

    # -- words

    def country_of(self, word: str) -> None:
        self.numbers.setdefault(word[:2], len(self.numbers) + 1)

    def learn(self, where: int, what: int) -> None:
        """What the program met: a place without a calendar, or a word that it did not know."""
        if where == 1:
            text = next(word for word, number in self.numbers.items() if number == what)
            for key, at in self.needs.tables.items():
                if key[0] == "look" and key[2] is None:
                    self.held["runs", at][what] = self.run(key, text)
            return
        text = _read(where, what).decode()
        self.numbers.setdefault(text, len(self.numbers) + 1)
        self.country_of(text)
        self.spread()

    def spread(self) -> None:
        """The words with their hashes, and all tables that go by the number of a word."""
        if len(self.numbers) * _FULL >= self.room:
            self.room = 1 << (len(self.numbers) * _FULL * _FULL + 8).bit_length()
            runs = {
                at: self.held.get(("runs", at))
                for key, at in self.needs.tables.items()
                if key[0] == "look" and key[2] is None
            }
            for at, before in runs.items():
                fresh = (ctypes.c_void_p * (self.room + 1))(*(before or ()))
                fresh[0] = self.nowhere
                self.held["runs", at] = fresh
                self.tables[at] = ctypes.addressof(fresh)
        slots = (ctypes.c_uint64 * (4 * self.room))()
        countries = (ctypes.c_int32 * (self.room + 1))()
        for word, number in self.numbers.items():
            raw = word.encode()
            bytes_ = ctypes.create_string_buffer(raw)
            self.held["word", number] = bytes_
            head, tail = _head(raw)
            at = _hash(head, tail)
            while slots[4 * (at & self.room - 1) + 3]:
                at += 1
            place = 4 * (at & self.room - 1)
            slots[place : place + 4] = [head, tail, ctypes.addressof(bytes_), number]
            countries[number] = self.numbers.get(word[:2], 0)
        self.held["slots"], self.held["countries"] = slots, countries
        self.tables[0], self.tables[1] = ctypes.addressof(slots), self.room - 1
        self.tables[2] = ctypes.addressof(countries)

    def texts(self) -> pl.Series:
        """The words by their numbers."""
        return pl.Series([None, *(word for word, _ in sorted(self.numbers.items(), key=lambda one: one[1]))])


def months(what: str, low: int, high: int, count: int = 0, clamp: str = "") -> list[int]:
    """A table of days or months, see `spans.entry`; month by month, since most entries follow from their neighbours."""
    if what == "first":
        return [spans.entry(what, number) for number in range(low, high + 1)]
    found: list[int] = []
    first = low
    while first <= high:
        day = date.fromordinal(first)
        last = min(high, first + monthrange(day.year, day.month)[1] - day.day)
        start, end = (spans.entry(what, number, count, clamp) for number in (first, last))
        size = last - first + 1
        if what == "month":
            found += [start] * size
        else:  # a month too short ends all its days on one
            apart = range(start, min(start + size - 1, end) + 1)
            found += [*apart, *[end] * (size - len(apart))]
        first = last + 1
    return found


def _head(raw: bytes) -> tuple[int, int]:
    """A text's first and last eight bytes as its cell has them: its size and how it begins; how it ends."""
    head = len(raw) | int.from_bytes(raw[:4], "little") << 32
    tail = raw[4:_INLINE] if len(raw) <= _INLINE else raw[-8:]
    return head, int.from_bytes(tail, "little")


def _hash(head: int, tail: int) -> int:
    found = (head * FACTORS[0] & _MANY) ^ (tail * FACTORS[1] & _MANY)
    return found ^ found >> 32


def _read(described: int, cell: int) -> bytes:
    """The text of a cell, by the description of its column."""
    cells, offset, _, _, texts = (ctypes.c_int64 * 5).from_address(described)
    at = cells + 16 * (offset + cell)
    size, _, buffer, start = (ctypes.c_int32 * 4).from_address(at)
    if size <= _INLINE:
        return ctypes.string_at(at + 4, size)
    return ctypes.string_at(ctypes.c_void_p.from_address(texts + 8 * buffer).value + start, size)  # type: ignore[operator]
