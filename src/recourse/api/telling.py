"""What happened is told to the institution's endpoints: decided in the transaction that wrote it into the timeline."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from recourse.api.models import Delivery, Endpoint, Kind
from recourse.desk.models import Case, Entry
from recourse.desk.scope import EVERYTHING, of
from recourse.work.queue import enqueue

_KINDS = {"received": Kind.RECEIVED, "decided": Kind.DECIDED, "settled": Kind.SETTLED}
_PAYOUTS = {"succeeded": Kind.PAID, "failed": Kind.FAILED}


def hear(case: Case, entry: Entry, body: Mapping[str, Any]) -> None:
    """Put in a delivery for each endpoint that wants to know; nothing but references and states leaves the house."""
    kind = _KINDS.get(entry.kind) or (_PAYOUTS.get(body.get("state", "")) if entry.kind == "payout" else None)
    if kind is None or case.institution_id is None:
        return
    with of(EVERYTHING):  # whoever acts: a learner sees no endpoint
        for endpoint in Endpoint.objects.filter(institution=case.institution_id, closed_at=None):
            if kind in endpoint.kinds:
                made = Delivery.objects.create(
                    institution_id=case.institution_id, endpoint=endpoint, entry=entry, kind=kind,
                    body=json.dumps(_told(kind, case, entry, body), separators=(",", ":")),
                )  # fmt: skip
                send(made)


def send(delivery: Delivery, turn: str = "first") -> None:
    """The job that delivers it; `turn` is new where somebody asks for it again."""
    enqueue(
        "hook.deliver", {"delivery": delivery.pk}, dedup=f"hook:{delivery.pk}:{turn}",
        institution=delivery.institution_id,
    )  # fmt: skip


def _told(kind: Kind, case: Case, entry: Entry, body: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {"case": case.reference, "kind": case.kind, "entry": str(entry.pk)}
    if kind is Kind.DECIDED:
        data |= {"decision": body.get("decision"), "answer": body.get("kind"), "amount": body.get("amount")}
    if kind in (Kind.PAID, Kind.FAILED):
        data |= {"payout": body.get("payout"), "state": body.get("state"), "amount": body.get("amount")}
    return {"type": kind.value, "timestamp": entry.at.isoformat(), "data": data}
