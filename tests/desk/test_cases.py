"""The life of a case: sent once, clocks by the calendar, decided with its clause, below what is owed never alone."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from setting import FACTS, NOON

from recourse.desk.models import Answer, Case, Deadline, Decision, DecisionState, Message, Role
from recourse.desk.next_step import next_step
from recourse.desk.services import cases, clocks, deciding, people, rights, timeline
from recourse.desk.services.deciding import Deciding
from recourse.desk.stages import Kind, Stage
from recourse.problems import Problem

MONDAY = NOON + dt.timedelta(days=3)
pytestmark = pytest.mark.usefixtures("everything")


def due(case, name):
    return Deadline.objects.get(case=case, name=name, dropped_at=None).due


def test_a_request_is_received_once_and_assessed(case, school):
    made = case(school())
    again = cases.receive(case=made, by=made.learner, at=MONDAY)
    assert (again.stage, again.received_at) == (Stage.RECEIVED, NOON)
    (assessment,) = made.assessments.all()
    assert (assessment.owed_minor, assessment.currency, assessment.rule) == (8499, "EUR", "de-bgb-withdrawal")
    assert due(made, "pay") == assessment.pay_by == dt.date(2026, 12, 4)
    assert [t.entry.kind for t in timeline.read(made, inner=True)] == ["drafted", "received", "assessed"]


def test_one_form_makes_one_case(person, bought, school):
    learner = person()
    asked = cases.Asked(Kind.REFUND, learner, FACTS, bought(learner, school()), form_token=uuid.uuid4())
    assert cases.start(asked=asked, at=NOON).pk == cases.start(asked=asked, at=MONDAY).pk
    assert Case.objects.count() == 1


def test_working_days_leave_out_the_weekend(case, school):
    made = case(school())
    assert (due(made, "first-answer"), due(made, "decision")) == (dt.date(2026, 11, 24), dt.date(2026, 12, 4))


def test_a_withdrawal_has_no_clock_for_a_decision(case, school):
    made = case(school(), Kind.WITHDRAWAL)
    assert made.reason == "none"
    assert not Deadline.objects.filter(case=made, name="decision").exists()
    with pytest.raises(Problem, match="cannot be done to a withdrawal"):
        deciding.decide(case=made, by=_agent(made), assessment=None,
                        what=Deciding(Answer.REFUSED), at=MONDAY)  # fmt: skip


def _agent(made, role=Role.AGENT):
    return made.institution.memberships.get(role=role).person


def test_the_clock_stands_still_while_the_learner_is_asked(case, school):
    made = case(school())
    deciding.reply(case=made, by=_agent(made), text="Which lesson?", at=MONDAY, asks=True)
    assert Case.objects.get().stage == Stage.WAITING
    thursday = MONDAY + dt.timedelta(days=3)
    cases.answer(case=made, by=made.learner, text="The third.", at=thursday)
    assert due(made, "decision") == dt.date(2026, 12, 9)  # three working days later
    assert Deadline.objects.get(name="first-answer").met_at == MONDAY
    assert due(made, "pay") == dt.date(2026, 12, 4)  # the law does not wait


def test_the_whole_is_decided_by_one(case, school):
    made = case(school())
    decision = deciding.decide(
        case=made, by=_agent(made), assessment=made.assessments.get(), what=Deciding(Answer.WHOLE, 8499), at=MONDAY
    )
    made.refresh_from_db()
    assert (decision.state, made.stage) == (DecisionState.FINAL, Stage.DECIDED)
    assert Deadline.objects.get(name="decision").met_at == MONDAY


def test_less_than_owed_needs_a_reason_and_a_second_person(case, school):
    made = case(school())
    less = {"case": made, "by": _agent(made), "assessment": made.assessments.get(), "at": MONDAY}
    with pytest.raises(Problem, match="needs a reason"):
        deciding.decide(what=Deciding(Answer.PART, 4000), **less)
    proposal = deciding.decide(what=Deciding(Answer.PART, 4000, reason="Half was used."), **less)
    made.refresh_from_db()
    assert (proposal.state, made.stage) == (DecisionState.PROPOSED, Stage.RECEIVED)
    with pytest.raises(rights.NotYours):
        deciding.agree(decision=proposal, by=_agent(made), at=MONDAY)
    assert "decided" not in [t.entry.kind for t in timeline.read(made, inner=True)]
    deciding.agree(decision=proposal, by=_agent(made, Role.APPROVER), at=MONDAY)
    made.refresh_from_db()
    assert made.stage == Stage.DECIDED
    assert "proposed" not in [t.entry.kind for t in timeline.read(made, inner=False)]


def test_a_proposal_that_gives_way_to_a_new_decision_is_recorded_among_colleagues(case, school):
    made = case(school())
    more = {"case": made, "by": _agent(made), "assessment": made.assessments.get(), "at": MONDAY}
    first = deciding.decide(what=Deciding(Answer.PART, 4000, reason="Half was used."), **more)
    assert people.copy(made.learner)["tables"].get("decision", []) == []  # nor in the copy of the learner's data
    deciding.decide(what=Deciding(Answer.WHOLE, 8499), **more)
    told = next(one for one in timeline.read(made, inner=True) if one.entry.kind == "disagreed")
    assert told.body["decision"] == str(first.pk) and told.entry.inner
    assert [one["minor"] for one in people.copy(made.learner)["tables"]["decision"]] == [8499]


def test_nobody_is_their_own_second_person(case, school):
    made = case(school())
    approver = _agent(made, Role.APPROVER)
    proposal = deciding.decide(
        case=made, by=approver, assessment=made.assessments.get(), at=MONDAY,
        what=Deciding(Answer.REFUSED, reason="No."),
    )  # fmt: skip
    with pytest.raises(rights.NotYours, match="own proposal"):
        deciding.agree(decision=proposal, by=approver, at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=proposal.pk).update(second=approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=proposal.pk).update(state="final", decided_at=MONDAY)


def test_the_person_complained_about_does_not_decide(case, school):
    made = case(school(), Kind.COMPLAINT)
    agent = _agent(made)
    Case.objects.filter(pk=made.pk).update(about_person=agent)
    with pytest.raises(rights.NotYours, match="complained about"):
        deciding.decide(case=made, by=agent, assessment=None, what=Deciding(Answer.ANSWERED), at=MONDAY)


def test_other_roles_and_other_schools_do_not_decide(case, school):
    ours, theirs = school("Ours"), school("Theirs")
    made = case(ours)
    last = made.assessments.get()
    for by in (ours.staff["auditor"], ours.staff["finance"], theirs.staff["agent"], made.learner):
        with pytest.raises(rights.NotYours):
            deciding.decide(case=made, by=by, assessment=last, what=Deciding(Answer.WHOLE, 8499), at=MONDAY)


@pytest.mark.parametrize(
    ("kind", "minor", "said"),
    [
        ("whole", 0, "more than nothing"),
        ("refused", 1, "pays nothing"),
        ("whole", 9000, "more than was paid: 84.99 EUR"),
    ],
)
def test_an_amount_fits_its_decision(case, school, kind, minor, said):
    made = case(school())
    with pytest.raises(Problem, match=said):
        deciding.decide(case=made, by=_agent(made), assessment=made.assessments.get(), at=MONDAY,
                        what=Deciding(Answer(kind), minor, reason="x"))  # fmt: skip


def test_a_decision_is_on_the_last_assessment(case, school):
    made = case(school())
    old = made.assessments.get()
    cases.answer(
        case=made, by=made.learner, text="It was more.", at=MONDAY, facts={"paid": "90.00 EUR", "price": "90.00 EUR"}
    )
    with pytest.raises(Problem, match="worked out anew"):
        deciding.decide(case=made, by=_agent(made), assessment=old, what=Deciding(Answer.WHOLE, 8499), at=MONDAY)
    assert made.assessments.count() == 2


def test_only_the_learner_acts_for_the_learner(case, school, person):
    made = case(school())
    with pytest.raises(rights.NotYours):
        cases.take_back(case=made, by=person("Somebody"), at=MONDAY)
    assert cases.take_back(case=made, by=made.learner, at=MONDAY).stage == Stage.WITHDRAWN
    assert not Deadline.objects.filter(met_at=None, dropped_at=None).exists()
    assert cases.reopen(case=made, by=made.learner, at=MONDAY, why="I changed my mind.").stage == Stage.IN_REVIEW


def test_what_a_listed_platform_said_is_a_fact(case):
    made = case(None)
    cases.they_answered(case=made, by=made.learner, said="No.", refused=True, minor=None, on=MONDAY.date(), at=MONDAY)
    made.refresh_from_db()
    assert (made.stage, made.facts["seller_refused_on"]) == (Stage.DECIDED, "2026-11-23")


def test_a_failed_step_leaves_nothing(case, school):
    made = case(school())
    deciding.reply(case=made, by=_agent(made), text="Which lesson?", at=MONDAY, asks=True)
    with pytest.raises(Problem, match="cannot be done"):
        deciding.reply(case=made, by=_agent(made), text="And which day?", at=MONDAY, asks=True)
    assert [m.text for m in Message.objects.all()] == ["Which lesson?"]
    assert [t.entry.kind for t in timeline.read(made, inner=True)][-1] == "asked"


def test_a_clock_of_a_year_without_calendar_says_so(case, school):
    made = case(school(place="CN"))
    found = clocks.begin(case=made, name="x", actor="institution", today=dt.date(2029, 12, 1), days=10, place="CN")
    assert found.provisional


def test_an_institution_closes_only_what_it_answered(case, school, person):
    made = case(school())
    with pytest.raises(Problem, match="not answered stays open"):
        cases.close(case=made, by=_agent(made), at=MONDAY, why="Too much work.")
    for act in (cases.close, cases.settle):
        with pytest.raises(rights.NotYours):
            act(case=made, by=person("Eve"), at=MONDAY, **{"why" if act is cases.close else "how": "x"})
    assert cases.close(case=made, by=made.learner, at=MONDAY, why="Solved.").stage == Stage.CLOSED


def test_after_a_withdrawal_the_next_day_is_that_of_the_money(case, school):
    made = case(school(), Kind.WITHDRAWAL)
    step = next_step(made, Deadline.objects.filter(case=made), NOON.date())
    assert (step.verb, step.by) == ("they-pay", dt.date(2026, 12, 4))


def test_only_a_complaint_is_answered_without_deciding_on_money(case, school):
    refund, complaint = case(school()), case(school(), Kind.COMPLAINT)
    with pytest.raises(Problem, match="only a complaint"):
        deciding.decide(
            case=refund,
            by=_agent(refund),
            assessment=refund.assessments.get(),
            what=Deciding(Answer.ANSWERED),
            at=MONDAY,
        )
    answered = deciding.decide(
        case=complaint, by=_agent(complaint), assessment=complaint.assessments.get(), what=Deciding(Answer.ANSWERED),
        at=MONDAY,
    )  # fmt: skip
    assert (answered.below_owed, answered.state) == (False, DecisionState.FINAL)
