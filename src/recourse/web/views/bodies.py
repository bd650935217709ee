"""One body to turn to: what it handles and not, how to reach it, what it costs, until when, who says so."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.web import corpus, shelf, wording


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A body."""
    found = shelf.body(name, wording.lang())
    if found is None:
        raise Http404("body")
    context = {"here": "rights", "one": corpus.body(found), "not_encoded": found["not_encoded"]}
    return render(request, "web/body.html", context)
