"""Check your answers: everything said so far, each with a way to change it."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.web import engine, first, links, progress, wording
from recourse.web.answers import Answers
from recourse.web.views.requests import to_the_wrong_answer, understand


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """The answers by group, in the order of the vocabulary."""
    asked = understand(request)
    if not asked.answers.given and not asked.answers.platform:
        return HttpResponseRedirect(links.to(request, "home"))
    if asked.assessed is None:
        return to_the_wrong_answer(request, asked)
    kinds = engine.facts()
    said = sorted(progress.said(asked.answers), key=lambda one: kinds[one.fact].position)
    groups = [
        (engine.group_name(name, wording.lang()), list(ones)) for name, ones in groupby(said, key=lambda one: one.group)
    ]
    platform = asked.answers.platform
    context = {
        "here": "ask",
        "answers": asked.answers,
        "groups": groups,
        "platform": engine.platform_name(platform, wording.lang()) if platform else "",
        "next": asked.assessed.next,
        "given": progress.said(first.with_given(Answers(), asked.taken)),
        "last": asked.answers.names[-1] if asked.answers.names else "",
    }
    return render(request, "web/answers.html", context)
