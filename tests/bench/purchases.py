"""Made-up purchases for the measurements: texts as people send them, from a seed, a maker for each path of a rule."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date

Texts = dict[str, object]
Maker = Callable[["Draw"], Texts]

FIRST, LAST = date(2026, 7, 1).toordinal(), date(2026, 10, 31).toordinal()  # the days of the contracts


class Draw(random.Random):
    """Chance from a seed, in the words of a purchase."""

    def day(self) -> int:
        """A day on which somebody bought."""
        return self.randint(FIRST, LAST)

    def yes(self) -> str:
        """Yes or no."""
        return self.choice(("yes", "no"))


def iso(day: int) -> str:
    """A day as people write it."""
    return date.fromordinal(day).isoformat()


def money(minor: int, currency: str) -> str:
    """An amount as people write it."""
    return f"{minor} KRW" if currency == "KRW" else f"{minor // 100}.{minor % 100:02d} {currency}"


def drawn(makers: dict[str, Maker], seed: int) -> Iterator[Texts]:
    """Purchases without end, every path in turn."""
    draw = Draw(seed)
    while True:
        for make in makers.values():
            yield make(draw)


# -- European Union: withdrawal. Countries with different holidays, as real requests come from.


def _eu(draw: Draw, after: int, **more: object) -> Texts:
    bought = draw.day()
    price = draw.randint(900, 90_000)
    return {
        "learner_place": draw.choice(("DE", "FR", "AT", "IE", "PL", "ES")),
        "buyer_is_consumer": "yes",
        "kind": draw.choice(("live-course", "recorded-course", "subscription")),
        "legal_class": draw.choice(("service", "digital-service")),
        "sales_channel": draw.choice(("online", "online", "telephone")),
        "price": money(price, "EUR"),
        "paid": money(price, "EUR"),
        "concluded_on": iso(bought),
        "starts_on": iso(bought + 1),
        "ends_on": iso(bought + draw.randint(30, 365)),
        "requested_on": iso(bought + after),
        "request_received_on": iso(bought + after),
        "withdrawal_information_given": "yes",
        "withdrawal_function_announced": "yes",
        **more,
    }


def _charged(draw: Draw, **more: object) -> Texts:
    """The learner asked for an early start and was told what that costs."""
    told = {"share_charge_information_given": "yes", "express_request_to_start": "yes"}
    return _eu(draw, draw.randint(2, 14), **told, **more)


def _eu_lessons(draw: Draw) -> Texts:
    total = draw.randint(4, 60)
    return _charged(draw, lessons_total=str(total), lessons_taken=str(draw.randint(0, min(total - 1, 9))))


def _eu_viewed(draw: Draw) -> Texts:
    found = _charged(draw, share_viewed=f"{draw.randint(0, 99)}%", separate_parts_supplied_price="5.00 EUR")
    return {name: text for name, text in found.items() if name not in ("starts_on", "ends_on")}


def _eu_untold(draw: Draw) -> Texts:
    return _eu(draw, draw.randint(15, 420), withdrawal_information_given="no", lessons_total="12", lessons_taken="5")


def _eu_told_later(draw: Draw) -> Texts:
    after = draw.randint(5, 60)
    found = _eu(draw, after, withdrawal_information_given="no", fully_performed="no")
    told = date.fromisoformat(str(found["concluded_on"])).toordinal() + draw.randint(1, 60)
    return {**found, "withdrawal_information_given_on": iso(told)}


def _eu_trial(draw: Draw) -> Texts:
    found = _eu(draw, draw.randint(8, 40), trial_days="7", price_after_trial_disclosed=draw.yes(), fully_performed="no")
    return {**found, "paid_period_starts_on": iso(date.fromisoformat(str(found["concluded_on"])).toordinal() + 7)}


def _eu_goods(draw: Draw) -> Texts:
    found = _eu(draw, draw.randint(3, 30), legal_class="goods", kind="physical-materials")
    bought = date.fromisoformat(str(found["concluded_on"])).toordinal()
    return {**found, "goods_received_on": iso(bought + 3), "goods_returned_on": iso(bought + draw.randint(10, 60))}


def _eu_content(draw: Draw) -> Texts:
    return _eu(
        draw, draw.randint(1, 14), legal_class="digital-content", offer_is_dynamic="no", supply_begun=draw.yes(),
        consent_to_immediate_start="yes", acknowledged_loss_of_withdrawal="yes",
        consent_confirmed_on_durable_medium=draw.yes(),
    )  # fmt: skip


def _eu_performed(draw: Draw) -> Texts:
    more = {"fully_performed": "yes", "express_request_to_start": "yes", "acknowledged_loss_of_withdrawal": "yes"}
    return _eu(draw, draw.randint(1, 14), **more)


EU: dict[str, Maker] = {
    "free of charge, in time": lambda draw: _eu(draw, draw.randint(0, 14), fully_performed="no"),
    "share by lessons": _eu_lessons,
    "share by time": lambda draw: _charged(draw, fully_performed="no"),
    "share by what was viewed": lambda draw: {**_eu_viewed(draw), "fully_performed": "no"},
    "too late": lambda draw: _eu(draw, draw.randint(20, 60), fully_performed="no"),
    "never told: twelve months": _eu_untold,
    "told later": _eu_told_later,
    "after a free trial": _eu_trial,
    "goods": _eu_goods,
    "digital content": _eu_content,
    "fully performed": _eu_performed,
    "leisure on a date": lambda draw: _eu(draw, 5, leisure_only="yes", fixed_date_or_period="yes"),
}


# -- Korea: Lifelong Education Act, Annex 3


def _kr(draw: Draw, **more: object) -> Texts:
    starts = draw.day()
    paid = draw.randint(30, 900) * 1000 + draw.choice((0, 0, 350))
    lasts, after = draw.randint(20, 28), draw.randint(1, 19)
    return {
        "learner_place": "KR",
        "seller_place": "KR",
        "seller_kind": "lifelong-education-facility",
        "kind": "live-course",
        "class_structure": "period",
        "cause": "learner",
        "price": money(paid, "KRW"),
        "paid": money(paid, "KRW"),
        "concluded_on": iso(starts - 10),
        "starts_on": iso(starts),
        "ends_on": iso(starts + lasts),
        "requested_on": iso(starts + after),
        **more,
    }


def _kr_hours(draw: Draw, **more: object) -> Texts:
    total = draw.randint(6, 40)
    return _kr(draw, hours_total=str(total), hours_elapsed=str(draw.randint(1, total)), **more)


def _kr_months(draw: Draw) -> Texts:
    months = [draw.randint(4, 12) for _ in range(draw.randint(2, 6))]
    found = _kr(draw, lessons_in_months=", ".join(map(str, months)), lessons_total=str(sum(months)))
    starts = date.fromisoformat(str(found["starts_on"])).toordinal()
    return {**found, "ends_on": iso(starts + 31 * len(months)), "lessons_elapsed": str(draw.randint(1, sum(months)))}


def _kr_opened(draw: Draw) -> Texts:
    opened = {"lessons_opened": str(draw.randint(0, 10)), "lessons_saved_unopened": str(draw.randint(0, 5))}
    return _kr(draw, kind="recorded-course", lessons_total=str(draw.randint(15, 60)), **opened)


def _kr_lessons(draw: Draw) -> Texts:
    sold, taken = str(draw.randint(10, 40)), str(draw.randint(0, 9))
    return _kr(draw, kind="lesson-package", class_structure="lessons", lessons_total=sold, lessons_taken=taken)


def _kr_not_begun(draw: Draw) -> Texts:
    found = _kr_hours(draw)
    return {**found, "requested_on": found["concluded_on"]}


KR: dict[str, Maker] = {
    "thirds and halves by hours": _kr_hours,
    "thirds and halves by share": lambda draw: _kr(draw, share_elapsed=f"{draw.randint(1, 100)}%"),
    "month by month": _kr_months,
    "before the first class": _kr_not_begun,
    "recorded, note 4": _kr_opened,
    "lessons, note 5": _kr_lessons,
    "operator's cause, by days": lambda draw: _kr_hours(draw, cause=draw.choice(("seller", "neither"))),
}


# -- California: licensed private schools


def _ca(draw: Draw, after: int, **more: object) -> Texts:
    bought = draw.day()
    price = draw.randint(150_000, 2_000_000)
    return {
        "learner_place": "US-CA",
        "seller_place": "US-CA",
        "seller_kind": "licensed-career-school",
        "kind": "programme",
        "cause": "learner",
        "price": money(price, "USD"),
        "paid": money(price, "USD"),
        "application_fee": draw.choice(("100.00 USD", "250.00 USD", "300.00 USD")),
        "materials_price": draw.choice(("0.00 USD", "412.50 USD")),
        "materials_returned": draw.yes(),
        "concluded_on": iso(bought),
        "starts_on": iso(bought + 20),
        "requested_on": iso(bought + after),
        "school_in_federal_aid": "no",
        **more,
    }


def _ca_hours(draw: Draw, low: int = 1, high: int = 60, **more: object) -> Texts:
    total = draw.randint(200, 1200)
    elapsed = total * draw.randint(low, high) // 100
    return _ca(draw, draw.randint(21, 200), hours_total=str(total), hours_elapsed=str(elapsed), **more)


def _ca_aid(draw: Draw) -> Texts:
    return _ca_hours(draw, 1, 60, school_in_federal_aid="yes", aid_disbursed=money(draw.randint(0, 100_000), "USD"))


def _ca_self_paced(draw: Draw) -> Texts:
    more = {"all_lessons_sent_on_request": draw.yes(), "first_lesson_received": "no"}
    return _ca_hours(draw, 1, 30, kind="correspondence-course", **more)


CA: dict[str, Maker] = {
    "in time": lambda draw: _ca(draw, draw.randint(0, 20)),
    "pro rata by hours": _ca_hours,
    "pro rata by share": lambda draw: _ca(draw, draw.randint(21, 90), share_elapsed=f"{draw.randint(1, 60)}%"),
    "school in federal aid": _ca_aid,
    "more than sixty per cent": lambda draw: _ca_hours(draw, 61, 100),
    "self-paced": _ca_self_paced,
    "closed, taught elsewhere": lambda draw: _ca_hours(draw, 5, 90, cause="seller", teach_out_offered=draw.yes()),
}


# -- Platforms


def _platform(draw: Draw, after: int, **more: object) -> Texts:
    bought = draw.day()
    price = draw.randint(999, 19_999)
    return {
        "learner_place": draw.choice(("US-NY", "IN", "BR", "JP")),
        "kind": "recorded-course",
        "price": money(price, "USD"),
        "paid": money(price, "USD"),
        "concluded_on": iso(bought),
        "requested_on": iso(bought + after),
        **more,
    }


def _udemy(draw: Draw, after: int, **more: object) -> Texts:
    found = {"earlier_refunds": "0", "share_completed": f"{draw.randint(0, 99)}%", **more}
    return _platform(draw, after, **found)


UDEMY: dict[str, Maker] = {
    "in time": lambda draw: _udemy(draw, draw.randint(0, 30)),
    "too late": lambda draw: _udemy(draw, draw.randint(31, 90)),
    "refunded before": lambda draw: _udemy(draw, 10, earlier_refunds="1"),
    "downloaded": lambda draw: _udemy(draw, 10, content_downloaded="yes"),
    "credits": lambda draw: _udemy(draw, 10, money_refund_possible=draw.yes(), takes_credit="yes"),
}


def _coursera(draw: Draw, after: int, **more: object) -> Texts:
    found = _platform(draw, after, **{"certificate_issued": "no", **more})
    bought = date.fromisoformat(str(found["concluded_on"])).toordinal()
    return {**found, "paid_on": iso(bought), "starts_on": iso(bought + draw.choice((0, 0, 4)))}


def _coursera_certificate(draw: Draw) -> Texts:
    found = _coursera(draw, 5, certificate_issued="yes")
    return {**found, "certificate_issued_on": found["starts_on"]}


COURSERA: dict[str, Maker] = {
    "in time": lambda draw: _coursera(draw, draw.randint(0, 7)),
    "too late": lambda draw: _coursera(draw, draw.randint(12, 40)),
    "certificate first": _coursera_certificate,
    "refunded before": lambda draw: _coursera(draw, 3, earlier_refunds="2"),
}
