"""Addresses of the institution's pages."""

from django.urls import URLPattern, URLResolver, path

from recourse.web.later import Later, later


def page(name: str) -> Later:
    """A view of this room by its module and name."""
    return later(f"recourse.web.desk.staff.{name}")


pages: list[URLPattern | URLResolver] = [
    path("institutions/", page("found.institutions"), name="institutions"),
    path("desk/<slug:slug>/", page("queue.page"), name="queue"),
    path("desk/<slug:slug>/give/", page("queue.give"), name="queue_give"),
    path("desk/<slug:slug>/views/", page("saved.keep"), name="view_keep"),
    path("desk/<slug:slug>/views/<uuid:pk>/remove/", page("saved.remove"), name="view_remove"),
    path("desk/<slug:slug>/cases/<str:reference>/", page("case.page"), name="staff_case"),
    path("desk/<slug:slug>/cases/<str:reference>/decide/", page("decide.page"), name="staff_decide"),
    path("desk/<slug:slug>/cases/<str:reference>/second/", page("second.page"), name="staff_second"),
    path("desk/<slug:slug>/cases/<str:reference>/messages/", page("write.page"), name="staff_messages"),
    path("desk/<slug:slug>/cases/<str:reference>/give/", page("handing.give"), name="staff_give"),
    path("desk/<slug:slug>/cases/<str:reference>/review/", page("handing.review"), name="staff_review"),
    path("desk/<slug:slug>/cases/<str:reference>/close/", page("handing.close"), name="staff_close"),
    path("desk/<slug:slug>/texts/", page("texts.page"), name="texts"),
    path("desk/<slug:slug>/texts/<uuid:pk>/", page("texts.change"), name="text"),
    path("desk/<slug:slug>/figures/", page("figures.page"), name="figures"),
    path("desk/<slug:slug>/figures.csv", page("figures.as_csv"), name="figures_csv"),
]
