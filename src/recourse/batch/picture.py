"""An exposure as one page that stands alone: bars by age and by clause, each with its table under it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from recourse import days
from recourse.batch.exposure import WITHIN, Exposure
from recourse.batch.showing import amount, exposure_key, left_out, totals
from recourse.batch.words import say

_DRAWN = ("age", "clause")
_LONGEST = 20  # rows of a table
_BARS = 10
_WIDE, _ROOM, _LINE, _BAR = 520, 380, 46, 16  # in the picture's own units; behind the longest bar stands its amount

_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1b; --quiet: #5f6368; --line: #d9d9d4; --bar: #1f6f5c; --page: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ecebe6; --quiet: #a9abae; --line: #3a3b3d; --bar: #57b39b; --page: #161718; }
}
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
.quiet { color: var(--quiet); }
svg { width: 100%; max-width: 34rem; height: auto; display: block; margin: .5rem 0 1rem; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
svg .bar { fill: var(--bar); } svg .quiet { fill: var(--quiet); }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
td:first-child { overflow-wrap: anywhere; }
th { font-weight: 500; color: var(--quiet); }
"""


def page(found: Exposure, lang: str) -> str:
    """The whole page, as HTML."""
    title = say("exposure", lang, day=days.show(found.as_of))
    parts = [f"<h1>{escape(title)}</h1>"]
    parts.append(_table(["currency", "orders", "paid", "refund"], totals(found), lang))
    parts += [f'<p class="quiet">{escape(line)}</p>' for line in left_out(found, lang)]
    for within in WITHIN:
        parts.append(f"<h2>{escape(say(within, lang))}</h2>")
        for code in found.totals:
            rows = [(exposure_key(within, key, lang), n, owed) for key, n, owed in found.rows(within, code)]
            if len(found.totals) > 1:
                parts.append(f"<h3>{escape(code or say('nothing', lang))}</h3>")
            if within in _DRAWN and any(owed for _, _, owed in rows):
                drawn = [(key, owed, amount(owed, code)) for key, _, owed in rows]
                parts.append(bars(f"{say(within, lang)} ({code})", drawn))
            parts.append(_table([within, "orders", "refund"], _shortened(rows, code, lang), lang))
    parts.append(f'<p class="quiet">{escape(say("notice", lang))}</p>')
    tag = "zh-Hans" if lang[:2].lower() == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def bars(title: str, rows: list[tuple[str, int, str]]) -> str:
    """Horizontal bars as long as the amounts, each under its label; a row: label, amount, amount as text."""
    rows = rows[:_BARS]
    most = max((owed for _, owed, _ in rows), default=0) or 1
    marks = []
    for number, (label, owed, text) in enumerate(rows):
        top = number * _LINE
        wide = max(1, owed * _ROOM // most)
        marks.append(f'<text x="0" y="{top + 14}">{escape(label)}</text>')
        marks.append(f'<rect class="bar" x="0" y="{top + 20}" width="{wide}" height="{_BAR}" rx="2"/>')
        marks.append(f'<text class="quiet" x="{wide + 8}" y="{top + 18 + _BAR}">{escape(text)}</text>')
    box = f"0 0 {_WIDE} {len(rows) * _LINE}"
    return f'<svg viewBox="{box}" role="img" aria-label="{escape(title)}">{"".join(marks)}</svg>'


def _shortened(rows: list[tuple[str, int, int]], code: str, lang: str) -> list[tuple[str, str, str]]:
    """The rows as texts; the longest tail added up in one."""
    lines = [(key, f"{n:,}", amount(owed, code)) for key, n, owed in rows[:_LONGEST]]
    rest = rows[_LONGEST:]
    if rest:
        total = amount(sum(owed for _, _, owed in rest), code)
        lines.append((say("others", lang, count=len(rest)), f"{sum(n for _, n, _ in rest):,}", total))
    return lines


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], lang: str) -> str:
    top = "".join(f'<th scope="col">{escape(say(one, lang))}</th>' for one in heads)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="table"><table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>'
