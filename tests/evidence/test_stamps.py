"""What a time stamp proves, also after its authority is gone: renewed in time, renewed too late, read twelve years on."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

import authority
import pytest
import sealing
from sealing import DAY, KEY, SEALED, Bag

from recourse.evidence import boxes, bundle, keys, stamps, verify
from recourse.problems import Problem

NOW = SEALED
DIGEST = hashlib.sha256(b"sealed").digest()
pytestmark = pytest.mark.skipif(not sealing.shutil.which("openssl"), reason="no openssl on this machine")


@pytest.fixture(scope="module")
def years(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[authority.Authority, authority.Authority, authority.Authority, Path]:
    """Three authorities, each certified for a year, the second and third from 290 and 600 days on; and their roots."""
    made = tuple(
        authority.authority(f"year {day}", SEALED + (day - 1) * DAY, SEALED + (day + 365) * DAY)
        for day in (0, 290, 600)
    )
    roots = tmp_path_factory.mktemp("roots") / "ca.pem"
    roots.write_bytes(b"".join(one.pem for one in made))
    return (*made, roots)  # type: ignore[return-value]


def renewed(folder: Path, *steps: tuple[authority.Authority, int]) -> Path:
    """A bundle stamped by the first authority and renewed by the others, each at its day after sealing."""
    (first, day), *more = steps
    bundle.write(
        folder, sealing.case(), key=KEY, at=SEALED, stamper=lambda asked: first.reply(asked, SEALED + day * DAY)
    )
    for one, later in more:
        bundle.renew(folder, lambda asked, one=one, later=later: one.reply(asked, SEALED + later * DAY))
    return folder


def both(
    folder: Path, bag: Bag, ca: Path, at: str, shells: Iterable[str] = tuple(sealing.SHELLS)
) -> list[tuple[int, str]]:
    """Exit code and what is said of time, by our verifier and by each shell."""
    report = sealing.report(folder, ca=ca, now=stamps_now(at))
    broken = [one.area for one in report.findings if one.status == "broken"]
    found = [(report.exit, broken[0] if broken else report.facts.get("existed_by", ""))]
    for by in shells:
        said = sealing.shell(folder, key=bag.key, ca=ca, at=at, by=by)
        by_then = said.text.partition("it existed by ")[2][:20]
        found.append((said.exit, said.area or by_then))
    return found


def stamps_now(day: str) -> int:
    return sealing.instants.parse(f"{day}T23:59:59Z")


def test_the_request_is_the_one_that_openssl_makes(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"sealed")
    command = "openssl ts -query -data data -sha256 -cert -no_nonce -out query"
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    assert stamps.request(DIGEST) == (tmp_path / "query").read_bytes()


def test_openssls_own_authority_is_believed(tmp_path: Path, bag: Bag) -> None:
    """openssl knows only the present, so the authority is one of the present, too."""
    now = int(tmp_path.stat().st_mtime)
    here = authority.authority("here", now - DAY, now + DAY).openssl_ts(tmp_path)
    folder = tmp_path / "bag"
    bundle.write(folder, sealing.case(), key=KEY, at=now, stamper=here.reply)
    report = sealing.report(folder, ca=tmp_path / "ca.pem", now=now + DAY)
    assert report.verdict == "proved"
    assert report.facts["existed_by"] > sealing.instants.text(now - 60)
    day = sealing.instants.day(now + DAY)
    for by in sealing.SHELLS:
        assert sealing.shell(folder, key=bag.key, ca=tmp_path / "ca.pem", at=day, by=by).exit == 0


def test_a_stamp_says_when_and_over_what(bag: Bag) -> None:
    reply = bag.stamping.ours.reply(stamps.request(DIGEST), SEALED)
    assert stamps.OpenSSL().read(reply) == stamps.Stamp(DIGEST, SEALED)


@pytest.mark.parametrize("day", ["0001", "0101", "0209", "0228", "0301", "1231"])
def test_both_verifiers_read_the_same_instant(day: str, tmp_path: Path, bag: Bag) -> None:
    at = sealing.instants.parse(f"2028-{day[:2]}-{day[2:]}T09:08:07Z".replace("2028-00-01", "2028-02-29"))
    one = authority.authority("leap", at - DAY, at + DAY)
    (tmp_path / "ca.pem").write_bytes(one.pem)
    bundle.write(tmp_path / "bag", sealing.case(), key=KEY, at=SEALED, stamper=lambda asked: one.reply(asked, at))
    some = list(sealing.SHELLS)[int(day) % len(sealing.SHELLS) :][:1]
    assert set(both(tmp_path / "bag", bag, tmp_path / "ca.pem", "2028-12-31", some)) == {(0, sealing.instants.text(at))}


def test_renewed_in_time_it_is_good_after_twelve_years(tmp_path: Path, bag: Bag, years) -> None:  # type: ignore[no-untyped-def]
    one, two, three, roots = years
    folder = renewed(tmp_path / "bag", (one, 0), (two, 300), (three, 645))
    first = sealing.instants.text(SEALED)
    assert set(both(folder, bag, roots, "2038-11-22")) == {(0, first)}
    report = sealing.report(folder, ca=roots, now=stamps_now("2038-11-22"))
    assert "lapsed" in [finding.key for finding in report.findings]
    for by in sealing.SHELLS:
        assert "its certificate lapsed" in sealing.shell(folder, key=bag.key, ca=roots, at="2038-11-22", by=by).text
        assert "its certificate lapsed" not in sealing.shell(folder, key=bag.key, ca=roots, at="2028-10-22", by=by).text


def test_renewed_too_late_it_is_refused(tmp_path: Path, bag: Bag, years) -> None:  # type: ignore[no-untyped-def]
    one, two, _, roots = years
    folder = renewed(tmp_path / "bag", (one, 0), (two, 401))
    assert set(both(folder, bag, roots, "2038-11-22")) == {(1, "time")}


def test_a_single_stamp_is_read_at_its_own_time(tmp_path: Path, bag: Bag, years) -> None:  # type: ignore[no-untyped-def]
    """Plain `openssl ts -verify` refuses it once the certificate has lapsed."""
    one, _, _, roots = years
    folder = renewed(tmp_path / "bag", (one, 0))
    assert set(both(folder, bag, roots, "2038-11-22")) == {(0, sealing.instants.text(SEALED))}
    reply = (folder / "seal.tsr").read_bytes()
    openssl = stamps.OpenSSL()
    assert not openssl.trusts(reply, openssl.read(reply), roots, stamps_now("2038-11-22"))


def test_a_stamp_later_than_the_given_day_is_refused(tmp_path: Path, bag: Bag, years) -> None:  # type: ignore[no-untyped-def]
    one, _, _, roots = years
    assert set(both(renewed(tmp_path / "bag", (one, 30)), bag, roots, "2026-12-01")) == {(1, "time")}


def test_without_an_authority_that_is_trusted_no_time_is_proved(bag: Bag) -> None:
    report = sealing.report(bag.stamped)
    assert report.verdict == "proved"
    assert "existed_by" not in report.facts
    assert "authority unknown" in [finding.key for finding in report.findings if finding.status == "open"]
    for by in sealing.SHELLS:
        said = sealing.shell(bag.stamped, key=bag.key, by=by)
        assert said.exit == 0 and "you named no authority" in said.text


@pytest.mark.parametrize(
    "reply", [b"", b"0", b"\x30\x00", b"\x30\x03abc", b"\x30\x84\x00\x00\x00\x01a", b"\x30\x80", b"x" * 5000]
)
def test_what_is_no_reply_is_refused(reply: bytes) -> None:
    with pytest.raises(Problem, match="no time stamp"):
        stamps.OpenSSL().read(reply)


def test_bytes_after_a_reply_are_refused_though_openssl_does_not_mind(bag: Bag) -> None:
    reply = bag.stamping.ours.reply(stamps.request(DIGEST), SEALED)
    stamp = stamps.OpenSSL().read(reply)
    assert stamps.OpenSSL().trusts(reply + b"more", stamp, bag.ca, SEALED)
    with pytest.raises(Problem):
        stamps.OpenSSL().read(reply + b"more")


def test_where_openssl_is_missing_a_stamp_is_neither_good_nor_bad(bag: Bag) -> None:
    with boxes.opened(bag.stamped) as box:
        report = verify.verify(
            box,
            known=[keys.Known(KEY.public)],
            authorities=bag.ca,
            now=SEALED + DAY,
            openssl=stamps.OpenSSL("no-such-program"),
        )
    assert report.verdict == "proved"
    assert "no openssl" in [finding.key for finding in report.findings]
