"""The institution that a staff page is about: found by its address, and only for those who work there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from recourse.desk.models import Institution, InstitutionKind, Person
from recourse.web import clock
from recourse.web.access import Who, roles_at


@dataclass(frozen=True)
class Way:
    """From where in the queue a case was opened: the queue's address as it was, and the key of the case in it."""

    of: str = ""
    at: str = ""
    done: bool = False  # something was just done in the case

    @classmethod
    def read(cls, request: HttpRequest) -> Way:
        """As the address of the case's page says it."""
        return cls(request.GET.get("of", "")[:500], request.GET.get("at", "")[:80], bool(request.GET.get("done")))


@dataclass(frozen=True)
class Desk:
    """An institution, what the person of this request is there, and how they came to the case that it is about."""

    institution: Institution
    person: Person
    roles: frozenset[Who]
    way: Way = Way()

    def may(self, *roles: Who) -> bool:
        """Whether the person has one of these roles here."""
        return bool(self.roles & set(roles))

    @property
    def today(self) -> dt.date:
        """The day it is where the institution is: by it clocks come late, periods end, policies begin."""
        return dt.date.fromordinal(clock.today(self.institution.place))

    @property
    def advises(self) -> bool:
        """Whether it is an organisation whose advisers act for learners: it sells nothing and has no queue."""
        return self.institution.kind == InstitutionKind.ORGANISATION

    @property
    def sees_money(self) -> bool:
        """Whether the pages about money are theirs: to the others no link leads there."""
        return self.may(Who.APPROVER, Who.FINANCE, Who.ADMINISTRATOR, Who.AUDITOR)


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
    return Desk(institution, request.user, roles, Way.read(request))
