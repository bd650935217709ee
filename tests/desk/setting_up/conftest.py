"""The pages that the navigation leads to; one that is not built yet is a placeholder here."""

from __future__ import annotations

import types

import pytest
from django.http import HttpResponse
from django.urls import clear_url_caches, include, path

from recourse.web import urls

NAVIGATION = ("queue", "figures", "courses", "policy", "purchases", "money", "setup")


@pytest.fixture(autouse=True)
def navigation(settings):
    """Placeholders for the pages of the navigation that nobody has built yet."""
    built = {one.name for one in urls.app}
    missing = [path(f"desk/<slug:slug>/{name}/", lambda *_, **__: HttpResponse(), name=name)
               for name in NAVIGATION if name not in built]  # fmt: skip
    if missing:
        root = types.ModuleType("root_with_placeholders")
        root.urlpatterns = [path("", include(([*urls.app, *missing], "web"))), *urls.account.outside]
        for name in ("handler400", "handler403", "handler404", "handler500"):
            setattr(root, name, getattr(urls, name))
        settings.ROOT_URLCONF = root
        clear_url_caches()
