"""The tree in words: conditions and amounts as a person would say them, in English and Simplified Chinese.

One template for each construct and language; what a fact is called comes from the vocabulary. With a working at hand
the values that were used stand beside the names, and of several rows only the one that held is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from recourse import days, money, places
from recourse.bilingual import language
from recourse.facts import Vocabulary
from recourse.rules.compiled import Working
from recourse.rules.nouns import NOUNS
from recourse.rules.setting import Setting, calendar_for
from recourse.rules.tree import Expr, Texts, Type, Version
from recourse.sentences import sentences

MONTHS = "January February March April May June July August September October November December".split()

SHORT = 5  # parts of a named value that is spelled out wherever it is used


class Speech:
    """One language and what things are called in it."""

    def __init__(
        self, lang: str, vocabulary: Vocabulary, labels: Mapping[str, Any], setting: Setting,
        version: Version | None = None, working: Working | None = None, currency: str | None = None,
    ) -> None:  # fmt: skip
        self.lang = language(lang)
        self.vocabulary, self.labels, self.setting = vocabulary, labels, setting
        self.version, self.working = version, working
        self.currency = currency or (version.currency if version else "") or ""
        self.named = version.named() if version else {}
        self.own = version.own_words if version else {}
        self.t = sentences(labels, "words", self.lang)
        self.it: list[Expr] = []
        self.inside: list[str] = []
        self.values = True
        self.brief = False  # inside a table whose subject has just been named
        # Named values that are told by their name, to be spelled out once: name -> value. None: spelled out in place.
        self.called: dict[str, Expr] | None = None

    # -- small things

    def text(self, key: str, **values: Any) -> str:
        return self.t[key].format(**values)

    def said(self, texts: Texts) -> str:
        return texts.get(self.lang) or texts.get("en") or next(iter(texts.values()), "")

    def label(self, group: str, key: str) -> str:
        """The name of an answer, a choice and the like, from data/words.yaml; the key itself where there is none."""
        found = self.labels.get(group, {}).get(key)
        return self.inner(found[self.lang]) if found else key.replace("_", " ").replace("-", " ")

    def word(self, fact: str, word: str) -> str:
        if fact in self.vocabulary.facts and self.vocabulary.facts[fact].type == "text":
            return word  # as it has to be entered
        found = self.labels.get("choices", {}).get(fact, {}).get(word)
        if found is None:
            found = (self.own.get(fact) or {}).get(word) or {}
        return self.inner(self.said(found)) or word.replace("-", " ")

    def literal(self, kind: Type, word: str) -> str:
        """A written word, of which only the words beside it are known: the rule's own, else those of a fact."""
        own = next((name for name, words in self.own.items() if {*words} >= {*kind.words}), "")
        facts = self.labels.get("choices", {})
        return self.word(own or next((name for name, words in facts.items() if {*words} >= {*kind.words}), ""), word)

    def day(self, number: int) -> str:
        found = date.fromordinal(number)
        return (
            f"{found.year}年{found.month}月{found.day}日"
            if self.lang == "zh"
            else f"{found.day} {MONTHS[found.month - 1]} {found.year}"
        )

    def money(self, minor: int | Fraction) -> str:
        if isinstance(minor, Fraction) and minor.denominator != 1:
            return self.near(minor)
        return money.spaced(money.show(int(minor), self.currency)) if self.currency else money.spaced(str(int(minor)))

    def near(self, amount: Fraction) -> str:
        """An amount finer than the smallest unit: two more places, marked as cut."""
        places_ = money.exponent(self.currency) if self.currency else 0
        scaled = amount * 100
        whole = int(scaled)
        digits = str(whole).rjust(places_ + 3, "0")
        cut = "" if scaled == whole else "…"
        point = len(digits) - places_ - 2
        return money.spaced(f"{digits[:point]}.{digits[point:]}{cut} {self.currency}".strip())

    def fact_name(self, name: str) -> str:
        fact = self.vocabulary.facts[name]
        return self.inner(fact.name.of(self.lang))

    def inner(self, text: str) -> str:
        """For use inside a sentence. A Chinese text begins with a capital only where it is a name."""
        return uncapital(text) if self.lang == "en" else text

    def show(self, expr: Expr, value: Any) -> str:
        """A value as a person reads it."""
        kind = expr.type.kind
        if isinstance(value, tuple) and kind != "period":
            value = Fraction(*value)
        if kind in ("money", "zero"):
            return self.money(value if isinstance(value, (int, Fraction)) else 0)
        if kind == "date":
            return self.day(value)
        if kind == "instant":
            return self.instant(value)
        if isinstance(value, bool):
            return self.yes(value)
        if kind == "number" and isinstance(value, (Fraction, int)):
            return self.share(value if isinstance(value, Fraction) else Fraction(value))
        if kind == "place":
            return self.place(value)
        if kind == "choice":
            name = self.fact_of(expr)
            return self.word(name, value) if name else self.literal(expr.type, value)
        return self.count(value)

    def instant(self, seconds: int) -> str:
        return days.show_instant(seconds)

    def count(self, value: Any) -> str:
        return str(value)

    def place(self, code: str) -> str:
        return places.name(code, self.lang)

    def rest(self, day: int) -> str:
        """Why a day is no working day, by the calendar of the version."""
        assert self.version is not None
        assert self.version.calendar is not None
        use = self.version.calendar
        place = use.place or (self.working.fact(use.fact) if self.working is not None else "")
        return calendar_for(use, place).why_not(day, self.lang)

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
        if op in ("within", "compatriot"):
            other = places.name(expr.value, self.lang) if op == "within" else self.noun(expr.args[1])
            return self.text(op if holds else f"not {op}", a=self.noun(expr.args[0]), b=other)
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
            return self.text("else", a=self.clause(expr.args[0], holds), b=self.clause(expr.args[1], holds))
        found = self.noun(expr)
        return found if holds else self.text("not", a=found)

    def chosen_row(self, expr: Expr, holds: bool) -> str:
        """A yes or no from rows: the row that held, by its condition where its value is plainly yes or no."""
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
        if expr.op == "fact":
            clauses = self.vocabulary.facts[expr.value].says
            if clauses is not None:
                return clauses[holds].of(self.lang)
            return self.text("yes" if holds else "no", a=f"“{self.fact_name(expr.value)}”")
        return self.text("holds" if holds else "fails", a=f"“{self.named_as(expr)}”")

    def fact_of(self, expr: Expr) -> str:
        if expr.op == "it" and self.it:
            return self.fact_of(self.it[-1])
        return str(expr.value) if expr.op in ("fact", "let") else ""

    def comparison(self, expr: Expr, holds: bool) -> str:
        op = expr.op if holds else {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "eq"}[expr.op]
        left, right = expr.args
        prefix = "date " if left.type.kind in ("date", "instant") else ""
        if expr.op == "eq" and not holds:
            op = "not eq"
        if left.op == "it" and self.brief:
            return self.text("it " + prefix + op, b=self.beside(right, left))
        return self.text(prefix + op, a=self.beside(left, right), b=self.beside(right, left))

    def beside(self, expr: Expr, other: Expr) -> str:
        """One side of a comparison: a bare number beside a count is that many, not a share."""
        if expr.op == "lit" and expr.type.kind == "number" and other.type.kind == "count":
            return self.count(expr.value)
        return self.noun(expr)

    # -- amounts, days, numbers

    def noun(self, expr: Expr) -> str:
        """A value in words, with what it came to where that is known."""
        maker = NOUNS.get(expr.op)
        return maker(self, expr) if maker else str(expr.value)

    def meaning(self, expr: Expr) -> Expr | None:
        """What a name stands for, unless we are inside it."""
        found = self.stands_for(expr)
        return None if found is None or expr.value in self.inside or self.calls(expr) else found

    def stands_for(self, expr: Expr) -> Expr | None:
        if expr.op == "rowlet" and self.version:
            part, name = expr.value
            return next((dict(p.lets)[name] for p in self.version.parts if p.name == part), None)
        return self.named.get(str(expr.value))

    def calls(self, expr: Expr) -> bool:
        """Whether a named value is told by its name; remembers that it was."""
        if self.called is None or self.working is not None or expr.op not in ("let", "rowlet") or self.version is None:
            return False
        inner = self.stands_for(expr)
        if inner is None or (expr.op == "let" and expr.value in dict(self.version.dates)) or _short(inner):
            return False
        self.called.setdefault(self.named_as(expr), inner)
        return True

    def named_as(self, expr: Expr) -> str:
        """The name of a named value, in words; a number tells two of one name apart."""
        found = plain = self.label("lets", str(expr.value[1] if expr.op == "rowlet" else expr.value))
        inner, number = self.stands_for(expr), 1
        while self.called is not None and self.called.get(found, inner) is not inner:
            number += 1
            found = f"{plain} {number}"
        return found

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
            return self.working.at(("let", expr.value)) is not None or (inner is not None and self.is_known(inner))
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


def _short(expr: Expr) -> bool:
    """Whether a value is as quickly said as named."""
    return sum(1 for _ in expr.walk()) <= SHORT and not any(e.op in ("let", "case", "apply") for e in expr.walk())


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """For use inside a sentence; abbreviations stay as they are."""
    return text if text[1:2].isupper() or text.startswith("I ") else text[:1].lower() + text[1:]


def scope_not_met(
    failed: Expr,
    version: Version,
    lang: str,
    working: Working,
    vocabulary: Vocabulary,
    labels: Mapping[str, Any],
    setting: Setting,
    currency: str | None,
) -> str:
    """Why a purchase lies outside: the condition that failed, with what was found instead."""
    speech = Speech(lang, vocabulary, labels, setting, version, working, currency)
    return speech.clause(failed, holds=False)
