"""The bank's files: payment files to hand in, and its messages, which staff bring."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recourse.bilingual import Words
from recourse.payouts.models import Account, BankFile, Route
from recourse.payouts.services import keeping, notices, paying
from recourse.problems import Problem
from recourse.web import clock, links
from recourse.web.access import allow
from recourse.web.desk.money.place import PAYERS
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import Desk, at_desk

MOST = 8 * 1024 * 1024


class Bringing(forms.Form):
    """A message of the bank."""

    file = forms.FileField(
        label=gettext_lazy("Message of the bank"),
        help_text=gettext_lazy(
            "camt.053, camt.054 or pain.002 as XML. For a payout above the limit it counts when somebody else than who"
            " released it brings it, or brings the same file."
        ),
    )


@allow(*PAYERS, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a message in; every payout that it names is looked up."""
    desk = at_desk(request, slug, *PAYERS)
    form = Bringing(request.POST, request.FILES) if request.method == "POST" else Bringing()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        if given.size > MOST:
            form.add_error("file", gettext_lazy("The file is larger than 8 MB"))
        else:
            try:
                account = _account(desk)
                notices.take_in(account=account, headers={}, body=given.read(), at=clock.now(), by=desk.person)
            except Problem as problem:
                choices.blame(form, problem)
            else:
                return redirect(links.to(request, "money", slug))
    context = {"desk": desk, "here": "money", "form": form}
    return render(request, "desk/money_message.html", context, status=422 if form.errors else 200)


def _account(desk: Desk) -> Account:
    """Their account for transfers, which may be closed by now: old transfers are still answered."""
    found = Account.objects.filter(institution=desk.institution, route=Route.SEPA).first()
    if found is None:
        raise Problem(Words("there is no account for transfers here", "此处没有转账账户"), field="file")
    return found


@allow(*PAYERS)
@require_POST
def gather(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the file of what was released so far, without waiting for more."""
    desk = at_desk(request, slug, *PAYERS)
    with suppress(Problem):
        paying.file_now(account=_account(desk), by=desk.person, at=clock.now())
    return redirect(links.to(request, "money", slug))


@allow(*PAYERS, fresh=True)
@require_safe
def file(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A payment file, for the bank's own pages; who took it first is written down, so that nobody hands it in twice."""
    desk = at_desk(request, slug, *PAYERS)
    found = BankFile.objects.filter(account__institution=desk.institution, pk=pk, offered_at__isnull=False).first()
    if found is None or not found.body:  # its term is over
        raise Http404
    if request.method == "GET":
        keeping.taken(file=found, by=desk.person, at=clock.now())
    answer = HttpResponse(bytes(found.body), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{found.name}.xml"'
    answer["Cache-Control"] = "no-store"
    return answer
