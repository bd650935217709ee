"""Views imported late are the views that the addresses name, with all that is said of them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from recourse.web.desk.account import theirs
from recourse.web.later import Later, later
from several import each


def late(patterns: Any, at: str = "") -> Iterator[tuple[str, Later]]:
    """Every view of ours that is imported late, with its address."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from late(one.url_patterns, at + str(one.pattern))
        elif isinstance(one, URLPattern) and isinstance(one.callback, Later):
            yield at + str(one.pattern), one.callback


ALL = dict(late(get_resolver("recourse.web.urls").url_patterns))


def test_every_address_names_a_view_that_is_there() -> None:
    def there(address: str) -> None:
        assert callable(ALL[address].view)

    each(ALL, there)


def addresses(patterns: Any, at: str = "") -> Iterator[tuple[str, str | None, object]]:
    """Route, name and view of every address."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, at + str(one.pattern))
        else:
            yield at + str(one.pattern), one.name, getattr(one.callback, "view", one.callback)


@pytest.mark.parametrize("room", ["account", "mfa"])
def test_the_addresses_of_allauth_are_as_it_has_them(room: str) -> None:
    own = import_module(f"allauth.{room}.urls").urlpatterns
    assert list(addresses(getattr(theirs, room))) == list(addresses(own))


def test_what_is_said_of_a_view_is_said_of_what_stands_for_it() -> None:
    found = later("django.views.csrf.csrf_failure")
    found.view.who = "anybody"  # type: ignore[attr-defined]
    try:
        assert found.who == "anybody"
        assert not hasattr(found, "csrf_exempt")
    finally:
        del found.view.who  # type: ignore[attr-defined]


def in_a_fresh_process(code: str) -> str:
    """What the code prints; Django is set up before it."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "recourse.web.settings"}
    code = f"import sys, django; django.setup(); {code}"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return done.stdout


def test_the_addresses_can_be_listed_without_any_view() -> None:
    late = "('recourse.library', 'cryptography', 'allauth.account.views')"
    code = (
        "from django.urls import reverse; reverse('web:home'); reverse('web:compare'); reverse('mfa_index');"
        f"print([n for n in sys.modules if n in {late} or n.startswith('recourse.web.views.')])"
    )
    assert in_a_fresh_process(code) == "[]\n"


HEAVY = {
    "PIL", "cryptography", "duckdb", "fido2", "polars", "pyarrow", "pypdfium2", "pyspark", "rich", "typer", "typst",
    "z3",
}  # fmt: skip


def test_the_first_page_waits_for_nothing_that_it_does_not_use() -> None:
    code = (
        "from django.test import Client; found = Client().get('/', HTTP_HOST='localhost');"
        f"print(found.status_code, sorted({HEAVY!r} & set(sys.modules)))"
    )
    assert in_a_fresh_process(code) == "200 []\n"
