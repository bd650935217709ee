"""Views imported late are the views that the addresses name, with all that is said of them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from recourse.web.later import Later, later


def late(patterns: Any, at: str = "") -> Iterator[tuple[str, Later]]:
    """Every view of ours that is imported late, with its address."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from late(one.url_patterns, at + str(one.pattern))
        elif isinstance(one, URLPattern) and isinstance(one.callback, Later):
            yield at + str(one.pattern), one.callback


ALL = dict(late(get_resolver("recourse.web.urls").url_patterns))


@pytest.mark.parametrize("address", ALL)
def test_every_address_names_a_view_that_is_there(address: str) -> None:
    view = ALL[address]
    assert callable(view.view)
    assert view.view.__name__ == view.__name__


def test_what_is_said_of_a_view_is_said_of_what_stands_for_it() -> None:
    found = later("django.views.csrf.csrf_failure")
    found.view.who = "anybody"  # type: ignore[attr-defined]
    try:
        assert found.who == "anybody"
        assert not hasattr(found, "csrf_exempt")
    finally:
        del found.view.who  # type: ignore[attr-defined]


def test_the_addresses_can_be_listed_without_any_view() -> None:
    code = (
        "import django; django.setup(); from django.urls import reverse; reverse('web:home'); reverse('web:compare');"
        "import sys; print([n for n in sys.modules if n.startswith('recourse.web.views.') or n == 'recourse.library'])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "recourse.web.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr
