"""Refunds by bank transfer in euro: files are kept before they are handed in, answers read from the bank's messages."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from recourse.bilingual import Words
from recourse.money import Money
from recourse.payouts.machine import Waits
from recourse.payouts.planning import Payment
from recourse.payouts.providers import accounts, latin, sepa_answers, sepa_file, target
from recourse.payouts.providers.contract import (
    OPEN,
    Can,
    Memory,
    Notice,
    Order,
    Outcome,
    Status,
    closed,
    lost,
    strange,
)
from recourse.payouts.providers.sepa_answers import Means, Said
from recourse.payouts.providers.sepa_file import Debtor, File
from recourse.problems import Problem

_DAY = 86400


class Postbox(Protocol):
    """Where files and answers are kept, and by which files reach the bank. `OSError` means: it was not reached.

    A bank refuses a file whose id it has seen; that and the one file per key are what keeps a refund from being paid
    twice. Where staff carry files to the bank's pages by hand, `hand_in` only offers the file to them.
    """

    def keep(self, file: File) -> File:
        """Keep a file, durably, before it is handed in, and give back what is kept: of two with one id the first.

        A key is in one file for ever: a file with a key of another one raises ValueError, and nothing is kept.
        """
        ...

    def file_of(self, key: UUID) -> File | None:
        """The file that a refund is in."""
        ...

    def keys_in(self, file: str) -> Sequence[UUID]:
        """The refunds in a file, none for an id that is not ours."""
        ...

    def hand_in(self, file: File) -> None:
        """Pass a file on to the bank; returns when it is certain that it was taken, now or earlier."""
        ...

    def handed_in(self, file: str) -> bool:
        """Whether `hand_in` ever returned for a file."""
        ...

    def said(self, key: UUID) -> Sequence[bytes]:
        """The stored messages of the bank that have a notice for this key, in the order in which they came."""
        ...


class Sepa:
    """Credit transfers in euro from one account of the institution."""

    name = "sepa"
    # Banks compare the ids of files for some days at least. No answer is no proof: banks may be silent for days.
    memory = Memory(honours=5 * _DAY, never=None)

    def __init__(self, debtor: Debtor, postbox: Postbox, today: Callable[[], dt.date]) -> None:
        self._debtor = Debtor(
            latin.name(debtor.name), accounts.iban(debtor.iban), debtor.bic and accounts.bic(debtor.bic)
        )
        self._postbox = postbox
        self._today = today

    def can(self, payment: Payment) -> Can:
        """Any payment in euro: a transfer needs the learner's account, not the way the money came."""
        if payment.captured.currency != "EUR":
            return closed("Transfers by SEPA are in euro only", "SEPA 转账仅限欧元")
        return OPEN

    def send(self, order: Order) -> Outcome:
        """A file of one refund; a batch is better where there are several."""
        return self.send_all([order])[order.key]

    def send_all(self, orders: Sequence[Order]) -> dict[UUID, Outcome]:
        """One file for all that are in none yet. An order that is in a file goes with that file again, in no other.

        What the bank has spoken of already goes in none: a restored record may have forgotten its file.
        """
        outcomes: dict[UUID, Outcome] = {}
        files: dict[str, tuple[File, list[Order]]] = {}
        fresh: list[Order] = []
        try:
            for order in orders:
                kept = self._postbox.file_of(order.key)
                if kept is not None:
                    files.setdefault(kept.id, (kept, []))[1].append(order)
                elif why := _hinders(order):
                    outcomes[order.key] = Outcome(Status.FAILED, word=why)
                elif (known := self.look_up(order)).status is not Status.ABSENT:
                    outcomes[order.key] = known
                else:
                    fresh.append(order)
            if fresh:
                file = sepa_file.write(self._debtor, fresh, target.opens(self._today()))
                files[file.id] = (self._postbox.keep(file), fresh)
        except (OSError, ValueError) as error:
            return outcomes | {order.key: lost(str(error)) for order in orders if order.key not in outcomes}
        for file, own in files.values():
            outcomes |= self._handed(file, own)
        return outcomes

    def look_up(self, order: Order) -> Outcome:
        """What the bank has said so far. Silence after a file was taken is pending."""
        try:
            said = [line for body in self._postbox.said(order.key) for line in _read(body)]
            file = self._postbox.file_of(order.key)
            taken = file is not None and self._postbox.handed_in(file.id)
        except OSError as error:
            return lost(str(error))
        mine = [one for one in said if one.key == order.key or (file is not None and one.file == file.id)]
        found = _folded(mine, order)
        if found is not None:
            return found
        return Outcome(Status.PENDING, waits=Waits.BANK) if taken else Outcome(Status.ABSENT)

    def refunds(self) -> None:
        """Nobody has a list of them but us."""

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:  # noqa: ARG002 - the channel proves the bank
        """A notice for each line about a refund of ours; who may bring such a message is the desk's to check."""
        notices = []
        for number, one in enumerate(sepa_answers.read(body)):
            keys = [one.key] if one.key is not None else self._postbox.keys_in(one.file or "")
            notices += [
                Notice(f"{one.kind}/{one.message}/{number}/{key.hex}", key, one.reference, one.word, one.at)
                for key in keys
            ]
        return notices

    def describe(self, lang: str) -> str:
        return Words(
            "A payment file goes to the bank; the learner has the money on the next banking day after it is booked.",
            "向银行提交付款文件；入账后下一个银行工作日学员即可收到款项。",
        ).of(lang)

    def _handed(self, file: File, orders: Sequence[Order]) -> dict[UUID, Outcome]:
        try:
            self._postbox.hand_in(file)
        except OSError as error:
            return {order.key: lost(str(error)) for order in orders}
        return {order.key: self.look_up(order) for order in orders}


