"""Who works at an institution: invite somebody, end a role, take an invitation back."""

from __future__ import annotations

import logging
from itertools import groupby
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from recourse.bilingual import Words
from recourse.desk import mails
from recourse.desk.models import Invitation, Membership, Role
from recourse.desk.services import invitations as service
from recourse.problems import Problem
from recourse.web import clock, wording
from recourse.web.access import STAFF, Who, allow
from recourse.web.desk.roles import NAMES
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import Desk, at_desk

MAIL = Words("{institution} invites you to work there", "{institution} 邀请您加入")
TEXT = Words(
    "{person} invites you to {institution}. Sign in with this address ({email}) and accept here, within 14 days:"
    "\n\n{link}",
    "{person} 邀请您加入 {institution}。请用此邮箱（{email}）登录，并在 14 天内点击以下链接接受邀请：\n\n{link}",
)
ROLES = (
    (Role.AGENT.value, gettext_lazy("Agent: works on cases and decides them")),
    (Role.APPROVER.value, gettext_lazy("Approver: agrees as the second person")),
    (Role.FINANCE.value, gettext_lazy("Finance: brings in purchases, sends money")),
    (Role.ADMINISTRATOR.value, gettext_lazy("Administrator: sets up, invites, publishes")),
    (Role.AUDITOR.value, gettext_lazy("Auditor: reads everything, changes nothing")),
    (Role.ADVISER.value, gettext_lazy("Adviser: acts for learners who gave a mandate")),
)


class Inviting(forms.Form):
    """Whom, and to what."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), widget=forms.EmailInput({"autocomplete": "off"}))
    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, advises: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        theirs = (Role.ADVISER, Role.ADMINISTRATOR) if advises else set(Role) - {Role.ADVISER}
        self.fields["role"].choices = [(role, words) for role, words in ROLES if role in theirs]  # type: ignore[attr-defined]
        self.initial["role"] = (Role.ADVISER if advises else Role.AGENT).value


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody with their roles, open invitations, and inviting."""
    desk = at_desk(request, slug, *(() if request.method in ("GET", "HEAD") else (Who.ADMINISTRATOR,)))
    form = Inviting(request.POST or None, advises=desk.advises)
    if request.method == "POST" and form.is_valid():
        try:
            _invite(request, desk, form.cleaned_data["email"], Role(form.cleaned_data["role"]))
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect("web:people", slug)
    return _show(request, desk, form)


def _invite(request: HttpRequest, desk: Desk, email: str, role: Role) -> None:
    """Invite by mail. The address is also shown once, to be handed over where mail does not arrive."""
    made = service.invite(institution=desk.institution, email=email, role=role, by=desk.person, at=clock.now())
    link = mails.address(reverse("web:invited", args=[made.secret]))
    lang = desk.institution.language
    said = {
        "institution": desk.institution.name,
        "person": str(desk.person),
        "email": made.invitation.email,
        "link": link,
    }
    mail = mails.Mail(
        made.invitation.email,
        mails.put(MAIL, lang, **said),
        mails.put(TEXT, lang, **said),
        f"invited-{made.invitation.pk}",
    )
    sent = "sent"
    try:
        mails.send(mail)  # at once and here: the secret is kept nowhere, so no job could send it later
    except (OSError, SMTPException):
        logging.getLogger(__name__).warning("an invitation could not be mailed", exc_info=True)
        sent = "unsent"
    messages.info(request, link, extra_tags=sent)


def _show(request: HttpRequest, desk: Desk, form: Inviting, problem: str = "") -> HttpResponse:
    rows = Membership.objects.filter(institution=desk.institution, ended_at=None).select_related("person")
    ordered = sorted(rows, key=lambda row: (str(row.person).casefold(), str(row.person_id), row.role))
    waiting = list(
        Invitation.objects.filter(institution=desk.institution, taken_at=None, until__gt=clock.now()).order_by("email")
    )
    for member in ordered:
        member.role_name = NAMES[Role(member.role)]  # type: ignore[attr-defined]
    for invited in waiting:
        invited.role_name = NAMES[Role(invited.role)]  # type: ignore[attr-defined]
    people = [(person, list(roles)) for person, roles in groupby(ordered, key=lambda row: row.person)]
    found = {
        "desk": desk, "here": "setup", "form": form, "people": people, "waiting": waiting,
        "problem": problem, "administrator": desk.may(Who.ADMINISTRATOR),
        "told": [(one.message, "unsent" not in one.tags) for one in messages.get_messages(request)],
    }  # fmt: skip
    return render(request, "desk/people.html", found, status=422 if form.errors or problem else 200)


@allow(*STAFF)
@require_POST
def end(request: HttpRequest, slug: str, membership: UUID) -> HttpResponse:
    """Somebody no longer has a role. The last administrator cannot go."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    row = Membership.objects.filter(institution=desk.institution, pk=membership).first()
    if row is None:
        raise Http404
    try:
        service.end(membership=row, by=desk.person, at=clock.now())
    except Problem as problem:
        return _show(request, desk, Inviting(advises=desk.advises), problem.say(wording.lang()))
    return redirect("web:people", slug)


@allow(*STAFF)
@require_POST
def take_back(request: HttpRequest, slug: str, invitation: UUID) -> HttpResponse:
    """An invitation that nobody took ends now."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    Invitation.objects.filter(institution=desk.institution, pk=invitation, taken_at=None).delete()
    return redirect("web:people", slug)
