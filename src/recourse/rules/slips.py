"""What would be right, where somebody wrote an expression as it is written elsewhere: a hint for the common slips."""

from __future__ import annotations

import re

from recourse.rules.tree import Expr

MOST_READ = 400  # characters of an expression that is looked at; no slip is worth more time
_UNIT = r"(?:working )?(?:day|week|month|year|hour)s?"
_LEFT = r"(?P<left>[a-z][\w-]*|\([^()]*\))?\s*"
_AND = r"(?P<right>[\w.,%-]+(?: [A-Z]{3})?)?"
_SIGNS = {
    "at most": "<=", "no more than": "<=", "not more than": "<=", "less than": "<", "fewer than": "<", "below": "<",
    "at least": ">=", "no less than": ">=", "not less than": ">=", "more than": ">", "greater than": ">",
    "exceeds": ">", "above": ">", "on or before": "<=", "not later than": "<=", "no later than": "<=",
    "on or after": ">=", "not before": ">=", "earlier than": "<", "later than": ">", "before": "<", "after": ">",
}  # fmt: skip
_COMPARED = "|".join(sorted(_SIGNS, key=len, reverse=True))
_MARKS = {
    "&&": "“and”", "||": "“or”", "!=": "“is not”", "==": "“is”", "=>": "“>=”", "=<": "“<=”", "=": "“is”", "&": "“and”",
    "|": "“or”", "!": "“not”", "≤": "“<=”", "≥": "“>=”", "≠": "“is not”", "×": "“*”", "÷": "“/”", "−": "“-”",
    "\N{EN DASH}": "“-”",
}  # fmt: skip
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₩": "KRW", "₹": "INR"}
_CALLED = {"dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP", "yuan": "CNY"}
_PARTS = "cents?|pence|penny|fen|centavos?|centimes?|paise"
_MONTHS = "January February March April May June July August September October November December".split()
WORDS = {
    "true": "yes or no are written `yes` and `no`; a fact that is one stands alone: `closed`, `not closed`",
    "false": "yes or no are written `yes` and `no`; a fact that is one stands alone: `closed`, `not closed`",
    "none": "no money is written `nothing`; there is no “not known”: a fact nobody stated is asked for",
    "null": "no money is written `nothing`; there is no “not known”: a fact nobody stated is asked for",
    "today": "`asked_on` is the day of the question",
    "now": "`asked_on` is the day of the question",
}


def hint(text: str, offset: int) -> str:
    """What would be right where `text` stopped making sense at `offset`; empty where no common slip is seen."""
    if len(text) > MOST_READ:
        return ""
    for look in (_time, _money, _comparison, _mark, _figure, _word, _call):
        found = look(text, offset)
        if found:
            return found
    return ""


def _found(pattern: str, text: str, offset: int) -> re.Match[str] | None:
    """The first match that reaches the place of the error: a slip elsewhere is none of this error."""
    return next((m for m in re.finditer(pattern, text) if m.start() <= offset <= m.end()), None)


def _time(text: str, offset: int) -> str:
    within = rf"{_LEFT}(?:is )?within (?P<n>\d+) (?P<unit>{_UNIT})(?: (?:of|after|from|since) (?P<day>[a-z]\w*))?"
    if m := _found(within, text, offset):
        left = m["left"] if m["left"] not in (None, "is") else "requested_on"
        return f"{left} <= {m['n']} {m['unit']} after {m['day'] or 'concluded_on'}"
    if m := _found(rf"(?P<n>\d+) (?P<unit>{_UNIT}) (?:from|of|since) (?P<day>[a-z]\w*)", text, offset):
        return f"{m['n']} {m['unit']} after {m['day']}"
    months = "|".join(_MONTHS)
    if m := _found(rf"(?:(\d{{1,2}}) )?({months}),?(?: (\d{{1,2}}),)? (\d{{4}})", text, offset):
        day = int(m[1] or m[3] or 1)
        return f"a date is written {m[4]}-{_MONTHS.index(m[2]) + 1:02d}-{day:02d}"
    return ""


