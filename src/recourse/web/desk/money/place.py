"""A payout at a desk: found by its address, and only for those who work there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from recourse.desk.models import Case, Exhibit
from recourse.payouts.models import Payout
from recourse.web.access import Who
from recourse.web.desk.staff.place import Desk

PAYERS = (Who.FINANCE, Who.APPROVER, Who.ADMINISTRATOR)
READERS = (*PAYERS, Who.AUDITOR)


def proof_of(case: Case, evidence: str) -> Exhibit | None:
    """The file by which something is proved, for the second person to look at."""
    found: Exhibit | None = Exhibit.objects.filter(case=case, digest=evidence.removeprefix("sha256:")).first()
    return found


def payout_of(desk: Desk, pk: UUID) -> Payout:
    """The payout of that key at this desk; another institution's and a missing one answer alike."""
    rows = Payout.objects.select_related("case", "payment", "account", "planned_by", "released_by", "institution")
    found: Payout | None = rows.filter(institution=desk.institution, pk=pk).first()
    if found is None:
        raise Http404
    return found
