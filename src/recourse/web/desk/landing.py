"""Where somebody comes to who has signed in and was on the way nowhere: staff to their queue, others to their cases."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from recourse.desk.models import InstitutionKind, Membership, Role
from recourse.desk.scope import EVERYTHING, of


def landing(request: HttpRequest) -> str:
    """The address of that page. Who works at several institutions chooses one."""
    with of(EVERYTHING):  # the scope of this request is that of before the sign-in
        rows = Membership.objects.filter(person=request.user.pk, ended_at=None).exclude(role=Role.ADVISER)
        rows = rows.filter(institution__kind=InstitutionKind.SELLER)
        places = list(rows.values_list("institution__slug", flat=True).order_by().distinct()[:2])
    if not places:
        return reverse("web:cases")
    return reverse("web:queue", args=places) if len(places) == 1 else reverse("web:institutions")
