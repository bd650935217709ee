"""A payout at a desk: found by its address, and only for those who work there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404

from recourse.bilingual import Words
from recourse.desk.models import Case, Exhibit
from recourse.exhibits.received import LARGEST
from recourse.payouts.models import Payout
from recourse.problems import Problem
from recourse.web.access import Who
from recourse.web.desk.staff.place import Desk

PAYERS = (Who.FINANCE, Who.APPROVER, Who.ADMINISTRATOR)
READERS = (*PAYERS, Who.AUDITOR)


def proof_of(case: Case, evidence: str) -> Exhibit | None:
    """The file by which something is proved, for the second person to look at."""
    found: Exhibit | None = Exhibit.objects.filter(case=case, digest=evidence.removeprefix("sha256:")).first()
    return found


def read(proof: UploadedFile[Any]) -> tuple[str, bytes]:
    """Name and bytes of a proof. Raises `Problem` for one that is too large, before it is read."""
    if (proof.size or 0) > LARGEST:
        raise Problem(
            Words(f"the file is larger than {LARGEST >> 20} MB", f"文件超过 {LARGEST >> 20} MB"), field="proof"
        )
    return proof.name or "proof", proof.read()


def payout_of(desk: Desk, pk: UUID) -> Payout:
    """The payout of that key at this desk; another institution's and a missing one answer alike."""
    rows = Payout.objects.select_related("case", "payment", "account", "planned_by", "released_by", "institution")
    found: Payout | None = rows.filter(institution=desk.institution, pk=pk).first()
    if found is None:
        raise Http404
    return found
