"""Addresses of what institutions publish, and of the desk's page where they answer questions about it."""

from django.urls import URLPattern, URLResolver, path

from recourse.web.later import Later, later


def page(name: str) -> Later:
    """A view of this room by its module and name."""
    return later(f"recourse.web.desk.public.{name}")


pages: list[URLPattern | URLResolver] = [
    path("courses/", page("catalogue.courses"), name="catalogue"),
    path("at/<slug:slug>/", page("catalogue.institution"), name="institution"),
    path("at/<slug:slug>/terms/<int:number>/", page("terms.page"), name="terms"),
    path("at/<slug:slug>/<slug:course>/", page("course.page"), name="course"),
    path("at/<slug:slug>/<slug:course>/course.jsonld", page("course.data"), name="course_data"),
    path("at/<slug:slug>/<slug:course>/ask/", page("course.ask"), name="course_ask"),
    path("at/<slug:slug>/<slug:course>/accept/", page("course.accept"), name="course_accept"),
    path("desk/<slug:slug>/questions/", page("answering.page"), name="questions"),
    path("desk/<slug:slug>/questions/<uuid:pk>/", page("answering.answer"), name="question_answer"),
]
