"""Addresses of the learner's pages."""

from django.urls import URLPattern, URLResolver, path

from recourse.web.later import Later, later


def page(name: str) -> Later:
    """A view of this room by its module and name."""
    return later(f"recourse.web.desk.learner.{name}")


pages: list[URLPattern | URLResolver] = [
    path("cases/", page("mine.page"), name="cases"),
    path("drafts/", page("drafts.keep"), name="keep"),
    path("drafts/<str:secret>/", page("drafts.page"), name="draft"),
    path("drafts/<str:secret>/away/", page("drafts.away"), name="draft_away"),
    path("complain/", page("new.complain"), name="complain"),
    path("cases/new/", page("new.page"), name="new"),
    path("cases/new/<str:secret>/order/", page("new.order"), name="new_order"),
    path("cases/new/<str:secret>/voucher/", page("voucher.page"), name="new_voucher"),
    path("cases/new/<str:secret>/voucher/<int:number>/", page("voucher.picture"), name="new_picture"),
    path("cases/new/<str:secret>/read/", page("voucher.read"), name="new_read"),
    path("cases/new/<str:secret>/reason/", page("new.reason"), name="new_reason"),
    path("cases/new/<str:secret>/check/", page("new.check"), name="new_check"),
    path("cases/<str:reference>/sent/", page("sent.page"), name="sent"),
    path("cases/<str:reference>/receipt.pdf", page("sent.receipt"), name="receipt"),
    path("cases/<str:reference>/files/<uuid:pk>/", page("files.original"), name="file"),
    path("cases/<str:reference>/files/<uuid:pk>/<int:number>/", page("files.shown"), name="file_shown"),
    path("cases/<str:reference>/", page("case.page"), name="case"),
    path("cases/<str:reference>/write/", page("acting.write"), name="case_write"),
    path("cases/<str:reference>/files/", page("acting.file"), name="case_file"),
    path("cases/<str:reference>/do/<slug:verb>/", page("acting.do"), name="case_do"),
    path("cases/<str:reference>/send/", page("listed.send"), name="case_send"),
    path("cases/<str:reference>/answered/", page("listed.answered"), name="case_answered"),
    path("cases/<str:reference>/letter/<slug:kind>/", page("letters.page"), name="case_letter"),
    path("cases/<str:reference>/facts/<slug:name>/", page("fact.page"), name="case_fact"),
    path("cases/<str:reference>/card/", page("card.page"), name="case_card"),
    path("cases/<str:reference>/dates.ics", page("calendar.dates"), name="case_dates"),
    path("cases/<str:reference>/onward/", page("onward.index"), name="onward"),
    path("cases/<str:reference>/onward/<slug:name>/", page("onward.body"), name="onward_body"),
    path("cases/<str:reference>/onward/<slug:name>/turned/", page("onward.turned"), name="onward_turned"),
    path("cases/<str:reference>/onward/<slug:name>/answer/", page("onward.answer"), name="onward_answer"),
    path("cases/<str:reference>/share/", page("helping.page"), name="case_share"),
    path("cases/<str:reference>/share/<slug:verb>/", page("helping.change"), name="case_share_change"),
    path("check/", page("check.page"), name="check"),
    path("withdraw/", page("withdraw.page"), name="withdraw"),
    path("withdraw/<str:secret>/", page("withdraw.check"), name="withdraw_check"),
    path("withdraw/<str:secret>/done/", page("withdraw.done"), name="withdraw_done"),
    path("cases/<str:reference>/bundle.zip", page("bundle.page"), name="case_bundle"),
    path("s/<str:secret>/bundle.zip", page("bundle.shared"), name="shared_bundle"),
    path("heads/", page("heads.page"), name="heads"),
    path("heads/<int:size>.txt", page("heads.note"), name="head"),
    path("heads/<int:size>/grown.txt", page("heads.grown"), name="head_grown"),
    path("heads/key.pem", page("heads.key"), name="seal_key"),
]
