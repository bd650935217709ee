"""Which pages of other sites a browser lets ask: any where an address is for everybody, none where it needs a key.

A key in a page is a key that each of its visitors has. So an address with a key answers no preflight, and what it
answers is never readable to another site's page.
"""

from __future__ import annotations

from django.http import HttpResponse

from recourse.api.routes import ROUTES

DAY = 24 * 3600  # seconds for which a browser need not ask again whether it may ask


def is_for_all(path: str) -> bool:
    """Whether nothing at this address needs a key; one that there is not says so to everybody."""
    return not any(route.keyed for route in ROUTES if route.matches(path) is not None)


def let_in(response: HttpResponse) -> HttpResponse:
    """The same answer, for pages of any site. Never with credentials: there are none to send."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Retry-After"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def preflight(methods: str) -> HttpResponse:
    """What a browser hears before it sends a body of JSON from another site's page."""
    return HttpResponse(status=204, headers={
        "Allow": methods, "Access-Control-Allow-Methods": methods, "Access-Control-Max-Age": str(DAY),
        "Access-Control-Allow-Headers": "Accept-Language, Content-Type",
    })  # fmt: skip
