"""Amounts, days and numbers in words: one maker for each construct of the language that has a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from recourse import money
from recourse.rules.tree import Expr

if TYPE_CHECKING:
    from recourse.rules.words import Speech

UNITS = {
    "en": {u: u for u in ("days", "weeks", "months", "years", "hours", "working days", "lessons", "points")},
    "zh": {"days": "天", "weeks": "周", "months": "个月", "years": "年", "hours": "小时", "working days": "个工作日"},
}
COUNTED = {
    "zh": {
        "days": "天数",
        "weeks": "周数",
        "months": "月数",
        "years": "年数",
        "hours": "小时数",
        "working days": "工作日数",
    }
}


def _n_fact(s: Speech, e: Expr) -> str:
    name, value = s.fact_name(e.value), s.value_of(e)
    if value is None or (isinstance(value, tuple) and e.type.kind == "list"):
        return name
    return s.text("value", a=name, v=s.show(e, value))


def _n_let(s: Speech, e: Expr) -> str:
    if s.calls(e):
        return s.text("called", a=s.named_as(e))
    inner = s.meaning(e)
    value = s.value_of(e)
    if value is None and s.working is None and s.version is not None and e.value in dict(s.version.dates):
        return s.label("answers", str(e.value))  # spelled out once, under the days
    if inner is None:  # a line that was kept before this one, or an answer before this one
        name = s.label("answers" if e.value in s.labels.get("answers", {}) else "lets", str(e.value))
        return name if value is None else s.text("value", a=name, v=s.show(e, value))
    if value is not None and e.value in s.labels.get("answers", {}):
        return s.text("value", a=s.label("answers", str(e.value)), v=s.show(e, value))
    s.inside.append(str(e.value))
    try:
        found = s.noun(inner)
    finally:
        s.inside.pop()
    return found


def _n_lit(s: Speech, e: Expr) -> str:
    if e.type.kind == "money":
        return money.spaced(money.show(*e.value))
    return s.text("nothing") if e.type.kind == "zero" else s.show(e, e.value)


def _inner(s: Speech, e: Expr) -> Expr | None:
    """What stands behind a name, a table or rows, if it can be told."""
    if e.op == "case":
        return s.holding(e)
    return e.args[1] if e.op == "apply" else s.meaning(e)


def _bracketed(s: Speech, e: Expr) -> str:
    inner: Expr | None = e
    while inner is not None and inner.op in ("let", "rowlet", "case", "apply"):
        inner = _inner(s, inner)
    found = s.noun(e)
    loose = inner is None or inner.op in ("add", "sub", "min", "max", "round", "else", "case", "sum")
    return f"({found})" if loose and not found.isidentifier() else found


def _n_sum_of(sign: str) -> Callable[[Speech, Expr], str]:
    def make(s: Speech, e: Expr) -> str:
        right = _bracketed(s, e.args[1]) if sign == "−" else s.noun(e.args[1])
        return f"{s.noun(e.args[0])} {sign} {right}"

    return make


def _n_mul(s: Speech, e: Expr) -> str:
    return f"{_bracketed(s, e.args[0])} × {_bracketed(s, e.args[1])}"


def _n_div(s: Speech, e: Expr) -> str:
    return f"{_bracketed(s, e.args[0])} ÷ {_bracketed(s, e.args[1])}"


def _n_two(s: Speech, e: Expr) -> str:
    return s.text(e.value, a=s.noun(e.args[0]), b=s.noun(e.args[1]))


def _n_round(s: Speech, e: Expr) -> str:
    direction, unit, step = e.value
    if unit == "minor":
        step_words = s.text("minor") if step == 1 else s.text("minors", n=step)
    elif unit == "share":
        step_words = s.share(step)
    elif unit.startswith("whole "):
        step_words = unit if s.lang == "en" else "整数"
    else:
        step_words = money.spaced(money.show(int(step), unit))
    return s.text(direction, a=s.noun(e.args[0]), u=step_words)


def _n_workday(s: Speech, e: Expr) -> str:
    return s.text(e.value, d=s.noun(e.args[0]))


def _n_else(s: Speech, e: Expr) -> str:
    if s.working is not None:
        for arg in e.args:
            if s.is_known(arg):
                return s.noun(arg)
    return s.text("else", a=s.noun(e.args[0]), b=s.noun(e.args[1]))


def _length_words(s: Speech, number: str, unit: str) -> str:
    if s.lang == "zh":
        return f"{number}{UNITS['zh'].get(unit, unit)}"
    return f"{number} {unit.removesuffix('s') if number == '1' else unit}"


def _n_shift(s: Speech, e: Expr) -> str:
    unit, way = e.value
    length, start = e.args
    ended = _ended(e)
    if ended is not None:
        return s.text(f"last day of {ended[0]}", d=s.noun(ended[1]))
    number = str(length.value) if length.op == "lit" else s.noun(length)
    if length.op not in ("lit", "fact"):
        number = s.text("paren", a=number)
    return s.text(way, n=_length_words(s, number, unit), d=s.noun(start))


def _ended(e: Expr) -> tuple[str, Expr] | None:
    """Of the last day of a month or year: which of the two, and whose. The grammar writes it as lengths."""
    length, following = e.args
    if e.value != ("days", "before") or length.op != "lit" or length.value != 1 or following.op != "shift":
        return None
    begun, first = following.args
    if begun.op != "between" or begun.value[1:] != (True, True) or first != begun.args[0] or first.op != "lit":
        return None
    return begun.value[0].removesuffix("s"), begun.args[1]


def _n_between(s: Speech, e: Expr) -> str:
    unit, through, begun = e.value
    word = COUNTED["zh"].get(unit, unit) if s.lang == "zh" else unit
    word = s.text("begun", u=word) if begun else word
    return s.text("through" if through else "to", u=word, a=s.noun(e.args[0]), b=s.noun(e.args[1]))


def _n_rate(s: Speech, e: Expr) -> str:
    found = s.text("rate", r=s.said(s.setting.rates[e.value].title), d=s.noun(e.args[0]))
    value = s.value_of(e)
    return found if value is None else s.text("value", a=found, v=s.show(e, value))


def _n_simple(key: str) -> Callable[[Speech, Expr], str]:
    def make(s: Speech, e: Expr) -> str:
        inner = s.noun(e.args[0]) if e.args else ""
        return s.text(key, a=inner, d=inner, n=e.value)

    return make


def _n_case(s: Speech, e: Expr) -> str:
    chosen = s.holding(e)
    if chosen is not None:
        return s.noun(chosen)
    values, s.values = s.values, False
    try:
        rows = [s.text("when", a=s.clause(e.args[n]), b=s.noun(e.args[n + 1])) for n in range(0, len(e.args) - 1, 2)]
        joiner = "; " if s.lang == "en" else "；"
        return s.text("case", rows=joiner.join(rows), last=s.noun(e.args[-1])) if rows else s.noun(e.args[-1])
    finally:
        s.values = values


def _n_apply(s: Speech, e: Expr) -> str:
    argument, body = e.args
    s.it.append(argument)
    try:
        if body.op != "case" or s.holding(body) is not None:
            return s.noun(body)
        return _table(s, argument, body)
    finally:
        s.it.pop()


def _table(s: Speech, argument: Expr, body: Expr) -> str:
    """A table of bands: what it goes by is said once, then each band."""
    values, brief, s.values = s.values, s.brief, False
    subject = s.noun(argument)
    s.brief = True
    try:
        args = body.args
        rows = [s.text("row when", a=s.clause(args[n]), b=s.noun(args[n + 1])) for n in range(0, len(args) - 1, 2)]
        return s.text("table", x=subject, rows=("; " if s.lang == "en" else "；").join(rows), last=s.noun(args[-1]))
    finally:
        s.values, s.brief = values, brief


def _n_sum_rows(s: Speech, e: Expr) -> str:
    """A sum over rows: its terms where they were worked out, else how each is made."""
    terms = s.working.at(("terms", e)) if s.working is not None and s.values else None
    if terms:
        return s.text("terms", a=" + ".join(s.show(e, t) for t in terms))
    working, s.working = s.working, None
    try:
        return s.text("sum", a=s.noun(e.args[0]))
    finally:
        s.working = working


def _n_it(s: Speech, _: Expr) -> str:
    if not s.it:
        return "…"
    inner = s.it.pop()
    try:
        return s.noun(inner)
    finally:
        s.it.append(inner)


def _n_pick(s: Speech, e: Expr) -> str:
    words = e.value[2]
    selected = s.value_of(e.args[0])
    if selected in words:
        return s.noun(e.args[1 + words.index(selected)])
    fact = s.fact_of(e.args[0])
    rows = [
        s.text("when", a=s.text("is", a=s.noun(e.args[0]), b=s.word(fact, w)), b=s.noun(v))
        for w, v in zip(words, e.args[1:], strict=True)
    ]
    return ("; " if s.lang == "en" else "；").join(rows)


def _n_column(s: Speech, e: Expr) -> str:
    part, column = e.value
    if s.version:
        for one in s.version.parts:
            if one.name == part:
                return s.noun(dict(one.columns)[column])
    return str(column)


def _n_rowlet(s: Speech, e: Expr) -> str:
    inner = s.meaning(e)
    return s.noun(inner) if inner is not None else s.text("called", a=s.named_as(e))


def _n_so_far(s: Speech, e: Expr) -> str:
    return s.text("so_far", a=_n_column(s, e))


def _n_truth(s: Speech, e: Expr) -> str:
    return s.clause(e)


NOUNS: dict[str, Callable[[Speech, Expr], str]] = {
    "fact": _n_fact, "let": _n_let, "lit": _n_lit, "add": _n_sum_of("+"), "sub": _n_sum_of("−"), "mul": _n_mul,
    "div": _n_div, "min": _n_two, "max": _n_two, "round": _n_round, "workday": _n_workday, "else": _n_else,
    "shift": _n_shift, "between": _n_between, "rate": _n_rate, "month_day": _n_simple("month_day"), "sum": _n_sum_rows,
    "total": _n_simple("total"), "item": _n_simple("item"), "first": _n_simple("first"), "last": _n_simple("last"),
    "row": _n_simple("row"), "case": _n_case, "apply": _n_apply, "it": _n_it, "pick": _n_pick, "column": _n_column,
    "rowlet": _n_rowlet, "so_far": _n_so_far, "lt": _n_truth, "le": _n_truth, "gt": _n_truth, "ge": _n_truth,
    "eq": _n_truth, "is": _n_truth, "within": _n_truth, "compatriot": _n_truth, "and": _n_truth, "or": _n_truth,
    "not": _n_truth, "open": _n_truth,
}  # fmt: skip
