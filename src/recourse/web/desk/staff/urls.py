"""Addresses of the institution's pages."""

from django.urls import URLPattern, URLResolver, path

from recourse.web.later import Later, later


def page(name: str) -> Later:
    """A view of this room by its module and name."""
    return later(f"recourse.web.desk.staff.{name}")


pages: list[URLPattern | URLResolver] = [
    path("institutions/", page("found.institutions"), name="institutions"),
]
