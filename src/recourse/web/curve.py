"""How the amount changes with the day one asks: lines to draw, the same figures as a table, the shape in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from recourse import money
from recourse.curve import Series
from recourse.web import drawing, wording
from recourse.web.drawing import Steps
from recourse.web.engine import Json

MOST_ROWS = 16


@dataclass(frozen=True)
class Row:
    """A line of the table: a day, the amounts on it, by how much the policy gives less or more ("" where the same)."""

    day: int
    law: str
    policy: str
    less: str
    more: str
    today: bool


@dataclass(frozen=True)
class Chart:
    """Both drawings, the table, and what the words around them need to know."""

    wide: SafeString
    narrow: SafeString
    rows: list[Row]
    has_law: bool
    has_policy: bool
    falls: bool
    gap: bool  # on some day the policy gives less than the law
    whole: bool  # the table has every day on which something changes
    unit: str


def chart(series: Sequence[Series], assessment: Json, today: int) -> Chart | None:
    """From the curve's series (kind, points); nothing where nothing changes, or no amount is known."""
    code = assessment.get("currency")
    law = best_of([one.points for one in series if one.kind != "platform"])
    policy = best_of([one.points for one in series if one.kind == "platform"])
    lines = [line for line in (law, policy) if line]
    if not code or all(len({amount for _, amount in line.known}) == 1 for line in lines):
        return None
    changes = sorted({day for line in lines for day, _ in line.points})
    first, last = changes[0], _end(changes, today, max(one.last for one in series))
    words = _words(law, policy, code, today if first <= today <= last else None)
    wide, narrow = (
        drawing.Picture(size, first, last, law, policy, code, today, *words).svg()
        for size in (drawing.WIDE, drawing.NARROW)
    )
    return Chart(
        wide=wide,
        narrow=narrow,
        rows=[_row(day, law, policy, code, today) for day in _days(lines, changes, today, last)],
        has_law=law is not None,
        has_policy=policy is not None,
        gap=any(_row(day, law, policy, code, today).less for day in changes),
        falls=any(_falls(line, today) for line in lines),
        whole=len(changes) <= MOST_ROWS,
        unit=wording.unit(code),
    )


def _end(changes: list[int], today: int, last: int) -> int:
    """Where the drawing ends: a little after the last change, or after today where that is later."""
    end = max(changes[-1], today) if changes[0] <= today <= last else changes[-1]
    return min(last, end + max(5, (end - changes[0]) // 5))


def best_of(lines: Sequence[Sequence[tuple[int, int | None]]]) -> Steps | None:
    """What the best of several rules gives for certain, day by day; nothing where none is known on any day."""
    steps = [Steps(tuple(points)) for points in lines]
    found: list[tuple[int, int | None]] = []
    for day in sorted({day for one in steps for day, _ in one.points}):
        amount = max((here for here in (one.on(day) for one in steps) if here is not None), default=None)
        if not found or found[-1][1] != amount:
            found.append((day, amount))
    line = Steps(tuple(found))
    return line if line.known else None


def _falls(line: Steps, today: int) -> bool:
    """Whether asking later gives less than asking today."""
    now = line.on(today)
    return any(amount < now for day, amount in line.known if day > today) if now is not None else False


def _words(law: Steps | None, policy: Steps | None, code: str, today: int | None) -> tuple[str, str]:
    """The title and the description of the drawing."""
    if law and policy:
        title = gettext("What the law and the platform’s policy give, by the day you ask")
    elif law:
        title = gettext("What the law gives, by the day you ask")
    else:
        title = gettext("What the platform’s policy gives, by the day you ask")
    sentences = []
    for line, name in ((law, gettext("The law")), (policy, gettext("The policy"))):
        if line is not None:
            sentences.append(_shape(line, name, code))
        here = line.on(today) if line is not None and today is not None else None
        if here is not None:
            sentences.append(gettext("Today it gives %(amount)s.") % {"amount": wording.money(money.show(here, code))})
    return title, wording.sentences(sentences)


def _shape(line: Steps, name: str, code: str) -> str:
    (first, begins), (last, ends) = line.known[0], line.known[-1]
    parts = {
        "name": name,
        "begins": wording.money(money.show(begins, code)),
        "first": wording.date(first),
        "ends": wording.money(money.show(ends, code)),
        "last": wording.date(last),
        "n": len(line.known) - 1,
    }
    if len(line.known) == 1:
        return gettext("%(name)s gives %(begins)s on every day from %(first)s.") % parts
    return (
        gettext("%(name)s begins at %(begins)s on %(first)s and comes to %(ends)s on %(last)s, in %(n)d steps.") % parts
    )


def _days(lines: list[Steps], changes: list[int], today: int, last: int) -> list[int]:
    """Every day on which something changes; where these are too many, the greatest changes and a share of the rest."""
    days = set(changes)
    if len(days) > MOST_ROWS:

        def change(day: int) -> int:
            return max(abs((line.on(day) or 0) - (line.on(day - 1) or 0)) for line in lines)

        by_size = sorted(changes[1:], key=change, reverse=True)
        days = {changes[0], changes[-1], *by_size[:4], *changes[:: -(-len(changes) // (MOST_ROWS - 6))]}
    return sorted(days | ({today} if changes[0] <= today <= last else set()))


def _row(day: int, law: Steps | None, policy: Steps | None, code: str, today: int) -> Row:
    by_law = law.on(day) if law else None
    by_policy = policy.on(day) if policy else None
    gap = 0 if by_law is None or by_policy is None else by_law - by_policy
    figures = [("" if one is None else drawing.figure(one, code)) for one in (by_law, by_policy)]
    less = drawing.figure(gap, code) if gap > 0 else ""
    more = drawing.figure(-gap, code) if gap < 0 else ""
    return Row(day, figures[0], figures[1], less, more, day == today)
