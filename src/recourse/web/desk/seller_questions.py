"""What to ask a seller before paying: made from what its page, its terms and its policy leave open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

MOST = 8
# In the order in which they are asked; what nothing was found of, and what was found that a buyer should look at.
MISSING = {
    "price": gettext_noop("What is the whole price, with tax and every fee?"),
    "fees": gettext_noop("Is there anything to pay besides the price: fees, materials, exams, tax?"),
    "refund": gettext_noop("How much do you pay back if I leave, until when, and how fast?"),
    "withdrawal": gettext_noop("Can I withdraw from the contract without a reason? Within how many days, and how?"),
    "duration": gettext_noop("How long does the course last, and how many lessons or hours does it have?"),
    "dates": gettext_noop("When does it begin and end, and what happens if you move the dates?"),
    "complaints": gettext_noop("Who answers complaints, and in how many days?"),
    "provider": gettext_noop("Who is the seller, with its full name and address?"),
    "privacy": gettext_noop("Which of my data do you keep, for how long, and who gets to see them?"),
}
FOUND = {
    "no_refund": gettext_noop(
        "Your terms say that nothing is paid back. Do you mean that also where the law gives me my money back?"
    ),
    "renewal": gettext_noop("Does the contract go on by itself? At what price, and how do I stop it?"),
    "penalty": gettext_noop("What do you keep or charge if I leave early, and how is it worked out?"),
    "trial_price": gettext_noop("What is charged when the trial ends, and on which day?"),
}
LESS = gettext_noop(
    "Where your refund policy gives less than the law of %(place)s: will you pay back what the law gives?"
)
GREETING = gettext_noop("Good day,")
HEAD = gettext_noop("Before I buy %(course)s I would like to know:")
HEAD_PLAIN = gettext_noop("Before I buy your course I would like to know:")
TAIL = gettext_noop("Thank you for an answer in writing. I keep it with the contract.")


@dataclass(frozen=True)
class Open:
    """What is open: topics without words, topics with words to look at, whether the policy gives less than law."""

    missing: tuple[str, ...]
    found: tuple[str, ...]
    less: bool
    course: str = ""

    def questions(self, place: str, language: str = "") -> list[str]:
        """The questions in the language of the page, or in `language`; `place` is the place's name in it."""
        with translation.override(language or translation.get_language()):
            asked = [gettext(LESS) % {"place": place}] if self.less else []
            asked += [gettext(text) for topic, text in FOUND.items() if topic in self.found]
            asked += [gettext(text) for topic, text in MISSING.items() if topic in self.missing]
        return asked[:MOST]

    def message(self, place: str, language: str = "") -> str:
        """A message to the seller with the questions numbered."""
        with translation.override(language or translation.get_language()):
            head = gettext(HEAD) % {"course": self.course} if self.course else gettext(HEAD_PLAIN)
            lines = [f"{number}. {text}" for number, text in enumerate(self.questions(place), 1)]
            return "\n".join([gettext(GREETING), "", head, "", *lines, "", gettext(TAIL)])


def of(missing: Iterable[str], found: Iterable[str], *, less: bool, course: str) -> Open:
    """What is open, each topic once."""
    return Open(tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(found)), less, course.strip()[:120])
