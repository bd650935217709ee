"""A real browser against the real pages, served in a thread: nothing is fetched from anywhere else."""

import contextlib
import datetime as dt
import importlib
import os
import re
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from recourse.web import clock

playwright_api = pytest.importorskip("playwright.sync_api")

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 60  # seconds for a server to begin, or a mail to come
CODE = re.compile(r"^\s*([0-9A-Z]{3,4}-?[0-9A-Z]{3,4})\s*$", re.MULTILINE)
TODAY = dt.date(2026, 11, 22).toordinal()

TOLD = {
    "platform": "ils-de",
    "learner_place": "DE",
    "seller_place": "DE",
    "paid": "480.00 EUR",
    "price": "480.00 EUR",
    "concluded_on": "2026-11-10",
    "kind": "correspondence-course",
    "legal_class": "service",
    "buyer_is_consumer": "true",
    "sales_channel": "online",
    "withdrawal_information_given": "true",
    "requested_on": "2026-11-20",
    "request_received_on": "2026-11-20",
    "starts_on": "2026-11-12",
    "ends_on": "2027-11-11",
}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class _Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture(scope="session")
def base() -> Iterator[str]:
    """The address of the pages, with whitenoise and all middleware as in production, on a fixed day."""
    application = importlib.import_module("recourse.web.wsgi").application  # starts Django, so not before a test asks
    before, clock.today = clock.today, lambda place=None: TODAY  # type: ignore[assignment]
    server = make_server("localhost", 0, application, _Threaded, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    clock.today = before


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """Chromium without a network of its own."""
    with playwright_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Any, base: str) -> Iterator[Callable[..., Any]]:
    """Opens a page: open_page("/", width=360, scheme="dark", scripts=False). No foreign request may be made."""
    contexts: list[Any] = []
    foreign: list[str] = []

    def start(
        path: str,
        *,
        width: int = 1280,
        scheme: str = "light",
        language: str = "en",
        scripts: bool = True,
        told: bool = False,
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            locale="zh-CN" if language == "zh" else "en-GB",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request", lambda request: None if request.url.startswith((base, "data:")) else foreign.append(request.url)
        )
        page.goto(base + path + (("&" if "?" in path else "?") + urlencode(TOLD) if told else ""))
        return page

    yield start
    for context in contexts:
        context.close()
    assert not foreign


@dataclass
class Installation:
    """One that runs: its address, its folder, and what its terminal says."""

    base: str
    env: dict[str, str]
    terminal: Path
    used: dict[str, str] = field(default_factory=dict)  # the second factor that each gave last

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

    def second_factor(self, email: str) -> str:
        """What their authenticator shows; the same is not taken twice, so a second sign-in waits for the next."""
        end = time.monotonic() + PATIENCE
        while (code := self.run("example", "code", email).strip()) == self.used.get(email):
            assert time.monotonic() < end
            time.sleep(1)
        self.used[email] = code
        return code

    def mail_to(self, email: str, already: int) -> str:
        """The newest mail to that address since the terminal had `already` characters, codes left aside."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            mails = self.terminal.read_text()[already:].split("Content-Type: ")[1:]
            found = [mail for mail in mails if f"To: {email}" in mail and not CODE.search(mail)]
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(self.terminal.read_text()[-2000:])


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Installation]:
    """An installation of its own with the example world, served as `./start` serves it, mail in the terminal."""
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
    if "RECOURSE_WALKED_DATABASE" in os.environ:  # tests/on_postgres.py: a new one, that is nobody's
        env["RECOURSE_DATABASE"] = os.environ["RECOURSE_WALKED_DATABASE"]
    found = Installation(base, env, home / "terminal.txt")
    subprocess.run([sys.executable, "-m", "django", "migrate", "--no-input"], env=env, check=True, capture_output=True)
    found.run("example", "world", "--json")
    with found.terminal.open("w") as terminal:
        command = [sys.executable, "-m", "recourse.web.serve", "--port", str(port)]
        with subprocess.Popen(command, env=env, stdout=terminal, stderr=terminal) as server:
            try:
                _answers(server, found)
                yield found
            finally:
                server.terminate()


def _answers(server: subprocess.Popen[bytes], found: Installation) -> None:
    """Wait until it answers. Where it has ended, or takes too long, the test says what the server said."""
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(found.base, timeout=5):
            return
        time.sleep(0.2)
    pytest.fail(f"the server does not answer:\n{found.terminal.read_text()[-3000:]}")


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
            page.fill("input[name=code]", running.second_factor(email))
            page.locator("main button").first.click()
        page.wait_for_url("**/cases/")
        return page

    yield start
    for context in contexts:
        context.close()
