"""What a service objects to, beside the field of a form that it is about."""

from recourse.problems import Problem
from recourse.web import wording


def say(problem: Problem) -> str:
    """The problem in the page's language without the name of its field, which the form shows."""
    return Problem(problem.message, hint=problem.hint).say(wording.lang())
