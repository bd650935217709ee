"""Keys are kept by their owner alone, known ones are good for their time, and a lost one proves only what is older."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import sealing
from sealing import DAY, KEY, OTHER_KEY, SEALED, Bag

from recourse.evidence import boxes, bundle, heads, keys, verify
from recourse.evidence.keys import Known
from recourse.problems import Problem


def test_a_key_file_is_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    public = keys.write(tmp_path / "seal.pem", KEY)
    assert (tmp_path / "seal.pem").stat().st_mode & 0o777 == 0o600
    assert keys.read(tmp_path / "seal.pem") == KEY
    assert public.name == "seal.pub.pem"
    assert keys.known(public) == (Known(KEY.public),)
    with pytest.raises(Problem, match="never written over"):
        keys.write(tmp_path / "seal.pem", OTHER_KEY)


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    keys.write(tmp_path / "seal.pem", KEY)
    (tmp_path / "seal.pem").chmod(mode)
    with pytest.raises(Problem, match="may be read by others"):
        keys.read(tmp_path / "seal.pem")


def test_a_private_key_does_not_show_itself() -> None:
    assert KEY.raw.hex() not in repr(KEY) + str(KEY)
    assert str(KEY.raw) not in repr(KEY)


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"AAAA 2026 - - x\n"]
)
def test_what_is_no_key_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(content)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(Problem):
        keys.read(tmp_path / "key")
    with pytest.raises(Problem):
        keys.known(tmp_path / "key")


def test_a_list_of_known_keys_reads_back(tmp_path: Path) -> None:
    listed = (
        Known(KEY.public, "Example School", "2026-01-01"),
        Known(OTHER_KEY.public, "学校", "2020-01-01", "2025-12-31", "2024-06-01"),
    )
    (tmp_path / "known.txt").write_text(keys.render(listed), encoding="utf-8")
    assert keys.known(tmp_path / "known.txt") == listed


def judged(folder: Path, known: Known, ca: Path | None = None) -> verify.Report:
    with boxes.opened(folder) as box:
        return verify.verify(box, known=[known], authorities=ca, now=SEALED + DAY)


def test_a_seal_is_good_on_the_first_and_last_day_of_its_key(bag: Bag) -> None:
    day = "2026-11-22"
    assert judged(bag.plain, Known(KEY.public, since=day, until=day)).verdict == "proved"
    for wrong in (Known(KEY.public, since="2026-11-23"), Known(KEY.public, until="2026-11-21")):
        report = judged(bag.plain, wrong)
        assert (report.verdict, report.findings[-1].key) == ("broken", "key dates")


def test_after_a_key_is_lost_only_what_a_stamp_proves_to_be_older_is_good(bag: Bag) -> None:
    lost = Known(KEY.public, lost="2026-11-23")
    assert judged(bag.stamped, lost, bag.ca).verdict == "proved"
    assert judged(bag.stamped, lost).findings[-1].key == "key lost"
    assert judged(bag.plain, lost).findings[-1].key == "key lost"
    assert judged(bag.stamped, Known(KEY.public, lost="2026-11-22"), bag.ca).verdict == "broken"


def test_a_key_that_only_the_bundle_names_proves_nothing(bag: Bag) -> None:
    report = sealing.report(bag.plain, key=None)
    assert (report.verdict, report.exit) == ("intact", 3)
    for by in sealing.SHELLS:
        said = sealing.shell(bag.plain, key=None, by=by)
        assert said.exit == 3
        assert KEY.public.fingerprint.replace(" ", "") in said.text


def test_another_key_than_the_known_one_is_refused(bag: Bag, tmp_path: Path) -> None:
    assert sealing.report(bag.plain, key=OTHER_KEY).verdict == "broken"
    (tmp_path / "other.pem").write_bytes(OTHER_KEY.public.pem)
    for by in sealing.SHELLS:
        assert sealing.shell(bag.plain, key=tmp_path / "other.pem", by=by).area == "seal"


def test_a_head_reads_back_and_is_signed_over_its_whole_text() -> None:
    signed = heads.sign(heads.head(origin="example.org/log", size=7, root=b"r" * 32, at=SEALED), KEY)
    assert heads.read(signed.head.text) == signed.head
    assert re.fullmatch(rb"example\.org/log\n7\n[A-Za-z0-9+/]{43}=\ntime 2026-11-22T21:30:00Z\n", signed.head.text)
    assert heads.holds(signed, KEY.public)
    assert not heads.holds(signed, OTHER_KEY.public)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n7\n", b"\n07\n"),
        (b"=\n", b"=\n\n"),
        (b"time", b"Time"),
        (b"cg", b"ch"),
        (b"example", b" example"),
        (b"Z\n", b"Z"),
    ],
)
def test_a_head_has_one_spelling(old: bytes, new: bytes) -> None:
    text = heads.head(origin="example.org/log", size=7, root=bytes(31) + b"\x72", at=SEALED).text
    changed = text.replace(old, new) if old != b"cg" else text.replace(b"I=", b"J=")
    assert changed != text
    with pytest.raises(Problem, match="no head"):
        heads.read(changed)


def test_a_case_whose_heads_another_key_signed_is_not_sealed(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="key of the seal"):
        bundle.write(tmp_path / "bag", sealing.case(key=OTHER_KEY), key=KEY, at=SEALED)
    assert list(tmp_path.iterdir()) == []
