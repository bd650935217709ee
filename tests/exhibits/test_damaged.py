"""Damaged files: 2,000 good ones with bytes changed, lost or doubled, always the same; each ends in a copy or a refusal."""

from __future__ import annotations

import random
import struct
from collections import Counter

import pytest
from offered import CANARY, GOOD

from recourse.exhibits import limited
from recourse.exhibits.kinds import ACCEPTED, Kind, kind
from recourse.exhibits.limited import Limits
from recourse.exhibits.refusals import Refused
from recourse.exhibits.shown import shown, unpacked

EACH = 400  # of every kind
BATCH = Limits(cpu=60, seconds=120.0, output=512 << 20)
TASKS = {Kind.PDF: "pdf", Kind.JPEG: "picture", Kind.PNG: "picture", Kind.WEBP: "picture"}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The file after one to eight accidents."""
    now = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(max(len(now), 1))
        match chance.randrange(6):
            case 0:
                now[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                now[at : at + 1] = bytes([(now[at] if at < len(now) else 0) ^ 1 << chance.randrange(8)])
            case 2:
                del now[at : at + chance.randint(1, 40)]
            case 3:
                now[at:at] = now[at : at + chance.randint(1, 200)]
            case 4:
                now[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"])
            case _:
                if chance.random() < 0.3:
                    del now[at:]
    return bytes(now)


def framed(found: Kind, data: bytes) -> bytes:
    form = found.value.upper() if found in TASKS else found.value
    return struct.pack(">8s8sL", TASKS.get(found, "words").ljust(8).encode(), form.ljust(8).encode(), len(data)) + data


@pytest.mark.parametrize("name", list(GOOD))
def test_400_damaged_ones_of_a_kind(name: str) -> None:
    chance = random.Random(f"damaged {name}")
    good = GOOD[name]()
    files = [damaged(good, chance) for _ in range(EACH)]
    taken = [(found, data) for data in files if (found := kind(data)) in ACCEPTED]
    ends = Counter(_end(answer) for answer in _answers(taken))
    assert sum(ends.values()) == len(taken)
    assert len(set(files)) > EACH * 0.95
    assert ends["shown"]  # some still work, and some no longer do
    assert name == "mail" or ends["failed"] or len(taken) < EACH


def _answers(files: list[tuple[Kind, bytes]]) -> list[bytes]:
    """The answer for each file, from one process; if that died of one of them, each has a process of its own."""
    try:
        said = limited.run("misbehaving:each", b"".join(framed(*file) for file in files), BATCH)
    except Refused:
        return [b"+" if shown(*file).copies else b"-died" for file in files]
    answers, at = [], 0
    while at < len(said):
        (size,) = struct.unpack_from(">L", said, at)
        answers.append(said[at + 4 : at + 4 + size])
        at += 4 + size
    return answers


def _end(answer: bytes) -> str:
    if answer[:1] != b"+":
        return "failed"
    copies = unpacked(answer[1:]).copies if len(answer) > 1 else ()  # which refuses whatever is no bare picture or text
    assert all(CANARY.encode() not in copy.data for copy in copies)
    return "shown"
