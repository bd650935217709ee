"""Taking an invitation to work at an institution."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from recourse.desk.models import Person, Role
from recourse.desk.services import invitations
from recourse.problems import Problem
from recourse.web import clock, wording
from recourse.web.access import Who, allow
from recourse.web.desk.roles import NAMES


@allow(Who.LEARNER)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Who invites, to what; a button. Somebody else's invitation is refused with words."""
    now = clock.now()
    invitation = invitations.find(secret, at=now)
    if invitation is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        assert isinstance(request.user, Person)
        try:
            invitations.take(secret=secret, by=request.user, at=now)
        except Problem as error:
            problem = error.say(wording.lang())
        else:
            return redirect("web:account")
    found = {"invitation": invitation, "role": NAMES[Role(invitation.role)], "problem": problem}
    return render(request, "desk/invited.html", found, status=422 if problem else 200)
