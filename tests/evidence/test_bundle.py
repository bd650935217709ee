"""A bundle is the same for the same case, streams whatever is large, and is never half there."""

from __future__ import annotations

import hashlib
import tracemalloc
import unicodedata
import zipfile
from pathlib import Path

import pytest
import sealing
from hypothesis import given
from hypothesis import strategies as st
from sealing import KEY, NAMES, SEALED, Bag

from recourse.evidence import boxes, bundle, names, readme
from recourse.problems import Problem

BIG = 192 << 20
MEMORY = 24 << 20  # far less than the file: pieces of it, and no more


def test_the_same_case_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        bundle.write(tmp_path / name, sealing.case(NAMES), key=KEY, at=SEALED)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_zip_file_and_folder_hold_the_same_and_both_verify(tmp_path: Path, bag: Bag) -> None:
    bundle.write(tmp_path / "bag.zip", sealing.case(), key=KEY, at=SEALED)
    with zipfile.ZipFile(tmp_path / "bag.zip") as file:
        file.extractall(tmp_path)
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    for path in bag.plain.rglob("*"):
        if path.is_file():
            assert (folder / path.relative_to(bag.plain)).read_bytes() == path.read_bytes()
    assert sealing.report(tmp_path / "bag.zip") == sealing.report(folder) == sealing.report(bag.plain)
    assert sealing.report(folder).verdict == "proved"


def test_a_zip_file_that_another_program_packed_is_read_as_well(tmp_path: Path, bag: Bag) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(bag.plain.rglob("*"), reverse=True):
            file.write(path, f"top/{path.relative_to(bag.plain)}")
    assert sealing.report(tmp_path / "packed.zip").verdict == "proved"


def test_names_in_twelve_scripts_and_difficult_ones_hold(tmp_path: Path, bag: Bag) -> None:
    bundle.write(tmp_path / "bag", sealing.case(NAMES), key=KEY, at=SEALED)
    bundle.write(tmp_path / "bag.zip", sealing.case(NAMES), key=KEY, at=SEALED)
    for path in (tmp_path / "bag", tmp_path / "bag.zip"):
        report = sealing.report(path)
        assert (report.verdict, report.facts["exhibits"]) == ("proved", len(NAMES))
    for by in sealing.SHELLS:
        assert sealing.shell(tmp_path / "bag", key=bag.key, by=by).exit == 0
    shown = sorted(path.name for path in (tmp_path / "bag/data/exhibits").iterdir())
    assert shown[1] == "002-квитанция.pdf" and shown[7] == "008-收据 订单.png"
    page = (tmp_path / "bag" / "data" / "README.html").read_text(encoding="utf-8")
    for name in NAMES:
        assert readme.escape(name) in page


@given(st.text(), st.integers(1, 999))
def test_every_name_that_somebody_gives_becomes_one_that_may_stand(original: str, number: int) -> None:
    name = names.numbered(original, number)
    assert not names.bad(name)
    assert len(name.encode()) <= names.LONGEST
    assert name == unicodedata.normalize("NFC", name)
    assert name.startswith(f"{number:03}")


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "a/../b",
        "/a",
        "a/",
        "a//b",
        "",
        ".a",
        "a.",
        " a",
        "a ",
        "a\nb",
        "a:b",
        "a\\b",
        "a*",
        "x" * 201,
        "a%b",
        "a\x7f",
        "a/.b",
    ],
)
def test_a_name_that_leads_elsewhere_or_fails_somewhere_may_not_stand(name: str) -> None:
    assert names.bad(name)


def test_a_big_exhibit_streams(tmp_path: Path) -> None:
    big = tmp_path / "big.mp4"
    with big.open("wb") as file:
        for number in range(BIG >> 20):
            file.write(hashlib.sha256(b"%d" % number).digest() * (1 << 15))
    case = sealing.case()
    case = sealing.replace(case, exhibits=[*case.exhibits, bundle.Exhibit("big.mp4", big)])
    tracemalloc.start()
    try:
        bundle.write(tmp_path / "big.zip", case, key=KEY, at=SEALED)
        written = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        assert sealing.report(tmp_path / "big.zip").verdict == "proved"
        read = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(written, read) < MEMORY


def test_a_bundle_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    case = sealing.replace(sealing.case(), exhibits=[bundle.Exhibit("gone.pdf", tmp_path / "gone.pdf")])
    for name in ("bag", "bag.zip"):
        with pytest.raises(FileNotFoundError):
            bundle.write(tmp_path / name, case, key=KEY, at=SEALED)
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "bag.zip").write_bytes(b"mine")
    with pytest.raises(Problem, match="never written over"):
        bundle.write(tmp_path / "bag.zip", sealing.case(), key=KEY, at=SEALED)
    assert (tmp_path / "bag.zip").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["README.html", "../out", "timeline.jsonl", "entries", "a:b", ""])
def test_a_paper_cannot_take_a_place_that_is_taken(name: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="paper"):
        bundle.write(tmp_path / "bag", sealing.replace(sealing.case(), papers={name: b"x"}), key=KEY, at=SEALED)


def test_the_page_runs_nothing_loads_nothing_and_escapes_what_people_wrote(tmp_path: Path) -> None:
    case = sealing.replace(sealing.case(), title="<script>alert(1)</script>", institution='"><img src=x>')
    bundle.write(tmp_path / "bag", case, key=KEY, at=SEALED)
    page = (tmp_path / "bag/data/README.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page and "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page
    assert "entry 1: 退款 &lt;b&gt;&amp;" in page
    assert page.count("erased <span") == 1 and page.count("not shown <span") == 1


def test_what_the_verifier_reads_is_never_the_erased_body(bag: Bag) -> None:
    body = b"entry 2: "
    assert all(body not in path.read_bytes() for path in bag.plain.rglob("*") if path.is_file())


def test_the_small_file_limit_holds(bag: Bag) -> None:
    with boxes.opened(bag.plain) as box, pytest.raises(Problem, match="too long"):
        boxes.read(box, "verify.sh", most=100)
