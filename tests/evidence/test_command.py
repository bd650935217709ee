"""`recourse key`, `bundle` and `verify`: a folder of vouchers becomes a bundle, and the answer is in plain words."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sealing
from sealing import SEALED, Bag
from typer.testing import CliRunner, Result

from recourse.cli import app
from recourse.problems import Problem

CASE = """\
case: C-7
title: My refund 退款
institution: Example School
events:
  - {at: 2026-11-01T09:00:00Z, actor: learner, kind: request, text: I want my money back, exhibits: [receipt.pdf]}
  - {at: 2026-11-02T09:00:00Z, actor: school, kind: answer, text: We look into it}
"""


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def refused(result: Result, words: str) -> bool:
    """Was the input refused with these words? `main` tells them and exits with 2."""
    return isinstance(result.exception, Problem) and words in str(result.exception)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "my case"
    (folder / "mails").mkdir(parents=True)
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    (folder / "receipt.pdf").write_bytes(b"%PDF a receipt")
    (folder / "mails" / "收据.eml").write_bytes(b"a mail")
    (folder / "letter.pdf").write_bytes(b"%PDF a letter")
    assert run("key", tmp_path / "school.pem").exit_code == 0
    return folder


def test_a_folder_is_sealed_and_verifies_with_the_known_key(folder: Path, tmp_path: Path) -> None:
    made = run("bundle", folder, "--out", tmp_path / "c.zip", "--key", tmp_path / "school.pem")
    assert made.exit_code == 0, made.output
    assert "3 entries, 2 exhibits" in made.output
    found = run("verify", tmp_path / "c.zip", "--key", tmp_path / "school.pub.pem", "--json")
    told = json.loads(found.output)
    assert (found.exit_code, told["verdict"], told["case"]) == (0, "proved", "C-7")
    assert (told["exhibits"], told["exhibits_named"]) == (2, 2)


def test_the_answer_is_in_plain_words_in_both_languages(folder: Path, tmp_path: Path) -> None:
    run("bundle", folder, "--out", tmp_path / "c", "--key", tmp_path / "school.pem")
    english = run("verify", tmp_path / "c", "--key", tmp_path / "school.pub.pem")
    assert english.output.startswith("PROVED")
    assert "What is not proved" in english.output and "no authority has stamped it" in english.output
    chinese = run("verify", tmp_path / "c", "--lang", "zh")
    assert chinese.exit_code == 3
    assert chinese.output.startswith("未证明") and "请经其他途径" in chinese.output.replace("\n", "")


def test_a_damaged_bundle_is_refused_and_the_file_is_named(folder: Path, tmp_path: Path) -> None:
    run("bundle", folder, "--out", tmp_path / "c", "--key", tmp_path / "school.pem")
    (tmp_path / "c/data/letter.pdf").write_bytes(b"%PDF another letter")
    found = run("verify", tmp_path / "c", "--key", tmp_path / "school.pub.pem")
    assert found.exit_code == 1
    assert "changed since it was sealed: data/letter.pdf" in found.output
    assert "What is proved" not in found.output


def test_what_is_no_bundle_and_no_key_cannot_be_used(folder: Path, tmp_path: Path) -> None:
    assert refused(run("verify", folder), "no bundle")
    assert refused(run("verify", tmp_path / "nothing.zip"), "cannot be read")
    assert refused(run("verify", folder, "--key", folder / "receipt.pdf"), "no known key")
    assert refused(run("verify", folder, "--at", "tomorrow"), "no instant")
    assert refused(
        run("bundle", tmp_path / "nothing", "--out", tmp_path / "x", "--key", tmp_path / "school.pem"), "no folder"
    )


@pytest.mark.parametrize(("old", "new", "words"), [
    ("case: C-7\n", "", "a case has a reference"), ("receipt.pdf]", "gone.pdf]", "no exhibit gone.pdf"), ("09:00:00Z", "morning", "no instant"),
    ("actor: learner", "actor: Anna Müller", "no reference"), ("2026-11-02", "2026-10-02", "before the last entry"), ("kind:", "sort:", "no key"),
])  # fmt: skip
def test_a_telling_that_is_wrong_is_refused_and_nothing_is_made(
    old: str, new: str, words: str, folder: Path, tmp_path: Path
) -> None:
    (folder / "case.yaml").write_text(CASE.replace(old, new), encoding="utf-8")
    assert refused(run("bundle", folder, "--out", tmp_path / "c.zip", "--key", tmp_path / "school.pem"), words)
    assert not (tmp_path / "c.zip").exists()


def test_a_link_in_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "link").symlink_to(tmp_path / "school.pem")
    assert refused(run("bundle", folder, "--out", tmp_path / "c.zip", "--key", tmp_path / "school.pem"), "link")


@pytest.fixture
def stamping(tmp_path: Path, bag: Bag) -> Iterator[str]:
    """An authority that answers over HTTP, as real ones do; the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            reply = bag.stamping.ours.reply(self.rfile.read(int(self.headers["Content-Length"])), SEALED + 30)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_authority_is_asked_for_a_stamp(folder: Path, tmp_path: Path, stamping: str, bag: Bag) -> None:
    made = run("bundle", folder, "--out", tmp_path / "c.zip", "--key", tmp_path / "school.pem", "--authority", stamping,
               "--sealed-at", sealing.instants.text(SEALED))  # fmt: skip
    assert made.exit_code == 0, made.output
    found = run(
        "verify",
        tmp_path / "c.zip",
        "--key",
        tmp_path / "school.pub.pem",
        "--ca",
        bag.ca,
        "--json",
        "--at",
        "2026-11-23",
    )
    assert json.loads(found.output)["existed_by"] == sealing.instants.text(SEALED + 30)


def test_an_authority_that_does_not_answer_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    for address, words in (("http://127.0.0.1:9/", "gave no stamp"), ("file:///etc/passwd", "no address")):
        asked = run(
            "bundle", folder, "--out", tmp_path / "c.zip", "--key", tmp_path / "school.pem", "--authority", address
        )
        assert refused(asked, words)
    assert not (tmp_path / "c.zip").exists()
