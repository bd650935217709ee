"""Addresses of the learner's pages."""

from django.urls import URLPattern, URLResolver, path

from recourse.web.later import Later, later


def page(name: str) -> Later:
    """A view of this room by its module and name."""
    return later(f"recourse.web.desk.learner.{name}")


pages: list[URLPattern | URLResolver] = [
    path("cases/", page("mine.page"), name="cases"),
    path("cases/<str:reference>/", page("case.page"), name="case"),
    path("check/", page("check.page"), name="check"),
    path("withdraw/", page("withdraw.page"), name="withdraw"),
]
