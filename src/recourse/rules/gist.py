"""A rule in a few short lines, made from the rule: what can come back, until when, and why nothing may.

A gist leaves conditions out: it lists what the rows can give and the days they name, and the whole rule stands behind
it (`reading.rule_words`). Doubts about the text are taken as the rule takes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from recourse.rules.tree import Expr, Row, Version
from recourse.rules.words import Speech, capital
from recourse.sentences import sentences

if TYPE_CHECKING:
    from recourse.library import Library

MOST = 4  # days that are named; more are only counted
FIRST = ("window_ends_on", "pay_by", "contract_ends_on", "apply_from", "apply_by")
USUAL = ("concluded_on", "paid_on", "requested_on", "request_received_on")


def gist(library: Library, version: Version, lang: str) -> list[dict[str, str]]:
    """Lines {key, name, text} in a language: `back`, then the dates and figures of the version by their names."""
    return _Gist(library, version, lang).lines()


def reasons(library: Library, version: Version, lang: str) -> list[dict[str, Any]]:
    """Why the rule may give nothing: [{id, text, cite}], from the rows and exceptions that say so."""
    speech = Speech(lang, library.vocabulary, library.labels, library.setting, version)
    rows = [r for r in (*version.exceptions, *version.owed) if r.outcome in ("lost", "nothing", "excluded", "silent")]
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        text = capital(speech.said(row.says or row.why))
        if text:
            found.setdefault(text, {"id": row.id, "text": text, "cite": row.cite.article or None})
    return list(found.values())


class _Gist:
    def __init__(self, library: Library, version: Version, lang: str) -> None:
        self.version = version
        self.speech = Speech(lang, library.vocabulary, library.labels, library.setting, version)
        self.t = sentences(library.labels, "gist", self.speech.lang)
        self.known = library.vocabulary.expectations
        self.taken = {o.name: o.taken for o in version.opens}

    def lines(self) -> list[dict[str, str]]:
        found = []
        gives = self.gives()
        if gives:
            found.append({"key": "back", "name": self.t["back"], "text": capital(self.t["or"].join(gives))})
        dates = sorted(self.version.dates, key=lambda d: FIRST.index(d[0]) if d[0] in FIRST else len(FIRST))
        for name, expr in dates:
            text = self.when(expr) if name in self.known else ""
            if text:
                found.append({"key": name, "name": capital(self.speech.label("answers", name)), "text": capital(text)})
        named = [self.speech.label("answers", name) for name, _ in self.version.outputs if name in self.known]
        if named and not gives:
            found.append({"key": "figures", "name": self.t["figures"], "text": capital(self.t[", "].join(named))})
        return found

    # -- what comes back

    def gives(self) -> list[str]:
        """What the rows and exceptions give: everything, less deductions, a part, something else; each once."""
        rows = (*self.version.owed, *self.version.exceptions)
        kept = [n for r in rows if r.outcome == "keep" for n, e in r.lines if not _nothing(e)]
        names = list(dict.fromkeys(self.speech.label("lines", name) for name in kept))
        less = self.t["less"].format(lines=self.t[", "].join(names))
        others = list(dict.fromkeys(filter(None, map(self.given, rows))))
        everything = self.t["all"] in others or any(r.outcome == "keep" and all(map(_nothing, _lines(r))) for r in rows)
        found = [self.t["all"]] if everything else []
        found += [less] if names else []
        found += [one for one in others if one != self.t["all"]]
        whom = list(dict.fromkeys(self.whom(row.word) for row in rows if row.outcome == "ask"))
        return [*found, self.t["ask"].format(who=self.t[", "].join(whom))] if whom else found

    def whom(self, word: str) -> str:
        """Somebody else who decides, by the name as it is written."""
        known = self.speech.labels.get("who", {}).get(word)
        return str(known[self.speech.lang]) if known else word

    def given(self, row: Row) -> str:
        """What a row gives, without its condition; "" where it gives nothing, or leaves something with the seller."""
        if row.outcome in ("pay", "credit"):
            what = self.amount(row.amount) if row.amount is not None else self.t["part"]
            return what if row.outcome == "pay" else self.t["credit"].format(what=what)
        return self.t[row.outcome] if row.outcome in ("exchange", "discretion") else ""

    def amount(self, expr: Expr) -> str:
        if expr.op == "fact" and expr.value == "paid":
            return self.t["all"]
        simple = expr.op == "mul" and {one.op for one in expr.args} <= {"lit", "fact"}  # a third of what was paid
        return self.plain(expr) if simple else self.t["part"]

    # -- until when

    def when(self, expr: Expr) -> str:
        """The days that an expression can come to: the usual one, then those of other cases."""
        found: dict[str, tuple[int, int]] = {}
        for number, leaf in enumerate(self.leaves(expr)):
            text = self.plain(leaf)
            if text:
                moved = sum(e.op == "shift" for e in leaf.walk()) or 9  # a bare day is seldom the usual case
                found.setdefault(text, (2 * moved + (not self.usual(leaf)), number))
        days = sorted(found, key=found.__getitem__)
        if not days:
            return ""
        first, others = days[0], days[1:MOST]
        more = self.t["more"] if len(days) > MOST else ""
        return self.t["by case"].format(first=first, others=self.t["; "].join(others) + more) if others else first

    def usual(self, leaf: Expr) -> bool:
        return all(e.value in USUAL for e in leaf.walk() if e.op == "fact")

    def leaves(self, expr: Expr) -> Iterator[Expr]:
        """The alternatives of a date, names resolved; the general case before the special ones."""
        named, args = self.version.named(), expr.args
        if expr.op == "let" and expr.value in named:
            yield from self.leaves(named[expr.value])
        elif expr.op == "case":
            taken = self.decided(expr)
            for one in [taken] if taken is not None else [args[-1], *args[1:-1:2]]:
                yield from self.leaves(one)
        elif expr.op == "else":
            yield from self.leaves(args[0])
        elif expr.op in ("min", "max"):
            for one in args:
                yield from self.leaves(one)
        elif expr.op == "workday":
            yield from self.leaves(args[0])
        elif expr.op == "shift":
            length, start = args
            for one in self.leaves(start):
                yield replace(expr, args=(length, one))
        else:
            yield expr

    def decided(self, expr: Expr) -> Expr | None:
        """The row of a case that the rule's own reading of a doubt chooses."""
        for number in range(0, len(expr.args) - 1, 2):
            condition = expr.args[number]
            if condition.op != "open":
                return None
            if self.taken.get(condition.value):
                return expr.args[number + 1]
        return expr.args[-1]

    # -- words

    def plain(self, expr: Expr) -> str:
        """An expression in words; "" where it would need names that are explained elsewhere."""
        self.speech.called = {}
        text = self.speech.noun(expr)
        return "" if self.speech.called else text


def _lines(row: Row) -> list[Expr]:
    return [expr for _, expr in row.lines]


def _nothing(expr: Expr) -> bool:
    return expr.op == "lit" and expr.type.kind == "zero"
