"""The stage of verification that is about time: the stamps on the seal, their renewals, and the stamps on the heads."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from recourse.evidence import instants, layout, stamps
from recourse.evidence.heads import SignedHead
from recourse.evidence.report import Findings
from recourse.evidence.verify_log import Logged
from recourse.problems import Problem


class Reader(NamedTuple):
    """What the reader judges stamps by: authorities (a PEM file) if any, the moment in UTC seconds, and openssl."""

    authorities: Path | None
    now: int
    openssl: stamps.OpenSSL


def check(found: Findings, sealed: bytes, logged: Logged, reader: Reader, *, expected: bool) -> int | None:
    """Test the stamps over `sealed`, the bytes of tag manifest and seal; the instant by which it surely existed."""
    replies = _replies(found)
    if not replies and expected:
        found.broken("time", "stamp expected")
    proved = None
    try:
        if replies:
            proved = _seal(found, sealed, replies, reader)
        for signed in logged.heads:
            if signed.stamp is not None:
                # The stamp of the seal is over this one, too, and so renews it.
                _head(found, signed, logged.covers(signed.head.size), reader._replace(now=proved or reader.now))
    except stamps.NoOpenSSL:
        found.open("time", "no openssl")
    except Problem as problem:
        found.broken("time", "why", why=problem.message)
    if not replies:
        found.open("time", "no stamp")
    return proved


def _replies(found: Findings) -> list[bytes]:
    """The stamps in the order of their list, which must name all that are there and no other."""
    here = {name for name in found.box.names if name.endswith(".tsr") and "/" not in name}
    replies: list[bytes] = []
    if layout.STAMPS in found.box.names:
        for line in found.lines("time", layout.STAMPS):
            listed = layout.LISTED.fullmatch(line)
            name = layout.stamp(len(replies) + 1)
            if listed is None or listed["name"].decode("utf-8", "replace") != name or name not in here:
                found.broken("time", "malformed", name=layout.STAMPS)
            replies.append(found.read("time", name))
            if hashlib.sha256(replies[-1]).hexdigest() != listed["sha256"].decode():
                found.broken("time", "changed", name=name)
    for name in sorted(here - {layout.stamp(number + 1) for number in range(len(replies))}):
        found.broken("time", "extra", name=name)
    return replies


def _seal(found: Findings, sealed: bytes, replies: list[bytes], reader: Reader) -> int | None:
    over = hashlib.sha256(sealed)
    digests: list[bytes] = []
    for reply in replies:
        digests.append(over.digest())
        over.update(reply)
    judged = stamps.judge(digests, replies, reader.openssl, reader.authorities, reader.now)
    at = instants.text(judged.said)
    if judged.proved is None:
        found.open("time", "authority unknown", at=at)
        return None
    found.facts["existed_by"] = at
    found.held("time", "time", at=at)
    if judged.lapsed:
        found.open("time", "lapsed")
    return judged.proved


def _head(found: Findings, signed: SignedHead, last: int, reader: Reader) -> None:
    assert signed.stamp is not None
    digest = hashlib.sha256(signed.stamped).digest()
    judged = stamps.judge([digest], [signed.stamp], reader.openssl, reader.authorities, reader.now)
    if not last:
        return  # a stamped head that no entry of this case is shown to be in says nothing here
    if judged.proved is None:
        found.open("time", "head authority unknown", seq=last, at=instants.text(judged.said))
        return
    found.held("time", "head time", seq=last, at=instants.text(judged.proved))
    if judged.lapsed:
        found.open("time", "lapsed")
