"""One fact of a case that came to light: the question of the interview, and its answer kept in the case."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from recourse.desk.services import onward
from recourse.problems import Problem, each
from recourse.web import clock, engine, questions, wording
from recourse.web.access import Who, allow
from recourse.web.answers import MOST_OF_ONE, Answers
from recourse.web.around import around
from recourse.web.desk.learner import acting
from recourse.web.desk.learner import case as pages
from recourse.web.typed import Wrong


@allow(Who.LEARNER, Who.ADVISER)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """The question, filled with what is known; its answer is recorded, and everything is worked out anew."""
    case = pages.find(request, reference)
    fact = engine.facts().get(name)
    if fact is None:
        raise Http404
    answers = Answers(tuple((key, str(text)) for key, text in case.facts.items()), platform=case.platform or None)
    near = around(answers, "")
    question = questions.question(fact, near, answers.get(name))
    status, back = 200, "case" if request.GET.get("then") == "case" else "onward"
    if request.method == "POST":
        typed_in = {key: str(text)[:MOST_OF_ONE] for key, text in request.POST.items() if key.partition(".")[0] == "v"}
        try:
            text = questions.read(fact, typed_in, near)
            onward.state(case=case, by=acting.person_of(request), facts={name: text}, at=clock.now())
        except Wrong as wrong:
            wrongs = [wrong]
        except Problem as problem:
            wrongs = [Wrong(one.message.of(wording.lang())) for one in each(problem)]
        else:
            return redirect(f"web:{back}", case.reference)
        question, status = questions.question(fact, near).as_typed(typed_in).wrong(wrongs), 422
    context = {"here": "cases", "case": case, "question": question, "back": back}
    return render(request, "desk/case_fact.html", context, status=status)
