"""How Recourse works an answer out, what its words mean, and what happens to what one tells it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.web import labels


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """One page, always the same."""
    words = [(labels.status(word), labels.status_means(word)) for word in ("verified", "partly", "memory")]
    return render(request, "web/how.html", {"here": "how", "statuses": words})
