"""What the tests of the pages share: compiled translations, a fixed day, an interview that is nearly told."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import Client

from recourse.web import clock

TODAY = dt.date(2026, 11, 22).toordinal()
PO = Path(clock.__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

# A recorded course bought in Germany ten days ago; told of the right to withdraw.
TOLD = {
    "platform": "ils-de",
    "learner_place": "DE",
    "paid": "84.99 EUR",
    "price": "84.99 EUR",
    "concluded_on": "2026-11-10",
    "kind": "recorded-course",
    "buyer_is_consumer": "true",
    "sales_channel": "online",
    "withdrawal_information_given": "true",
    "requested_on": "2026-11-20",
    "request_received_on": "2026-11-20",
}


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    """The Chinese, compiled as ./start does it."""
    mo = PO.with_suffix(".mo")
    if not mo.exists() or mo.stat().st_mtime < PO.stat().st_mtime:
        half = mo.with_suffix(f".{os.getpid()}")  # tests run side by side
        with PO.open("rb") as po, half.open("wb") as out:
            write_mo(out, read_po(po))
        half.replace(mo)


@pytest.fixture(autouse=True)
def _a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda place=None: TODAY)


@pytest.fixture
def told() -> dict[str, str]:
    """The answers of an interview that is nearly over."""
    return dict(TOLD)


@pytest.fixture
def page() -> Callable[..., str]:
    """The text of a page: page("/ask/", learner_place="DE", lang="zh")."""

    def get(path: str, status: int = 200, **query: str) -> str:
        response = Client(SERVER_NAME="localhost").get(f"{path}?{urlencode(query)}" if query else path)
        assert response.status_code == status, response
        return str(response.content.decode())

    return get


@pytest.fixture
def follow() -> Callable[..., str]:
    """Where a page leads on to: the address it redirects to."""

    def get(path: str, **query: str) -> str:
        response = Client(SERVER_NAME="localhost").get(f"{path}?{urlencode(query)}")
        assert response.status_code == 302, response.content.decode()[:2000]
        return str(response["Location"])

    return get
