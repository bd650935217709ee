"""Keep this for later: the answers behind a secret address for thirty days, and whose account they are in then."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from recourse.desk.services import drafts
from recourse.web import clock, engine, progress, wording
from recourse.web.access import Who, allow
from recourse.web.desk.learner.drafting import Writing, person, told, too_often
from recourse.web.views.requests import understand


@csrf_exempt  # nobody's authority is used: the page that sends it sets no cookie, and asks for nobody's name
@allow(Who.ANYBODY)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the answers that the address holds."""
    asked = understand(request)
    if not asked.answers.given and not asked.answers.platform:
        return redirect("web:home")
    refusal = too_often(request)
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
        "claimed": draft.claimed_by_id is not None, "onward": writing.next() if writing else "",
        "platform": engine.platform_name(answers.platform, wording.lang()) if answers.platform else "",
        "address": request.build_absolute_uri(reverse("web:draft", args=[secret])), "secret": secret,
    }  # fmt: skip
    return render(request, "desk/new_kept.html", context)
