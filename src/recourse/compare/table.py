"""All policies against the law of all places: the pairs, one row for each, and the table as HTML, CSV or JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from html import escape
from typing import Any, Protocol

from recourse import days, places
from recourse.compare.shared import Shared
from recourse.compare.tell import Report
from recourse.compare.verdict import Question, Verdict
from recourse.library import Library
from recourse.present import said
from recourse.sentences import sentences

COLUMNS = tuple(
    "platform place rule group answer certainty share shortfall law_row policy_clause policy_row how story".split()
)
Row = dict[str, Any]
SHORT = 5  # letters of a share that a cell of the page shows as it is


class Sink(Protocol):
    """Where a table goes."""

    def write(self, text: str, /) -> object: ...


def pairs(library: Library) -> list[tuple[str, str]]:
    """Every platform with every place whose law owes money, members of a union included."""
    found: set[str] = set()
    for rule in library.rules.values():
        if rule.place and any(v.owed for v in rule.versions):
            found |= {rule.place} if places.is_place(rule.place) else set(places.codes(rule.place))
    return [(platform, place) for platform in sorted(library.platforms) for place in sorted(found)]


def asked(platform: str, place: str, bought_on: int, *, fault: bool = False) -> Question:
    """What a cell of the table asks: the law of the place itself, and the worst of each group only."""
    return Question(platform, place, bought_on, fault=fault, own=True, regions=False, patience=2_500, most=24_000)


def batches(library: Library) -> list[tuple[str, tuple[str, ...]]]:
    """The pairs in parts of which each is worked out at once: a platform with places that share law; dearest first."""
    found: dict[tuple[str, str], list[str]] = {}
    for platform, place in pairs(library):
        union = next((code for code in ("EU",) if places.contains(place, code)), places.country(place))
        found.setdefault((platform, union), []).append(place)
    return [(key[0], tuple(ones)) for key, ones in sorted(found.items(), key=lambda one: -len(one[1]))]


def rows(
    library: Library, platform: str, place: str, bought_on: int, lang: str, *, fault: bool = False,
    shared: Shared | None = None,
) -> list[Row]:  # fmt: skip
    """A row for each rule of law that owes money on some purchase; the worst of each, not every pair of rows."""
    question = asked(platform, place, bought_on, fault=fault)
    report = Report(library, lang)
    verdicts = (shared or Shared(library)).place(question)
    return [_row(report, question, verdict) for verdict in verdicts if verdict.answer != "not-owing"]


def _row(report: Report, question: Question, verdict: Verdict) -> Row:
    row = dict.fromkeys(COLUMNS, "")
    row |= {"platform": question.platform, "place": question.place, "rule": verdict.rule.id,
            "group": verdict.group, "answer": verdict.answer, "certainty": verdict.certainty}  # fmt: skip
    worst = verdict.worst(verdict.group) if verdict.group else None
    if worst is not None:
        told = report.region(worst)
        row |= {
            "share": told["share"], "shortfall": told["shortfall"], "law_row": told["law"]["row"] or "",
            "policy_clause": told["policy"]["rule"] or "", "policy_row": told["policy"]["row"] or "",
            "how": worst.how, "story": told["story"],
        }  # fmt: skip
    return row


def write(found: Iterable[Row], kind: str, sink: Sink, library: Library, bought_on: int, lang: str) -> None:
    """The table in the form of `kind`: html, csv or json."""
    ordered = sorted(found, key=lambda r: (r["platform"], r["place"], r["rule"]))
    if kind == "json":
        sink.write(json.dumps({"schema": "recourse.compare-all/1", "bought_on": days.show(bought_on), "rows": ordered},
                              ensure_ascii=False, indent=1) + "\n")  # fmt: skip
    elif kind == "csv":
        out = csv.DictWriter(sink, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows({k: _harmless(v) for k, v in row.items()} for row in ordered)
    else:
        sink.write(_html(ordered, library, bought_on, lang))


def _harmless(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def worst_cells(found: Iterable[Row]) -> Mapping[tuple[str, str], Row]:
    """For each platform and place the row of the ordinary group that shows most."""
    cells: dict[tuple[str, str], Row] = {}
    for row in found:
        if row["group"] == "ordinary":
            key = row["platform"], row["place"]
            if key not in cells or _weight(row) > _weight(cells[key]):
                cells[key] = row
    return cells


def _share_of(text: str) -> Fraction:
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text or 0)


def _weight(row: Row) -> tuple[Fraction, bool]:
    return _share_of(row["share"]), row["certainty"] == "proved"


STYLE = """body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem;color:#1a1a1a}
p{max-width:70ch}div{overflow:auto;max-height:85vh}table{border-collapse:collapse}
th,td{border:1px solid #c9c9c9;padding:.2rem .45rem;text-align:right;white-space:nowrap}
th{background:#f2f2f2;position:sticky;top:0}tbody th,th:first-child{left:0;text-align:left;z-index:1}
thead th:first-child{z-index:2}
.short{background:#fbe3df}.some{background:#fdf3d6}.never{background:#e1f2e4}.proved{font-weight:700}"""


def _html(ordered: list[Row], library: Library, bought_on: int, lang: str) -> str:
    t = sentences(library.labels, "compare", "zh" if lang[:2] == "zh" else "en")
    cells = worst_cells(ordered)
    columns = sorted({row["place"] for row in ordered})
    head = "".join(f'<th scope="col" title="{escape(places.name(p, lang))}">{p}</th>' for p in columns)
    body = []
    for platform in sorted({row["platform"] for row in ordered}):
        name = escape(said(library.platform(platform).name, lang))
        line = "".join(_cell(cells.get((platform, place)), t) for place in columns)
        body.append(f'<tr><th scope="row">{name}</th>{line}</tr>')
    return (
        f'<!doctype html><html lang="{"zh-Hans" if lang[:2] == "zh" else "en"}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{t["table head"]}</title><style>{STYLE}</style>'
        f"<h1>{t['table head']}</h1><p>{t['table says']} {t['proved mark']}. {days.show(bought_on)}</p>"
        f'<div tabindex="0"><table><thead><tr><th scope="col">{t["platform head"]}</th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div></html>\n"
    )


def _cell(row: Row | None, t: Mapping[str, str]) -> str:
    if row is None:
        return "<td>–</td>"
    proved = " proved" if row["certainty"] == "proved" else ""
    if not row["share"]:
        return f'<td class="never{proved}" title="{escape(row["rule"])}: {escape(t[row["certainty"]])}">✓</td>'
    how = "short" if row["answer"] == "less" else "some"
    title = escape(f"{row['rule']}: {row['story']} — {row['shortfall']}; {t[row['certainty']]}")
    return f'<td class="{how}{proved}" title="{title}">{_percent(row)}</td>'


def _percent(row: Row) -> str:
    """The share as a reader of the table takes it in: exact where that is short, else to a tenth of a per cent."""
    text: str = row["share"]
    if len(text) <= SHORT:
        return escape(text)
    tenths = round(_share_of(text) * 1000)
    return f"≈\u2009{tenths // 10}.{tenths % 10}%"
