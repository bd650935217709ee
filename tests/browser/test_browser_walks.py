"""Walks through the desk as people take them: the example world, served as `./start` serves it, mail in the terminal."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
PATIENCE = 60  # seconds for a server to begin, or a mail to come
CODE = re.compile(r"^\s*([0-9A-Z]{3,4}-?[0-9A-Z]{3,4})\s*$", re.MULTILINE)


@dataclass
class Installation:
    """One that runs: its address, its folder, and what its terminal says."""

    base: str
    env: dict[str, str]
    terminal: Path

    def run(self, *words: str) -> str:
        """What `recourse …` prints there."""
        command = [sys.executable, "-m", "recourse.cli", *words]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=True).stdout

    def code_for(self, email: str, already: int) -> str:
        """The code of the mail to that address that came after the terminal had `already` characters."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            _, _, mail = self.terminal.read_text()[already:].partition(f"To: {email}")
            found = CODE.search(mail)
            if found:
                return found[1]
            time.sleep(0.1)
        raise AssertionError(self.terminal.read_text()[-2000:])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Installation]:
    """An installation of its own with the example world."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://localhost:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RECOURSE_")}
    env = {
        **kept, "RECOURSE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "recourse.web.settings", "PYTHONUNBUFFERED": "1",
        "RECOURSE_ADDRESS": base,
    }  # fmt: skip
    found = Installation(base, env, home / "terminal.txt")
    subprocess.run([sys.executable, "-m", "django", "migrate", "--no-input"], env=env, check=True, capture_output=True)
    found.run("example", "world", "--json")
    with found.terminal.open("w") as terminal:
        command = [sys.executable, "-m", "recourse.web.serve", "--port", str(port)]
        with subprocess.Popen(command, env=env, stdout=terminal, stderr=terminal) as server:
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                with contextlib.suppress(OSError), urllib.request.urlopen(base, timeout=5):
                    break
                time.sleep(0.2)
            yield found
            server.terminate()


@pytest.fixture
def visit(browser: Any, running: Installation) -> Iterator[Callable[..., Any]]:
    """A browser of its own for somebody, who is signed in: visit("lena@nordlicht.example", staff=True)."""
    contexts: list[Any] = []

    def start(email: str, *, staff: bool = False, width: int = 1280, scripts: bool = True) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="en-GB", java_script_enabled=scripts, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        already = len(running.terminal.read_text())
        page.goto(f"{running.base}/cases/")
        page.fill("input[name=email]", email)
        page.click("main button.btn")
        page.fill("input[name=code]", running.code_for(email, already))
        page.click("main button.btn")
        if staff:
            page.fill("input[name=code]", running.run("example", "code", email).strip())
            page.locator("main button").first.click()
        page.wait_for_url("**/cases/")
        return page

    yield start
    for context in contexts:
        context.close()


def test_a_learner_follows_a_case_and_takes_proof_of_it_home(
    running: Installation, visit: Callable[..., Any], tmp_path: Path
) -> None:
    page = visit("anna@people.example", width=360, scripts=False)
    assert page.locator("h1").inner_text() == "My cases"
    page.locator("main a[href^='/cases/RC-']").first.click()
    assert page.locator("aside.example").is_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Everything as one bundle (ZIP)").click()
    out, key = tmp_path / "case.zip", tmp_path / "key.pem"
    waiting.value.save_as(out)
    with urllib.request.urlopen(f"{running.base}/heads/key.pem") as answer:
        key.write_bytes(answer.read())
    assert "PROVED" in running.run("verify", str(out), "--key", str(key))


def test_an_agent_decides_and_the_learner_reads_it(running: Installation, visit: Callable[..., Any]) -> None:
    agent = visit("lena@nordlicht.example", staff=True)
    agent.goto(f"{running.base}/desk/nordlicht/")
    assert agent.locator("aside.example").is_visible()
    agent.get_by_role("link", name="Jonas Weber").first.click()
    reference = re.search(r"RC-[0-9A-Z]{4}-[0-9A-Z]{4}", agent.url)[0]  # type: ignore[index]
    agent.get_by_role("link", name="Decide", exact=True).click()
    agent.check("input[name=kind][value=whole]")
    agent.fill("textarea[name=letter]", "You get all of it back within two weeks.")
    agent.get_by_role("button", name="Decide", exact=True).click()
    agent.wait_for_url(f"**/cases/{reference}/")
    learner = visit("jonas@people.example")
    learner.goto(f"{running.base}/cases/{reference}/")
    text = learner.locator("main").inner_text()
    assert "You get all of it back within two weeks." in text and "84.99" in text


def test_nobody_else_gets_in(running: Installation, visit: Callable[..., Any]) -> None:
    stranger = visit("mei@people.example")
    assert stranger.goto(f"{running.base}/desk/nordlicht/").status in (403, 404)
    other = visit("lina@mingde.example", staff=True)
    assert other.goto(f"{running.base}/desk/nordlicht/").status == 404
    assert other.goto(f"{running.base}/desk/mingde/").status == 200


def test_the_records_hold(running: Installation) -> None:
    assert "Everything holds." in running.run("audit")
