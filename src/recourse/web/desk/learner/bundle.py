"""A case as one sealed file: for its learner and advisers, its institution's people, and an officer with a link."""

from __future__ import annotations

from typing import cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.desk.models import Case, LinkUse
from recourse.desk.scope import Scope, of
from recourse.desk.services import bundles, links
from recourse.problems import Problem, each
from recourse.web import clock, wording
from recourse.web.access import STAFF, Who, allow, roles_at
from recourse.web.desk.learner import often


@allow(Who.LEARNER, Who.ADVISER, *STAFF)
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The bundle of a case that the person sees. Inner entries are opened for the institution's own people only."""
    found = Case.objects.select_related("institution", "purchase", "learner").filter(reference=reference.upper())
    case = found.first()
    if case is None:
        raise Http404
    refusal = often.refusal(request, "log")
    if refusal is not None:
        return refusal
    theirs = case.institution_id is not None and bool(roles_at(request, case.institution_id) & set(STAFF))
    return _answer(request, case, inner=theirs and case.learner_id != request.user.pk)


@allow(Who.LINK)
@require_safe
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """The same for the officer of a body; that it was taken stands in the case."""
    now = clock.now()
    link = links.find(secret, at=now)
    if link is None or link.use != LinkUse.OFFICER:
        raise Http404
    refusal = often.refusal(request, "log")
    if refusal is not None:
        return refusal
    with of(Scope(cases=frozenset({link.case_id}))):
        if request.method == "GET":
            bundles.taken(link=link, at=now)
        case = Case.objects.select_related("institution", "purchase", "learner").get(pk=link.case_id)
        return _answer(request, case, inner=False)


def _answer(request: HttpRequest, case: Case, *, inner: bool) -> HttpResponse:
    try:
        with bundles.zipped(case=case, at=clock.now(), inner=inner) as path:
            content = path.open("rb")  # it is read to its end, though its name is gone by then
    except Problem as problem:
        context = {"case": case, "problems": [one.message.of(wording.tag()) for one in each(problem)]}
        return render(request, "desk/bundle_failed.html", context, status=503)
    response = FileResponse(
        content, as_attachment=True, filename=f"{case.reference}.zip", content_type="application/zip"
    )
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return cast(HttpResponse, response)  # it streams, which nobody around it minds
