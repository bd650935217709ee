"""Columns: counts of each month as a picture, drawn wide and narrow at true size; the table under it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, TOP, BOTTOM, LEFT = 200, 22, 26, 8


@dataclass(frozen=True)
class Column:
    """A rectangle with its label under it and its figure above it; whole units of the picture."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    label: str
    figure: str


@dataclass(frozen=True)
class Picture:
    """One drawing."""

    name: str  # wide or narrow
    width: int
    columns: list[Column]
    height: int = HEIGHT
    floor: int = HEIGHT - BOTTOM


def draw(counts: Sequence[tuple[str, int]]) -> list[Picture]:
    """Both drawings of (label, count); the narrow one leaves out labels that would run into each other."""
    return [_picture("wide", 680, counts), _picture("narrow", 328, counts)]


def _picture(name: str, width: int, counts: Sequence[tuple[str, int]]) -> Picture:
    most = max((count for _, count in counts), default=0) or 1
    slot = (width - 2 * LEFT) // max(len(counts), 1)
    bar = max(min(slot - 4, 72), 2)
    room = HEIGHT - TOP - BOTTOM
    every = -(-58 // max(slot, 1))  # a label needs about 58 units
    columns = []
    for number, (label, count) in enumerate(counts):
        height = count * room // most
        middle = LEFT + number * slot + slot // 2
        columns.append(
            Column(
                middle - bar // 2, HEIGHT - BOTTOM - height, bar, height, middle,
                label if number % every == 0 else "", str(count) if slot >= 26 else "",
            )
        )  # fmt: skip
    return Picture(name, width, columns)
