"""A whole rule in words: what it covers, its exceptions, what it gives row by row, its days. Made from the rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recourse.rules.tree import Duty, Expr, Row, Rule, Version
from recourse.rules.words import Speech, capital

if TYPE_CHECKING:
    from recourse.library import Library

HEADS = {
    "en": {
        "covers": "It covers", "all": "Every such purchase in its place.", "exceptions": "Exceptions", "owed": "What is owed", "days": "Days",
        "figures": "Other answers", "duties": "What the seller must do", "ways": "What the learner can do next", "presumed": "Taken while not known",
        "open": "Open questions", "rounding": "Rounding", "not encoded": "Not written as a rule", "note": "To note", "if": "If {when}: {what}.", "otherwise": "Otherwise: {what}.",
        "always": "{what}.", "pay": "{what} comes back", "keep": "back comes what was paid, less {what}", "credit": "{what} as credit",
        "ask": "{who} decides", "see": "the rule {who} decides", "exchange": "an exchange instead of money", "discretion": "the seller may pay and need not",
        "up to": "the seller may pay up to {what} and need not", "excluded": "outside the rule: {why}", "lost": "the right is lost: {why}",
        "nothing": "nothing: {why}", "silent": "the text says nothing: {why}", "kept": "{amount} ({name})", "is": "{name}: {what}.",
        "rounded": "Amounts are rounded {way} to {step}.", "ours": "Amounts are rounded half up to the smallest unit (our own rule; the source names none).",
        "taken": "{name} is taken to be {value}.", "reading": "{asks} Taken: {taken}. {because}", "must": "{says} (checked: {must})", "paid": "all that was paid",
    },
    "zh": {
        "covers": "适用范围", "all": "当地所有此类购买。", "exceptions": "例外", "owed": "应退金额", "days": "日期", "figures": "其他结果", "duties": "商家的义务",
        "ways": "学员接下来可以做的", "presumed": "未知时的推定", "open": "法律未明确之处", "rounding": "取整", "not encoded": "未写成规则的内容", "note": "请注意",
        "if": "如果{when}：{what}。", "otherwise": "其他情况：{what}。", "always": "{what}。", "pay": "退还{what}", "keep": "退还已付金额，扣除{what}",
        "credit": "以抵用额度退还{what}", "ask": "由{who}决定", "see": "由规则{who}决定", "exchange": "以换课代替退款", "discretion": "商家可以退，但没有义务退",
        "up to": "商家最多可退{what}，但没有义务退", "excluded": "不在适用范围内：{why}", "lost": "权利已丧失：{why}", "nothing": "不退：{why}", "silent": "条文没有规定：{why}",
        "kept": "{amount}（{name}）", "is": "{name}：{what}。", "rounded": "金额{way}到{step}。", "ours": "金额四舍五入到最小货币单位（来源没有规定，为本产品的默认规则）。",
        "taken": "“{name}”按“{value}”处理。", "reading": "{asks}按“{taken}”理解。{because}", "must": "{says}（核对：{must}）", "paid": "全部已付金额",
    },
}  # fmt: skip
DIRECTIONS = {"en": {"down": "down", "up": "up", "half up": "half up"}, "zh": {"down": "向下取整", "up": "向上取整", "half up": "四舍五入"}}


def rule_words(library: Library, rule: Rule, version: Version, lang: str) -> list[dict[str, Any]]:
    """Sections of sentences: [{head, lines: [{id, text, cite}]}], in the language asked for."""
    del rule
    return _Reader(library, version, lang).sections()


class _Reader:
    def __init__(self, library: Library, version: Version, lang: str) -> None:
        self.version = version
        self.speech = Speech(lang, library.vocabulary, library.labels, library.setting, version)
        self.t = HEADS[self.speech.lang]
        self.found: list[dict[str, Any]] = []

    def sections(self) -> list[dict[str, Any]]:
        v = self.version
        self.section("covers", [self.line("", capital(self.sentence(v.applies)) if v.applies is not None else self.t["all"], v.cite.article)])
        self.section("exceptions", [self.row(r, last=False) for r in v.exceptions])
        self.section("owed", [self.row(r, last=r is v.owed[-1]) for r in v.owed])
        self.section("days", [self.named(name, expr) for name, expr in v.dates])
        self.section("figures", [self.named(name, expr) for name, expr in v.outputs])
        self.section("duties", [self.duty(d) for d in v.duties])
        self.section("ways", [self.duty(d) for d in v.ways])
        self.section("presumed", [self.line("", self.t["taken"].format(name=self.speech.fact_name(p.fact), value=self.speech.noun(p.value)), p.cite.article) for p in v.presume])
        self.section("open", [self.reading(o) for o in v.opens])
        if v.owed:
            self.section("rounding", [self.line("", self.rounding(), "")])
        self.section("note", [self.line("", self.speech.said(v.note), "")] if v.note else [])
        self.section("not encoded", [self.line("", self.speech.said(n.why), n.cite.article) for n in v.not_encoded])
        return self.found

    def section(self, head: str, lines: list[dict[str, Any]]) -> None:
        if lines:
            self.found.append({"head": self.t[head], "lines": lines})

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
            joiner = "; " if speech.lang == "en" else "；"
            return t["keep"].format(what=joiner.join(t["kept"].format(amount=speech.noun(e), name=speech.label("lines", n)) for n, e in row.lines))
        if row.outcome in ("ask", "see"):
            return t[row.outcome].format(who=speech.label("who", row.word) if row.outcome == "ask" else row.word)
        if row.outcome == "exchange":
            return t["exchange"]
        if row.outcome == "discretion":
            return t["up to"].format(what=speech.noun(row.amount)) if row.amount is not None else t["discretion"]
        return t[row.outcome].format(why=speech.said(row.why).rstrip("。."))

    def named(self, name: str, expr: Expr) -> dict[str, Any]:
        return self.line(name, self.t["is"].format(name=self.speech.label("answers", name), what=self.speech.noun(expr)), "")

    def duty(self, duty: Duty) -> dict[str, Any]:
        says = self.speech.said(duty.says).rstrip("。.")
        if duty.must is not None:
            says = self.t["must"].format(says=says, must=self.speech.clause(duty.must))
        text = self.t["if"].format(when=self.speech.clause(duty.when), what=says) if duty.when is not None else self.t["always"].format(what=says)
        return self.line(duty.id, text, duty.cite.article)

    def reading(self, one: Any) -> dict[str, Any]:
        because = self.speech.said(one.because)
        return self.line(one.name, self.t["reading"].format(asks=self.speech.said(one.asks), taken=self.speech.yes(one.taken), because=because), one.cite.article)

    def rounding(self) -> str:
        rule = self.version.rounding
        if rule.ours:
            return self.t["ours"]
        step = self.speech.money(rule.step) if rule.currency else self.speech.text("minor")
        return self.t["rounded"].format(way=DIRECTIONS[self.speech.lang][rule.direction], step=step)
