"""Addresses of the pages about money."""

from django.urls import URLPattern, URLResolver, path

from recourse.web.later import Later, later


def page(name: str) -> Later:
    """A view of this room by its module and name."""
    return later(f"recourse.web.desk.money.{name}")


pages: list[URLPattern | URLResolver] = [
    path("desk/<slug:slug>/money/", page("report.page"), name="money"),
    path("desk/<slug:slug>/money/accounts/", page("accounts.page"), name="money_accounts"),
    path("desk/<slug:slug>/money/messages/", page("bank.message"), name="money_message"),
    path("desk/<slug:slug>/money/postings.csv", page("statement.page"), name="money_postings"),
    path("desk/<slug:slug>/money/files/", page("bank.gather"), name="money_gather"),
    path("desk/<slug:slug>/money/files/<uuid:pk>.xml", page("bank.file"), name="money_file"),
    path("desk/<slug:slug>/money/<uuid:pk>/", page("payout.page"), name="payout"),
    path("desk/<slug:slug>/money/<uuid:pk>/release/", page("release.page"), name="payout_release"),
    path("desk/<slug:slug>/money/<uuid:pk>/cancel/", page("payout.cancel"), name="payout_cancel"),
    path("desk/<slug:slug>/cases/<str:reference>/money/", page("case.page"), name="case_money"),
    path("desk/<slug:slug>/cases/<str:reference>/money/elsewhere/", page("elsewhere.page"), name="money_elsewhere"),
    path("hooks/<uuid:pk>/", page("hook.page"), name="hook"),
]
