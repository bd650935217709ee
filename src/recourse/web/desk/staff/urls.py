"""Addresses of the institution's pages."""

from django.urls import URLPattern, URLResolver, path

from recourse.web.later import Later, later


def page(name: str) -> Later:
    """A view of this room by its module and name."""
    return later(f"recourse.web.desk.staff.{name}")


pages: list[URLPattern | URLResolver] = [
    path("institutions/", page("found.institutions"), name="institutions"),
    path("institutions/new/", page("found.new"), name="institution_new"),
    path("desk/<slug:slug>/set-up/", page("found.setup"), name="setup"),
    path("desk/<slug:slug>/set-up/details/", page("found.details"), name="setup_details"),
    path("desk/<slug:slug>/set-up/keys/", page("keys.page"), name="keys"),
    path("desk/<slug:slug>/set-up/keys/<uuid:pk>/revoke/", page("keys.revoke"), name="key_revoke"),
    path("desk/<slug:slug>/set-up/endpoints/", page("keys.hooks"), name="hooks"),
    path("desk/<slug:slug>/set-up/endpoints/<uuid:pk>/close/", page("keys.hook_close"), name="hook_close"),
    path("desk/<slug:slug>/set-up/endpoints/messages/<uuid:pk>/again/", page("keys.hook_again"), name="hook_again"),
    path("desk/<slug:slug>/people/", page("people.page"), name="people"),
    path("desk/<slug:slug>/people/<uuid:membership>/end/", page("people.end"), name="people_end"),
    path("desk/<slug:slug>/people/invited/<uuid:invitation>/", page("people.take_back"), name="people_take_back"),
    path("desk/<slug:slug>/courses/", page("courses.index"), name="courses"),
    path("desk/<slug:slug>/courses/new/", page("courses.new"), name="course_new"),
    path("desk/<slug:slug>/courses/<slug:course>/", page("courses.course"), name="course_setup"),
    path("desk/<slug:slug>/courses/<slug:course>/change/", page("courses.change"), name="course_change"),
    path("desk/<slug:slug>/contract/", page("courses.contracts"), name="contracts"),
    path("desk/<slug:slug>/contract/<int:number>/", page("courses.contract"), name="contract"),
    path("desk/<slug:slug>/policy/", page("policy.page"), name="policy"),
    path("desk/<slug:slug>/policy/write/", page("policy.edit"), name="policy_edit"),
    path("desk/<slug:slug>/policy/text/", page("policy_text.edit"), name="policy_text"),
    path("desk/<slug:slug>/policy/<int:number>/", page("policy.version"), name="policy_version"),
    path("desk/<slug:slug>/process/", page("process.page"), name="process"),
    path("desk/<slug:slug>/limits/", page("process.limits"), name="limits"),
    path("desk/<slug:slug>/purchases/", page("purchases.page"), name="purchases"),
    path("desk/<slug:slug>/purchases/file/", page("bringing.purchases"), name="purchases_file"),
    path("desk/<slug:slug>/purchases/progress/", page("bringing.progress"), name="progress_file"),
    path("desk/<slug:slug>/purchases/<uuid:pk>/match/", page("purchases.match"), name="purchase_match"),
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
