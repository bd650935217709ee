"""Keep this for later: answers behind a secret address for a while, whose account they are in then, their end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from recourse.desk.models import Draft
from recourse.desk.services import drafts
from recourse.desk.stages import Kind
from recourse.web import clock, engine, progress, wording
from recourse.web.access import Who, allow
from recourse.web.desk.learner import often
from recourse.web.desk.learner.drafting import Writing, person, told
from recourse.web.views.requests import understand


@csrf_exempt  # nobody's authority is used: the page that sends it sets no cookie, and asks for nobody's name
@allow(Who.ANYBODY)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the answers that the address holds."""
    asked = understand(request)
    if not asked.answers.given and not asked.answers.platform:
        return redirect("web:home")
    refusal = often.refusal(request, "draft")
    if refusal is not None:
        return refusal
    made = drafts.keep(answers=asked.answers.query(), at=clock.now(), by=person(request))
    return redirect("web:draft", made.secret)


@allow(Who.ANYBODY)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """What was kept, how to come back to it, and how to go on. By POST it is put into one's account."""
    by = person(request)
    draft = drafts.find(secret, by=by, at=clock.now())
    if draft is None:
        raise Http404
    if request.method == "POST" and by is not None:
        drafts.claim(draft=draft, by=by)
        return redirect("web:draft", secret)
    answers = told(draft)
    writing = Writing(draft, secret) if draft.typed else None
    if writing is not None and "case" in draft.typed:
        return redirect("web:sent", draft.typed["case"])
    context = {
        "here": "cases", "answers": answers, "said": progress.said(answers), "until": draft.kept_until.toordinal(),
        "files_until": _files_until(draft),
        "claimed": draft.claimed_by_id is not None, "onward": writing.next() if writing else "",
        "platform": engine.platform_name(answers.platform, wording.lang()) if answers.platform else "",
        "address": request.build_absolute_uri(reverse("web:draft", args=[secret])), "secret": secret,
    }  # fmt: skip
    return render(request, "desk/new_kept.html", context)


@allow(Who.LEARNER)
@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest, secret: str) -> HttpResponse:
    """Throw it away, after one more question. What was sent is a case, and is not thrown away here."""
    by: Any = request.user
    draft = drafts.find(secret, by=by, at=clock.now())
    if draft is None or draft.claimed_by_id != by.pk:
        if request.method == "POST":  # pressed twice: it is gone already
            return redirect("web:cases")
        raise Http404
    if "case" in draft.typed:
        return redirect("web:sent", draft.typed["case"])
    if request.method == "POST":
        drafts.throw_away(draft=draft, by=by)
        return redirect("web:cases")
    context = {"here": "cases", "one": unsent(draft), "secret": secret, "files": Writing(draft, secret).files}
    return render(request, "desk/new_away.html", context)


@dataclass(frozen=True)
class Unsent:
    """A draft in a list: course, seller, what it is to be, until when it and its files are kept, where to go on."""

    secret: str
    course: str
    seller: str
    complaint: bool
    until: int
    files_until: int | None
    onward: str


def unsent(draft: Draft) -> Unsent:
    """A claimed draft; its owner finds it by what is kept of its secret."""
    writing = Writing(draft, draft.secret)
    begun = bool(draft.typed)
    onward = writing.next() if begun else reverse("web:draft", args=[draft.secret])
    seller = writing.seller if begun or writing.platform else ""
    complaint = begun and writing.kind is Kind.COMPLAINT
    return Unsent(
        draft.secret, str(draft.typed.get("course_title", "")), seller, complaint, draft.kept_until.toordinal(),
        _files_until(draft), onward,
    )  # fmt: skip


def _files_until(draft: Draft) -> int | None:
    until = drafts.files_until(draft)
    return until.toordinal() if until is not None else None
