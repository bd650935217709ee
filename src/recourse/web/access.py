"""Who may use which route: every view says it, and a route that says nothing answers nobody.

What somebody may *do* hangs on their role; which rows they may see hangs on the scope (recourse.desk.scope). Another
tenant's row and a missing one answer alike, because the scope's managers know neither.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from recourse.desk.models import Mandate, Membership
from recourse.desk.scope import EVERYTHING, NOBODY, Scope, of
from recourse.web import clock

View = Callable[..., HttpResponse]


class Who(StrEnum):
    """The subjects of the matrix. Staff roles are those of a membership at the institution that a route is about."""

    ANYBODY = "anybody"
    LINK = "link"  # the holder of a secret link
    LEARNER = "learner"  # anybody who is signed in
    ADVISER = "adviser"
    AGENT = "agent"
    APPROVER = "approver"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    OPERATOR = "operator"


STAFF = (Who.AGENT, Who.APPROVER, Who.FINANCE, Who.ADMINISTRATOR, Who.AUDITOR)
DESK = (Who.AGENT, Who.APPROVER, Who.FINANCE, Who.ADMINISTRATOR)  # staff who work on cases; auditors only read


def allow(*who: Who, fresh: bool = False) -> Callable[[View], View]:
    """Declare who may use a view. `fresh` asks for a second factor shown within the last ten minutes."""

    def declared(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
            refusal = None if Who.ANYBODY in who or Who.LINK in who else _refusal(request, frozenset(who), fresh)
            return refusal or view(request, *args, **more)

        guarded.who = frozenset(who)  # type: ignore[attr-defined]
        guarded.fresh = fresh  # type: ignore[attr-defined]
        return guarded

    return declared


def _refusal(request: HttpRequest, who: frozenset[Who], fresh: bool) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return _kept(request, settings.LOGIN_URL) or redirect_to_login(request.get_full_path())
    mine = subjects(request)
    if not mine & who:
        raise PermissionDenied
    if Who.LEARNER not in who and not has_second_factor(request):
        way = _to_second_factor(request)
        return _kept(request, way["Location"].partition("?")[0]) or way
    if fresh and not _is_fresh(request):
        return redirect_to_login(request.get_full_path(), login_url="/account/reauthenticate/")
    return None


def _kept(request: HttpRequest, sign_in: str) -> HttpResponse | None:
    """For a form whose session has ended: the page that keeps what was typed until the person is signed in again."""
    if not request.POST:
        return None
    from recourse.web.views.again import again  # noqa: PLC0415 - rare, and a start need not wait for it

    return again(request, sign_in)


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """To show it, where the person has one; else to set one up."""
    if Authenticator.objects.filter(user=request.user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        return redirect_to_login(request.get_full_path(), login_url=reverse("mfa_reauthenticate"))
    return redirect("mfa_index")


def subjects(request: HttpRequest) -> frozenset[Who]:
    """What the person of this request is, besides anybody."""
    if not request.user.is_authenticated:
        return frozenset({Who.ANYBODY})
    roles = {Who(role) for _, role in memberships(request)}
    operator = {Who.OPERATOR} if request.user.is_operator else set()
    return frozenset({Who.ANYBODY, Who.LEARNER} | roles | operator)


def memberships(request: HttpRequest) -> tuple[tuple[Any, str], ...]:
    """Institution and role of each place where the person works; one query a request."""
    found = getattr(request, "memberships", None)
    if found is None:
        with of(EVERYTHING):
            rows = Membership.objects.filter(person=request.user.pk, ended_at=None)
            found = tuple(rows.values_list("institution_id", "role"))
        request.memberships = found  # type: ignore[attr-defined]
    return tuple(found)


def roles_at(request: HttpRequest, institution: Any) -> frozenset[Who]:
    """The person's roles at one institution."""
    return frozenset(Who(role) for where, role in memberships(request) if where == institution)


def scope_of(request: HttpRequest) -> Scope:
    """What the person of this request may see. Staff without a second factor see what a learner sees."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return NOBODY
    places = memberships(request)
    if places and not has_second_factor(request):
        places = ()
    advising = [where for where, role in places if role == Who.ADVISER]
    cases: frozenset[Any] = frozenset()
    if advising:
        with of(EVERYTHING):
            given = Mandate.objects.filter(organisation__in=advising, taken_back_at=None)
            cases = frozenset(given.values_list("case_id", flat=True))
    return Scope(person=request.user.pk, institutions=frozenset(where for where, _ in places), cases=cases)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened with a second factor: an authenticator, a passkey or a recovery code."""
    return any(record.get("method") == "mfa" for record in request.session.get("account_authentication_methods", ()))


def _is_fresh(request: HttpRequest) -> bool:
    records = request.session.get("account_authentication_methods", ())
    last = max((record.get("at", 0) for record in records if record.get("method") == "mfa"), default=0)
    return bool(clock.now().timestamp() - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
