"""What every page does first: read the answers from the address, and find out which day it is."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from recourse.facts import Facts
from recourse.problems import Problem
from recourse.web import answers as answering
from recourse.web import clock, engine, first, links, wording
from recourse.web.answers import Answers
from recourse.web.engine import Assessed, Considered

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1).toordinal(), dt.date(2100, 12, 31).toordinal()


@dataclass(frozen=True)
class Asked:
    """A request for a page of the interview, understood."""

    answers: Answers
    day: int
    today: int
    facts: Facts | None
    assessed: Assessed | None  # None where the answers cannot stand together
    problems: tuple[Problem, ...]
    taken: Mapping[str, str]  # what nobody said, and is taken as given

    @property
    def of_another_day(self) -> bool:
        """Whether the address asks for a day that is not today."""
        return self.day != self.today


def pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """What the address says, name by name, in its order; the last of a name that stands twice."""
    return [(name, str(text)) for name, text in request.GET.items()]


def understand(request: HttpRequest) -> Asked:
    """Raises BadRequest for an address that no interview can have made, Http404 for a platform nobody knows."""
    try:
        given = answering.read(pairs(request), engine.facts())
    except answering.TooLong as error:
        raise BadRequest(str(error)) from error
    if given.platform and engine.platform(given.platform) is None:
        raise Http404("platform")
    today = clock.today(given.get("learner_place"))
    day = today
    if given.day:
        asked = wording.day_of(given.day)
        if asked is None or not FIRST_DAY <= asked <= LAST_DAY:
            raise BadRequest("day")
        day = asked
    considered, taken = with_given(given, day)
    facts = considered.facts
    assessed = None if facts is None else engine.assess(given, facts, day=day, lang=wording.lang())
    return Asked(given, day, today, facts, assessed, considered.problems, taken)


def with_given(answers: Answers, day: int) -> tuple[Considered, Mapping[str, str]]:
    """The answers with what is taken as given, and what that is; nothing of it where it cannot stand beside them."""
    taken = first.given(engine.library(), answers, day)
    considered = engine.consider(first.with_given(answers, taken))
    return (considered, taken) if considered.facts is not None else (engine.consider(answers), {})


def to_the_wrong_answer(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Sends the person to the question whose answer cannot stand, where the error is shown."""
    names = [problem.field for problem in asked.problems if problem.field and problem.field in asked.answers]
    if names:
        return HttpResponseRedirect(links.to(request, "ask", answers=asked.answers, ask=names[0]))
    if asked.answers.given:  # a contradiction that names no question: the last answer made it
        return HttpResponseRedirect(links.to(request, "ask", answers=asked.answers, ask=asked.answers.names[-1]))
    raise BadRequest("facts")


def as_of_today(asked: Asked) -> Answers:
    """The same answers, asked today."""
    return replace(asked.answers, day=None)
