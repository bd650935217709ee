"""The first page: where do you live, where did you buy, begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.web import engine, example, wording
from recourse.web.around import place_options
from recourse.web.fields import Option
from recourse.web.views.requests import understand


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Two lists and a button; what the address already says is chosen."""
    asked = understand(request)
    platforms = [Option(key, name) for key, name in engine.platforms(wording.lang())]
    return render(
        request,
        "web/home.html",
        {
            "here": "home",
            "answers": asked.answers,
            "place": asked.answers.get("learner_place") or "",
            "places": place_options(),
            "platforms": platforms,
            "example": example.worked(),
        },
    )
