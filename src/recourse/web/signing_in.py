"""How people sign in, where allauth leaves it to us: the account's language, and nothing told to strangers."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from recourse.desk.models import Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The account remembers the language in which it was made: mail is written in it."""

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        """Make the account."""
        user.language = request.LANGUAGE_CODE
        made: Person = super().save_user(request, user, form, commit)
        return made
