"""Words for what the data names by ids: choices and answers from `data/words.yaml`, and the few that only pages say."""

from django.utils.translation import gettext, gettext_noop

from recourse.facts import Fact
from recourse.web import engine, wording

STATUS = {
    "verified": gettext_noop("Verified"),
    "partly": gettext_noop("Partly verified"),
    "memory": gettext_noop("From memory"),
    "none": gettext_noop("Not stated"),
}
STATUS_MEANS = {
    "verified": gettext_noop("read in the source named"),
    "partly": gettext_noop("figures confirmed, details not"),
    "memory": gettext_noop("not read again: check it before you rely on it"),
}
DUTIES = {
    "met": gettext_noop("Done"),
    "broken": gettext_noop("Not done"),
    "open": gettext_noop("Not known whether done"),
    "to-check": gettext_noop("Check this yourself"),
}
KINDS = {
    "money-back": gettext_noop("Money back"),
    "duty": gettext_noop("A duty of the seller"),
    "deadline": gettext_noop("A deadline"),
    "escalation": gettext_noop("Where to complain"),
    "remedy": gettext_noop("A remedy"),
    "interest": gettext_noop("Interest"),
    "damages": gettext_noop("Damages"),
    "clause": gettext_noop("A clause of the policy"),
    "aid": gettext_noop("Public aid"),
}


def choice(fact: str, value: str) -> str:
    """A choice in words."""
    return engine.said("choices", fact, value, lang=wording.lang()) or value.replace("-", " ").capitalize()


def more(key: str) -> str:
    """The name of a further answer of a rule, such as interest."""
    return engine.said("answers", key, lang=wording.lang()) or key.replace("_", " ").capitalize()


def answer(key: str, value: str) -> str:
    """A word that a rule answers with, such as the form of a refund."""
    return engine.said("answer_words", key, value, lang=wording.lang()) or value.replace("-", " ")


def status(word: str) -> str:
    """How sure a source is, in a word."""
    return gettext(STATUS[word]) if word in STATUS else word


def status_means(word: str) -> str:
    """What that word means."""
    return gettext(STATUS_MEANS[word]) if word in STATUS_MEANS else ""


def duty(state: str) -> str:
    """Whether the seller did what it must."""
    return gettext(DUTIES[state]) if state in DUTIES else state


def kind(word: str) -> str:
    """What a rule is about."""
    return gettext(KINDS[word]) if word in KINDS else word.replace("-", " ").capitalize()


def meaning(fact: Fact) -> str:
    """What a fact means, as a hint under its question."""
    return fact.meaning.of(wording.lang())
