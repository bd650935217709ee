"""The tree in words: conditions and amounts as a person would say them, in English and Simplified Chinese.

One template for each construct and language; what a fact is called comes from the vocabulary. With a working at hand the
values that were used stand beside the names, and of several rows only the one that held is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from recourse import money, places
from recourse.facts import Vocabulary
from recourse.rules.compiled import Working
from recourse.rules.setting import Setting
from recourse.rules.tree import Expr, Texts, Version

MONTHS = "January February March April May June July August September October November December".split()

TEMPLATES: dict[str, dict[str, str]] = {
    "en": {
        "date lt": "{a} is before {b}", "date le": "{a} is on or before {b}", "date gt": "{a} is after {b}",
        "date ge": "{a} is on or after {b}", "date eq": "{a} is {b}", "lt": "{a} is less than {b}", "le": "{a} is at most {b}",
        "gt": "{a} is more than {b}", "ge": "{a} is at least {b}", "eq": "{a} is {b}", "is": "{a} is {b}",
        "not eq": "{a} is not {b}", "date not eq": "{a} is not {b}", "it lt": "less than {b}", "it le": "at most {b}", "it gt": "more than {b}",
        "it ge": "at least {b}", "it eq": "exactly {b}", "it date lt": "before {b}", "it date le": "on or before {b}", "it date gt": "after {b}",
        "it date ge": "on or after {b}", "it date eq": "on {b}", "it is": "{b}", "row when": "{a}: {b}", "table": "by {x} – {rows}; else: {last}",
        "terms": "added up row by row: {a}", "is not": "{a} is not {b}", "within": "{a} is in {b}", "not within": "{a} is not in {b}", "and": "{a}; and {b}", "or": "{a}, or {b}", "not": "it is not so that {a}", "yes": "{a}: yes",
        "no": "{a}: no", "any": "{a} or {b}", "after": "{n} after {d}", "before": "{n} before {d}",
        "beginning": "{n} counting {d} as the first day", "next": "{d}, or the next working day",
        "previous": "{d}, or the working day before", "to": "{u} from {a} up to {b}", "through": "{u} from {a} through {b}",
        "begun": "begun {u}", "at most": "{a}, at most {b}", "at least": "{a}, at least {b}", "lesser": "the lesser of {a} and {b}",
        "greater": "the greater of {a} and {b}", "earlier": "the earlier of {a} and {b}", "later": "the later of {a} and {b}",
        "down": "{a}, rounded down to {u}", "up": "{a}, rounded up to {u}", "half up": "{a}, rounded to {u}",
        "minor": "the smallest unit", "else": "{a} (or, if not known, {b})", "rate": "the rate “{r}” on {d}",
        "month_day": "the day of the month of {d}", "sum": "added up row by row: {a}", "total": "all of {a} added up",
        "item": "entry {n} of {a}", "first": "the first day of {a}", "last": "the last day of {a}", "row": "the number of the row",
        "so_far": "{a} in the rows before", "case": "{rows}; otherwise {last}", "when": "if {a}: {b}", "pick": "{rows}", "of": "{a} of {b}",
        "reading": "the reading of “{q}” as {v}", "nothing": "nothing", "value": "{a} ({v})", "paren": "({a})",
    },
    "zh": {
        "date lt": "{a}早于{b}", "date le": "{a}不晚于{b}", "date gt": "{a}晚于{b}", "date ge": "{a}不早于{b}", "date eq": "{a}为{b}",
        "lt": "{a}少于{b}", "le": "{a}不超过{b}", "gt": "{a}超过{b}", "ge": "{a}不少于{b}", "eq": "{a}为{b}", "is": "{a}为“{b}”",
        "not eq": "{a}不是{b}", "date not eq": "{a}不是{b}", "it lt": "少于{b}", "it le": "不超过{b}", "it gt": "超过{b}", "it ge": "不少于{b}",
        "it eq": "恰为{b}", "it date lt": "早于{b}", "it date le": "不晚于{b}", "it date gt": "晚于{b}", "it date ge": "不早于{b}",
        "it date eq": "为{b}", "it is": "“{b}”", "row when": "{a}：{b}", "table": "按{x}确定——{rows}；其余：{last}",
        "terms": "逐行计算后相加：{a}", "is not": "{a}不是“{b}”", "within": "{a}在{b}", "not within": "{a}不在{b}", "and": "{a}，且{b}", "or": "{a}，或者{b}", "not": "并非（{a}）", "yes": "{a}：是", "no": "{a}：否",
        "any": "{a}或{b}", "after": "{d}之后{n}", "before": "{d}之前{n}", "beginning": "自{d}起算（当日计入）{n}",
        "next": "{d}（遇休息日顺延至下一个工作日）", "previous": "{d}（遇休息日提前至前一个工作日）", "to": "从{a}至{b}（不含末日）的{u}",
        "through": "从{a}至{b}（含末日）的{u}", "begun": "已开始的{u}", "at most": "{a}，最多{b}", "at least": "{a}，至少{b}",
        "lesser": "{a}与{b}中较小者", "greater": "{a}与{b}中较大者", "earlier": "{a}与{b}中较早者", "later": "{a}与{b}中较晚者",
        "down": "{a}，向下取整到{u}", "up": "{a}，向上取整到{u}", "half up": "{a}，四舍五入到{u}", "minor": "最小货币单位",
        "else": "{a}（若不知道，则为{b}）", "rate": "{d}的“{r}”", "month_day": "{d}是当月几号", "sum": "逐行计算后相加：{a}",
        "total": "{a}的合计", "item": "{a}的第{n}项", "first": "{a}的首日", "last": "{a}的末日", "row": "行号",
        "so_far": "之前各行的{a}", "case": "{rows}；其他情况：{last}", "when": "如果{a}：{b}", "pick": "{rows}", "of": "{b}的{a}",
        "reading": "把“{q}”理解为{v}", "nothing": "零", "value": "{a}（{v}）", "paren": "（{a}）",
    },
}  # fmt: skip
UNITS = {
    "en": {u: u for u in ("days", "weeks", "months", "years", "hours", "working days", "lessons", "points")},
    "zh": {"days": "天", "weeks": "周", "months": "个月", "years": "年", "hours": "小时", "working days": "个工作日"},
}
COUNTED = {"zh": {"days": "天数", "weeks": "周数", "months": "月数", "years": "年数", "hours": "小时数", "working days": "工作日数"}}


class Speech:
    """One language and what things are called in it."""

    def __init__(
        self, lang: str, vocabulary: Vocabulary, labels: Mapping[str, Any], setting: Setting, version: Version | None = None,
        working: Working | None = None, currency: str | None = None,
    ) -> None:  # fmt: skip
        self.lang = "zh" if lang.lower().startswith("zh") else "en"
        self.vocabulary, self.labels, self.setting = vocabulary, labels, setting
        self.version, self.working = version, working
        self.currency = currency or (version.currency if version else "") or ""
        self.named = version.named() if version else {}
        self.t = TEMPLATES[self.lang]
        self.it: list[Expr] = []
        self.inside: list[str] = []
        self.values = True
        self.brief = False  # inside a table whose subject has just been named

    # -- small things

    def text(self, key: str, **values: Any) -> str:
        return self.t[key].format(**values)

    def said(self, texts: Texts) -> str:
        return texts.get(self.lang) or texts.get("en") or next(iter(texts.values()), "")

    def label(self, group: str, key: str) -> str:
        """The name of an answer, a choice and the like, from data/words.yaml; the key itself where there is none."""
        found = self.labels.get(group, {}).get(key)
        return uncapital(found[self.lang]) if found else key.replace("_", " ").replace("-", " ")

    def word(self, fact: str, word: str) -> str:
        found = self.labels.get("choices", {}).get(fact, {}).get(word)
        return uncapital(found[self.lang]) if found else word.replace("-", " ")

    def day(self, number: int) -> str:
        found = date.fromordinal(number)
        return f"{found.year}年{found.month}月{found.day}日" if self.lang == "zh" else f"{found.day} {MONTHS[found.month - 1]} {found.year}"

    def money(self, minor: int | Fraction) -> str:
        if isinstance(minor, Fraction) and minor.denominator != 1:
            return self.near(minor)
        return money.show(int(minor), self.currency) if self.currency else str(minor)

    def near(self, amount: Fraction) -> str:
        """An amount finer than the smallest unit: two more places, marked as cut."""
        places_ = money.exponent(self.currency) if self.currency else 0
        scaled = amount * 100
        whole = int(scaled)
        digits = str(whole).rjust(places_ + 3, "0")
        cut = "" if scaled == whole else "…"
        point = len(digits) - places_ - 2
        return f"{digits[:point]}.{digits[point:]}{cut} {self.currency}".strip()

    def fact_name(self, name: str) -> str:
        fact = self.vocabulary.facts[name]
        return uncapital(fact.name.of(self.lang))

    def show(self, expr: Expr, value: Any) -> str:
        """A value as a person reads it."""
        kind = expr.type.kind
        if isinstance(value, tuple) and kind != "period":
            value = Fraction(*value)
        if kind in ("money", "zero"):
            return self.money(value if isinstance(value, (int, Fraction)) else 0)
        if kind == "date":
            return self.day(int(value))
        if kind == "instant":
            from recourse import days

            return days.show_instant(int(value))
        if isinstance(value, bool):
            return self.yes(value)
        if kind == "number" and isinstance(value, (Fraction, int)):
            return self.share(Fraction(value))
        if kind == "place":
            return places.name(value, self.lang)
        if kind == "choice":
            return self.word(expr.value, value) if expr.op == "fact" else str(value).replace("-", " ")
        return str(value)

    def yes(self, value: bool) -> str:
        return {"en": ("no", "yes"), "zh": ("否", "是")}[self.lang][value]

    def share(self, value: Fraction) -> str:
        hundredths = value * 10_000
        if value == 1:
            return "100%"
        if value.denominator == 1:
            return str(value.numerator)
        if hundredths.denominator == 1 and value.denominator not in (2, 3, 4, 6):
            found = f"{hundredths.numerator / 100:.2f}".rstrip("0").rstrip(".")
            return f"{found}%"
        return f"{value.numerator}/{value.denominator}"

    # -- conditions

    def clause(self, expr: Expr, holds: bool = True) -> str:
        """A condition as a sentence without a full stop; turned round where it does not hold."""
        op = expr.op
        if op == "not":
            return self.clause(expr.args[0], not holds)
        if op in ("and", "or"):
            word = op if holds else {"and": "or", "or": "and"}[op]
            a, b = (self.clause(x, holds) for x in expr.args)
            return self.text(word, a=a, b=b)
        if op in ("fact", "lit", "open"):
            return self.truth(expr, holds)
        if op in ("let", "rowlet"):
            inner = self.meaning(expr)
            return self.truth(expr, holds) if inner is None else self.clause(inner, holds)
        if op in ("lt", "le", "gt", "ge", "eq"):
            return self.comparison(expr, holds)
        if op == "is":
            words = [self.word(self.fact_of(expr.args[0]), w) for w in expr.value]
            found = words[0]
            for one in words[1:]:
                found = self.text("any", a=found, b=one)
            if expr.args[0].op == "it" and self.brief and holds:
                return self.text("it is", b=found)
            return self.text("is" if holds else "is not", a=self.noun(expr.args[0]), b=found)
        if op == "within":
            return self.text("within" if holds else "not within", a=self.noun(expr.args[0]), b=places.name(expr.value, self.lang))
        if op == "apply":
            self.it.append(expr.args[0])
            try:
                return self.clause(expr.args[1], holds)
            finally:
                self.it.pop()
        if op == "case":
            return self.chosen_row(expr, holds)
        if op == "else":
            known = next((a for a in expr.args if self.working is not None and self.is_known(a)), None)
            if known is not None:
                return self.clause(known, holds)
        found = self.noun(expr)
        return found if holds else self.text("not", a=found)

    def chosen_row(self, expr: Expr, holds: bool) -> str:
        """A yes or no that comes from rows: the row that held, told by its condition where its value is a plain yes or no."""
        chosen = self.holding(expr)
        if chosen is None:
            found = self.noun(expr)
            return found if holds else self.text("not", a=found)
        if chosen.op != "lit":
            return self.clause(chosen, holds)
        args = expr.args
        for number in range(0, len(args) - 1, 2):
            if args[number + 1] is chosen:
                return self.clause(args[number])
        failed = [self.clause(args[n], False) for n in range(0, len(args) - 1, 2)]
        found = failed[0]
        for one in failed[1:]:
            found = self.text("and", a=found, b=one)
        return found

    def truth(self, expr: Expr, holds: bool) -> str:
        if expr.op == "open":
            question = next((o for o in self.version.opens if o.name == expr.value), None) if self.version else None
            asks = self.said(question.asks) if question else expr.value
            return self.text("reading", q=asks, v=self.yes(holds))
        name = self.fact_name(expr.value) if expr.op == "fact" else self.label("lets", str(expr.value))
        return self.text("yes" if holds else "no", a=f"“{name}”")

    def fact_of(self, expr: Expr) -> str:
        if expr.op == "it" and self.it:
            return self.fact_of(self.it[-1])
        return str(expr.value) if expr.op == "fact" else ""

    def comparison(self, expr: Expr, holds: bool) -> str:
        op = expr.op if holds else {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "eq"}[expr.op]
        left, right = expr.args
        prefix = "date " if left.type.kind in ("date", "instant") else ""
        if expr.op == "eq" and not holds:
            op = "not eq"
        if left.op == "it" and self.brief:
            return self.text("it " + prefix + op, b=self.noun(right))
        return self.text(prefix + op, a=self.noun(left), b=self.noun(right))

    # -- amounts, days, numbers

    def noun(self, expr: Expr) -> str:
        """A value in words, with what it came to where that is known."""
        maker = _NOUNS.get(expr.op)
        return maker(self, expr) if maker else str(expr.value)

    def meaning(self, expr: Expr) -> Expr | None:
        """What a name stands for, unless we are inside it."""
        if expr.op == "rowlet" and self.version:
            part, name = expr.value
            return next((dict(p.lets)[name] for p in self.version.parts if p.name == part), None)
        found = self.named.get(str(expr.value))
        return None if found is None or expr.value in self.inside else found

    def value_of(self, expr: Expr) -> Any:
        """What a fact or name came to in the working, if there is one."""
        if self.working is None or not self.values:
            return None
        if expr.op == "fact":
            return self.working.fact(expr.value)
        if expr.op == "let":
            found = self.working.at(("let", expr.value))
            return found if found is not None else self.working.at(("line", expr.value))
        return self.working.at(expr)

    def is_known(self, expr: Expr) -> bool:
        """Whether an alternative had all its facts."""
        assert self.working is not None
        if expr.op == "else":
            return any(self.is_known(a) for a in expr.args)
        if expr.op == "fact":
            return self.working.fact(expr.value) is not None
        if expr.op == "sum":
            part = next((p for p in self.version.parts if p.name == expr.value), None) if self.version else None
            return part is not None and all(self.is_known(source) for _, source in part.columns)
        if expr.op == "let":
            inner = self.named.get(str(expr.value))
            return self.working.at(("let", expr.value)) is not None or inner is not None and self.is_known(inner)
        return all(self.is_known(a) for a in expr.args)

    def holding(self, expr: Expr) -> Expr | None:
        """Of several rows the value whose condition held."""
        if self.working is None:
            return None
        args = expr.args
        for number in range(0, len(args) - 1, 2):
            found = self.working.truth(args[number])
            if found is None:
                return None
            if found:
                return args[number + 1]
        return args[-1]


def _n_fact(s: Speech, e: Expr) -> str:
    name, value = s.fact_name(e.value), s.value_of(e)
    if value is None or isinstance(value, tuple) and e.type.kind == "list":
        return name
    return s.text("value", a=name, v=s.show(e, value))


def _n_let(s: Speech, e: Expr) -> str:
    inner = s.meaning(e)
    value = s.value_of(e)
    if inner is None:
        name = s.label("answers", str(e.value))
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
        return money.show(*e.value)
    return s.text("nothing") if e.type.kind == "zero" else s.show(e, e.value)


def _bracketed(s: Speech, e: Expr) -> str:
    inner: Expr | None = e
    while inner is not None and inner.op in ("let", "rowlet", "case", "apply"):
        if inner.op == "case":
            inner = s.holding(inner)
        else:
            inner = inner.args[1] if inner.op == "apply" else s.meaning(inner)
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
    if unit in ("minor",):
        step_words = s.text("minor")
    elif unit == "share":
        step_words = s.share(step)
    elif unit.startswith("whole "):
        step_words = unit if s.lang == "en" else "整数"
    else:
        step_words = money.show(int(step), unit)
    return s.text(direction, a=s.noun(e.args[0]), u=step_words)


def _n_workday(s: Speech, e: Expr) -> str:
    return s.text(e.value, d=s.noun(e.args[0]))


def _n_else(s: Speech, e: Expr) -> str:
    if s.working is not None:
        for arg in e.args:
            if s.is_known(arg):
                return s.noun(arg)
    return s.text("else", a=s.noun(e.args[0]), b=s.noun(e.args[1]))


def length_words(s: Speech, number: str, unit: str) -> str:
    if s.lang == "zh":
        return f"{number}{UNITS['zh'].get(unit, unit)}"
    return f"{number} {unit.removesuffix('s') if number == '1' else unit}"


def _n_shift(s: Speech, e: Expr) -> str:
    unit, way = e.value
    length, start = e.args
    number = str(length.value) if length.op == "lit" else s.noun(length)
    if length.op not in ("lit", "fact"):
        number = s.text("paren", a=number)
    return s.text(way, n=length_words(s, number, unit), d=s.noun(start))


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
    rows = [s.text("when", a=s.text("is", a=s.noun(e.args[0]), b=s.word(fact, w)), b=s.noun(v)) for w, v in zip(words, e.args[1:], strict=True)]
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
    return s.noun(inner) if inner is not None else str(e.value[1])


def _n_so_far(s: Speech, e: Expr) -> str:
    return s.text("so_far", a=_n_column(s, e))


def _n_truth(s: Speech, e: Expr) -> str:
    return s.clause(e)


_NOUNS: dict[str, Callable[[Speech, Expr], str]] = {
    "fact": _n_fact, "let": _n_let, "lit": _n_lit, "add": _n_sum_of("+"), "sub": _n_sum_of("−"), "mul": _n_mul, "div": _n_div,
    "min": _n_two, "max": _n_two, "round": _n_round, "workday": _n_workday, "else": _n_else, "shift": _n_shift,
    "between": _n_between, "rate": _n_rate, "month_day": _n_simple("month_day"), "sum": _n_sum_rows, "total": _n_simple("total"),
    "item": _n_simple("item"), "first": _n_simple("first"), "last": _n_simple("last"), "row": _n_simple("row"), "case": _n_case,
    "apply": _n_apply, "it": _n_it, "pick": _n_pick, "column": _n_column, "rowlet": _n_rowlet, "so_far": _n_so_far,
    "lt": _n_truth, "le": _n_truth, "gt": _n_truth, "ge": _n_truth, "eq": _n_truth, "is": _n_truth, "within": _n_truth,
    "and": _n_truth, "or": _n_truth, "not": _n_truth, "open": _n_truth,
}  # fmt: skip


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """For use inside a sentence; abbreviations stay as they are."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def scope_not_met(failed: Expr, version: Version, lang: str, working: Working, vocabulary: Vocabulary, labels: Mapping[str, Any], setting: Setting) -> str:
    """Why a purchase lies outside: the condition that failed, with what was found instead."""
    speech = Speech(lang, vocabulary, labels, setting, version, working)
    return speech.clause(failed, holds=False)
