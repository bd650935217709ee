"""The organisations of advisers, for whoever confirms them: those that wait first, each with who runs it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from recourse.desk.models import Institution, InstitutionKind, Membership, Person, Role, Standing
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services.organisations import seen

MOST = 200  # on the page


@dataclass(frozen=True)
class Told:
    """An organisation as the operator looks at it; `seen` says later whether it still says the same."""

    institution: Institution
    administrators: list[Person]
    seen: str

    @property
    def waits(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.institution.standing == Standing.WAITING


def told() -> list[Told]:
    """Those that wait, the longest first; then those that were answered, the newest answer first."""
    with of(EVERYTHING):  # the operator is nobody there
        chiefs = Membership.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).select_related("person")
        rows = Institution.objects.filter(kind=InstitutionKind.ORGANISATION).select_related("standing_by")
        rows = rows.prefetch_related(Prefetch("memberships", chiefs, to_attr="chiefs"))
        waiting = list(rows.filter(standing=Standing.WAITING).order_by("made_at")[:MOST])
        answered = list(rows.exclude(standing=Standing.WAITING).order_by("-standing_at")[:MOST])
    return [Told(one, [chief.person for chief in one.chiefs], seen(one)) for one in waiting + answered]
