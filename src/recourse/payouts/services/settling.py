"""What people say became of a payment: statements about payments by hand, verdicts, what came of an alarm."""

from __future__ import annotations

import datetime as dt
import json
from uuid import UUID

from django.db import transaction

from recourse import money
from recourse.bilingual import Words
from recourse.desk.models import Exhibit, Person
from recourse.desk.services import rights, timeline
from recourse.payouts import machine
from recourse.payouts.machine import Kind, Source, State
from recourse.payouts.models import Payout, Route, Verdict
from recourse.payouts.services import applying, notices, paying, records
from recourse.problems import Problem

# What staff say of a payment on their list that frees its amount, as two people say it of any payout.
FREES = {"not-paid": "never", "came-back": "returned"}
_SAID = {kind: word for word, kind in FREES.items()}


@transaction.atomic
def state(
    *, payout: UUID, by: Person, word: str, proof: Exhibit | None, at: dt.datetime, fee: int | None = None
) -> Payout:
    """Staff say what became of a payment on their list, with its proof. Then it is looked up like any other.

    That it was paid one person says, and what the bank kept for it (`fee`, minor units of its currency; None where that
    is not known); what frees the amount counts once a second one agrees.
    """
    row = applying.hold(payout)
    _need_right(row, by)
    if row.route != Route.MANUAL or row.external:
        raise Problem(Words("this payment is not made by hand", "该笔付款并非人工支付"))
    if word not in ("paid", *FREES) or proof is None:
        raise Problem(Words("a payment by hand needs its proof", "人工付款需要凭证"), field="proof")
    _need_own(row, proof)
    evidence = f"sha256:{proof.digest}"
    if word == "paid":
        if fee is not None and fee < 0:
            raise Problem(Words("a fee is not below zero", "手续费不能为负"), field="fee")
        _statement(row, by, word, evidence, at, fee)
    else:
        _claim(row, by, FREES[word], evidence, at)
    return row


def _statement(row: Payout, by: Person, word: str, evidence: str, at: dt.datetime, fee: int | None = None) -> None:
    name = f"{row.pk}:{word}:{evidence}"
    said = {
        "id": name, "key": str(row.pk), "word": word, "amount": row.minor, "currency": row.currency,
        "evidence": evidence, "by": str(by.pk), "at": records.seconds(at),
    }  # fmt: skip
    if fee is not None:  # another fee is another statement, also with the same proof
        said |= {"id": f"{name}:{fee}", "fee": fee}
    notices.take_in(account=row.account, headers={}, body=json.dumps(said, sort_keys=True).encode(), at=at)


@transaction.atomic
def claim(*, payout: UUID, by: Person, kind: str, proof: Exhibit, at: dt.datetime) -> Verdict:
    """Say what became of a payout that is unknown or pending; it counts once a second person agrees."""
    row = applying.hold(payout)
    _need_right(row, by)
    _need_own(row, proof)
    if row.state not in (State.UNKNOWN, State.PENDING) or (kind == "never" and row.state != State.UNKNOWN):
        raise Problem(Words("there is nothing to settle by hand", "没有需要人工认定的内容"))
    return _claim(row, by, kind, f"sha256:{proof.digest}", at)


def _claim(row: Payout, by: Person, kind: str, evidence: str, at: dt.datetime) -> Verdict:
    Verdict.objects.filter(payout=row, second=None, dropped=False).update(dropped=True)
    made: Verdict = Verdict.objects.create(payout=row, kind=kind, evidence=evidence, by=by)
    _note(row, by, at, {"claim": kind, "evidence": evidence})
    return made


@transaction.atomic
def agree(*, verdict: UUID, by: Person, at: dt.datetime) -> Payout:
    """The second person agrees, and the payout is what both say. Raises `Problem` for one's own verdict.

    Of a payment on staff's list it is their statement from then on, and looked up.
    """
    found = Verdict.objects.get(pk=verdict)
    row = applying.hold(found.payout_id)
    found = Verdict.lock(verdict)
    _need_right(row, by)
    if found.dropped or found.second_id not in (None, by.pk):
        raise Problem(Words("this is no longer open", "该项已不再待处理"))
    if found.by_id == by.pk:
        raise rights.NotYours(Words("nobody agrees to their own word", "不能复核自己的认定"))
    again = found.second_id is not None
    found.second = by
    found.save(update_fields=["second"])
    if row.route == Route.MANUAL and row.state != State.UNKNOWN and found.kind in _SAID:
        if not again:
            _statement(row, found.by, _SAID[found.kind], found.evidence, at)
        return row
    event = machine.Event(
        f"verdict:{found.pk}", Kind(found.kind), Source.STAFF, records.seconds(at), by=str(found.by_id),
        second=str(by.pk), evidence=found.evidence,
    )  # fmt: skip
    applying.take(row.pk, event, at=at, by=timeline.actor(by))
    row.refresh_from_db()
    return row


@transaction.atomic
def see_to_alarm(*, payout: UUID, by: Person, why: str, at: dt.datetime) -> Payout:
    """Somebody looked at a contradiction, and says what came of it; the record of it stays in the events."""
    row = applying.hold(payout)
    _need_right(row, by)
    if not why.strip():
        raise Problem(Words("say what you found", "请写明核查结果"), field="why")
    if row.alarm:
        _note(row, by, at, {"alarm": row.alarm, "text": why})
        row.alarm = ""
        row.save(update_fields=["alarm"])
    return row


def _need_right(row: Payout, by: Person) -> None:
    rights.need(by, row.institution, *paying.PAYERS)
    if row.case is not None:
        rights.need_impartial(by, row.case)


def _need_own(row: Payout, proof: Exhibit | None) -> None:
    if proof is not None and proof.case_id != row.case_id:
        raise Problem(Words("the proof belongs to another case", "凭证不属于本案"), field="proof")


def _note(row: Payout, by: Person, at: dt.datetime, more: dict[str, str]) -> None:
    if row.case is not None:
        body = {"payout": str(row.pk), "amount": money.show(row.minor, row.currency), **more}
        timeline.record(case=row.case, by=timeline.actor(by), kind="payout-note", at=at, body=body, inner=True)
