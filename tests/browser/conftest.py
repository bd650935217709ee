"""A real browser against the real pages, served in a thread: nothing is fetched from anywhere else."""

import datetime as dt
import importlib
import socketserver
import threading
from collections.abc import Callable, Iterator
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
