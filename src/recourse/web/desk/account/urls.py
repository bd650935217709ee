"""Addresses of the account. Those of allauth follow, without the ones that we answer ourselves."""

from django.urls import include, path

from recourse.web.desk.account import theirs
from recourse.web.later import later

HERE = "recourse.web.desk.account.views"
pages = [
    path("account/", later(f"{HERE}.account"), name="account"),
    path("account/login/", later(f"{HERE}.sign_in"), name="sign_in"),
    path("account/data/", later("recourse.web.desk.account.data.page"), name="data"),
    path("account/data.json", later("recourse.web.desk.account.data.copy"), name="data_copy"),
    path("invited/<str:secret>/", later("recourse.web.desk.account.invited.page"), name="invited"),
    path("s/<str:secret>/", later("recourse.web.desk.learner.shared.page"), name="shared"),
]
# allauth knows these by names of its own, outside our namespace.
outside = [
    path("account/login/", later(f"{HERE}.sign_in"), name="account_login"),
    path("account/signup/", later(f"{HERE}.sign_in"), name="account_signup"),
    path("account/login/code/", later(f"{HERE}.sign_in"), name="account_request_login_code"),
    path("account/password/reset/", later(f"{HERE}.no_password"), name="account_reset_password"),
    path("account/password/change/", later(f"{HERE}.no_password"), name="account_change_password"),
    path("account/password/set/", later(f"{HERE}.no_password"), name="account_set_password"),
    path("account/email/", later(f"{HERE}.no_password"), name="account_email"),
    path("account/", include(theirs.account)),
    path("account/2fa/", include(theirs.mfa)),
]
