"""What the learner is written about their money: only what is so, with a day where one can be known, each thing once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from paid import Moved, drain

from recourse.desk.services import timeline
from recourse.payouts import machine
from recourse.payouts.machine import SAID, Kind, Source, State, Waits
from recourse.payouts.models import Event, Payout
from recourse.payouts.providers.sandbox_world import Fault, World
from recourse.payouts.services import applying, records, sending, telling

pytestmark = pytest.mark.usefixtures("everything")
# Words that nobody here can know to be true, or that promise.
NEVER = ("arrived", "has been credited", "guarantee", "will receive", "will arrive", "到账", "保证", "一定")


def written(row: Payout) -> list[Any]:
    return [one for one in mail.outbox if one.to == [row.case.learner.email] and "EUR" in one.subject]


def test_sent_is_said_once_with_the_case(pay: Callable[..., Payout], moved: Moved) -> None:
    row = pay()
    drain(moved)
    moved.on(86400)
    drain(moved)
    (sent,) = written(row)
    assert sent.subject == f"84.99 EUR was sent to you: {row.case.reference}"
    assert "on 21 November 2026" in sent.body and f"/cases/{row.case.reference}/" in sent.body


@pytest.mark.parametrize(
    ("fault", "days", "subjects"),
    [
        (Fault.TIMEOUT_AFTER, 1, ["was sent to you"]), (Fault.WAITS, 1, ["was sent to you"]),
        (Fault.REFUSES, 0, ["could not be sent"]), (Fault.FAILS_LATE, 4, ["was sent to you", "came back to us"]),
        (Fault.NEEDS_PAYEE, 0, ["waits for you"]), (Fault.STRANGE_WORD, 0, []),
    ],
)  # fmt: skip
def test_each_turn_is_told_once_and_no_doubt_is_told_as_a_fact(
    fault: Fault, days: int, subjects: list[str], pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    row = pay()
    world.plan(str(row.pk), fault)
    drain(moved)
    for _ in range(days * 2):
        moved.on(43200)
        drain(moved)
    found = written(row)
    assert len(found) == len(subjects)
    for one, subject in zip(found, subjects, strict=True):
        assert subject in one.subject
    assert len({one.extra_headers["Message-ID"] for one in found}) == len(found)


@pytest.mark.parametrize("said", [True, False])
def test_only_what_was_written_is_corrected(said: bool, pay: Callable[..., Payout], moved: Moved) -> None:
    row = pay()
    if said:
        drain(moved)
    row.state = "reversed"
    text = telling.written(row).text
    assert ("that no longer holds" in text) == said and "It is owed to you again." in text


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("route", "external", "by"),
    [
        ("sepa", False, {"en": "by 23 November 2026", "zh-hans": "2026年11月23日"}),
        ("stripe", False, {"en": "by 4 December 2026", "zh-hans": "2026年12月4日"}),
        ("manual", False, {}), ("stripe", True, {}), ("sandbox", False, {}),
    ],
)  # fmt: skip
def test_the_day_is_that_of_the_route_and_none_where_nobody_knows(
    lang: str, route: str, external: bool, by: dict[str, str], pay: Callable[..., Payout], moved: Moved
) -> None:
    row = pay()
    row.case.learner.language = lang
    row.route, row.external, row.state = route, external, "succeeded"  # released on Saturday 21 November
    text = telling.written(row).text
    assert by.get(lang, "84.99 EUR") in text and ("2026年11月21日" if lang != "en" else "21 November 2026") in text
    assert bool(by) == ("Banks usually show it" in text if lang == "en" else "前显示" in text)
    assert not [word for word in NEVER if word in text.lower()]


@pytest.mark.parametrize("state", ["failed", "reversed", "pending"])
def test_no_sentence_promises_or_claims_what_nobody_sees(state: str, pay: Callable[..., Payout]) -> None:
    row = pay()
    row.state = state
    for lang in ("en", "zh-hans"):
        row.case.learner.language = lang
        made = telling.written(row)
        assert not [word for word in NEVER if word in (made.text + made.subject).lower()]
    assert not [said for one in SAID.values() for said in (one.en, one.zh) for word in NEVER if word in said.lower()]
    assert set(telling.SUBJECT) <= set(State)


def test_what_came_back_before_the_mail_went_is_told_once(pay: Callable[..., Payout], moved: Moved) -> None:
    row = pay()
    sending.send(row.pk, clock=moved, finish=lambda: None)  # the mail that it was sent is put in, and waits
    moved.on(60)
    back = machine.Event("back", Kind.RETURNED, Source.LOOK_UP, records.seconds(moved()))
    applying.take(row.pk, back, at=moved())
    drain(moved)
    (one,) = written(row)
    assert "came back to us" in one.subject


def test_what_waits_for_the_learner_later_is_written_when_it_does(
    pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    row = pay()
    world.plan(str(row.pk), Fault.WAITS)
    drain(moved)
    assert written(row) == []
    moved.on(60)
    now = records.seconds(moved())
    applying.take(row.pk, machine.Event("w", Kind.ACCEPTED, Source.LOOK_UP, now, waits=Waits.PAYEE), at=moved())
    drain(moved)
    (one,) = written(row)
    assert "waits for you" in one.subject


def test_a_contradiction_does_not_tell_again_that_it_was_sent(pay: Callable[..., Payout], moved: Moved) -> None:
    row = pay()
    drain(moved)
    odd = machine.Event("odd", Kind.PAID, Source.LOOK_UP, records.seconds(moved()), reference="r2")
    applying.take(row.pk, odd, at=moved())
    lines = timeline.read(row.case, inner=True)
    told = [one.body["state"] for one in lines if one.entry.kind == "payout"]
    assert told.count("succeeded") == 1 and "paid" in lines[-1].body["alarm"] and lines[-1].entry.inner


def test_what_no_longer_waits_for_the_learner_is_not_mailed_as_if_it_did(
    pay: Callable[..., Payout], moved: Moved
) -> None:
    row = pay()
    for waits in (Waits.PAYEE, Waits.SETTLEMENT):
        moved.on(60)
        now = records.seconds(moved())
        event = machine.Event(f"w:{waits}", Kind.ACCEPTED, Source.LOOK_UP, now, waits=waits)
        applying.take(row.pk, event, at=moved())
    telling.send(Event.objects.get(payout=row, after="pending", before="sending").pk)
    assert written(row) == []
