"""The interview: one question a page. Everything goes by GET, so a refresh, Back and a bookmark do what one expects.

`/ask/?<answers>` shows the next question; with `ask=<fact>` that one, filled with its answer. The form comes back to
the same address with the typed fields and `go=1`: what can be read leads on, what cannot is shown with its error.
After a round of questions, and where nothing is left to ask, it leads to the result: amounts first.
`ask=usual` puts two facts as one question, which is answered with yes or taken apart.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.facts import Fact
from recourse.problems import Problem
from recourse.web import engine, first, links, progress, questions, wording
from recourse.web.answers import MOST_OF_ONE, NOT_KNOWN, Answers
from recourse.web.around import around, place_options
from recourse.web.typed import Wrong
from recourse.web.views.requests import Asked, pairs, to_the_wrong_answer, understand

LATEST = 5  # answers shown beside a question; the page of all of them is one link away
USUAL = "usual"
LEADS_TO = {"answers", "result"}  # where a changed answer may lead back to


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Shows a question, or takes the answer to it and leads on."""
    asked = understand(request)
    name = request.GET.get("ask", "")
    if name == USUAL:
        return _usual(request, asked)
    if name and name not in engine.facts():
        raise Http404("fact")
    if name and request.GET.get("unknown"):
        narrowed = request.GET.get("narrow") and name in asked.answers.known
        return _on(request, asked.answers.settle(name) if narrowed else asked.answers.with_(name, NOT_KNOWN))
    if name and request.GET.get("go"):
        return _take(request, asked, engine.facts()[name])
    if name:
        within = _within(request, asked.answers, name)
    elif asked.assessed is None:
        return to_the_wrong_answer(request, asked)
    else:
        name = asked.assessed.next
        within = asked.answers.get(name) or ""  # the country is known, but the law of one of its parts may count
        if not name or (within and not place_options(within)) or first.round_ends(name, asked.answers):
            return HttpResponseRedirect(links.to(request, "result", answers=asked.answers))
        if first.is_usual(name, asked.answers):
            return _usual(request, asked)
    question = questions.question(engine.facts()[name], around(asked.answers, within), asked.answers.get(name))
    mine = [_wrong(problem) for problem in asked.problems if problem.field in (name, None)]
    return _page(request, asked, question.wrong(mine) if mine else question, within)


def _usual(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Was it bought as most buy? Yes answers each of it; else it is asked one by one."""
    if request.GET.get("go"):
        return _on(request, first.as_usual(asked.answers))
    name = next(iter(first.USUAL))
    apart = next((one for one in first.USUAL if asked.assessed and one in asked.assessed.json["missing"]), name)
    context = {
        "here": "ask", "answers": asked.answers, "apart": apart, "progress": progress.of(asked, name, again=False),
        "back": _back(request, asked.answers, name), "latest": progress.said(asked.answers)[-LATEST:],
    }  # fmt: skip
    return render(request, "web/usual.html", context)


def _back(request: HttpRequest, answers: Answers, name: str) -> str:
    before = answers.before(name)
    return (
        links.to(request, "ask", answers=answers, ask=before) if before else links.to(request, "home", answers=answers)
    )


def _within(request: HttpRequest, answers: Answers, name: str) -> str:
    """The country whose parts are asked for, where the question is only about these."""
    return (answers.get(name) or "") if request.GET.get("narrow") and engine.facts()[name].type == "place" else ""


def _take(request: HttpRequest, asked: Asked, fact: Fact) -> HttpResponse:
    """Reads what was typed: on to the next question, or the same one with its error and what was typed."""
    typed_in = {key: text[:MOST_OF_ONE] for key, text in pairs(request) if key.partition(".")[0] == "v"}
    within = _within(request, asked.answers, fact.id)
    surroundings = around(asked.answers, within)
    try:
        answers = asked.answers.with_(fact.id, questions.read(fact, typed_in, surroundings))
    except Wrong as wrong:
        problems = [wrong]
    else:
        considered = engine.consider(answers)
        before = {str(problem) for problem in asked.problems}
        problems = [_wrong(one) for one in considered.problems if one.field == fact.id or str(one) not in before]
        if not problems:
            return _on(request, answers)
    question = questions.question(fact, surroundings).as_typed(typed_in).wrong(problems)
    return _page(request, asked, question, within)


def _on(request: HttpRequest, answers: Answers) -> HttpResponse:
    """To the next question, or back to where the person came from to change an answer."""
    then = request.GET.get("then", "")
    return HttpResponseRedirect(links.to(request, then if then in LEADS_TO else "ask", answers=answers))


def _page(request: HttpRequest, asked: Asked, question: questions.Question, within: str) -> HttpResponse:
    answers, name = asked.answers, question.fact.id
    then = request.GET.get("then", "")
    leads_back = then in LEADS_TO
    back = links.to(request, then, answers=answers) if leads_back else _back(request, answers, name)
    context = {
        "here": "ask",
        "question": question,
        "answers": answers,
        "back": back,
        "then": then if leads_back else "",
        "within": engine.place_name(within, wording.lang()) if within else "",
        "not_known": name in answers.unknown,
        "progress": progress.of(asked, name, again=bool(within)),
        "latest": progress.said(answers)[-LATEST:],
    }
    return render(request, "web/question.html", context)


def _wrong(problem: Problem) -> Wrong:
    return Wrong(problem.say(wording.lang()))
