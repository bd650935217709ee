"""What every answer carries: headers that let nothing foreign in, and the language of the page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from recourse.desk import scope
from recourse.web import access

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Passkeys need a script, which is allauth's own, and the secret of an authenticator is shown as a picture in the page.
SIGNING_IN = POLICY.replace("img-src 'self'", "script-src 'self'; connect-src 'self'; img-src 'self' data:")
WITH_SCRIPT = f"{POLICY}; script-src 'self'"  # for a page that has one of ours and works without it
ROOM_OF_SCRIPTS = "/account/"
# What an address may say (`?lang=zh`) and the language it means.
SPOKEN = {"en": "en", "zh": "zh-hans"}
SHORT = {language: short for short, language in SPOKEN.items()}


class Headers:
    """No script, no style but ours, no frame, no other site; and answers are nobody else's to keep."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Adds the headers to whatever was answered, errors included."""
        response = self.get_response(request)
        policy = SIGNING_IN if request.path.startswith(ROOM_OF_SCRIPTS) else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if set(request.GET) - {"lang"}:  # an address with somebody's answers is nothing to be found by others
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response


class Language:
    """Chooses the language: the address first, then the cookie, then what the browser asks for.

    An address with `lang` also sets the cookie. `request.carries_language` says that no cookie has come back yet, so
    that links repeat the language and the choice holds in a browser that keeps no cookies.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activates the language for this request, names it in the answer, and remembers a choice."""
        chosen = SPOKEN.get(request.GET.get("lang", ""))
        language = chosen or translation.get_language_from_request(request)
        remembered = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        request.LANGUAGE_CODE = language
        request.carries_language = chosen is not None and remembered != chosen  # type: ignore[attr-defined]
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.to_locale(language).replace("_", "-"))
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if chosen is not None and remembered != chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite="Lax",
                secure=settings.LANGUAGE_COOKIE_SECURE,
            )
        return response


class Scoped:
    """Everything a request reads and writes is within what its person may see: recourse.desk.scope."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Works out the scope once and answers inside it. Who is not signed in costs no query."""
        with scope.of(access.scope_of(request)):
            return self.get_response(request)
