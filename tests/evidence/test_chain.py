"""A timeline cannot be altered, shortened, reordered or forked unnoticed, and outlives the erasure of its bodies."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse.evidence import chain, instants
from recourse.evidence.chain import Entry, Opening
from recourse.problems import Problem

NOON = instants.parse("2026-11-22T12:00:00Z")


def opening(number: int, body: bytes = b"{}") -> Opening:
    return Opening(hashlib.sha256(b"%d" % number).digest(), body)


def timeline(count: int, *, erases: tuple[int, ...] = ()) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(1, count + 1):
        last = number == count and bool(erases)
        entries.append(chain.append(
            entries[-1] if entries else None, case="C-1", at=NOON + number, actor="staff:1", kind="erased" if last else "note",
            opening=opening(number), erases=erases if last else (),
        ))  # fmt: skip
    return entries


def lines(entries: list[Entry]) -> list[bytes]:
    return [entry.line for entry in entries]


def test_a_line_is_canonical_json_that_holds_no_body() -> None:
    (entry,) = timeline(1)
    assert entry.line == (
        b'{"actor":"staff:1","at":"2026-11-22T12:00:01Z","case":"C-1","commitment":"' + entry.commitment.encode()
        + b'","kind":"note","prev":"' + b"0" * 64 + b'","seq":1}'
    )  # fmt: skip
    assert entry.commitment == hashlib.sha256(opening(1).text).hexdigest()
    assert chain.read_line(entry.line) == entry


def test_a_timeline_reads_back_as_it_was_made() -> None:
    made = timeline(5, erases=(2, 3))
    assert list(chain.read(lines(made))) == made
    assert chain.erased(made) == {2, 3}


@given(st.integers(0, 4), st.integers(0, 400), st.integers(0, 7))
def test_no_bit_of_a_line_can_change_unnoticed(number: int, place: int, bit: int) -> None:
    made = timeline(5)
    changed = lines(made)
    line = bytearray(changed[number])
    line[place % len(line)] ^= 1 << bit
    changed[number] = bytes(line)
    try:
        found = chain.read(changed)
    except Problem:
        return
    assert number == 4, "only the last line has nothing after it: its hash is what the log holds"
    assert found[-1].hash != made[-1].hash


@given(st.permutations(range(5)))
def test_no_order_but_the_true_one_is_read(order: list[int]) -> None:
    made = lines(timeline(5))
    shuffled = [made[place] for place in order]
    if shuffled == made:
        assert chain.read(shuffled)
    else:
        with pytest.raises(Problem):
            chain.read(shuffled)


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_a_line_left_out_is_noticed(gone: int) -> None:
    made = lines(timeline(5))
    with pytest.raises(Problem):
        chain.read(made[:gone] + made[gone + 1 :])


def test_a_chain_holds_after_erasure_and_says_what_is_gone() -> None:
    made = timeline(5, erases=(2,))
    openings = {number: opening(number).text for number in (1, 3, 4, 5)}
    assert chain.check_openings(chain.read(lines(made)), openings) == {2}


def test_a_body_that_was_not_shown_is_closed_and_not_erased() -> None:
    made = timeline(3)
    assert chain.check_openings(made, {1: opening(1).text}) == {2, 3}
    assert chain.erased(made) == set()


@pytest.mark.parametrize("openings", [
    {2: opening(2).text}, {9: opening(9).text}, {1: opening(1).text + b" "}, {1: opening(3).text}, {1: b"no salt"},
    {1: opening(1).text.upper()},
])  # fmt: skip
def test_a_body_that_cannot_be_there_is_refused(openings: dict[int, bytes]) -> None:
    with pytest.raises(Problem):
        chain.check_openings(timeline(5, erases=(2,)), openings)


def test_a_guess_at_a_short_body_cannot_be_tested_without_its_salt() -> None:
    one, other = opening(1, b'"yes"'), opening(2, b'"yes"')
    assert one.commitment != other.commitment
    with pytest.raises(Problem, match="32 bytes"):
        Opening(b"", b'"yes"')


@pytest.mark.parametrize(("field", "value"), [
    ("case", "C 1"), ("case", ""), ("actor", "Anna Müller"), ("actor", 'a"b'), ("kind", "Note"), ("kind", "erased"),
    ("case", "C-2"), ("at", NOON), ("erases", (1,)), ("case", "x" * 121),
])  # fmt: skip
def test_what_must_not_be_recorded_is_refused(field: str, value: object) -> None:
    made = timeline(2)
    words = {"case": "C-1", "at": NOON + 9, "actor": "a", "kind": "note", "opening": opening(3)} | {field: value}
    with pytest.raises(Problem):
        chain.append(made[-1], **words)  # type: ignore[arg-type]


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner), max_leaves=20,
))  # fmt: skip
def test_canonical_json_says_the_same_and_has_one_spelling(value: object) -> None:
    written = chain.canonical(value)
    assert json.loads(written) == value
    assert chain.canonical(json.loads(written)) == written


@pytest.mark.parametrize("value", [1.5, {"é": 1}, {1: 2}, b"x", "\ud800", [{"a": 0.1}]])
def test_what_has_no_one_spelling_is_refused(value: object) -> None:
    with pytest.raises(Problem):
        chain.canonical(value)


@given(st.integers(-62135596800, 253402300799))
def test_an_instant_reads_back(at: int) -> None:
    assert instants.parse(instants.text(at)) == at


@pytest.mark.parametrize(
    "written",
    ["2026-02-30T00:00:00Z", "2026-11-22", "2026-11-22T24:00:00Z", "2026-11-22T12:00:00+00:00", "0000-01-01T00:00:00Z"],
)
def test_what_is_no_instant_is_refused(written: str) -> None:
    with pytest.raises(Problem, match="no instant"):
        instants.parse(written)