def _comparison(text: str, offset: int) -> str:
    if m := _found(rf"{_LEFT}(?:is |are )?between {_AND} and (?P<top>[\w.%-]+(?: [A-Z]{{3}})?)", text, offset):
        left = m["left"] or "…"
        return f"{left} >= {m['right'] or '…'} and {left} <= {m['top']}"
    if m := _found(rf"{_LEFT}is (?P<not>not )?one of (?P<words>[a-z][\w, -]*)", text, offset):
        return f"{m['left'] or '…'} {m['not'] or ''}in ({m['words'].strip()})"
    if m := _found(rf"{_LEFT}(?:is |are )?(?P<how>{_COMPARED})\b\s*{_AND}", text, offset):
        left = m["left"] if m["left"] not in (None, "is", "are") else "…"
        return f"in an expression: {left} {_SIGNS[m['how']]} {m['right'] or '…'}; the words stand under `when:`"
    if m := _found(r"(\S+) (<=?|>=?) ([a-z][\w]*) (<=?|>=?) (\S+)", text, offset):
        turned = m[2].translate(str.maketrans("<>", "><"))
        return f"one comparison at a time: {m[3]} {turned} {m[1]} and {m[3]} {m[4]} {m[5]}"
    if m := _found(r"([a-z]\w*) is (not )?([A-Z]{2}(?:-[A-Z0-9]+)?)", text, offset):
        return f"{m[1]} {m[2] or ''}in {m[3]}"
    if m := _found(r"([a-z]\w*_place) (not )?in \(?([a-z]{2}(?:-[a-z0-9]+)?)\b", text, offset):
        return f"places are written in capitals: {m[1]} {m[2] or ''}in {m[3].upper()}"
    return ""


def _money(text: str, offset: int) -> str:
    if m := _found(rf"(\d+)\s*(?:{_PARTS})\b", text, offset):
        whole, part = divmod(int(m[1]), 100)
        return f"an amount ends with its currency and has all its decimals: {whole}.{part:02d} USD"
    amount = r"(?P<n>\d[\d,_]*(?:\.\d+)?)"
    symbols = "".join(map(re.escape, _SYMBOLS))
    names = "|".join(_CALLED)
    for pattern in (
        rf"(?P<c>[{symbols}])\s*{amount}",
        rf"{amount}\s*(?P<c>[{symbols}]|(?:{names})\b)",
        rf"\b(?P<c>[A-Z]{{3}}) {amount}",
    ):
        if m := _found(pattern, text, offset):
            code = _SYMBOLS.get(m["c"]) or _CALLED.get(m["c"]) or m["c"]
            return f"an amount ends with its currency: {m['n'].replace(',', '_')} {code}"
    return ""


def _mark(text: str, offset: int) -> str:
    if text.startswith(("'", '"', "“", "‘", "`"), offset):
        return "words stand without quotes: kind is live-course"
    return next((f"{right} is written here" for mark, right in _MARKS.items() if text.startswith(mark, offset)), "")


def _figure(text: str, offset: int) -> str:
    if m := _found(r"(\d+) ?(?:percent|per cent|pct)\b(?: of)?", text, offset):
        return f"{m[1]}% of …"
    if m := _found(r"(\d+%|\d+/\d+) ([a-z]\w*)", text, offset):
        return f"{m[1]} of {m[2]}"
    return ""


def _word(text: str, offset: int) -> str:
    m = re.compile(r"[A-Za-z][\w-]*").match(text, offset)
    if m is None:
        return ""
    word = m[0]
    if word.lower() in WORDS:
        return WORDS[word.lower()]
    if word in ("if", "when", "unless", "then", "else"):
        return "rows choose among values: - {if: condition, then: value}, the last with `then` alone"
    return f"names and words are in lower case: {word.lower()}" if word != word.lower() else ""


def _call(text: str, offset: int) -> str:
    if m := _found(r"\b(min|max)\([^()]*\)?", text, offset):
        return f"{'lesser' if m[1] == 'min' else 'greater'} of … and …"
    return ""


def condition(expr: Expr, text: str) -> str:
    """What a condition could be, where a value was written instead of one."""
    if expr.type.kind in ("date", "instant"):
        return f"requested_on <= {text}"
    if expr.type.kind in ("money", "count", "number"):
        return f"compare it: {text} > 0"
    if expr.type.kind == "choice":
        return f"{text} is {expr.type.words[0] if expr.type.words else '…'}"
    if expr.type.kind == "place":
        return f"{text} in FR"
    return ""
