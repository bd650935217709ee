"""Draws the curve by hand, as SVG: steps as steps, law a full line, policy a dashed one, the gap hatched, today marked.

It is drawn twice at true size, wide and narrow, so that its text never shrinks; the style sheet shows one of them.
Nothing is told by colour alone, and there is no style attribute: colours come from classes.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from recourse import money
from recourse.web import wording


class Steps(NamedTuple):
    """A line of steps: from each day on its amount in smallest units, None where it hangs on facts that are lacking.

    The days ascend, and at least one amount is known.
    """

    points: tuple[tuple[int, int | None], ...]

    def on(self, day: int) -> int | None:
        """The amount on a day; None before the first step and where it is not known."""
        value = None
        for start, amount in self.points:
            if start > day:
                break
            value = amount
        return value

    @property
    def known(self) -> list[tuple[int, int]]:
        """The steps whose amount is known."""
        return [(day, amount) for day, amount in self.points if amount is not None]


class Size(NamedTuple):
    """One of the two sizes, in pixels: where the drawing area lies, how many marks have room on the axes."""

    name: str
    width: int
    height: int
    left: int
    right: int
    bottom: int
    marks: int
    room: int


WIDE = Size("wide", 680, 330, 64, 664, 296, 4, 62)
NARROW = Size("narrow", 328, 280, 50, 320, 250, 3, 52)
TOP = 44
DOTS = {"law": 6, "pol": 5}
PATTERN = '<path class="hatch" d="M0 0V7" stroke-width="2"/>'
HATCH = 'width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'


@dataclass(frozen=True)
class Picture:
    """Everything that one drawing shows."""

    size: Size
    first: int
    last: int
    law: Steps | None
    policy: Steps | None
    code: str
    today: int
    title: str
    description: str

    def svg(self) -> SafeString:
        """The whole element, to be put into a page as it stands."""
        one = self.size
        labelled = f'aria-labelledby="c-{one.name}-t c-{one.name}-d"'
        parts = [
            f'<svg class="{one.name}" viewBox="0 0 {one.width} {one.height}" role="img" {labelled}>',
            f'<title id="c-{one.name}-t">{escape(self.title)}</title>',
            f'<desc id="c-{one.name}-d">{escape(self.description)}</desc>',
            f'<defs><pattern id="c-{one.name}-p" {HATCH}>{PATTERN}</pattern></defs>',
            *self._amounts(),
            *self._days(),
            *self._gaps(),
            *self._lines(),
            *self._names(),
            *self._now(),
            "</svg>",
        ]
        return mark_safe("".join(parts))  # noqa: S308  numbers, names of classes, and words that were escaped

    @property
    def both(self) -> list[tuple[Steps, str, str]]:
        """The lines there are, policy first so that the law lies on top, with the names of their classes."""
        pairs = ((self.policy, "pol", gettext("Policy")), (self.law, "law", gettext("Law")))
        return [(line, kind, name) for line, kind, name in pairs if line is not None]

    @property
    def ticks(self) -> list[tuple[int, str]]:
        """Round amounts from nothing to no less than the highest."""
        most = max(amount for line, _, _ in self.both for _, amount in line.known)
        whole = 10 ** money.exponent(self.code)
        step = unit = whole
        while step * self.size.marks < most:
            step = next(unit * factor for factor in (2, 5, 10) if unit * factor > step)
            unit = step if step == unit * 10 else unit
        count = max(1, -(-most // step))
        return [(step * number, _short(step * number // whole)) for number in range(count + 1)]

    def x(self, day: int) -> float:
        """Where a day lies across."""
        one = self.size
        return round(one.left + (one.right - one.left) * (day - self.first) / (self.last - self.first), 1)

    def y(self, amount: int) -> float:
        """Where an amount lies in height."""
        return round(self.size.bottom - (self.size.bottom - TOP) * amount / self.ticks[-1][0], 1)

    def _amounts(self) -> list[str]:
        one = self.size
        parts = []
        for number, (amount, label) in enumerate(self.ticks):
            y = self.y(amount)
            parts.append(f'<path class="{"grid" if number else "axis"}" d="M{one.left} {y}H{one.right}"/>')
            parts.append(_text(one.left - 8, y + 4.5, label, "end"))
        wide = one is WIDE
        return [*parts, _text(one.left - 8 if wide else 2, 20, wording.unit(self.code), "end" if wide else "start")]

    def _days(self) -> list[str]:
        """The first day, then weeks or months, as many as have room."""
        one = self.size
        days = self.last - self.first
        if days < 45:
            marks = range(self.first + 7, self.last, 7)
        else:
            start, end = dt.date.fromordinal(self.first), dt.date.fromordinal(self.last)
            months = range(start.year * 12 + start.month, end.year * 12 + end.month)
            marks = [dt.date(month // 12, month % 12 + 1, 1).toordinal() for month in months]  # type: ignore[assignment]
        parts = [_text(one.left, one.height - 10, wording.date(self.first, short=True), "start")]
        free = one.left + 1.5 * one.room
        for day in marks:
            x = self.x(day)
            if free <= x <= one.right - 14:
                words = wording.month(day) if days > 400 else wording.date(day, short=True)
                parts.append(_text(x, one.height - 10, words, "middle"))
                free = x + one.room
        return parts

    def _gaps(self) -> list[str]:
        """The area where the policy gives less than the law."""
        if self.law is None or self.policy is None:
            return []
        days = sorted({day for line, _, _ in self.both for day, _ in line.points} | {self.last})
        shapes = []
        for start, end in pairwise(days):
            more, less = self.law.on(start), self.policy.on(start)
            if more is not None and less is not None and more > less:
                x, y = self.x(start), self.y(more)
                box = f'x="{x}" y="{y}" width="{round(self.x(end) - x, 1)}" height="{round(self.y(less) - y, 1)}"'
                shapes += [f'<rect class="gap" {box}/>', f'<rect fill="url(#c-{self.size.name}-p)" {box}/>']
        return shapes

    def _lines(self) -> list[str]:
        parts = []
        for line, kind, _ in self.both:
            moves, before = "", None
            for day, amount in line.points:
                if before is not None:
                    moves += f"H{self.x(day)}"
                if amount is not None:
                    moves += f"M{self.x(day)} {self.y(amount)}" if before is None else f"V{self.y(amount)}"
                before = amount
            moves += "" if before is None else f"H{self.size.right}"
            parts.append(f'<path class="{kind}" d="{moves}"/>')
        return parts

    def _names(self) -> list[str]:
        """The name of each line, just above it, where there is most room: off the other line, its name, and today."""
        parts: list[str] = []
        taken: list[tuple[float, float]] = []
        for line, kind, name in self.both:
            days = [self.first + (self.last - self.first) * eighth // 8 for eighth in range(1, 8)]
            place = max([*days, line.known[0][0]], key=lambda day, line=line: self._room(line, day, taken))  # type: ignore[misc]
            spot = (self.x(place) + 5, self.y(line.on(place) or 0) - 9)
            taken.append(spot)
            parts.append(_text(*spot, name, "start", f"t-{kind} lift"))
        return parts

    def _room(self, line: Steps, day: int, taken: list[tuple[float, float]]) -> float:
        """How much room there is above a line on a day, in pixels."""
        amount = line.on(day)
        if amount is None:
            return -1.0
        x, y = self.x(day), self.y(amount)
        others = [one.on(day) for one, _, _ in self.both if one is not line]
        apart = min((abs(self.y(here) - y) for here in others if here is not None), default=60.0)
        if any(abs(spot - x) < 70 and abs(height - y) < 24 for spot, height in taken):
            return 0.0
        return min(abs(x - self.x(self.today)) / 2, 60) + min(apart, 60) + min(y - TOP, 30)

    def _now(self) -> list[str]:
        """Today: a line, a flag, and a dot with its amount on each curve."""
        if not self.first <= self.today <= self.last:
            return []
        one, x = self.size, self.x(self.today)
        words = gettext("Today, %(date)s") % {"date": wording.date(self.today, short=True)}
        half = 6 + sum(7 if ord(letter) > 0x2E80 else 3.6 for letter in words)
        middle = min(max(x, one.left - 8 + half), one.right - half)
        parts = [
            f'<path class="today" d="M{x} 30V{one.bottom}"/>',
            f'<rect class="flag" x="{round(middle - half, 1)}" y="8" width="{round(2 * half, 1)}" height="23" rx="4"/>',
            _text(middle, 24, words, "middle", "flagt"),
        ]
        here = [(line.on(self.today), kind) for line, kind, _ in self.both]
        heights = {kind: self.y(amount) for amount, kind in here if amount is not None}
        parts += [f'<circle class="d-{kind}" cx="{x}" cy="{y}" r="{DOTS[kind]}"/>' for kind, y in heights.items()]
        return parts + self._values({amount for amount, _ in here if amount is not None})

    def _values(self, amounts: set[int]) -> list[str]:
        """The amounts of today beside their dots: the higher above its dot, the lower below where they are close."""
        x = self.x(self.today)
        spot, anchor = (x - 11, "end") if x > self.size.right - 90 else (x + 11, "start")
        parts, above = [], None
        for amount in sorted(amounts, reverse=True):
            y = self.y(amount)
            low = above is not None and y - above < 22
            parts.append(_text(spot, y + 18 if low else y - 9, figure(amount, self.code), anchor, "b lift"))
            above = y
        return parts


def figure(amount: int, code: str) -> str:
    """An amount without its unit."""
    return wording.amount(money.show(amount, code)).figure


def _text(x: float, y: float, words: str, anchor: str, name: str = "") -> str:
    kind = f' class="{name}"' if name else ""
    return f'<text{kind} x="{round(x, 1)}" y="{round(y, 1)}" text-anchor="{anchor}">{escape(words)}</text>'


def _short(whole: int) -> str:
    if whole < 100_000:
        return f"{whole:,}"
    if wording.lang() == "zh":
        return f"{whole / 10_000:g} 万"
    return f"{whole / 1_000_000:g} m" if whole >= 1_000_000 else f"{whole // 1000}k"
