"""What templates need to write addresses, amounts, dates and fields."""

import datetime as dt
import hashlib
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from recourse.web import labels, links, wording

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: template.Context, view: str, *args: str, **extra: Any) -> str:
    """The address of one of our pages: {% to "ask" answers=answers ask="paid" %}."""
    return links.to(context["request"], view, *args, **extra)


@register.simple_tag
def lang(tag: str) -> SafeString:
    """A `lang` attribute for words in another language than the page's: <p{% lang title.lang %}>; else nothing."""
    return format_html(' lang="{}"', tag) if tag and tag != wording.tag() else mark_safe("")


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file; it changes when the file does, so that browsers may keep it for a year."""
    return f"{static(name)}?v={_digest(name)}"


@lru_cache(maxsize=8)
def _digest(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        return "0"
    with open(found, "rb") as file:  # noqa: PTH123
        return hashlib.sha256(file.read()).hexdigest()[:10]


@register.filter
def day(number: int) -> SafeString:
    """A day number as `<time>`, in words."""
    return wording.time_tag(number)


@register.filter
def weekday(number: int) -> SafeString:
    """A day number as `<time>`, with the day of the week."""
    return wording.time_tag(number, weekday=True)


@register.filter
def moment(moment: dt.datetime, exactly: str = "") -> SafeString:
    """A moment as `<time>`, in words; `|moment:"seconds"` where they count."""
    return wording.moment_tag(moment, seconds=bool(exactly))


@register.filter
def money(text: str) -> str:
    """ "1920.00 CNY" in words."""
    return wording.money(text)


@register.filter
def status(word: str) -> str:
    """How sure a source is."""
    return labels.status(word)


@register.filter
def status_means(word: str) -> str:
    """What that means."""
    return labels.status_means(word)


@register.filter
def described(field: Any, question: Any) -> str:
    """The ids for `aria-describedby` of a field: its errors, and the hints where it is the only field."""
    ids = [question.described] if question.single and question.described else []
    ids += [f"{field.id}-error"] if field.errors else []
    return " ".join(ids)


@register.filter
def tongue(text: str) -> str:
    """The tag of the language that a source's title or article is written in, by its script; "" where there is none."""
    return wording.tongue(text)


@register.filter
def clause(text: str) -> str:
    """A citation as the page's language writes it."""
    return wording.article(text)


@register.filter
def is_link(address: str) -> bool:
    """Whether a source's address can be followed; some name only the house that publishes it."""
    return address.startswith(("https://", "http://"))
