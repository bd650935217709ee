"""Pages for what went wrong: they say what happened, whose fault it was, and where to go on."""

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext

PROGRAMS = {400: "not-readable", 403: "not-allowed", 404: "not-found", 500: "broken"}  # what the API calls it


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address cannot be read."""
    if isinstance(exception, TooManyFieldsSent):
        request.GET = QueryDict()  # it would be refused again by whatever reads it on the way out
    return _page(
        request,
        400,
        gettext("This address cannot be read"),
        gettext(
            "It is cut off, changed, or holds more than an interview can. Begin again, or use the address you saved."
        ),
    )


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """403: not allowed."""
    return _page(
        request, 403, gettext("This is not allowed"), gettext("Go back, and try once more from the page before.")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """404: no such page."""
    return _page(
        request,
        404,
        gettext("There is no such page"),
        gettext(
            "The address may be mistyped, or the rule may have another name now. Nothing you have told us is lost."
        ),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: our own fault."""
    return _page(
        request,
        500,
        gettext("Something broke on our side"),
        gettext("It was not you. Your answers stand in the address of this page: try it again in a minute."),
    )


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/") and request.path != "/api/":  # which is for people
        from recourse.api.door import problem  # noqa: PLC0415 - pages need no API
        from recourse.api.refusals import Refused  # noqa: PLC0415

        return problem(Refused(PROGRAMS[status]))
    return render(request, "web/error.html", {"title": title, "text": text}, status=status)
