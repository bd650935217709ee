"""What one rule gives on one set of facts: the answer, its range, what it hangs on, and the words for why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recourse.rules.compiled import Working
from recourse.rules.outlook import Outlook
from recourse.rules.tree import Duty, Open, Rule, Texts, Version

OUTSIDE: dict[str, Texts] = {
    "place": {"en": "the law of {place} does not bind here", "zh": "{place}的法律在此不适用"},
    "none": {"en": "no version was in force on {day}", "zh": "{day}没有生效的版本"},
    "enacted": {"en": "enacted, but not in force on {day}", "zh": "已颁布，但在{day}尚未生效"},
    "currency": {"en": "the rule speaks of {currency} only", "zh": "该规则只适用于{currency}"},
    "scope": {"en": "outside what the rule covers", "zh": "不在该规则的适用范围内"},
    "nothing to add": {"en": "there is nothing that it could be added to", "zh": "没有可以附加的款项"},
    "later": {"en": "it comes on top of “{rule}”, once that is settled", "zh": "待“{rule}”确定后另行计算"},
    "whatever": {"en": "nothing is owed, whatever the missing facts are", "zh": "无论未知的事实如何，都不应退款"},
    "figure": {"en": "a dated figure is not known: {day}", "zh": "缺少当日的数值：{day}"},
    "earlier": {"en": "an earlier clause of the policy decides", "zh": "由政策中更靠前的条款决定"},
}


@dataclass(frozen=True)
class Entitlement:
    """What one rule gives on these facts.

    `answer` is one of does-not-apply, owes, owes-nothing, silent, depends, discretion, ask-someone-else, exchange,
    gives (days or figures only) and duties. Amounts are in the smallest unit of the purchase's currency, days are
    day numbers.
    """

    rule: Rule
    answer: str
    version: Version | None = None
    why: Texts = field(default_factory=dict)
    working: Working | None = None
    outlook: Outlook | None = None
    refund: int | None = None
    between: tuple[int, int] | None = None
    depends_on: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    presumed: tuple[tuple[str, Any, Texts], ...] = ()
    selected: tuple[str, int] | None = None  # which date chose the version
    displaced_by: str = ""
    taken: tuple[tuple[str, str], ...] = ()  # facts that came from another rule's answer
    provisional: tuple[str, ...] = ()
    readings: tuple[tuple[Open, int | None], ...] = ()  # doubts met, with what the other reading gives
    duties: tuple[tuple[Duty, str], ...] = ()  # each with met, broken, open, or to-check
    ways: tuple[Duty, ...] = ()

    @property
    def row(self) -> Any:
        return self.working.row if self.working else None

    @property
    def added(self) -> int:
        """What comes on top of the refund under the same rule, in smallest units."""
        return sum(
            v for k, v in self.answers.items() if k in ("interest", "surcharge", "damages") and isinstance(v, int)
        )

    @property
    def clause(self) -> str:
        return self.row.id if self.row is not None else ""


def worded(key: str, **values: str) -> Texts:
    return {
        lang: text.format(**{"place": "", "day": "", "currency": "", **values}) for lang, text in OUTSIDE[key].items()
    }
