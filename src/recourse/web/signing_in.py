"""How people sign in, where allauth leaves it to us: the account's language, and nothing told to strangers."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

from recourse.desk.models import Person

UNKNOWN = "0.0.0.0"  # noqa: S104 - nobody listens there: it stands for all whose address nobody tells


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The account remembers the language in which it was made: mail is written in it."""

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        """Make the account."""
        user.language = request.LANGUAGE_CODE
        made: Person = super().save_user(request, user, form, commit)
        return made

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one comes to from no page: staff to their queue."""
        from recourse.web.desk.landing import landing  # noqa: PLC0415 - allauth loads this module before the tables are

        return landing(request)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the outermost of our own proxies saw; who cannot be told apart is counted together."""
        try:
            return str(super().get_client_ip(request))
        except (PermissionDenied, ImproperlyConfigured):  # a socket without an address; a way around the proxies
            return UNKNOWN
