"""How one asks a platform for the money: its own process, as it publishes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from recourse.web import engine, wording

CHANNELS = {
    "email": gettext_noop("by e-mail"),
    "post": gettext_noop("by post"),
    "form": gettext_noop("with its form"),
    "chat": gettext_noop("in its chat"),
    "phone": gettext_noop("by telephone"),
    "app": gettext_noop("in its app"),
    "account": gettext_noop("in your account"),
    "self-service": gettext_noop("in your account"),
    "website": gettext_noop("on its website"),
    "web": gettext_noop("on its website"),
    "in-person": gettext_noop("in person"),
    "ticket": gettext_noop("with a ticket to its support"),
    "support": gettext_noop("through its support"),
    "store": gettext_noop("in the app store"),
}


@dataclass(frozen=True)
class Process:
    """The process of a platform in the page's language."""

    name: str
    channels: str
    where: str
    steps: list[str]
    give: list[str]
    contacts: list[str]
    if_refused: str


def process(platform: str) -> Process | None:
    """What the platform says about how to ask; nothing where it says nothing."""
    found = engine.platform(platform)
    if found is None or not found.process:
        return None
    about: Mapping[str, Any] = found.process
    channels = [gettext(CHANNELS[word]) if word in CHANNELS else str(word) for word in about.get("channels") or ()]
    return Process(
        name=engine.platform_name(platform, wording.lang()),
        channels=wording.listed(list(dict.fromkeys(channels))),
        where=_said(about.get("where")),
        steps=[_said(one) for one in about.get("steps") or ()],
        give=[_said(one) for one in about.get("learner_must_give") or ()],
        contacts=[_said(one) for one in about.get("contacts") or ()],
        if_refused=_said(about.get("if_refused")),
    )


def _said(words: Any) -> str:
    if isinstance(words, Mapping):
        return str(words.get(wording.lang()) or words.get("en") or "")
    return "" if words in (None, "null") else str(words)
