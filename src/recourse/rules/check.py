"""A rule author's linter: rows nobody reaches, bands that overlap, exceptions in conflict, missing citations and words.

Conditions are tried on cells: for every quantity they compare, each written bound, and the stretches between bounds.
Quantities are taken as independent, so what is called unreachable really is; a conflict may need a closer look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from recourse.problems import Place
from recourse.rules.interpret import differ
from recourse.rules.tree import Cite, Expr, Row, Rule, Texts, Version

if TYPE_CHECKING:
    from recourse.library import Library

MOST_CELLS = 60_000  # combinations tried for one version; above that it is said to be too large
LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an author should look at."""

    rule: str
    version: str
    message: str
    hint: str = ""
    where: Place | None = None

    def __str__(self) -> str:
        place = f"{self.where}  " if self.where else ""
        version = f" ({self.version})" if self.version else ""
        return f"{place}{self.rule}{version}: {self.message}" + (f". {self.hint}" if self.hint else "")

    def to_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule, "version": self.version, "message": self.message, "hint": self.hint,
            "where": str(self.where) if self.where else None,
        }  # fmt: skip


def check_library(library: Library, only: set[str] | None = None) -> list[Finding]:
    """Everything found in the rules named, or in all. What does not load is a Problem at loading, not a finding."""
    found: list[Finding] = []
    for rule in (*library.rules.values(), *(body.rule for body in library.bodies.values())):
        if only is None or rule.id in only:
            found += check_rule(rule)
    for platform in library.platforms.values():
        if only is None or only & set(platform.clauses):
            found += _hidden_clauses(library, platform.clauses)
    return found


def check_rule(rule: Rule) -> list[Finding]:
    """Everything found in one rule."""
    found = [
        Finding(rule.id, "", f"the title lacks {lang}", where=rule.titled_at)
        for lang in LANGUAGES
        if not rule.title.get(lang)
    ]
    for number, version in enumerate(rule.versions, 1):
        name = version.name or (str(number) if len(rule.versions) > 1 else "")
        found += [
            Finding(rule.id, name, message, hint, where or version.at)
            for message, hint, where in (*_version(version, bool(rule.policy)), *_quotations(rule, version))
        ]
    return found


Note = tuple[str, str, Place | None]


def _version(version: Version, clause: bool) -> Iterator[Note]:
    yield from _citations(version, clause)
    yield from _texts(version)
    yield from _names(version)
    yield from _rows(version)
    yield from _tables(version)


def _citations(version: Version, clause: bool) -> Iterator[Note]:
    """A clause of a policy is found by its page; law needs its article."""
    cite = version.cite
    for key in ("article", "title", "checked_on", "status"):
        if not getattr(cite, key) and not (clause and key == "article"):
            yield (
                f"the citation lacks {key}",
                "cite: {article, title, address, checked_on, status}",
                cite.at or version.at,
            )
    for row in (*version.exceptions, *version.owed):
        if not row.id:
            yield "a row has no id", "id: a short name, shown as the clause", row.at
        if row.cite == Cite():
            yield f"row {row.id or '?'} names no article", "cite: art. 9(1)", row.at


def _quotations(rule: Rule, version: Version) -> Iterator[Note]:
    """What is quoted from law is translated, where it is not in that language."""
    if rule.policy:
        return
    for cite in (version.cite, *(row.cite for row in (*version.exceptions, *version.owed))):
        if cite.quote:
            for lang in LANGUAGES:
                if lang != rule.language and not cite.translation.get(lang):
                    hint = "translation: {en: …, zh: …}"
                    yield f"the quotation lacks a translation into {lang}", hint, cite.at or version.at


def _texts(version: Version) -> Iterator[Note]:
    def lacking(texts: Texts, what: str, at: Place | None, *, needed: bool = True) -> Iterator[Note]:
        if texts or needed:
            for lang in LANGUAGES:
                if not texts.get(lang):
                    yield f"{what} lacks {lang}", "{en: …, zh: …}", at

    for row in (*version.exceptions, *version.owed):
        if row.outcome in ("lost", "nothing", "silent", "excluded"):
            yield from lacking(row.why, f"the reason of row {row.id}", row.at)
        yield from lacking(row.says, f"`says` of row {row.id}", row.at, needed=False)
    for duty in (*version.duties, *version.ways):
        yield from lacking(duty.says, f"duty {duty.id}", duty.at)
    for name, meaning in version.lets:
        for word, names in version.own_words.get(name, {}).items():
            yield from lacking(names, f"the word {word} of {name}", meaning.at)
    for one in version.opens:
        yield from lacking(one.asks, f"the open question {one.name}", one.at)
        yield from lacking(one.because, f"the reason of the reading {one.name}", one.at)
    for missing in version.not_encoded:
        yield from lacking(
            missing.why, f"the reason why {missing.cite.article or 'something'} is not encoded", missing.at
        )
    yield from lacking(version.note, "the note", version.at, needed=False)


