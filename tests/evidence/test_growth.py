"""Whoever kept a head sees that the log only grew since: from a text that proves it, and from no other."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from recourse.cli import app
from recourse.evidence import growth, heads, layout, log, notes
from recourse.evidence.keys import Known, SealKey
from recourse.problems import Problem

KEY, OTHER = SealKey(b"\1" * 32), SealKey(b"\2" * 32)
LEAVES = [log.leaf_hash(b"entry %d" % number) for number in range(40)]
TREE = log.Tree(LEAVES)
AT = 1_790_000_000


def note(
    size: int, *, root: bytes = b"", origin: str = "refunds.example.org/heads", key: SealKey = KEY, at: int = 0
) -> str:
    made = heads.head(origin=origin, size=size, root=root or TREE.root(size), at=AT + (at or size))
    return notes.note(heads.sign(made, key), key.public)


def judged(old: int = 7, size: int = 23, *, older: str = "", newer: str = "") -> str:
    made = growth.Growth(
        older or note(old), newer or note(size), layout.Consistency(old, size, TREE.consistency(old, size))
    )
    report = growth.judge(growth.read(made.text.encode()), [Known(KEY.public)])
    return report.verdict if report.verdict == "proved" else report.findings[0].key


@given(st.integers(1, 40), st.integers(1, 40))
def test_between_any_two_heads_of_one_log_it_is_proved(one: int, other: int) -> None:
    old, size = sorted((one, other))
    made = growth.prove(TREE, note(old), note(size))
    assert growth.judge(growth.read(made.text.encode()), [Known(KEY.public)]).verdict == "proved"


@given(st.integers(2, 40), st.data())
def test_a_log_that_was_written_anew_is_never_proved_to_continue(size: int, data: st.DataObject) -> None:
    """Any one entry before the old head is exchanged: no proof of the new tree fits the head that was kept."""
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    forged = log.Tree([*LEAVES[:changed], log.leaf_hash(b"forged"), *LEAVES[changed + 1 :]])
    made = growth.prove(forged, note(old), note(size, root=forged.root(size)))
    assert growth.judge(made, [Known(KEY.public)]).verdict == "broken"


def test_it_begins_like_no_bundle_and_reads_back() -> None:
    made = growth.prove(TREE, note(7), note(23))
    assert growth.is_growth(made.text.encode()) and growth.read(made.text.encode()) == made


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: judged(older=note(7, key=OTHER)), "head other"),
        (lambda: judged(newer=note(23, key=OTHER)), "head other"),
        (lambda: judged(newer=note(23, origin="elsewhere.example.org/heads")), "malformed"),
        (lambda: judged(older=note(7, at=99)), "malformed"),
        (lambda: judged(older=note(8)), "malformed"),
        (lambda: judged(newer=note(24)), "malformed"),
        (lambda: judged(newer=note(23, root=TREE.root(24))), "proof"),
        (lambda: judged(older=note(7, root=TREE.root(8))), "proof"),
        (judged, "proved"),
    ],
)
def test_what_is_forged_is_refused_for_its_reason(change: Callable[[], str], said: str) -> None:
    assert change() == said


@pytest.mark.parametrize(
    ("since", "until", "lost", "verdict"),
    [
        ("2026-09-21", "9999-12-31", "", "proved"),
        ("2026-09-22", "9999-12-31", "", "broken"),
        ("0001-01-01", "2026-09-20", "", "broken"),
        ("0001-01-01", "9999-12-31", "2026-09-21", "broken"),
        ("0001-01-01", "9999-12-31", "2026-09-22", "broken"),  # whoever has it writes any day into a head
    ],
)
def test_a_key_counts_while_it_is_good(since: str, until: str, lost: str, verdict: str) -> None:
    made = growth.prove(TREE, note(7), note(23))  # both of 21 September 2026
    assert growth.judge(made, [Known(KEY.public, "", since, until, lost)]).verdict == verdict


def test_every_byte_counts() -> None:
    text = growth.prove(TREE, note(7), note(23)).text.encode()
    known = [Known(KEY.public)]
    for at in range(len(growth.FIRST), len(text)):
        damaged = text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]
        try:
            assert growth.judge(growth.read(damaged), known).verdict == "broken", at
        except Problem:
            continue
    for damaged in (text[:-1], text + b"\n", b"", text.replace(b"\n", b"\r\n")):
        with pytest.raises(Problem):
            growth.judge(growth.read(damaged), known)


def test_the_command_verifies_it_and_needs_the_key(tmp_path) -> None:
    path, key = tmp_path / "since.txt", tmp_path / "key.pem"
    path.write_text(growth.prove(TREE, note(7), note(23)).text, encoding="utf-8")
    key.write_bytes(KEY.public.pem)
    done = CliRunner().invoke(app, ["verify", str(path), "--key", str(key), "--json"])
    assert (done.exit_code, json.loads(done.stdout)["old"]) == (0, 7)
    said = CliRunner().invoke(app, ["verify", str(path), "--key", str(key), "--lang", "zh"]).stdout
    assert "未被改动" in said
    path.write_text(growth.prove(TREE, note(7, key=OTHER), note(23)).text, encoding="utf-8")
    assert CliRunner().invoke(app, ["verify", str(path), "--key", str(key)]).exit_code == 1
    assert "key of the log is needed" in str(CliRunner().invoke(app, ["verify", str(path)]).exception)
