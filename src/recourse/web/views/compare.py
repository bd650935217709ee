"""Compare: paste or edit a policy, choose a place, and see where it pays less than the law there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from recourse.web import clock, comparing, engine, wording
from recourse.web.around import place_options
from recourse.web.fields import Option
from recourse.web.middleware import POLICY

FIRST = "udemy"
# The one page with a script: it sends what one types and puts the answer beside it. Nothing foreign can come in.
WITH_SCRIPT = f"{POLICY}; script-src 'self'; connect-src 'self'"


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The text with its verdict. A POST changes nothing: a policy is only too long for an address."""
    asked = request.POST if request.method == "POST" else request.GET
    start = asked.get("from", "") if engine.platform(asked.get("from", "")) is not None else ""
    text = asked.get("policy", "").replace("\r\n", "\n")
    if "load" in asked or not text:
        text = comparing.shipped(start or FIRST)
        start = start or FIRST
    place = asked.get("place", "") or "DE"
    if not comparing.known_place(place):
        place = "DE"
    found = comparing.compare(text, place, clock.today(place))
    context = {
        "here": "compare",
        "text": text,
        "start": start or FIRST,
        "place": place,
        "places": place_options(),
        "platforms": [Option(key, name) for key, name in engine.platforms(wording.lang())],
        "found": found,
        "longest": comparing.LONGEST,
    }
    only_the_answer = request.headers.get("X-Part") == "answer"
    response = render(request, "web/parts/compared.html" if only_the_answer else "web/compare.html", context)
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response
