"""No damage, no forgery and no insider's change goes unnoticed, by our verifier or by the shell's.

Ordinarily our verifier sees every case and each shell a part of them; with HYPOTHESIS_PROFILE=search each sees them all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sealing
import tampering
from sealing import Bag
from tampering import Tamper

from recourse.problems import Problem

LEAST = 558
WHOLE = os.environ.get("HYPOTHESIS_PROFILE") == "search"
EVERY = 1 if WHOLE else 40  # in an ordinary run a shell gets each fortieth case, another one each
GROUPS = ("files", "lines", "additions", "forgeries", "insiders", "stamps")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def group(name: str, bag: Bag) -> tuple[Path, list[Tamper]]:
    """The bundle that the cases of a group are done to, and the cases."""
    whole = bag.plain if name == "insiders" else bag.stamped
    here = files(whole)
    cases = {
        "files": lambda: tampering.on_files(here),
        "lines": lambda: tampering.on_lines(here),
        "additions": tampering.additions,
        "forgeries": lambda: tampering.forgeries(here),
        "insiders": lambda: tampering.insiders(here),
        "stamps": lambda: tampering.stampings(bag.stamping),
    }
    return whole, list(cases[name]())


def tampered(name: str, bag: Bag, scratch: Path, *, every: int = 1, offset: int = 0) -> Iterator[tuple[str, Path]]:
    """Each case of a group done to a copy of its own, which is gone when the next one comes."""
    whole, cases = group(name, bag)
    for number, (what, act) in enumerate(cases):
        if number % every == offset % every:
            folder = scratch / "case" / "copy"  # one deeper, since a link leads out of it
            shutil.copytree(whole, folder)
            act(folder)
            yield what, folder
            shutil.rmtree(folder.parent)


def ours(folder: Path, bag: Bag) -> tuple[int, str]:
    """Exit code and the area of the fault, by our verifier."""
    try:
        report = sealing.report(folder, ca=bag.ca)
    except Problem:
        return 2, ""
    broken = [one.area for one in report.findings if one.status == "broken"]
    return report.exit, broken[0] if broken else ""


def test_there_are_as_many_cases_as_promised_and_no_two_are_the_same(bag: Bag) -> None:
    names = [what for name in GROUPS for what, _ in group(name, bag)[1]]
    assert len(set(names)) == len(names)
    assert len(names) >= LEAST


def test_the_bundles_are_good_before(bag: Bag) -> None:
    for folder in (bag.stamped, bag.plain):
        assert ours(folder, bag) == (0, "")
        for by in sealing.SHELLS:
            said = sealing.shell(folder, key=bag.key, ca=bag.ca, by=by)
            assert said.exit == 0, said


@pytest.mark.parametrize("name", GROUPS)
def test_our_verifier_misses_none(name: str, bag: Bag, tmp_path: Path) -> None:
    missed = [
        (what, found) for what, folder in tampered(name, bag, tmp_path) if (found := ours(folder, bag))[0] not in (1, 2)
    ]
    assert missed == []


@pytest.mark.parametrize("by", ["dash", "bash", "busybox"])
@pytest.mark.parametrize("name", GROUPS)
def test_the_shell_misses_none_and_agrees(name: str, by: str, bag: Bag, tmp_path: Path) -> None:
    if by not in sealing.SHELLS:
        pytest.skip(f"no {by} on this machine")
    offset = 11 * (list(sealing.SHELLS).index(by) + 1)
    differ = []
    for what, folder in tampered(name, bag, tmp_path, every=EVERY, offset=offset):
        said = sealing.shell(folder, key=bag.key, ca=bag.ca, by=by)
        if said.exit not in (1, 2) or (said.exit, said.area) != ours(folder, bag):
            differ.append((what, ours(folder, bag), said))
    assert differ == []
