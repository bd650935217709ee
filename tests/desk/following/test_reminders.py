"""Mails before a date: at the right time, once, in the person's language, and not for what is done already."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import transaction
from setting import NOON

from recourse.desk.models import Actor, Case, Deadline
from recourse.desk.services import cases, clocks, onward, reminders, timeline
from recourse.desk.stages import Stage
from recourse.work.queue import tasks

pytestmark = pytest.mark.usefixtures("everything")


def turn(at):
    """A job's turn at that moment."""
    return SimpleNamespace(clock=lambda: at, finish=lambda: None)


def one(made, name):
    return Deadline.objects.get(case=made, name=name, met_at=None, dropped_at=None)


def wakes(at, made, name):
    pk = one(made, name).pk
    return [wake for wake in reminders.wanted(at) if wake.args == {"deadline": pk}]


def test_a_seller_that_is_late_is_told_the_day_after(case, school):
    made = case(school())
    pay = one(made, "pay")
    (wake,) = wakes(NOON, made, "pay")
    assert wake.run_at == dt.datetime(2026, 12, 5, 8, tzinfo=dt.UTC)
    reminders.remind(turn(wake.run_at), pay.pk)
    (sent,) = mail.outbox
    assert sent.to == [made.learner.email]
    assert "Nordlicht is late" in sent.subject and "4 December 2026" in sent.body and "2026-12" not in sent.body
    assert f"/cases/{made.reference}/" in sent.body
    assert [told.entry.kind for told in timeline.read(made, inner=False)][-1] == "reminded"


def test_no_mail_before_the_day_has_passed(case, school):
    made = case(school())
    reminders.remind(turn(NOON), one(made, "pay").pk)
    assert not mail.outbox


def test_what_is_done_is_not_reminded_of(case, school):
    made = case(school())
    pay = one(made, "pay")
    cases.settle(case=made, by=made.learner, at=NOON, how="paid")
    reminders.remind(turn(NOON + dt.timedelta(days=20)), pay.pk)
    assert not mail.outbox
    assert not list(reminders.wanted(NOON + dt.timedelta(days=14)))


def test_days_that_pass_together_are_one_mail(case, school):
    made = case(school())
    Deadline.objects.filter(case=made).update(due=dt.date(2026, 12, 4))
    keys = {wake.dedup for wake in reminders.wanted(NOON)}
    assert len(keys) == 1


def test_where_one_of_them_is_done_the_other_is_still_told(case, school):
    made = case(school())
    Deadline.objects.filter(case=made).update(due=dt.date(2026, 12, 4))
    (wake,) = {wake.dedup: wake for wake in reminders.wanted(NOON)}.values()
    Deadline.objects.filter(pk=wake.args["deadline"]).update(met_at=NOON)
    reminders.remind(turn(wake.run_at), wake.args["deadline"])
    assert "is late" in mail.outbox[0].subject


def test_the_last_day_of_a_body_is_said_two_weeks_and_three_days_before_in_chinese(case, school):
    made = case(school())
    made.learner.language = "zh-hans"
    made.learner.save()
    due = dt.date(2026, 11, 30)
    clocks.fix(case=made, name="apply:de-zfu", actor=Actor.LEARNER, rule="de-zfu", today=NOON.date(), due=due)
    assert [wake.run_at.date() for wake in wakes(NOON, made, "apply:de-zfu")] == [
        dt.date(2026, 11, 16), dt.date(2026, 11, 27)
    ]  # fmt: skip
    reminders.remind(turn(NOON), one(made, "apply:de-zfu").pk)
    (sent,) = mail.outbox
    assert (
        "最后期限：2026年11月30日" in sent.subject
        and "2026-11-30" not in sent.body
        and f"/cases/{made.reference}/onward/de-zfu/" in sent.body
    )


def test_nobody_of_the_example_world_is_written_to(case, school, person):
    """Their addresses lead nowhere, in a job that was put in before one looked as well."""
    for made in (case(school()), case(school(example=True))):
        if not made.example:
            made.learner.email = "anna@people.example"
            made.learner.save()
        reminders.remind(turn(NOON + dt.timedelta(days=15)), one(made, "pay").pk)
        assert not mail.outbox, made.example


def test_nobody_without_an_open_date_is_written_to(case, school):
    for change in ("met_at", "dropped_at", "paused_on"):
        made = case(school())
        pay = one(made, "pay")
        moment = NOON.date() if change == "paused_on" else NOON
        Deadline.objects.filter(case=made).update(**{change: moment})
        assert not [wake for wake in reminders.wanted(NOON + dt.timedelta(days=14)) if wake.args["deadline"] == pay.pk]
        reminders.remind(turn(NOON + dt.timedelta(days=15)), pay.pk)
        assert not mail.outbox, change


def test_a_mail_that_cannot_go_out_leaves_no_entry(case, school, monkeypatch):
    made = case(school())
    pay = one(made, "pay")

    def refuse(_):
        raise OSError("the mail server is away")

    monkeypatch.setattr(reminders.mails, "send", refuse)
    with pytest.raises(OSError, match="away"):
        reminders.remind(turn(NOON + dt.timedelta(days=15)), pay.pk)
    assert "reminded" not in [told.entry.kind for told in timeline.read(made, inner=False)]


# -- the days on which bodies stop taking a case


def test_last_days_of_bodies_are_rows_until_one_has_turned_to_them(case):
    facts = {"learner_place": "FR", "seller_place": "FR", "complained_on": "2026-11-18", "paid_on": "2026-11-10"}
    made = case(None, facts={**facts, "payment_method": "credit-card"})
    found = {f"apply:{turn.body.id}": turn.apply_by for turn in onward.turns(made, NOON.date()) if turn.apply_by}
    assert len(found) > 1
    with transaction.atomic():
        onward.set_dates(case=Case.lock(made.pk), at=NOON)
        again = onward.set_dates(case=made, at=NOON)
    rows = Deadline.objects.filter(case=made, name__startswith="apply:", dropped_at=None)
    assert {row.name: row.due.toordinal() for row in rows} == found
    assert again == 0
    first = next(iter(found)).removeprefix("apply:")
    what = onward.Handing(letter="…", language="it", link=False)
    onward.hand_over(case=made, by=made.learner, body=first, what=what, at=NOON)
    with transaction.atomic():  # whom one has turned to needs no reminder, then or later
        assert onward.set_dates(case=made, at=NOON) == 0


def test_each_day_late_and_decided_cases_are_looked_at(case, school):
    late, fine = case(school()), case(school())
    Deadline.objects.filter(case=late, name="pay").update(due=dt.date(2026, 11, 19))
    assert [wake.args["case"] for wake in reminders.to_renew(NOON)] == [late.pk]
    Case.objects.filter(pk=fine.pk).update(stage=Stage.DECIDED)
    assert {wake.args["case"] for wake in reminders.to_renew(NOON)} == {late.pk, fine.pk}
    reminders.renew(fine.pk, NOON)
    quiet = NOON + dt.timedelta(days=200)
    Deadline.objects.filter(name__startswith="apply:").delete()
    clocks.fix(case=late, name="apply:x", actor=Actor.LEARNER, rule="x", today=NOON.date(), due=quiet.date())
    assert [wake.args["case"] for wake in reminders.to_renew(quiet)] == [late.pk]  # not for ever


def test_the_tasks_and_the_sweep_are_known():
    assert {"remind", "onward.renew"} <= set(tasks())
