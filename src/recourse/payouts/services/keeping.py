"""What the routes by hand and by bank file find again after any crash: the list for staff, files, what was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseTrouble
from django.db import IntegrityError, transaction
from django.utils import timezone

from recourse.desk.models import Person, Role
from recourse.desk.services import rights
from recourse.payouts.models import Account, BankFile, Errand, InFile, Payout, Told
from recourse.payouts.providers.contract import Order
from recourse.payouts.providers.sepa_file import File

PAYERS = (Role.FINANCE, Role.APPROVER, Role.ADMINISTRATOR)


class Unreached(OSError):
    """The database did not answer: for a provider that lives in it, that is no answer."""


class Register:
    """The list that staff pay from (`providers.manual.Register`)."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def ask(self, order: Order) -> None:
        """Put an order on the list, once."""
        try:
            with transaction.atomic():
                Errand.objects.get_or_create(key=order.key, defaults={"account": self._account})
        except DatabaseTrouble as error:
            raise Unreached(str(error)) from error

    def asked(self, key: UUID) -> bool:
        """Whether it stands there."""
        try:
            return bool(Errand.objects.filter(key=key, account=self._account).exists())
        except DatabaseTrouble as error:
            raise Unreached(str(error)) from error

    def said(self, key: UUID) -> Sequence[bytes]:
        """What staff said of it."""
        return said(self._account, key)


class Postbox:
    """Files for the bank and its messages (`providers.sepa.Postbox`). Staff carry the files to the bank's own pages."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def keep(self, file: File) -> File:
        """Keep a file, and give back what is kept. Raises ValueError where a key is in another file."""
        try:
            with transaction.atomic():
                kept, made = BankFile.objects.get_or_create(
                    account=self._account, name=file.id, defaults={"body": file.body}
                )
                if made:
                    InFile.objects.bulk_create(
                        [InFile(file=kept, key=key, place=place) for place, key in enumerate(file.keys)]
                    )
        except IntegrityError as error:
            raise ValueError("a refund of this file is in another one") from error
        except DatabaseTrouble as error:
            raise Unreached(str(error)) from error
        return _file(kept)

    def file_of(self, key: UUID) -> File | None:
        """The file that a refund is in."""
        found = self._files(lines__key=key)
        return _file(found) if found is not None else None

    def keys_in(self, file: str) -> Sequence[UUID]:
        """The refunds in a file."""
        found = self._files(name=file)
        return _file(found).keys if found is not None else ()

    def hand_in(self, file: File) -> None:
        """Offer it to staff, who hand it in; from then on it is under way."""
        try:
            BankFile.objects.filter(account=self._account, name=file.id, offered_at=None).update(
                offered_at=timezone.now()
            )
        except DatabaseTrouble as error:
            raise Unreached(str(error)) from error

    def handed_in(self, file: str) -> bool:
        """Whether it was offered."""
        found = self._files(name=file)
        return found is not None and found.offered_at is not None

    def said(self, key: UUID) -> Sequence[bytes]:
        """The bank's messages about it, as far as they count."""
        return said(self._account, key)

    def _files(self, **which: Any) -> BankFile | None:
        try:
            return BankFile.objects.filter(account=self._account, **which).first()
        except DatabaseTrouble as error:
            raise Unreached(str(error)) from error


@transaction.atomic
def taken(*, file: BankFile, by: Person, at: dt.datetime) -> None:
    """Somebody takes a file to the bank; the first one is remembered."""
    rights.need(by, file.account.institution, *PAYERS)
    BankFile.objects.filter(pk=file.pk, taken_at=None).update(taken_at=at, taken_by=by)


def said(account: Account, key: UUID) -> list[bytes]:
    """The messages of an account with a notice for this key that count, in the order in which they came.

    Above the limit one that nobody signed does not count on the word of who released the payout: it waits until
    somebody else brings the same.
    """
    try:
        found = Told.objects.filter(account=account, notices__key=key).exclude(body=b"")
        released = Payout.objects.filter(pk=key, two_people=True).values_list("released_by", flat=True).first()
        if released is not None:
            found = found.exclude(by=released, second=None)
        return [bytes(one.body) for one in found.distinct().order_by("number")]
    except DatabaseTrouble as error:
        raise Unreached(str(error)) from error


def _file(kept: BankFile) -> File:
    keys = tuple(kept.lines.order_by("place").values_list("key", flat=True))
    return File(kept.name, keys, bytes(kept.body))