def _names(version: Version) -> Iterator[Note]:
    used = {e.value for top in version.expressions() for e in top.walk() if e.op in ("let", "open")}
    for name, meaning in version.lets:
        if name not in used:
            yield f"“{name}” is never used", "delete it", meaning.at or version.at
    for one in version.opens:
        if one.name not in used:
            yield f"the open question “{one.name}” is never used", "use it in a condition, or delete it", one.at


# -- cells


class Cells:
    """The quantities that conditions compare, and the cells of each."""

    def __init__(self, version: Version, conditions: Iterable[Expr]) -> None:
        self.named = version.named()
        self.bounds: dict[Any, set[Any]] = {}
        self.words: dict[Any, tuple[Any, ...]] = {}
        for condition in conditions:
            self.collect(condition)
        self.cells: dict[Any, list[Any]] = {key: list(words) for key, words in self.words.items()}
        for key, bounds in self.bounds.items():
            ordered = sorted(bounds)
            cells: list[Any] = [ordered[0] - 1]
            for low, high in pairwise(ordered):
                cells += [low, (Fraction(low) + high) / 2]
            self.cells[key] = [*cells, ordered[-1], ordered[-1] + 1]

    @property
    def size(self) -> int:
        size = 1
        for cells in self.cells.values():
            size *= len(cells)
        return size

    def __iter__(self) -> Iterator[dict[Any, Any]]:
        keys = list(self.cells)
        for values in product(*(self.cells[k] for k in keys)):
            yield dict(zip(keys, values, strict=True))

    def meaning(self, expr: Expr) -> Expr:
        """A truth's name replaced by what it stands for."""
        inner = self.named.get(str(expr.value)) if expr.op == "let" else None
        return (
            expr
            if inner is None
            or inner.op not in ("and", "or", "not", "lt", "le", "gt", "ge", "eq", "is", "within", "compatriot", "fact")
            else self.meaning(inner)
        )

    def collect(self, expr: Expr) -> None:
        expr = self.meaning(expr)
        if expr.op in ("and", "or", "not"):
            for arg in expr.args:
                self.collect(arg)
        elif expr.op in ("lt", "le", "gt", "ge", "eq"):
            key, bound, _ = self.compared(expr)
            self.bounds.setdefault(key, set()).add(bound)
        elif expr.op == "is":
            universe = expr.args[0].type.words or (*expr.value, "something else")
            self.words[expr.args[0]] = tuple(dict.fromkeys((*self.words.get(expr.args[0], ()), *universe)))
        elif expr.op == "apply":
            self.collect(expr.args[1])
        elif expr.op != "lit":
            self.words[expr] = (True, False)

    def compared(self, expr: Expr) -> tuple[Any, Any, bool]:
        """What is compared, with which bound, and whether the sides were swapped."""
        left, right = expr.args
        if right.op == "lit":
            return left, _number(right), False
        if left.op == "lit":
            return right, _number(left), True
        if repr(left) <= repr(right):
            return (left, right), 0, False
        return (right, left), 0, True

    def holds(self, expr: Expr, at: dict[Any, Any]) -> bool:
        expr = self.meaning(expr)
        if expr.op == "and":
            return all(self.holds(a, at) for a in expr.args)
        if expr.op == "or":
            return any(self.holds(a, at) for a in expr.args)
        if expr.op == "not":
            return not self.holds(expr.args[0], at)
        if expr.op == "lit":
            return bool(expr.value)
        if expr.op == "apply":
            return self.holds(expr.args[1], at)
        if expr.op == "is":
            return at[expr.args[0]] in expr.value
        if expr.op in ("lt", "le", "gt", "ge", "eq"):
            key, bound, swapped = self.compared(expr)
            a, b = (bound, at[key]) if swapped else (at[key], bound)
            return bool({"lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b, "eq": a == b}[expr.op])
        return bool(at[expr])

    def story(self, at: dict[Any, Any], conditions: Iterable[Expr]) -> str:
        """The facts of a cell that the conditions speak of, in short."""
        spoken = {e for c in conditions for e in c.walk()}
        parts = []
        for key, value in at.items():
            if isinstance(key, Expr) and key in spoken and key.op in ("fact", "let"):
                parts.append(f"{key.value} = {'yes' if value is True else 'no' if value is False else value}")
        return ", ".join(parts)


def _number(expr: Expr) -> Any:
    return expr.value[0] if expr.type.kind == "money" else expr.value


def _rows(version: Version) -> Iterator[Note]:
    rows = (*version.exceptions, *version.owed)
    conditions = [r.when for r in rows if r.when is not None]
    if not conditions:
        return
    owed = [r.when for r in version.owed if r.when is not None]
    yield from _unreached(version, version.owed, owed)
    pairs = [
        (a, b)
        for n, a in enumerate(version.exceptions)
        for b in version.exceptions[n + 1 :]
        if b.id not in a.over and a.id not in b.over and differ(a, b)
    ]
    for a, b in pairs:
        assert a.when is not None
        assert b.when is not None
        cells = Cells(version, (a.when, b.when))
        if cells.size > MOST_CELLS:
            continue
        both = next((at for at in cells if cells.holds(a.when, at) and cells.holds(b.when, at)), None)
        if both is not None:
            yield (
                f"exceptions {a.id} and {b.id} can both hold and differ ({cells.story(both, (a.when, b.when))})",
                f"say which goes over which: over: [{b.id}]",
                a.at,
            )


def _unreached(version: Version, rows: tuple[Row, ...], conditions: list[Expr]) -> Iterator[Note]:
    if not conditions:
        return
    cells = Cells(version, conditions)
    if cells.size > MOST_CELLS:
        return
    reached: set[int] = set()
    for at in cells:
        for number, row in enumerate(rows):
            if row.when is None or cells.holds(row.when, at):
                reached.add(number)
                break
        if len(reached) == len(rows):
            return
    for number, row in enumerate(rows):
        if number not in reached:
            yield (
                f"row {row.id or number + 1} is never reached: the rows before it take everything",
                "mend its condition, or delete it",
                row.at,
            )


def _tables(version: Version) -> Iterator[Note]:
    """Bands over one value: an edge in two rows, and rows nobody reaches."""
    seen: set[int] = set()
    for top in version.expressions():
        for node in top.walk():
            if node.op == "apply" and node.args[1].op == "case" and id(node.args[1]) not in seen:
                seen.add(id(node.args[1]))
                yield from _bands(version, node)


def _bands(version: Version, node: Expr) -> Iterator[Note]:
    """Rows that widen step by step are bands by construction; two that overlap otherwise share an edge by mistake."""
    case = node.args[1]
    conditions = list(case.args[:-1:2])
    cells = Cells(version, conditions)
    if cells.size > MOST_CELLS:
        return
    name = f"table {node.value}" if node.value else "the bands"
    holding: list[set[int]] = [set() for _ in conditions]
    values: dict[int, Any] = {}
    for number, at in enumerate(cells):
        values[number] = next((v for k, v in at.items() if isinstance(k, Expr) and k.op == "it"), "")
        for row, condition in enumerate(conditions):
            if cells.holds(condition, at):
                holding[row].add(number)
    taken: set[int] = set()
    for row, here in enumerate(holding):
        if here <= taken:
            yield f"{name}: row {row + 1} is never reached", "mend its bound, or delete it", node.at
        taken |= here
        for later in range(row + 1, len(holding)):
            shared = here & holding[later]
            if shared and not here <= holding[later]:
                yield (
                    f"{name}: {values[min(shared)]} stands in rows {row + 1} and {later + 1}",
                    "write the edge into one of them",
                    node.at,
                )
    if len(taken) == cells.size:
        yield f"{name}: the last row is never reached", "mend a bound, or delete it", node.at


def _hidden_clauses(library: Library, clauses: tuple[str, ...]) -> Iterator[Finding]:
    for number, clause in enumerate(clauses[:-1]):
        rule = library.rules[clause]
        if all(v.applies is None and v.starts is None and v.ends is None for v in rule.versions):
            yield Finding(
                clauses[number + 1],
                "",
                f"is never reached: the clause {clause} before it covers everything",
                "give that one `applies`",
                rule.at,
            )
            return
