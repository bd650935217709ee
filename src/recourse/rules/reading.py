"""A whole rule in words, made from the rule: what it covers, its exceptions, what it gives row by row, its days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recourse.rules.tree import Duty, Expr, Open, Row, Version
from recourse.rules.words import Speech, capital
from recourse.sentences import sentences

if TYPE_CHECKING:
    from recourse.library import Library

DIRECTIONS = {
    "en": {"down": "down", "up": "up", "half up": "half up"},
    "zh": {"down": "向下取整", "up": "向上取整", "half up": "四舍五入"},
}


def rule_words(library: Library, version: Version, lang: str) -> list[dict[str, Any]]:
    """Sections of sentences: [{key, head, lines: [{id, text, cite}]}], in the language asked for."""
    return _Reader(library, version, lang).sections()


class _Reader:
    def __init__(self, library: Library, version: Version, lang: str) -> None:
        self.version = version
        self.speech = Speech(lang, library.vocabulary, library.labels, library.setting, version)
        self.t = sentences(library.labels, "reading", self.speech.lang)
        self.speech.called = {}
        self.found: list[dict[str, Any]] = []

    def sections(self) -> list[dict[str, Any]]:
        v = self.version
        self.section(
            "covers",
            [
                self.line(
                    "", capital(self.sentence(v.applies)) if v.applies is not None else self.t["all"], v.cite.article
                )
            ],
        )
        self.section("exceptions", [self.row(r, last=False) for r in v.exceptions])
        self.section("owed", [self.row(r, last=r is v.owed[-1]) for r in v.owed])
        self.section("days", [self.named(name, expr) for name, expr in v.dates])
        self.section("figures", [self.named(name, expr) for name, expr in v.outputs])
        self.section("duties", [self.duty(d) for d in v.duties])
        self.section("ways", [self.duty(d) for d in v.ways])
        self.section(
            "presumed",
            [
                self.line(
                    "",
                    self.t["taken"].format(name=self.speech.fact_name(p.fact), value=self.speech.noun(p.value)),
                    p.cite.article,
                )
                for p in v.presume
            ],
        )
        self.section("where", self.definitions())
        self.section("open", [self.reading(o) for o in v.opens])
        if v.owed:
            self.section("rounding", [self.line("", self.rounding(), "")])
        self.section("note", [self.line("", self.speech.said(v.note), "")] if v.note else [])
        self.section("not encoded", [self.line("", self.speech.said(n.why), n.cite.article) for n in v.not_encoded])
        return self.found

    def section(self, head: str, lines: list[dict[str, Any]]) -> None:
        if lines:
            self.found.append({"key": head, "head": self.t[head], "lines": lines})

    def line(self, line_id: str, text: str, cite: str) -> dict[str, Any]:
        return {"id": line_id, "text": capital(text.replace("..", ".").replace("。。", "。")), "cite": cite or None}

    def sentence(self, expr: Expr) -> str:
        return self.speech.clause(expr) + ("." if self.speech.lang == "en" else "。")

    def row(self, row: Row, *, last: bool) -> dict[str, Any]:
        what = self.outcome(row)
        if row.says:
            text = self.speech.said(row.says)
        elif row.when is not None:
            text = self.t["if"].format(when=self.speech.clause(row.when), what=what)
        else:
            text = self.t["otherwise" if last and len(self.version.owed) > 1 else "always"].format(what=what)
        return self.line(row.id, text, row.cite.article)

    def outcome(self, row: Row) -> str:
        speech, t = self.speech, self.t
        if row.outcome in ("pay", "credit"):
            assert row.amount is not None
            all_paid = row.amount.op == "fact" and row.amount.value == "paid"
            return t[row.outcome].format(what=t["paid"] if all_paid else speech.noun(row.amount))
        if row.outcome == "keep":
            if all(amount.type.kind == "zero" for _, amount in row.lines):
                return t["pay"].format(what=t["paid"])
            joiner = "; " if speech.lang == "en" else "；"
            return t["keep"].format(
                what=joiner.join(
                    t["kept"].format(amount=speech.noun(e), name=speech.label("lines", n)) for n, e in row.lines
                )
            )
        if row.outcome in ("ask", "see"):
            return t[row.outcome].format(who=speech.label("who", row.word) if row.outcome == "ask" else row.word)
        if row.outcome == "exchange":
            return t["exchange"]
        if row.outcome == "discretion":
            return t["up to"].format(what=speech.noun(row.amount)) if row.amount is not None else t["discretion"]
        return t[row.outcome].format(why=speech.said(row.why).rstrip("。."))

    def named(self, name: str, expr: Expr) -> dict[str, Any]:
        return self.line(
            name, self.t["is"].format(name=self.speech.label("answers", name), what=self.speech.noun(expr)), ""
        )

    def definitions(self) -> list[dict[str, Any]]:
        """What the values are that were told by their names; spelling one out may bring up another."""
        found: list[dict[str, Any]] = []
        called = self.speech.called
        assert called is not None
        while len(found) < len(called):
            name, inner = list(called.items())[len(found)]
            key = "holds" if inner.type.kind == "yesno" else "is"
            told = self.speech.clause(inner) if key == "holds" else self.speech.noun(inner)
            found.append(self.line(name, self.t[key].format(name=self.speech.text("called", a=name), what=told), ""))
        return found

    def duty(self, duty: Duty) -> dict[str, Any]:
        says = self.speech.said(duty.says).rstrip("。.")
        if duty.must is not None:
            says = self.t["must"].format(says=says, must=self.speech.clause(duty.must))
        text = (
            self.t["if"].format(when=self.speech.clause(duty.when), what=says)
            if duty.when is not None
            else self.t["always"].format(what=says)
        )
        return self.line(duty.id, text, duty.cite.article)

    def reading(self, one: Open) -> dict[str, Any]:
        because = self.speech.said(one.because)
        return self.line(
            one.name,
            self.t["reading"].format(
                asks=self.speech.said(one.asks), taken=self.speech.yes(one.taken), because=because
            ),
            one.cite.article,
        )

    def rounding(self) -> str:
        rule = self.version.rounding
        if rule.ours:
            return self.t["ours"]
        many = self.speech.text("minor") if rule.step == 1 else self.speech.text("minors", n=rule.step)
        step = self.speech.money(rule.step) if rule.currency else many
        return self.t["rounded"].format(way=DIRECTIONS[self.speech.lang][rule.direction], step=step)
