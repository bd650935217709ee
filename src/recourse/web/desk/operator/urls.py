"""Addresses of the operator's pages."""

from django.urls import URLPattern, URLResolver, path

from recourse.web.later import later

HERE = "recourse.web.desk.operator"
pages: list[URLPattern | URLResolver] = [
    path("health", later(f"{HERE}.work.alive"), name="health"),
    path("operator/work/", later(f"{HERE}.work.page"), name="work"),
    path("operator/organisations/", later(f"{HERE}.organisations.page"), name="organisations"),
]
