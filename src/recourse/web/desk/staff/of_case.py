"""What stands around every page of one case at the institution: who, how much, by when, the tabs, the verbs of now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext

from recourse.desk.models import Actor, Assessment, Case, Deadline, Decision, DecisionState
from recourse.desk.selectors import queue as selector
from recourse.desk.stages import Kind, Stage, Step, steps
from recourse.web import links
from recourse.web.access import Who
from recourse.web.desk import owed
from recourse.web.desk.owed import Owed
from recourse.web.desk.staff import queue, row
from recourse.web.desk.staff.place import Desk

WORKERS = (Who.AGENT, Who.APPROVER, Who.ADMINISTRATOR)  # whom the services let act in cases
SECONDS = (Who.APPROVER, Who.ADMINISTRATOR)  # who may be the second person


@dataclass(frozen=True)
class Found:
    """A case with what its pages need of it. `works`: this person may act in it; `seconds`: agree to its proposal."""

    case: Case
    assessment: Assessment | None
    proposal: Decision | None
    final: Decision | None
    deadlines: list[Deadline]
    open: frozenset[Step]
    works: bool
    impartial: bool
    seconds: bool
    today: dt.date

    @property
    def decides(self) -> bool:
        """Whether this person may decide it now."""
        return self.works and self.impartial and Step.DECIDE in self.open

    @property
    def closes(self) -> bool:
        """Whether it may be closed: only what was answered ends, so that nobody closes a request to be rid of it."""
        return self.works and Step.CLOSE in self.open and self.final is not None

    @property
    def no_money(self) -> bool:
        """A complaint that asks for an answer, not for money."""
        return self.case.kind == Kind.COMPLAINT and self.case.asked_minor is None


def find(desk: Desk, reference: str) -> Found:
    """The case of that reference at this desk; another institution's, a draft and a missing one answer alike."""
    cases = Case.objects.select_related("learner", "purchase__course", "assigned_to", "institution", "about_person")
    case = cases.filter(institution=desk.institution, reference=reference.upper()).exclude(stage="draft").first()
    if case is None:
        raise Http404
    decisions = list(case.decisions.select_related("proposed_by", "second").order_by("-made_at"))
    proposal = next((one for one in decisions if one.state == DecisionState.PROPOSED), None)
    impartial = case.about_person_id != desk.person.pk
    return Found(
        case=case,
        assessment=case.assessed(),
        proposal=proposal,
        final=next((one for one in decisions if one.state == DecisionState.FINAL), None),
        deadlines=list(Deadline.objects.filter(case=case, met_at=None, dropped_at=None).order_by("due")),
        open=frozenset(steps(Stage(case.stage), Kind(case.kind))),
        works=desk.may(*WORKERS),
        impartial=impartial,
        seconds=proposal is not None and impartial and desk.may(*SECONDS) and proposal.proposed_by_id != desk.person.pk,
        today=desk.today,
    )


def done(request: HttpRequest, desk: Desk, found: Found, view: str = "staff_case") -> HttpResponse:
    """On to a page of the case, which says that it is done and names the next one of the queue one came from."""
    way, reference = desk.way, found.case.reference
    address = links.to(request, view, desk.institution.slug, reference, of=way.of, at=way.at, done="1")
    return redirect(address)


def told(found: Found) -> Owed | None:
    """What is owed, in words."""
    if found.assessment is None or found.no_money:
        return None
    return owed.owed(found.case, found.assessment, found.today.toordinal())


def context(desk: Desk, found: Found, tab: str, said: Owed | None) -> dict[str, Any]:
    """What the frame of a case's page needs; `tab` is the one that is open."""
    case = found.case
    ours = [one for one in found.deadlines if one.actor == Actor.INSTITUTION]
    coin, sum_owed = row.standing(case, found.assessment)
    pay = next((one for one in ours if one.name == "pay"), None)
    policy = next((one for one in [said.best, *said.others] if one and one.policy), None) if said else None
    before, behind = _beside(desk, found.today)
    return {
        "desk": desk,
        "here": "queue",
        "tab": tab,
        "way": desk.way,
        "before": before,
        "behind": behind,
        "found": found,
        "case": case,
        "what": row.what(case),
        "stage": row.stage(case, found.assessment, proposed=found.proposal is not None),
        "coin": coin,
        "sum_owed": sum_owed,
        "owed": said,
        "pays": row.to_pay(case) and desk.sees_money and tab != "money",
        "pay_by": pay.due.toordinal() if pay is not None else None,
        "clock": row.clock(ours, found.today),
        "paid": row.amount(case.purchase.paid_minor, case.purchase.currency) if case.purchase is not None else "",
        "policy_gives": _gives(policy),
        "asked_for": row.amount(case.asked_minor, case.currency),
        "written": case.messages.count(),
        "is_withdrawal": case.kind == Kind.WITHDRAWAL,
        "asks": Step.ASK in found.open,
        "reviews": Step.REVIEW in found.open,
        "closes": found.closes,
        "mine": case.assigned_to_id == desk.person.pk,
        "done": desk.way.done,
    }


def _beside(desk: Desk, today: dt.date) -> tuple[tuple[Case, str] | None, tuple[Case, str] | None]:
    """The cases beside this one in the queue that it was opened from, each with its key there."""
    if not desk.way.at:
        return None, None
    asked = replace(queue.asked_of(QueryDict(desk.way.of)), after=desk.way.at)
    pair = selector.beside(desk.institution, asked, desk.person, today)
    before, behind = ((one, selector.key(one, asked)) if one is not None else None for one in pair)
    return before, behind


def _gives(policy: Any) -> str:
    if policy is None:
        return ""
    return gettext(" to ").join(str(one) for one in policy.amounts) or policy.status
