"""What an assessment lets a letter say: the sum, its parts, its last day and its ground, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recourse import days, money
from recourse.bilingual import Words
from recourse.letters.letter import Assessed, Payment
from recourse.money import Money
from recourse.problems import Problem

PARTS = ("kept_for_use", "penalty", "refund", "interest", "surcharge", "damages")  # in the order of their rows
OTHERS_PAY = ("card-issuer", "state-fund")  # then the institution owes nothing itself

# The rules by which one withdraws without a reason, each with whose model form serves; "" where the law has none.
WITHDRAWALS = {"eu-crd-withdrawal": "eu", "gb-ccr-cancellation": "gb"} | dict.fromkeys(
    (
        "br-cdc-49", "cl-lpdc-3-bis", "cl-lpdc-3-ter", "cn-col-25", "cn-spc-a14-seven-days", "cn-bj-prepaid-16",
        "co-ley1480-47", "de-bgb-withdrawal", "de-fernusg-4-withdrawal", "fr-conso-withdrawal",
        "fr-travail-l6353-5-withdrawal", "il-cancellation-regs-2010", "il-cpl-14c", "jp-sct-chapter-4",
        "kr-ecommerce-17", "mx-lfpc-56", "sa-ecommerce-13", "sg-cpfta", "tr-mesafeli-2014", "us-16cfr429-cooling-off",
        "za-ecta-44",
    ),
    "",
)  # fmt: skip
OF_THE_UNION = ("de-bgb-withdrawal", "fr-conso-withdrawal")  # they stand in the Directive's place, with its form

Entitled = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """One entitlement as a letter needs it. Amounts are texts such as "180.00 EUR", days are day numbers."""

    entitled: Entitled
    amount: str  # with what other rules add to it
    parts: tuple[tuple[str, str], ...]
    pay_by: int | None
    provisional: bool  # whether that day goes by a calendar that is not published yet
    form: str

    @property
    def source(self) -> Mapping[str, str | None]:
        found: Mapping[str, str | None] = self.entitled["source"]
        return found

    @property
    def steps(self) -> tuple[str, ...]:
        """The working, in the language of the assessment."""
        return tuple(step["text"] for step in self.entitled["steps"])


def claim(assessed: Assessed, *, from_institution: bool) -> Claim | None:
    """What is owed for certain; None where nothing is. `from_institution`: leave out what somebody else pays."""
    best = assessed["best"]
    if best is None:
        return None
    chosen = next(e for e in assessed["entitlements"] if all(e.get(key) == best[key] for key in best if key != "total"))
    if from_institution and chosen.get("payer") in OTHERS_PAY:
        owing = [e for e in assessed["entitlements"] if _owes(e) and e.get("payer") not in OTHERS_PAY]
        if not owing:
            return None
        chosen = max(owing, key=lambda e: (money.parse(e["refund"]).minor, e["rule"]))
        return _claim(chosen, chosen["refund"], ())
    adding = tuple(
        e for e in assessed["entitlements"] if best["rule"] in e["adds_to"] and e["answer"] in ("owes", "gives")
    )
    return _claim(chosen, best.get("total") or best["refund"], adding)


def rest(owed: Claim, paid_back: Iterable[Payment]) -> Money | None:
    """What is left of the sum; None where nothing was paid back, or other money than is owed."""
    whole, back = money.parse(owed.amount), [money.parse(one.amount) for one in paid_back]
    if {one.currency for one in back} != {whole.currency}:
        return None
    return Money(max(0, whole.minor - sum(one.minor for one in back)), whole.currency)


def _owes(e: Entitled) -> bool:
    sure = e["answer"] == "owes" and not e["displaced_by"] and not e["adds_to"] and e["outcome"] != "credit"
    return sure and "refund" in e and money.parse(e["refund"]).minor > 0


def _claim(e: Entitled, amount: str, adding: tuple[Entitled, ...]) -> Claim:
    return Claim(
        entitled=e,
        amount=amount,
        parts=tuple((name, one[name]) for one in (e, *adding) for name in PARTS if _some(one, name)),
        pay_by=days.parse(e["pay_by"]) if e.get("pay_by") else None,
        provisional="pay_by" in e["provisional"],
        form=e.get("form", ""),
    )


def _some(e: Entitled, name: str) -> bool:
    return name in e and money.parse(e[name]).minor != 0


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The right of withdrawal that these facts give: its entitlement, last day if known, and whose model form serves.

    `form` is "eu", "gb", or "" where the law has none.
    """

    entitled: Entitled
    ends_on: int | None
    form: str


def withdrawal(assessed: Assessed, on: int) -> Withdrawal:
    """The statutory right that can still be used on a day. Raises Problem where there is none, or it is over.

    Only what the law itself gives counts: a promise of the seller's is asked for by a request.
    """
    rights = [e for e in assessed["entitlements"] if _withdraws(e)]
    if not rights:
        raise Problem(
            Words("no statutory right of withdrawal on these facts", "依这些事实没有法定撤回权"),
            field="kind",
            hint=Words("Write a request instead; it claims what is owed on another ground.", "请改写退款申请。"),
        )
    still = [e for e in rights if _last(e) is None or (_last(e) or 0) >= on]
    if not still:
        last = days.show(max(_last(e) or 0 for e in rights))
        raise Problem(
            Words(f"the right of withdrawal ended on {last}", f"撤回权已于 {last} 届满"),
            field="dated_on",
            hint=Words("Write a request instead.", "请改写退款申请。"),
        )
    best = (assessed["best"] or {}).get("rule")
    chosen = min(still, key=lambda e: (e["rule"] != best, not _owes(e), not WITHDRAWALS[e["rule"]], e["rule"]))
    form = "eu" if chosen["rule"] in OF_THE_UNION else WITHDRAWALS[chosen["rule"]]
    return Withdrawal(chosen, _last(chosen), form)


def _last(e: Entitled) -> int | None:
    return days.parse(e["window_ends_on"]) if e.get("window_ends_on") else None


def _withdraws(e: Entitled) -> bool:
    """Whether one can withdraw under this rule: it has a last day to do so, or gives everything back."""
    if e["rule"] not in WITHDRAWALS or e["displaced_by"]:
        return False
    if e["answer"] == "depends":
        return bool(e["outcome"] == "window")
    return bool(e["answer"] == "owes" and (e.get("window_ends_on") or e["outcome"] == "full"))


def paid(assessed: Assessed) -> str:
    """What was paid, as the facts say it; empty where they do not."""
    return str(assessed["facts"].get("paid") or "")


def first_day(assessed: Assessed, *names: str) -> int | None:
    """The first of these facts that is a known day."""
    found = next((assessed["facts"][name] for name in names if assessed["facts"].get(name)), None)
    return days.parse(found) if found else None
