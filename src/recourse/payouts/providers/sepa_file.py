"""A payment file for a bank, pain.001: many refunds in one, its bytes the same whenever it is written again."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID
from xml.etree import ElementTree as ET

from recourse.money import Money
from recourse.payouts.providers import accounts, latin
from recourse.payouts.providers.contract import Order

SCHEMA = "pain.001.001.09"
_SPACE = "urn:iso:std:iso:20022:tech:xsd:" + SCHEMA


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


def write(debtor: Debtor, orders: Sequence[Order], day: dt.date) -> File:
    """The file of these orders, to be executed on `day`. Raises `Problem` where an account or a name cannot be right.

    Every order is in euro and names its payee; its end-to-end id is its key, as 32 hexadecimal digits. Ids and times
    follow from the orders. Each transfer is asked to be booked by itself (no batch booking), so that the bank's
    statement tells of each.
    """
    ordered = sorted(orders, key=lambda order: order.key)
    keys = tuple(order.key for order in ordered)
    message, made = file_id(keys), dt.datetime.fromtimestamp(min(order.made_at for order in ordered), dt.UTC)
    sums = (str(len(ordered)), _amount(sum(order.money.minor for order in ordered)))
    root = ET.Element("Document", xmlns=_SPACE)
    all_ = ET.SubElement(root, "CstmrCdtTrfInitn")
    _put(all_, "GrpHdr/MsgId", message)
    _put(all_, "GrpHdr/CreDtTm", made.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    _put(all_, "GrpHdr/NbOfTxs", sums[0])
    _put(all_, "GrpHdr/CtrlSum", sums[1])
    _put(all_, "GrpHdr/InitgPty/Nm", latin.name(debtor.name))
    batch = ET.SubElement(all_, "PmtInf")
    for path, text in (
        ("PmtInfId", f"{message[:28]}-1"), ("PmtMtd", "TRF"), ("BtchBookg", "false"), ("NbOfTxs", sums[0]),
        ("CtrlSum", sums[1]), ("PmtTpInf/SvcLvl/Cd", "SEPA"), ("ReqdExctnDt/Dt", day.isoformat()),
        ("Dbtr/Nm", latin.name(debtor.name)), ("DbtrAcct/Id/IBAN", accounts.iban(debtor.iban)),
    ):  # fmt: skip
        _put(batch, path, text)
    # Inside the area a bank finds itself by the IBAN; the schema wants the element all the same.
    bank = ("BICFI", accounts.bic(debtor.bic)) if debtor.bic else ("Othr/Id", "NOTPROVIDED")
    _put(batch, f"DbtrAgt/FinInstnId/{bank[0]}", bank[1])
    _put(batch, "ChrgBr", "SLEV")  # each side pays its own bank: the learner gets the whole sum
    for order in ordered:
        _transfer(ET.SubElement(batch, "CdtTrfTxInf"), order)
    return File(message, keys, b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, "utf-8"))


def _transfer(line: ET.Element, order: Order) -> None:
    assert order.payee is not None
    _put(line, "PmtId/EndToEndId", order.key.hex)
    _put(line, "Amt/InstdAmt", _amount(order.money.minor)).set("Ccy", "EUR")
    if order.payee.bic:
        _put(line, "CdtrAgt/FinInstnId/BICFI", accounts.bic(order.payee.bic))
    _put(line, "Cdtr/Nm", latin.name(order.payee.name))
    _put(line, "CdtrAcct/Id/IBAN", accounts.iban(order.payee.iban))
    _put(line, "RmtInf/Ustrd", latin.plain(order.text)[:140])


def _put(place: ET.Element, path: str, text: str) -> ET.Element:
    """Text at a path below a place; what is missing of the path is made, in the order of asking."""
    for name in path.split("/"):
        found = place.find(name)
        place = ET.SubElement(place, name) if found is None else found
    place.text = text
    return place


def _amount(minor: int) -> str:
    return str(Money(minor, "EUR")).partition(" ")[0]
