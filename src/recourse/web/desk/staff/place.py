"""The institution that a staff page is about: found by its address, and only for those who work there."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from recourse.desk.models import Institution, Person
from recourse.web.access import Who, roles_at


@dataclass(frozen=True)
class Desk:
    """An institution, and what the person of this request is there."""

    institution: Institution
    person: Person
    roles: frozenset[Who]

    def may(self, *roles: Who) -> bool:
        """Whether the person has one of these roles here."""
        return bool(self.roles & set(roles))


def at_desk(request: HttpRequest, slug: str, *who: Who) -> Desk:
    """The desk of that address. A stranger gets the same answer as for one that does not exist.

    A colleague whose role does not suffice is told so: they know that the institution is there.
    """
    institution = Institution.objects.filter(slug=slug).first()
    roles = roles_at(request, institution.pk) if institution is not None else frozenset()
    if institution is None or not roles:
        raise Http404
    if who and not roles & set(who):
        raise PermissionDenied
    assert isinstance(request.user, Person)
    return Desk(institution, request.user, roles)
