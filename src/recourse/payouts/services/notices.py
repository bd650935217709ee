"""Messages that come in: proved on their very bytes, kept as they came, dropped the second time, then looked up."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from recourse import money
from recourse.desk.models import Person
from recourse.desk.services import timeline
from recourse.payouts.machine import Event, Kind, Source
from recourse.payouts.models import Account, Notice, Payout, Route, Told
from recourse.payouts.providers import contract, stripe_money
from recourse.payouts.services import applying, disputes, elsewhere, routes, sending

_CAME_BACK = ("failed", "canceled")


def take_in(
    *, account: Account, headers: Mapping[str, str], body: bytes, at: dt.datetime, by: Person | None = None
) -> int:
    """Keep a message and see to what it is about; how many of its notices were new.

    `by` is who of the staff brought one that nobody signed. A second person who brings the same agrees to it. Raises
    `contract.Unproven` where its sender is not proved: then nothing of it is kept.
    """
    found = routes.provider(account).parse(headers, body)
    with transaction.atomic():
        account = Account.lock(account.pk)
        _agree(account, body, by, at)
        known = set(
            Notice.objects.filter(account=account, name__in=[one.id[:250] for one in found]).values_list(
                "name", flat=True
            )
        )
        fresh = list({one.id[:250]: one for one in found if one.id[:250] not in known}.values())
        if not fresh:
            return 0
        told = _keep(account, body, by)
        Notice.objects.bulk_create([_row(told, account, one) for one in fresh])
        for one in fresh:
            _see_to(account, one, body, at)
        if by is not None:
            _note(told, by, at)
        return len(fresh)


def _agree(account: Account, body: bytes, by: Person | None, at: dt.datetime) -> None:
    """The same bytes from somebody else: what waited for a second person is looked up again."""
    digest = hashlib.sha256(body).hexdigest()
    told = Told.objects.filter(account=account, digest=digest, by__isnull=False, second=None).first()
    if told is None or by is None or told.by_id == by.pk:
        return
    told.second = by
    told.save(update_fields=["second"])
    for row in _note(told, by, at):
        sending.ask_job(row, at, f"second:{told.pk}")


def _note(told: Told, by: Person, at: dt.datetime) -> list[Payout]:
    """Who brought it stands in the timeline of each payout that it names, for the institution's own people."""
    keys = told.notices.filter(key__isnull=False).values("key")
    rows = [applying.hold(pk) for pk in Payout.objects.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True)]
    for row in rows:
        if row.case is not None:
            shown = money.show(row.minor, row.currency)
            body = {"payout": str(row.pk), "amount": shown, "message": f"sha256:{told.digest}"}
            timeline.record(case=row.case, by=timeline.actor(by), kind="payout-note", at=at, body=body, inner=True)
    return rows


def _keep(account: Account, body: bytes, by: Person | None) -> Told:
    digest = hashlib.sha256(body).hexdigest()
    again = Told.objects.filter(account=account, digest=digest).first()
    if again is not None:
        return again
    last = Told.objects.filter(account=account).aggregate(last=Max("number"))["last"] or 0
    made: Told = Told.objects.create(
        account=account, institution_id=account.institution_id, number=last + 1, body=body, digest=digest, by=by
    )
    return made


def _row(told: Told, account: Account, one: contract.Notice) -> Notice:
    return Notice(
        told=told, account=account, name=one.id[:250], key=one.key, reference=(one.reference or "")[:200],
        payment=(one.payment or "")[:200], word=one.word[:300], dispute=one.dispute, at=one.at,
    )  # fmt: skip


def _see_to(account: Account, one: contract.Notice, body: bytes, at: dt.datetime) -> None:
    """A dispute is recorded, a refund that is not ours and its end too; about ours the provider is asked, always."""
    if one.dispute:
        disputes.told(account, one, body)
        return
    row = _payout(account, one)
    if row is not None and row.external:
        _came_back(row, one, body, at)
    elif row is not None:
        sending.ask_job(row, at, f"notice:{account.pk}:{hashlib.sha256(one.id.encode()).hexdigest()[:24]}")
    elif one.key is None and account.route == Route.STRIPE:
        seen = _refund(account, body, one.reference)
        if seen is not None:
            elsewhere.seen(account=account, what=seen, name=one.id, at=at)


def _payout(account: Account, one: contract.Notice) -> Payout | None:
    rows = Payout.objects.filter(account=account)
    if one.key is not None:
        return rows.filter(pk=one.key).first()
    return rows.filter(reference=one.reference).first() if one.reference else None


def _came_back(row: Payout, one: contract.Notice, body: bytes, at: dt.datetime) -> None:
    """One that is not ours carries no key to look it up by: here the signed word itself counts."""
    said = next((item for item in _refunds(body) if item.get("id") == one.reference), {})
    if said.get("status") in _CAME_BACK:
        word = f"{said['status']} {said.get('failure_reason') or ''}".strip()
        event = Event(
            f"notice:{one.id}"[:250], Kind.RETURNED, Source.LOOK_UP, one.at, reference=one.reference, word=word
        )
        applying.take(row.pk, event, at=at)


def _refund(account: Account, body: bytes, reference: str | None) -> elsewhere.Seen | None:
    """A refund of Stripe's that carries no key of ours, once it is said to have succeeded, and never to have failed."""
    for one in _refunds(body):
        amount = stripe_money.from_stripe(one.get("amount", -1), str(one.get("currency", "")))
        if one.get("id") != reference or one.get("status") != "succeeded" or amount is None or not reference:
            continue
        told = Notice.objects.filter(account=account, reference=reference).values_list("word", flat=True)
        if not any(word.endswith(_CAME_BACK) for word in told):  # news overtakes news
            paid = {one.get("payment_intent"), one.get("charge")}
            return elsewhere.Seen(amount, reference, frozenset(filter(None, paid)))
    return None


def _refunds(body: bytes) -> list[dict[str, Any]]:
    item = _object(body)
    return [item] if item.get("object") == "refund" else list((item.get("refunds") or {}).get("data") or [])


def _object(body: bytes) -> dict[str, Any]:
    return dict(json.loads(body)["data"]["object"])
