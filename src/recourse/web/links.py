"""Addresses of our own pages: with the answers, and with the language where no cookie keeps it."""

from django.http import HttpRequest
from django.urls import reverse

from recourse.web.answers import Answers
from recourse.web.middleware import SHORT


def to(request: HttpRequest, view: str, *args: str, answers: Answers | None = None, **extra: str) -> str:
    """The address of a page; `extra` are further names of the query, for example ask="paid"."""
    pairs = list(answers.pairs()) if answers else []
    pairs += [(name, text) for name, text in extra.items() if text]
    if getattr(request, "carries_language", False):
        pairs.append(("lang", SHORT[request.LANGUAGE_CODE]))
    query = Answers().query(pairs)
    return reverse(f"web:{view}", args=args) + (f"?{query}" if query else "")


def in_language(request: HttpRequest, language: str) -> str:
    """The same page in another language, with everything that its address says."""
    query = request.GET.copy()
    query["lang"] = SHORT[language]
    return f"{request.path}?{query.urlencode()}"
