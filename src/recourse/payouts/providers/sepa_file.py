"""A payment file for a bank, pain.001: many refunds in one, its bytes the same whenever it is written again."""

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID
from xml.etree import ElementTree as ET

from recourse.payouts.providers import accounts
from recourse.payouts.providers.contract import Order, Payee

SCHEMA = "pain.001.001.09"
_SPACE = "{urn:iso:std:iso:20022:tech:xsd:" + SCHEMA + "}"
_FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]+")  # what banks may refuse: EPC217-08, the common character set


class File(NamedTuple):
    """A file as it is kept: its id, which is the message's, the keys of the refunds in it, its bytes."""

    id: str
    keys: tuple[UUID, ...]
    body: bytes


class Debtor(NamedTuple):
    """Whose account is debited: the institution's."""

    name: str
    iban: str
    bic: str = ""


def file_id(keys: Sequence[UUID]) -> str:
    """The id of the file of these refunds; the same refunds give the same, so that a bank sees a repetition."""
    return hashlib.sha256(b"".join(sorted(key.bytes for key in keys))).hexdigest()[:32]


def write(debtor: Debtor, orders: Sequence[Order], day: dt.date, *, validate: bool = True) -> File:
    """The file of these orders, to be executed on `day`. Raises `Problem` for an account that cannot be right.

    Every order is in euro and names its payee; its end-to-end id is its key, as 32 hexadecimal digits.
    """
    from sepaxml import SepaTransfer  # noqa: PLC0415 - brings the schemas along, which only this route needs
    from sepaxml.validation import try_valid_xml  # noqa: PLC0415

    ordered = sorted(orders, key=lambda order: order.key)
    config = {"name": plain(debtor.name), "IBAN": accounts.iban(debtor.iban), "batch": True, "currency": "EUR"}
    if debtor.bic:
        config["BIC"] = accounts.bic(debtor.bic)
    transfer = SepaTransfer(config, schema=SCHEMA, clean=True)
    for order in ordered:
        transfer.add_payment(_line(order, day))
    keys = tuple(order.key for order in ordered)
    body = _fixed(transfer.export(validate=False), file_id(keys), min(order.made_at for order in ordered))
    if validate:
        try_valid_xml(body, SCHEMA)
    return File(file_id(keys), keys, body)


def _line(order: Order, day: dt.date) -> dict[str, object]:
    assert order.payee is not None
    payee = Payee(plain(order.payee.name)[:70], accounts.iban(order.payee.iban), order.payee.bic)
    line: dict[str, object] = {
        "name": payee.name, "IBAN": payee.iban, "amount": order.money.minor, "execution_date": day,
        "description": plain(order.text)[:140], "endtoend_id": order.key.hex,
    }  # fmt: skip
    if payee.bic:
        line["BIC"] = accounts.bic(payee.bic)
    return line


def plain(text: str) -> str:
    """A text in the characters that every bank takes: 'Zoë Müller' is 'Zoe Muller', 王小明 is 'Wang Xiao Ming'."""
    from text_unidecode import unidecode  # noqa: PLC0415 - comes with sepaxml

    return " ".join(_FOREIGN.sub(" ", unidecode(text)).split()) or "-"


def _fixed(body: bytes, message: str, made_at: int) -> bytes:
    """The same file with ids and time that follow from its content, where the library takes chance and the clock."""
    from defusedxml import ElementTree as Safe  # noqa: PLC0415

    root = Safe.fromstring(body)
    for number, batch in enumerate(root.iter(f"{_SPACE}PmtInfId"), 1):
        batch.text = f"{message[:28]}-{number}"
    header = root.find(f"{_SPACE}CstmrCdtTrfInitn/{_SPACE}GrpHdr")
    header.find(f"{_SPACE}MsgId").text = message
    made = dt.datetime.fromtimestamp(made_at, dt.UTC)
    header.find(f"{_SPACE}CreDtTm").text = made.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    ET.register_namespace("", _SPACE[1:-1])
    written: bytes = ET.tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written
