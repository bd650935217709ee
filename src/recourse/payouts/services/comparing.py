"""Our record against the providers': a list of each that can list, a question for each payout of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from recourse.desk.models import Institution, Payment
from recourse.payouts import reconciling
from recourse.payouts.models import Account, InFile, Payout, Route
from recourse.payouts.providers.contract import Listed, Outcome, Provider, Status, lost, strange
from recourse.payouts.reconciling import Difference, Differs, Found
from recourse.payouts.services import fees, records, routes
from recourse.problems import Problem

_MOVED_NOTHING = (Status.FAILED, Status.CANCELLED)


class Forgotten(NamedTuple):
    """A refund on one of our payments that the provider lists and our record does not have."""

    account: Account
    payment: str
    listed: Listed


class Comparison(NamedTuple):
    """What differs, line by line, and of this what we have forgotten altogether."""

    differences: tuple[Difference, ...]
    forgotten: tuple[Forgotten, ...]


def compare(institution: Institution) -> Comparison:
    """Compare every payout, also those we never sent, and find what was made on our payments without our knowing.

    Moves nothing. What a provider does not answer about, or cannot be asked, is named as such: nobody knows whether it
    differs.
    """
    lines: list[Difference] = []
    lost_here: list[Forgotten] = []
    for account in _accounts(institution):
        more, forgotten = _of_account(account)
        lines += [*more, *(_line(one) for one in forgotten)]
        lost_here += forgotten
    return Comparison(tuple(lines), tuple(lost_here))


def _accounts(institution: Institution) -> list[Account]:
    """The accounts there are, and the trial's where it is open without one; none is made by looking."""
    rows = list(Account.objects.filter(institution=institution).order_by("route"))
    if Route.SANDBOX in routes.open_at(institution) and not any(row.route == Route.SANDBOX for row in rows):
        rows.append(Account(institution=institution, route=Route.SANDBOX))
    return rows


def _of_account(account: Account) -> tuple[list[Difference], list[Forgotten]]:
    gone = InFile.objects.filter(file__body=b"").values("key")  # its term is over, and what the bank said went with it
    rows = Payout.objects.filter(account=account.pk, external=False).exclude(pk__in=gone)
    try:
        provider = routes.provider(account)
        listed = provider.refunds()
        kept = [one for one in listed if one.payments] if listed is not None else None
    except (Problem, OSError) as error:
        return _unasked(account, str(error)), []
    beside: list[Difference] = []
    ours, theirs = [], []
    posted = fees.kept_by(account)
    for row, outcome in _told(rows.select_related("payment").iterator(2000), provider, kept):
        standing = records.standing(row, seen=frozenset())
        if outcome.lost:
            beside.append(_of(row, Differs.UNASKED, outcome.word or "–"))
            continue
        ours.append(standing)
        fee = outcome.fee
        if fee is not None and (there := posted.get((row.pk, fee.currency), 0)) != fee.minor:
            beside.append(Difference(row.pk, Differs.FEE, str(fee._replace(minor=there)), str(fee)))
        if outcome.status is not Status.ABSENT:
            theirs.append(Found(row.pk, outcome, outcome.money or standing.money))
    return [*reconciling.differences(ours, theirs), *beside], _forgotten(account, kept or [])


def _told(rows: Iterator[Payout], provider: Provider, listed: list[Listed] | None) -> Iterator[tuple[Payout, Outcome]]:
    """What the provider says of each payout."""
    if listed is None:
        for row in rows:
            yield row, provider.look_up(records.order(row))
        return
    by_key: dict[UUID, list[Listed]] = {}
    for one in listed:
        if one.key is not None:
            by_key.setdefault(one.key, []).append(one)
    for row in rows:
        yield row, _as_listed(row, by_key.get(row.pk, []))


def _as_listed(row: Payout, found: list[Listed]) -> Outcome:
    """As a look-up would say it: a key is of one refund, and that of the payment it was asked for."""
    if not found:
        return Outcome(Status.ABSENT)
    first = found[0].outcome
    if len(found) > 1:
        return strange(f"{len(found)} refunds carry this key", reference=first.reference)
    if row.payment is None or row.payment.reference not in found[0].payments:
        return strange(f"{first.word}, of another payment", reference=first.reference)
    return first


def _forgotten(account: Account, listed: list[Listed]) -> list[Forgotten]:
    """What moved money, or will, on our payments, and is not on record here: after a restored backup, a lost notice."""
    if not listed:
        return []
    paid = Payment.objects.filter(purchase__institution=account.institution_id, provider=account.route)
    references = set(paid.exclude(reference="").values_list("reference", flat=True))
    rows = Payout.objects.filter(account=account.pk)
    keys = set(rows.filter(external=False).values_list("pk", flat=True))
    seen = set(rows.filter(external=True).values_list("reference", flat=True))
    return [
        Forgotten(account, payment, one) for one in listed
        if one.key not in keys and one.outcome.reference not in seen and one.outcome.status not in _MOVED_NOTHING
        and (payment := min(one.payments & references, default=""))
    ]  # fmt: skip


def _unasked(account: Account, why: str) -> list[Difference]:
    """Every payout of an account that did not answer; without any, the account, on whose payments may be others."""
    said = lost(why).word or "–"
    rows = Payout.objects.filter(account=account.pk, external=False)
    return [_of(row, Differs.UNASKED, said) for row in rows] or [Difference(None, Differs.UNASKED, account.route, said)]


def _of(row: Payout, differs: Differs, theirs: str) -> Difference:
    standing = records.standing(row, seen=frozenset())
    return Difference(row.pk, differs, f"{standing.state} {standing.money}", theirs)


def _line(one: Forgotten) -> Difference:
    outcome = one.listed.outcome
    theirs = f"{outcome.reference} {outcome.word} {outcome.money or ''}".strip()
    return Difference(one.listed.key, Differs.ONLY_THERE, "–", theirs)
