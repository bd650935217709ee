"""The reconciliation report: what is under way, what contradicts itself, what nobody has matched, and the balances."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from recourse.payouts.machine import State
from recourse.payouts.models import BankFile, Payout, Route
from recourse.payouts.postings import Account as Place
from recourse.payouts.services import reporting
from recourse.web.access import Who, allow
from recourse.web.desk.money import words
from recourse.web.desk.money.place import PAYERS, READERS
from recourse.web.desk.staff.place import at_desk

PLACES = {
    Place.OWED: gettext_lazy("Owed to learners, not under way"),
    Place.IN_FLIGHT: gettext_lazy("Under way"),
    Place.PROVIDER: gettext_lazy("Left the provider"),
    Place.REFUNDS: gettext_lazy("Refunds"),
    Place.FEES: gettext_lazy("Fees of providers"),
    Place.INTEREST: gettext_lazy("Late interest"),
    Place.UNMATCHED: gettext_lazy("Made elsewhere, of no case yet"),
}
MOST_FILES = 20


@allow(*READERS)
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who move money and those who look at their fingers."""
    desk = at_desk(request, slug, *READERS)
    found = reporting.report(desk.institution)
    files = BankFile.objects.filter(account__institution=desk.institution, offered_at__isnull=False)
    gathered = Payout.objects.filter(institution=desk.institution, route=Route.SEPA, state=State.SENDING)
    context = {
        "desk": desk,
        "here": "money",
        "sums": [(words.STATES[one.state], one.count, words.amount(*one.money)) for one in found.sums],
        "open": [words.shown(row) for row in found.open],
        "alarms": [words.shown(row) for row in found.alarms],
        "back": [words.shown(row) for row in found.back],
        "unmatched": [words.shown(row) for row in found.unmatched],
        "balances": [(PLACES[place], words.amount(*sum_)) for place, sum_ in found.balances],
        "off": found.off,
        "files": files.select_related("taken_by").annotate(count=Count("lines")).order_by("-made_at")[:MOST_FILES],
        "gathered": gathered.count(),
        "pays": desk.may(*PAYERS),
        "administrator": desk.may(Who.ADMINISTRATOR),
    }
    return render(request, "desk/money_report.html", context)
