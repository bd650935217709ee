"""What every page knows: its language, the way to the other one, and which files of style it uses."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from recourse.web import links, wording


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of the frame around each page."""
    here = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    others = [(code, name) for code, name in settings.LANGUAGES if code != here]
    return {
        "signed_in": _signed_in(request),
        "language": wording.tag(),
        "languages": [
            {"tag": "zh-Hans" if code == "zh-hans" else code, "name": name, "address": links.in_language(request, code)}
            for code, name in others
        ],
    }


def _signed_in(request: HttpRequest) -> str:
    """How the account is called for whoever is signed in; asked of the session only where there is one."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return ""
    return str(getattr(request.user, "name", "")) or gettext("Account")
