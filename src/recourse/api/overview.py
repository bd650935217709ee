"""Handlers that read what the institution has: itself and the key, courses, payouts, figures, calls that were made."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from recourse import money
from recourse.api.asked import Answer, Asked, day
from recourse.api.models import Call
from recourse.api.refusals import refused
from recourse.bilingual import Words
from recourse.desk.models import Course, Offer
from recourse.desk.selectors import figures as selector
from recourse.desk.selectors.figures import Period
from recourse.desk.services import publishing
from recourse.payouts.models import Payout

PAGE = 50


def institution(asked: Asked) -> Answer:
    """Whose key this is, and what it is for."""
    here, key = asked.institution, asked.key
    return Answer({
        "name": here.name, "slug": here.slug, "place": here.place, "example": here.example,
        "approval_limit": money.show(here.approval_minor, here.approval_currency) if here.approval_minor else None,
        "key": {"name": key.name, "prefix": key.prefix, "scopes": key.scopes, "until": key.until.isoformat()},
    })  # fmt: skip


def courses(asked: Asked) -> Answer:
    """All courses with the price of now."""
    rows = Course.objects.filter(institution=asked.institution).order_by("slug").prefetch_related("offers")
    return Answer({"courses": [_course(one, asked.at) for one in rows]})


def course(asked: Asked) -> Answer:
    """One course with all its prices, the newest first."""
    row = Course.objects.filter(institution=asked.institution, slug=asked.path["slug"]).first()
    if row is None:
        raise refused("not-found", "there is no such course here", "没有该课程")
    offers = sorted(row.offers.all(), key=lambda one: one.begins_at, reverse=True)
    return Answer({
        **_course(row, asked.at), "objectives": row.objectives, "contents": row.contents, "facts": row.facts,
        "arrangement": row.arrangement, "methods": row.methods, "offers": [_offer(one) for one in offers],
    })  # fmt: skip


def payouts(asked: Asked) -> Answer:
    """Payouts, the last changed first; `after` is the cursor of the page before."""
    rows = Payout.objects.filter(institution=asked.institution).select_related("case").order_by("-at", "pk")
    if "state" in asked.query:
        rows = rows.filter(state=asked.query["state"])
    if "case" in asked.query:
        rows = rows.filter(case__reference=asked.query["case"].upper())
    moment, _, pk = asked.query.get("after", "").partition("_")
    if moment:
        same = rows.filter(at=int(moment), pk__gt=UUID(pk))
        rows = rows.filter(at__lt=int(moment)) | same
    found = list(rows[: PAGE + 1])
    more = f"{found[PAGE - 1].at}_{found[PAGE - 1].pk}" if len(found) > PAGE else None
    return Answer({"payouts": [_payout(one) for one in found[:PAGE]], "after": more})


def payout(asked: Asked) -> Answer:
    """One payout, with everything that happened to it."""
    found = Payout.objects.filter(institution=asked.institution).select_related("case")
    try:
        row = found.filter(pk=UUID(asked.path["id"])).first()
    except ValueError:
        row = None
    if row is None:
        raise refused("not-found", "there is no such payout", "没有该笔付款")
    events = [
        {"kind": one.kind, "source": one.source, "at": _moment(one.at), "before": one.before, "after": one.after}
        for one in row.events.order_by("at", "made_at")
    ]
    return Answer({**_payout(row), "events": events})


def figures(asked: Asked) -> Answer:
    """The figures of the desk's page, of a period of at most five years, as they were counted some minutes ago."""
    today = asked.today
    last = dt.date.fromisoformat(asked.query["last"]) if "last" in asked.query else today
    year = min(last, today) - selector.LENGTH if last.year > 1 else last
    first = dt.date.fromisoformat(asked.query["first"]) if "first" in asked.query else year
    if not 0 <= (last - first).days <= selector.LONGEST or not 2000 <= first.year <= last.year <= 2199:
        raise refused(
            "not-valid", "this is no period", "时间段无效", where="query:last",
            right=Words("a later day than the first, at most five years on", "晚于首日，且不超过五年"),
        )  # fmt: skip
    at, found = selector.lately(asked.institution, Period(first, last), today, asked.at)
    return Answer({
        "first": first.isoformat(), "last": last.isoformat(), "counted_at": at.isoformat(),
        "months": [{"month": one.first.isoformat()[:7], "refunds": one.refunds, "withdrawals": one.withdrawals,
                    "complaints": one.complaints} for one in found.months],
        "reasons": [{"reason": one.name, "cases": one.count} for one in found.reasons],
        "times": [{"clock": one.name, "median_days": one.median, "slowest_tenth_days": one.slowest_tenth,
                   "late": one.late, "all": one.all} for one in found.times],
        "complaints": [{"reason": one.name, "course": one.course or None, "cases": one.count}
                       for one in found.complaints],
        "exposure": [{"currency": one.currency, "cases": one.cases, "owed": money.show(one.owed, one.currency),
                      "unclear_cases": one.unclear_cases,
                      "unclear_asked": money.show(one.unclear_asked, one.currency)} for one in found.exposure],
    })  # fmt: skip


def calls(asked: Asked) -> Answer:
    """What became of the calls that this key sent under an Idempotency-Key."""
    rows = Call.objects.filter(key=asked.key, name=asked.path["idempotency_key"]).order_by("made_at")
    found = [
        {"method": one.method, "path": one.path, "state": one.state, "status": one.status, "answer": one.answer,
         "begun_at": one.made_at.isoformat()} for one in rows
    ]  # fmt: skip
    if not found:
        raise refused(
            "not-found", "nothing was done under this key", "该标识下没有已执行的请求",
            right=Words("it may be sent again", "可以重新发送"),
        )  # fmt: skip
    return Answer({"calls": found})


def _course(one: Course, at: dt.datetime) -> dict[str, Any]:
    offers = [offer for offer in one.offers.all() if not offer.condition and publishing.in_force(offer, at)]
    now = max(offers, key=lambda offer: offer.begins_at, default=None)
    return {
        "slug": one.slug, "title": one.title, "language": one.language, "published": one.published,
        "lessons": one.lessons, "starts_on": day(one.starts_on), "ends_on": day(one.ends_on),
        "price": _price(now) if now else None,
    }  # fmt: skip


def _offer(one: Offer) -> dict[str, Any]:
    return {
        "price": _price(one), "condition": one.condition or None, "begins_at": one.begins_at.isoformat(),
        "ends_at": one.ends_at.isoformat() if one.ends_at else None,
        "fees": [{"name": str(fee.get("name", "")), "amount": money.show(int(fee.get("minor", 0)), one.currency)}
                 for fee in one.fees],
    }  # fmt: skip


def _price(one: Offer) -> str:
    return money.show(one.price_minor, one.currency)


def _payout(one: Payout) -> dict[str, Any]:
    return {
        "id": str(one.pk), "case": one.case.reference if one.case is not None else None, "state": one.state,
        "amount": money.show(one.minor, one.currency), "route": one.route, "reference": one.reference or None,
        "changed_at": _moment(one.at), "sent_at": _moment(one.sent_at) if one.sent_at is not None else None,
        "external": one.external, "two_people": one.two_people,
    }  # fmt: skip


def _moment(second: int) -> str:
    return dt.datetime.fromtimestamp(second, dt.UTC).isoformat()
