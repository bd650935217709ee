"""What the interview asks first, what it takes as given, and where it stops to show what it has found.

Anybody can say what was paid and when; hardly anybody can say how the law classes the contract. What anybody can say is
asked first, and after a round of it the amounts so far are shown: from there one asks for the money, or answers what
else would narrow them. What is taken as given stands on the result, each with a way to say otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from recourse.ask import choose
from recourse.assess import Assessment
from recourse.library import Library
from recourse.web import wording
from recourse.web.answers import Answers

FIRST = ("learner_place", "paid", "concluded_on")  # a request needs them, and the amounts narrow most by them
USUAL = {"sales_channel": "online", "buyer_is_consumer": "true"}  # one question: is this how you bought it?
NEXT = ("kind", *USUAL)  # hardly a rule that does not turn on these
ROUND = 5  # questions before the first result; one by one they may go on after it
PLAIN = frozenset({
    *FIRST, *USUAL, "requested_on", "kind", "price", "bought_through", "charged_on", "is_renewal", "access_given_on",
    "starts_on", "ends_on", "lessons_total", "lessons_taken", "hours_total", "hours_taken", "share_completed",
    "share_viewed", "supply_begun", "billing_period", "months_total", "reason",
})  # fmt: skip


def given(library: Library, answers: Answers, day: int) -> dict[str, str]:
    """What is taken as given until it is asked: it is requested today, the seller sits where its platform does."""
    platform = library.platforms.get(answers.platform or "")
    home = platform.home if platform is not None else ""
    taken = {"requested_on": wording.iso(day), "seller_place": home}
    return {name: text for name, text in taken.items() if text and name not in answers}


def with_given(answers: Answers, taken: Mapping[str, str]) -> Answers:
    """The answers with that at their end; an answer that is there gives way in its place."""
    for name, text in taken.items():
        answers = answers.with_(name, text)
    return answers


def question(found: Assessment, answers: Answers) -> str:
    """The next question; "" where no answer that is still open changes what is owed."""
    if "learner_place" not in answers:
        return "learner_place"
    name = choose(found, answers.closed)
    if not name:
        return ""
    first = next((one for one in FIRST if one not in answers), "")
    first = first or next((one for one in NEXT if one not in answers and one in found.missing), "")
    return first or choose(found, {*answers.closed, *_hard(found)}) or name


def _hard(found: Assessment) -> Iterable[str]:
    return (name for name in found.library.vocabulary.facts if name not in PLAIN)


def is_usual(name: str, answers: Answers) -> bool:
    """Whether the question is one of those that are asked together, as long as none of them was answered."""
    return name in USUAL and USUAL.keys().isdisjoint(answers.names)


def as_usual(answers: Answers) -> Answers:
    """The answers of somebody who bought as most do."""
    for name, text in USUAL.items():
        answers = answers.with_(name, text)
    return answers


def asked(names: Collection[str]) -> int:
    """How many questions the facts took that were answered; the usual ones are one, also for who took them apart."""
    return len(set(names) - USUAL.keys()) + (not USUAL.keys().isdisjoint(names))


def round_ends(name: str, answers: Answers) -> bool:
    """Whether the result so far comes before the question `name`. Whoever went on after it is not stopped again."""
    halfway = name in USUAL and not is_usual(name, answers)  # nobody is stopped in the middle of one question
    if halfway or round_over(answers):
        return False
    return asked(answers.names) == ROUND or name not in PLAIN


def round_over(answers: Answers) -> bool:
    """Whether somebody has gone on after the first round."""
    return asked(answers.names) > ROUND or any(one not in PLAIN for one in answers.names)
