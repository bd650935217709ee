"""The bank's files: payment files to hand in, and its messages, which staff bring."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from recourse.payouts.models import BankFile, Route
from recourse.payouts.services import notices, paying
from recourse.problems import Problem
from recourse.web import clock, links
from recourse.web.access import allow
from recourse.web.desk.money.place import PAYERS
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import at_desk

MOST = 8 * 1024 * 1024


class Bringing(forms.Form):
    """A message of the bank."""

    file = forms.FileField(
        label=gettext_lazy("Message of the bank"),
        help_text=gettext_lazy("camt.053, camt.054 or pain.002 as XML; the same file twice changes nothing."),
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
                account = paying.account_of(desk.institution, Route.SEPA)
                notices.take_in(account=account, headers={}, body=given.read(), at=clock.now())
            except Problem as problem:
                choices.blame(form, problem)
            else:
                return redirect(links.to(request, "money", slug))
    context = {"desk": desk, "here": "money", "form": form}
    return render(request, "desk/money_message.html", context, status=422 if form.errors else 200)


@allow(*PAYERS, fresh=True)
@require_safe
def file(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A payment file, for the bank's own pages; it holds account numbers: only with a fresh second factor."""
    desk = at_desk(request, slug, *PAYERS)
    found = BankFile.objects.filter(account__institution=desk.institution, pk=pk, offered_at__isnull=False).first()
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.body), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{found.name}.xml"'
    answer["Cache-Control"] = "no-store"
    return answer
