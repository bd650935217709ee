"""Where providers tell their news: proved by a signature over the raw bytes, kept, and looked up."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from recourse.desk.scope import EVERYTHING, of
from recourse.payouts.models import Account, Route
from recourse.payouts.services import notices
from recourse.problems import Problem
from recourse.web import clock
from recourse.web.access import Who, allow

SIGNED = (Route.STRIPE, Route.SANDBOX)


@csrf_exempt  # the signature over the bytes is the proof; no cookie is read
@allow(Who.ANYBODY)
@require_POST
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """200 for what was kept now or earlier, 400 for what is not proved; the words of neither say more."""
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    with of(EVERYTHING):  # a provider is nobody's person: the account's address and the signature say whose news it is
        account = Account.objects.filter(pk=pk, route__in=SIGNED).first()
        if account is None:
            raise Http404
        try:
            notices.take_in(account=account, headers=dict(request.headers), body=body, at=clock.now())
        except Problem:
            return HttpResponse(status=400)
    return HttpResponse(status=200)