@lru_cache(maxsize=4)
def _read(body: bytes) -> tuple[Said, ...]:
    """The lines of a stored message, read once for all the refunds in it that are asked about one after the other."""
    return tuple(sepa_answers.read(body))


def _hinders(order: Order) -> str:
    """Why an order cannot go into a file at all, or nothing."""
    if order.money.currency != "EUR" or not 0 < order.money.minor < 10**11:
        return f"{order.money} cannot be sent by SEPA"
    if order.payee is None:
        return "no account to send to"
    try:
        latin.name(order.payee.name)
        accounts.iban(order.payee.iban)
        if order.payee.bic:
            accounts.bic(order.payee.bic)
    except Problem as problem:
        return str(problem)
    return ""


def _folded(said: Sequence[Said], order: Order) -> Outcome | None:
    """All that a bank said about one refund, as one outcome; what contradicts itself is not understood."""
    by = {means: [one for one in said if one.means is means] for means in Means}
    booked, back, refused = by[Means.BOOKED], by[Means.CAME_BACK], by[Means.REFUSED]
    for one in booked + back:
        if one.money is not None and one.money != order.money:
            return strange(f"{one.word} {one.money}", reference=one.reference, money=one.money)
    # The notification and the statement tell of one booking each; two of one kind are two bookings.
    if any(len({one.reference for one in booked if one.kind == kind}) > 1 for kind in {one.kind for one in booked}):
        return strange("booked twice", reference=booked[0].reference)
    if refused and (booked or back):
        return strange(f"{refused[0].word} and {(booked + back)[0].word}", reference=(booked + back)[0].reference)
    fee = _fee(booked + back)
    if back:
        return Outcome(Status.RETURNED, (booked or back)[0].reference, back[0].word, money=back[0].money, fee=fee)
    if booked:
        return Outcome(Status.SUCCEEDED, booked[0].reference, booked[0].word, money=booked[0].money, fee=fee)
    if refused:
        return Outcome(Status.FAILED, word=refused[0].word)
    if by[Means.STRANGE]:
        return strange(by[Means.STRANGE][-1].word)
    if by[Means.ON_ITS_WAY]:
        return Outcome(Status.PENDING, word=by[Means.ON_ITS_WAY][-1].word, waits=Waits.BANK)
    return None


def _fee(said: Sequence[Said]) -> Money | None:
    """What a bank keeps for the bookings: statement and notification tell of the same, so the fuller of the two."""
    whole: dict[str, dict[tuple[str | None, Means], Money]] = {}
    for one in said:
        if one.fee is not None:
            whole.setdefault(one.kind, {})[one.reference, one.means] = one.fee
    sums = [
        (sum(fee.minor for fee in told.values()), {fee.currency for fee in told.values()}) for told in whole.values()
    ]
    minor, currencies = max(sums, key=lambda one: one[0], default=(0, set[str]()))
    return Money(minor, currencies.pop()) if len(currencies) == 1 else None
