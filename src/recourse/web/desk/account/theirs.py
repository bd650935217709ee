"""The addresses of allauth as it has them under our settings, with views that are imported when they are asked for.

Its own lists import every view at once, and with them cryptography and all that passkeys need: as long as the rest of
a start. A test says where these and allauth's own lists have drifted apart.
"""

from django.urls import URLPattern, path, re_path

from recourse.web.later import later


def _page(route: str, module: str, view: str, name: str) -> URLPattern:
    return path(route, later(f"allauth.{module}.views.{view}"), name=name)


account = [
    _page("login/", "account", "login", "account_login"),
    _page("logout/", "account", "logout", "account_logout"),
    _page("inactive/", "account", "account_inactive", "account_inactive"),
    _page("signup/", "account", "signup", "account_signup"),
    _page("reauthenticate/", "account", "reauthenticate", "account_reauthenticate"),
    _page("email/", "account", "email", "account_email"),
    _page("confirm-email/", "account", "email_verification_sent", "account_email_verification_sent"),
    _page("password/change/", "account", "password_change", "account_change_password"),
    _page("password/set/", "account", "password_set", "account_set_password"),
    _page("password/reset/", "account", "password_reset", "account_reset_password"),
    _page("login/code/confirm/", "account", "confirm_login_code", "account_confirm_login_code"),
    _page(
        "password/reset/key/done/", "account", "password_reset_from_key_done", "account_reset_password_from_key_done"
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        later("allauth.account.views.password_reset_from_key"),
        name="account_reset_password_from_key",
    ),
    _page("password/reset/done/", "account", "password_reset_done", "account_reset_password_done"),
    _page("login/code/", "account", "request_login_code", "account_request_login_code"),
]
mfa = [
    _page("", "mfa.base", "index", "mfa_index"),
    _page("authenticate/", "mfa.base", "authenticate", "mfa_authenticate"),
    _page("reauthenticate/", "mfa.base", "reauthenticate", "mfa_reauthenticate"),
    _page("totp/activate/", "mfa.totp", "activate_totp", "mfa_activate_totp"),
    _page("totp/deactivate/", "mfa.totp", "deactivate_totp", "mfa_deactivate_totp"),
    _page("recovery-codes/", "mfa.recovery_codes", "view_recovery_codes", "mfa_view_recovery_codes"),
    _page("recovery-codes/generate/", "mfa.recovery_codes", "generate_recovery_codes", "mfa_generate_recovery_codes"),
    _page("recovery-codes/download/", "mfa.recovery_codes", "download_recovery_codes", "mfa_download_recovery_codes"),
    _page("webauthn/", "mfa.webauthn", "list_webauthn", "mfa_list_webauthn"),
    _page("webauthn/add/", "mfa.webauthn", "add_webauthn", "mfa_add_webauthn"),
    _page("webauthn/reauthenticate/", "mfa.webauthn", "reauthenticate_webauthn", "mfa_reauthenticate_webauthn"),
    _page("webauthn/keys/<int:pk>/remove/", "mfa.webauthn", "remove_webauthn", "mfa_remove_webauthn"),
    _page("webauthn/keys/<int:pk>/edit/", "mfa.webauthn", "edit_webauthn", "mfa_edit_webauthn"),
    _page("webauthn/login/", "mfa.webauthn", "login_webauthn", "mfa_login_webauthn"),
]
