"""The same decisions written by hand: what a careful programmer writes for one text of one law, nothing general.

Each reads the dict of typed facts that the engine reads, does the same legal work, and returns the amount in smallest
units (None where the purchase lies outside), the id of the clause that decides, and the dates that the rule gives. What
nobody knows is taken as the rule takes it. A fact that is needed and missing raises KeyError, as in the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recourse.calendars import calendar
from recourse.days import add_months

Facts = Mapping[str, Any]
Answer = tuple[int | None, str, int | None, int | None]  # amount, clause, window_ends_on, pay_by

_DISTANCE = ("online", "telephone", "unsolicited-visit", "temporary-location")


def eu_withdrawal(f: Facts) -> Answer:  # noqa: C901, PLR0912 - the directive has that many turns
    """Directive 2011/83/EU, arts 9 to 16, as in force from 19 June 2026."""
    if f["sales_channel"] not in _DISTANCE or not f["buyer_is_consumer"]:
        return None, "", None, None
    legal_class = f.get("legal_class", "digital-service")
    goods = legal_class == "goods" or (legal_class == "digital-service" and f["kind"] == "physical-materials")
    service = not goods and (legal_class != "digital-content" or f.get("offer_is_dynamic", False))
    informed = f.get("withdrawal_information_given", False) and (
        f.get("withdrawal_function_announced", False) or f["sales_channel"] != "online"
    )
    next_working = calendar(f["learner_place"]).next_working
    end = (f["goods_received_on"] if goods else f["concluded_on"]) + 14
    if informed:
        window = next_working(end)
    else:
        window = next_working(add_months(end, 12, "last day"))
        told_on = f.get("withdrawal_information_given_on")
        if told_on is not None:
            window = min(window, next_working(told_on + 14))
    if f.get("trial_days", 0) > 0 and not f.get("price_after_trial_disclosed", False):
        window = max(window, next_working(f["paid_period_starts_on"] + 14))
    received = f.get("request_received_on")
    pay_by = None if received is None else received + 14
    if goods and pay_by is not None:
        pay_by = max(pay_by, f["goods_returned_on"]) if "goods_returned_on" in f else None

    if service:
        if f.get("leisure_only", False) and f["fixed_date_or_period"]:
            return 0, "leisure", window, pay_by
        performed = f["fully_performed"] if "fully_performed" in f else f["lessons_taken"] >= f["lessons_total"]
        if performed and f.get("express_request_to_start", False) and f.get("acknowledged_loss_of_withdrawal", False):
            return 0, "performed", window, pay_by
    elif (
        not goods
        and f["supply_begun"]
        and f.get("consent_to_immediate_start", False)
        and f.get("acknowledged_loss_of_withdrawal", False)
        and f.get("consent_confirmed_on_durable_medium", False)
    ):
        return 0, "content-begun", window, pay_by
    requested = f["requested_on"]
    if requested > window:
        return 0, "late", window, pay_by
    paid = f["paid"]
    if goods:
        return paid, "goods", window, pay_by
    if not service:
        return paid, "content", window, pay_by
    if not (informed and f.get("share_charge_information_given", False) and f.get("express_request_to_start", False)):
        return paid, "no-charge", window, pay_by
    if "lessons_taken" in f:
        used, of = f["lessons_taken"], f["lessons_total"]
    elif "hours_taken" in f:
        used, of = f["hours_taken"], f["hours_total"]
    elif "starts_on" in f and "ends_on" in f:
        told_on = requested if received is None else received
        used, of = told_on - f["starts_on"], f["ends_on"] + 1 - f["starts_on"]
    else:
        used, of = f["share_viewed"].numerator, f["share_viewed"].denominator
    used = min(max(used, 0), of)
    parts = f.get("separate_parts_supplied_price", 0)
    exact = max(0, parts * of + used * (f["price"] - parts))
    kept = (2 * exact + of) // (2 * of)
    return max(0, paid - kept), "share", window, pay_by


_MAYBE_RECORDED = ("subscription", "boot-camp", "programme", "certificate-track", "bundle", "exam-preparation")


def kr_annex_3(f: Facts) -> Answer:
    """Lifelong Education Act, Enforcement Decree, Annex 3, as in force from 19 April 2024."""
    kind = f["kind"]
    if f["seller_kind"] != "lifelong-education-facility" or kind == "physical-materials":
        return None, "", None, None
    cause, paid = f["cause"], f["paid"]
    day = f["cause_arose_on"] if cause != "learner" and "cause_arose_on" in f else f["requested_on"]
    pay_by = calendar("KR").next_working(day + 5)
    recorded = kind in ("recorded-course", "digital-download") or (kind in _MAYBE_RECORDED and f["mostly_asynchronous"])
    if recorded:
        gone, total = f["lessons_opened"] + f["lessons_saved_unopened"], f["lessons_total"]
        return max(0, paid * total - gone * paid) // (10 * total) * 10, "note-4", None, pay_by
    if f["class_structure"] == "lessons":
        total = f["lessons_total"]
        if kind in ("one-to-one-lessons", "lesson-package") and "lessons_taken" in f:
            gone = f["lessons_taken"]
        else:
            gone = f["lessons_elapsed"]
        return max(0, (total - gone) * paid) // (10 * total) * 10, "note-5", None, pay_by
    starts = f["starts_on"]
    if cause != "learner":
        ends = f["ends_on"] + 1
        return max(0, (ends - max(day, starts)) * paid) // (10 * (ends - starts)) * 10, "operator", None, pay_by
    if "hours_elapsed" in f:
        passed, total = f["hours_elapsed"], f["hours_total"]
    elif "lessons_elapsed" in f:
        passed, total = f["lessons_elapsed"], f["lessons_total"]
    else:
        passed, total = f["share_elapsed"].numerator, f["share_elapsed"].denominator
    if day < starts or passed == 0:
        return paid // 10 * 10, "before-first-class", None, pay_by
    if f["ends_on"] < add_months(starts, 1, "next day"):
        return _sixths(passed, total) * paid // 60 * 10, "one-month", None, pay_by
    exact = before = 0
    for planned in f["hours_in_months"] if "hours_in_months" in f else f["lessons_in_months"]:
        here = passed - before
        if here < planned:
            exact += paid * planned * (6 if here <= 0 else _sixths(here, planned))
        before += planned
    return exact // (60 * total) * 10, "longer", None, pay_by


def _sixths(passed: int, of: int) -> int:
    """Two thirds come back up to a third of the classes, half up to a half of them, then nothing."""
    if 3 * passed <= of:
        return 4
    return 3 if 2 * passed <= of else 0


def us_ca(f: Facts) -> Answer:
    """California Education Code 94919 to 94927 and the regulations under it."""
    if f["seller_kind"] != "licensed-career-school":
        return None, "", None, None
    self_paced = f["kind"] in ("recorded-course", "correspondence-course")
    concluded, left = f["concluded_on"], f["requested_on"] if "requested_on" in f else f["left_on"]
    if self_paced:
        window, pay_by = concluded + 7, max(left, f.get("goods_returned_on", left)) + 45
    else:
        window, pay_by = max(f["starts_on"], concluded + 7), left + 45
    closed, paid = f["cause"] == "seller", f["paid"]
    if closed and not f["teach_out_offered"]:
        return paid, "s94927", window, pay_by
    if self_paced and not closed:
        if f["all_lessons_sent_on_request"]:
            return 0, "s71716c", window, pay_by
        if not f["first_lesson_received"]:
            return paid, "s71716b", window, pay_by
    application, materials = f.get("application_fee", 0), f.get("materials_price", 0)
    fee = min(application, 250_00)
    supplies = materials if materials > 0 and not f["materials_returned"] else 0
    if not closed and (left <= concluded + 7 or (not self_paced and left <= f["starts_on"])):
        return max(0, paid - fee - supplies), "s94920b", window, pay_by
    if "hours_elapsed" in f:
        passed, total = f["hours_elapsed"], f["hours_total"]
    elif "class_days_elapsed" in f:
        passed, total = f["class_days_elapsed"], f["class_days_total"]
    else:
        passed, total = f["share_elapsed"].numerator, f["share_elapsed"].denominator
    if not closed:
        if passed * 5 > 3 * total:
            return 0, "over-60", window, pay_by
        if f["school_in_federal_aid"]:
            exact = max(0, (total - passed) * (paid - f["aid_disbursed"] - fee - supplies))
            return (2 * exact + total) // (2 * total), "s94919", window, pay_by
    used = (2 * passed * max(0, f["price"] - application - materials) + total) // (2 * total)
    return max(0, paid - fee - used - supplies), "s94927-teach-out" if closed else "s71750", window, pay_by


def udemy_course(f: Facts) -> Answer:
    """Udemy's policy for a course bought on the website. Where Udemy may pay and need not: what it may pay at most."""
    if f["kind"] != "recorded-course":
        return None, "", None, None
    window = (f["concluded_on"] if "concluded_on" in f else f["paid_on"]) + 30
    if f["requested_on"] > window:
        return 0, "late", window, None
    if f["earlier_refunds"] > 0:
        return f["paid"], "refunded-before", window, None
    if f.get("content_downloaded", False) or f["share_completed"].numerator >= f["share_completed"].denominator:
        return f["paid"], "used-up", window, None
    if not f.get("money_refund_possible", True):
        return f["paid"], "credits-only", window, None
    return f["paid"], "credits-chosen" if f.get("takes_credit", False) else "refund", window, None


def coursera_course(f: Facts) -> Answer:
    """Coursera's policy for a course bought at once, since October 2025."""
    if f["kind"] != "recorded-course":
        return None, "", None, None
    bought, starts = f["paid_on"] if "paid_on" in f else f["concluded_on"], f["starts_on"]
    requested, certified = f["requested_on"], f["certificate_issued"]
    window = max(bought, starts) + 7
    if certified:
        window = min(window, f["certificate_issued_on"])
    if requested > bought + 7 and requested > starts + 7:
        return 0, "late", window, None
    if certified:
        return 0, "certificate", window, None
    return f["paid"], "refunded-before" if f.get("earlier_refunds", 0) > 0 else "refund", window, None
