"""Secret addresses by which somebody without an account sees one case, until a day or until they are taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Case, Link, LinkUse, Message, Person, Side
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import rights, secrets, timeline
from recourse.problems import Problem

LONGEST = 90  # days that a link may live


@dataclass(frozen=True)
class Made:
    """A new link with its secret, which is shown this once and kept nowhere."""

    link: Link
    secret: str


@transaction.atomic
def make(*, case: Case, by: Person, use: LinkUse, days: int, at: dt.datetime, label: str = "", body: str = "") -> Made:
    """A secret address for a helper, or for the officer of a body (a body of the corpus, by its id)."""
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    if not 1 <= days <= LONGEST:
        raise Problem(
            Words(f"a link lives from 1 to {LONGEST} days", f"链接的有效期为 1 至 {LONGEST} 天"), field="days"
        )
    secret = secrets.make()
    link = Link.objects.create(
        case=case, use=use, body=body, label=label, secret=secrets.digest(secret), until=at + dt.timedelta(days=days),
        made_by=by,
    )  # fmt: skip
    timeline.record(
        case=case, by=timeline.actor(by), kind="link-made", at=at,
        body={"link": str(link.pk), "use": use, "body": body, "label": label, "until": link.until.isoformat()},
    )  # fmt: skip
    return Made(link, secret)


def find(secret: str, *, at: dt.datetime) -> Link | None:
    """The link of a secret while it holds. One that has ended answers like one that never was."""
    with of(EVERYTHING):  # whoever holds the secret has no other right here
        found = Link.objects.filter(secret=secrets.digest(secret), taken_back_at=None, until__gt=at)
        return found.select_related("case", "made_by").first()


@transaction.atomic
def opened(*, link: Link, at: dt.datetime) -> None:
    """Record that it was opened; the learner sees each opening. Call it within the scope of the link's case."""
    case = Case.lock(link.case_id)
    first = link.opened_at is None
    link.opened_at = at
    link.save(update_fields=["opened_at"])
    timeline.record(
        case=case, by=f"link:{link.pk}", kind="link-opened", at=at, body={"link": str(link.pk), "first": first}
    )


@transaction.atomic
def write(*, link: Link, text: str, at: dt.datetime) -> Message:
    """The officer of a body writes into the case."""
    if link.use != LinkUse.OFFICER:
        raise rights.NotYours(Words("this link is for reading", "此链接仅供阅读"))
    case = Case.lock(link.case_id)
    message = Message.objects.create(case=case, side=Side.BODY, text=text)
    timeline.record(
        case=case, by=f"link:{link.pk}", kind="body-wrote", at=at,
        body={"message": str(message.pk), "text": text, "body": link.body},
    )  # fmt: skip
    return message


@transaction.atomic
def take_back(*, link: Link, by: Person, at: dt.datetime) -> None:
    """The address stops working now."""
    case = Case.lock(link.case_id)
    rights.need_learner(by, case)
    Link.objects.filter(pk=link.pk, taken_back_at=None).update(taken_back_at=at)
    timeline.record(case=case, by=timeline.actor(by), kind="link-taken-back", at=at, body={"link": str(link.pk)})
