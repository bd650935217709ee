"""What batch tells people, in English and Simplified Chinese."""

from __future__ import annotations

from recourse.bilingual import Words

ANSWERS = {
    "owes": Words("owes", "应退"),
    "owes-credit": Words("owes credit, not money", "应给积分，不退现金"),
    "owes-nothing": Words("owes nothing", "不退"),
    "does-not-apply": Words("does not apply", "不适用"),
    "depends": Words("depends on facts not known", "取决于未知的事实"),
    "discretion": Words("at the seller's discretion", "由商家酌定"),
    "silent": Words("the text does not say", "条文没有规定"),
    "ask-someone-else": Words("somebody else decides", "由他方决定"),
    "exchange": Words("an exchange", "换课"),
    "gives": Words("days and figures", "日期和数额"),
    "duties": Words("duties only", "仅有义务"),
}

SAID = {
    "reading": Words("Reading", "读取"),
    "deciding": Words("Deciding", "计算"),
    "rate": Words("orders/s", "单/秒"),
    "left": Words("left", "剩余"),
    "orders": Words("Orders", "订单"),
    "orders decided": Words("Orders decided: {count}", "已处理 {count} 笔订单"),
    "bad": Words("Rows that could not be used: {count}, in {file}", "{count} 行无法使用：{file}"),
    "bad rows": Words("Rows that could not be used: {count}", "{count} 行无法使用"),
    "first bad": Words("Rows that cannot be used, the first {count}:", "无法使用的行（前 {count} 条）："),
    "line": Words("line {line}", "第 {line} 行"),
    "missing": Words("Not in the file, so not known: {names}", "文件中没有、按未知处理：{names}"),
    "unread": Words("Facts that these rules do not read: {names}", "这些规则不使用的列：{names}"),
    "strangers": Words("Columns that are no facts, left out: {names}", "不属于事实、未使用的列：{names}"),
    "pieces": Words("{done} of {all} pieces", "{all} 块中已完成 {done} 块"),
    "resumed": Words(
        "Resumed: {done} of {all} units had been finished",
        "继续上次的任务：{all} 个单元中 {done} 个已完成",
    ),
    "over": Words(
        "{out} is finished already: the same orders, data and engine",
        "{out} 已经完成：订单、数据和引擎均未变",
    ),
    "stopped": Words(
        "Stopped after {done} of {all} units; the same command goes on from there.",
        "已停止：{all} 个单元中完成了 {done} 个；再次运行同一命令即可继续。",
    ),
    "written": Words("Written: {out}, summary: {summary}", "已写入：{out}，汇总：{summary}"),
    "answer": Words("Answer", "结果"),
    "clause": Words("Rule or clause", "规则或条款"),
    "currency": Words("Currency", "货币"),
    "month": Words("Month", "月份"),
    "month of": Words("Month ({fact})", "月份（{fact}）"),
    "credit": Words("Credit", "积分"),
    "owed orders": Words("Orders owed", "应退笔数"),
    "refund": Words("Owed", "应退"),
    "age": Words("Days since the contract", "合同订立后的天数"),
    "course": Words("Course", "课程"),
    "place": Words("Learner's place", "学员所在地"),
    "nothing": Words("not known", "未知"),
    "no clause": Words("none", "无"),
    "others": Words("{count} more", "其余 {count} 项"),
    "exposure": Words("What would be owed if everybody asked on {day}", "假如所有人都在 {day} 申请，应退多少"),
    "paid": Words("Paid", "已付"),
    "later": Words("Left out, made after that day: {count}", "{count} 笔订单在该日之后订立，未计入"),
    "refunded": Words("Left out, refunded by then: {count}", "{count} 笔订单届时已退款，未计入"),
    "as known": Words(
        "Progress is as the file has it. Orders whose amount hangs on facts not known count as nothing here.",
        "学习进度以文件为准。金额取决于未知事实的订单在此按零计。",
    ),
    "what-if": Words("{new} in place of {old}", "以 {new} 代替 {old}"),
    "before": Words("Today", "现在"),
    "after": Words("New", "新政策"),
    "change": Words("Change", "变化"),
    "gaining": Words("Gain", "受益"),
    "losing": Words("Lose", "受损"),
    "gain": Words("Gained", "受益额"),
    "loss": Words("Lost", "受损额"),
    "worst": Words("Those who lose most", "损失最大的订单"),
    "best": Words("Those who gain most", "受益最大的订单"),
    "order": Words("Order", "订单"),
    "not comparable": Words(
        "Not comparable, because the amount is open under one of the policies: {count}",
        "{count} 笔订单无法比较：在其中一项政策下金额不确定",
    ),
    "short": Words("Paid less than owed", "少退的订单"),
    "to repay": Words("To repay", "应补"),
    "no shortfall": Words("No refund paid less than was owed.", "没有少退的款项。"),
    "on file": Words("Orders with a refund on file: {count}", "{count} 笔订单有退款记录"),
    "paid more": Words("Got more than was owed: {count}", "{count} 笔订单多退"),
    "open": Words("Not compared, {answer}: {count}", "{count} 笔订单：{answer}；未比较"),
    "other currency": Words("Refunds in another currency than the order: {count}", "{count} 笔退款的货币与订单不同"),
    "unmatched": Words("Refunds of which there is no order: {count}", "{count} 笔退款在订单文件中找不到对应订单"),
    "never": Words(
        "Owed something, and no refund on file: {count}",
        "{count} 笔订单应退款而没有任何退款记录",
    ),
    "notice": Words("Recourse informs; it is not a lawyer.", "Recourse 只提供信息，并非律师。"),
}  # fmt: skip


def say(key: str, lang: str, **values: object) -> str:
    """A sentence in a language, its blanks filled in."""
    return SAID[key].of(lang).format(**values)


def answer(name: str, lang: str) -> str:
    """What an answer is called."""
    return ANSWERS[name].of(lang) if name in ANSWERS else name
