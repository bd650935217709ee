"""A bundle sealed by the first release: every later one must verify it, and say the same of it.

When a new format comes, a new file is added here. What lies in `frozen/` is never made anew.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
import sealing

from recourse.evidence import boxes, enclosed, instants, keys, verify

FROZEN = Path(__file__).parent / "frozen"
SHA256 = "e2fb850065677eceaba97445ac725521f6c0cce27cef662e482b6d8c1cc89c00"
SCRIPT = "5bebce0171c635f26e0e412e9c00e9aba055e7c5d7b221efe78c6a1c366e3de9"  # the verify.sh that it encloses
EXISTED_BY = "2026-11-22T21:30:30Z"


def test_the_frozen_bundle_is_the_one_that_was_frozen() -> None:
    assert hashlib.sha256((FROZEN / "1.zip").read_bytes()).hexdigest() == SHA256


@pytest.mark.parametrize("day", ["2026-11-23", "2027-12-01", "2038-11-22", "2076-11-22"])
def test_it_verifies_today_and_in_later_years(day: str) -> None:
    with boxes.opened(FROZEN / "1.zip") as box:
        report = verify.verify(
            box,
            known=keys.known(FROZEN / "key.pem"),
            authorities=FROZEN / "ca.pem",
            now=instants.parse(f"{day}T00:00:00Z"),
        )
    assert report.verdict == "proved"
    found = {name: report.facts[name] for name in ("case", "entries", "erased", "closed", "exhibits", "existed_by")}
    assert found == {
        "case": "C-2026-0001", "entries": 6, "erased": [2], "closed": [3], "exhibits": 13, "existed_by": EXISTED_BY,
    }  # fmt: skip


@pytest.mark.parametrize("by", sealing.SHELLS)
@pytest.mark.parametrize("which", ["enclosed", "ours"])
def test_both_scripts_verify_it_the_enclosed_and_todays(by: str, which: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(FROZEN / "1.zip") as file:
        file.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    said = sealing.shell(
        folder, key=FROZEN / "key.pem", ca=FROZEN / "ca.pem", at="2038-11-22", by=by,
        script=folder / "verify.sh" if which == "enclosed" else None,
    )  # fmt: skip
    assert said.exit == 0 and f"existed by {EXISTED_BY}" in said.text


def test_its_script_is_known_as_released() -> None:
    """When verify.sh changes, the checksum of the one before goes into `enclosed.EARLIER`."""
    assert SCRIPT in enclosed.RELEASED
