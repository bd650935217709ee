"""What a bank answers to a payment file: pain.002 (taken or refused), camt.053 and camt.054 (booked, come back)."""

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from recourse.bilingual import Words
from recourse.money import EXPONENTS, Money
from recourse.payouts.providers.contract import Unproven

_LARGEST = 16 * 1024 * 1024  # bytes: a statement of a very busy day
# ISO external status codes of a payment that a bank has and is not done with, or says is settled between banks: the
# money counts as sent only when the debit is booked.
_ON_ITS_WAY = frozenset("RCVD PDNG ACTC ACCP ACSP ACWC ACWP ACSC ACCC ACFC PART PATC PRES".split())
_REPEATED = frozenset({"DUPL", "AM05", "DU01", "DU02", "DU03", "DU04"})


class Means(StrEnum):
    """What a line of an answer means for a refund."""

    ON_ITS_WAY = "on its way"
    REFUSED = "refused"
    BOOKED = "booked"
    CAME_BACK = "came back"
    NOTHING = "nothing"  # the file came a second time and was not taken again
    STRANGE = "strange"


class Said(NamedTuple):
    """One line of an answer: about one refund by its end-to-end id, or about a whole file."""

    message: str  # the bank's id of the message
    kind: str  # "pain.002", "camt.053", "camt.054"
    key: UUID | None
    file: str | None  # our id of the file, where the line is about all of it
    means: Means
    word: str
    reference: str | None
    money: Money | None
    at: int
    fee: Money | None = None  # what the bank keeps for this line


def read(body: bytes) -> list[Said]:
    """The lines of a message; other kinds of messages give none. Raises `Unproven` for what cannot be read."""
    from defusedxml import ElementTree as Safe  # noqa: PLC0415
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415

    if len(body) > _LARGEST:
        raise _unreadable()
    try:
        root = Safe.fromstring(body, forbid_dtd=True)
    except (Safe.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _unreadable() from error
    try:
        return list(_lines(root))
    except (ValueError, OverflowError, KeyError) as error:
        raise _unreadable() from error


def _lines(root: Any) -> Iterator[Said]:
    found = root.find("{*}CstmrPmtStsRpt")
    if found is not None:
        yield from _report(found)
    for name, kind, inner in (("BkToCstmrStmt", "camt.053", "Stmt"), ("BkToCstmrDbtCdtNtfctn", "camt.054", "Ntfctn")):
        found = root.find(f"{{*}}{name}")
        if found is not None:
            for entry in found.iterfind(f"{{*}}{inner}/{{*}}Ntry"):
                yield from _entry(entry, kind, _text(found, "GrpHdr/MsgId"), _time(found))


def _report(report: Any) -> Iterator[Said]:
    """A pain.002: the group first, then the payments that it names one by one."""
    message, at = _text(report, "GrpHdr/MsgId"), _time(report)
    file = _text(report, "OrgnlGrpInfAndSts/OrgnlMsgId")
    group = report.find("{*}OrgnlGrpInfAndSts")
    word = _text(group, "GrpSts") if group is not None else ""
    if word:
        means, said = _status(word, _reason(group))
        yield Said(message, "pain.002", None, file, means, said, None, None, at)
    for one in report.iterfind("{*}OrgnlPmtInfAndSts/{*}TxInfAndSts"):
        key = _key(_text(one, "OrgnlEndToEndId"))
        if key is not None:
            means, said = _status(_text(one, "TxSts"), _reason(one))
            yield Said(message, "pain.002", key, None, means, said, None, None, at)


def _status(word: str, reason: str) -> tuple[Means, str]:
    said = f"{word} {reason}".strip()
    if word == "RJCT":
        return (Means.NOTHING if reason in _REPEATED else Means.REFUSED), said
    return (Means.ON_ITS_WAY if word in _ON_ITS_WAY else Means.STRANGE), said


def _entry(entry: Any, kind: str, message: str, at: int) -> Iterator[Said]:
    """An entry of a statement: one refund, or several that were booked as one sum."""
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
    for detail in details:
        key = _key(_text(detail, "Refs/EndToEndId"))
        if key is None:
            continue
        side = _text(detail, "CdtDbtInd") or _text(entry, "CdtDbtInd")
        reason = _text(detail, "RtrInf/Rsn/Cd")
        means = _booked(status, side, back=bool(reason) or _text(entry, "RvslInd") in {"true", "1"})
        reference = _text(detail, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
        money = _amount(detail) or (_amount(entry) if len(details) == 1 else None)
        said = f"{status} {side} {reason}".strip()
        fee = _charges(detail) or (_charges(entry) if len(details) == 1 else None)
        yield Said(message, kind, key, None, means, said, reference or f"{message}/{key.hex}", money, at, fee)


def _booked(status: str, side: str, *, back: bool) -> Means:
    if status in {"PDNG", "INFO"}:
        return Means.ON_ITS_WAY
    match status, side, back:
        case "BOOK", "DBIT", False:
            return Means.BOOKED
        case "BOOK", "CRDT", _:  # with our own end-to-end id, a credit can only be our money coming back
            return Means.CAME_BACK
    return Means.STRANGE


def _charges(item: Any) -> Money | None:
    """What the bank charges for an entry: one amount in older statements, records of it in newer ones."""
    charges = item.find("{*}Chrgs")
    if charges is None:
        return None
    told = [charges] if charges.find("{*}Amt") is not None else charges.findall("{*}Rcrd")
    sums = [(_text(one, "CdtDbtInd"), _amount(one)) for one in told]
    known = [(-1 if side == "CRDT" else 1, money) for side, money in sums if money is not None]
    if not known or len({money.currency for _, money in known}) > 1:
        return None
    return Money(sum(sign * money.minor for sign, money in known), known[0][1].currency)


def _amount(item: Any) -> Money | None:
    for path in ("{*}Amt", "{*}AmtDtls/{*}TxAmt/{*}Amt", "{*}AmtDtls/{*}InstdAmt/{*}Amt"):
        found = item.find(path)
        if found is not None and found.text:
            return _money(found.text.strip(), found.get("Ccy", ""))
    return None


def _money(text: str, currency: str) -> Money:
    """An amount as XML writes it: a point, and as many decimals as the writer liked."""
    whole, _, part = text.partition(".")
    decimals = EXPONENTS[currency]
    kept, rest = part[:decimals].ljust(decimals, "0"), part[decimals:]
    if rest.strip("0") or not whole.isascii() or not whole.isdigit() or (part and not part.isdigit()):
        raise ValueError(text)
    return Money(int(whole + kept), currency)


def _reason(item: Any) -> str:
    return _text(item, "StsRsnInf/Rsn/Cd") or _text(item, "StsRsnInf/Rsn/Prtry")


def _text(item: Any, path: str) -> str:
    found = item.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


def _time(message: Any) -> int:
    moment = dt.datetime.fromisoformat(_text(message, "GrpHdr/CreDtTm"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp())


def _key(text: str) -> UUID | None:
    """Our key, if the end-to-end id is one of ours; a statement is full of others'."""
    if len(text) != 32 or text != text.lower():
        return None
    try:
        return UUID(hex=text)
    except ValueError:
        return None


def _unreadable() -> Unproven:
    return Unproven(Words("The bank's message cannot be read", "无法读取银行报文"))
