"""What an institution publishes of a course: its price now and before, its terms and their versions, its policy.

Prices, terms and policies are rows that are only added to; what holds now is the newest that has begun.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from recourse.bilingual import Words
from recourse.desk.models import Contract, Course, Institution, Offer, Person, Policy, Process, Purchase, Role, Source
from recourse.desk.services import rights
from recourse.problems import Problem

WINDOW = dt.timedelta(days=30)
AROUND = 1  # lines shown around a difference


@dataclass(frozen=True)
class Published:
    """A course as everybody sees it at one moment. `offers` are all that have begun, the newest first."""

    course: Course
    institution: Institution
    offers: tuple[Offer, ...]
    contract: Contract | None
    policy: Policy | None
    process: Process | None
    at: dt.datetime

    @property
    def offer(self) -> Offer | None:
        """The price for everybody at this moment."""
        return next((one for one in self.offers if not one.condition and in_force(one, self.at)), None)

    @property
    def special(self) -> tuple[Offer, ...]:
        """Prices at this moment that are not for everybody."""
        return tuple(one for one in self.offers if one.condition and in_force(one, self.at))

    @property
    def lowest(self) -> int | None:
        """The lowest price for everybody within the last thirty days, in smallest units of the price now."""
        return lowest(self.offers, self.at - WINDOW, self.at, self.offer.currency) if self.offer is not None else None

    @property
    def before(self) -> int | None:
        """The lowest price in the thirty days before the price of now began; nothing where there was none."""
        now = self.offer
        if now is None:
            return None
        older = [one for one in self.offers if one.pk != now.pk and one.begins_at <= now.begins_at]
        return lowest(older, now.begins_at - WINDOW, now.begins_at, now.currency)


@dataclass(frozen=True)
class Difference:
    """A line of the comparison of two versions: `kind` is same, added, removed, or gap where lines are left out."""

    kind: str
    text: str


class Changed(Problem):
    """The terms are not those any more that the person saw."""


def institutions() -> QuerySet[Institution]:
    """The institutions that take part, by name."""
    return Institution.objects.filter(open=True, kind="seller").order_by("name")


def courses(institution: Institution | None = None) -> QuerySet[Course]:
    """The courses that are published, by title."""
    found = Course.objects.filter(published=True, institution__open=True).select_related("institution")
    return (found if institution is None else found.filter(institution=institution)).order_by("title", "pk")


def course_at(slug: str, course: str, *, at: dt.datetime) -> Published | None:
    """A published course by the addresses of its institution and its own, as it stands at a moment."""
    found = courses().filter(institution__slug=slug, slug=course).first()
    if found is None:
        return None
    return Published(
        found,
        found.institution,
        tuple(Offer.objects.filter(course=found, begins_at__lte=at).order_by("-begins_at", "-made_at")),
        contracts(found.institution, at=at).first(),
        Policy.objects.filter(institution=found.institution, published_at__lte=at).order_by("-number").first(),
        Process.objects.filter(institution=found.institution, published_at__lte=at).order_by("-number").first(),
        at,
    )


def contracts(institution: Institution, *, at: dt.datetime) -> QuerySet[Contract]:
    """The published versions of the terms, the newest first."""
    return Contract.objects.filter(institution=institution, published_at__lte=at).order_by("-number")


def prices(found: Iterable[Course], *, at: dt.datetime) -> dict[object, Offer]:
    """The price for everybody at a moment, of many courses in one query: by the id of the course."""
    offers = Offer.objects.filter(course__in=list(found), condition="", begins_at__lte=at).order_by("begins_at")
    return {one.course_id: one for one in offers if in_force(one, at)}


def in_force(offer: Offer, at: dt.datetime) -> bool:
    """Whether an offer holds at a moment: its first moment belongs to it, its end does not."""
    return offer.begins_at <= at and (offer.ends_at is None or at < offer.ends_at)


def lowest(offers: Iterable[Offer], first: dt.datetime, last: dt.datetime, currency: str) -> int | None:
    """The lowest price for everybody that held at some moment from `first` to before `last`; the moment of `last`
    counts for what began then. A newer offer takes the place of one that has no end."""
    plain = sorted((one for one in offers if not one.condition), key=lambda one: one.begins_at)
    found = []
    for number, one in enumerate(plain):
        follower = plain[number + 1].begins_at if number + 1 < len(plain) else None
        ends = min((end for end in (one.ends_at, follower) if end is not None), default=None)
        if one.currency == currency and one.begins_at <= last and (ends is None or ends > first):
            found.append(one.price_minor)
    return min(found, default=None)


def differences(old: str, new: str) -> list[Difference]:
    """What changed from one version to the next, line by line, with a line around each place."""
    before, after = _lines(old), _lines(new)
    found: list[Difference] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(AROUND):
        found += [Difference("gap", "")] if found else []
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                found += [Difference("same", line) for line in before[i1:i2]]
                continue
            found += [Difference("removed", line) for line in before[i1:i2]]
            found += [Difference("added", line) for line in after[j1:j2]]
    return found


def _lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


# -- acceptance


@transaction.atomic
def accept(*, course: Course, digest: str, by: Person, at: dt.datetime) -> Purchase:
    """A learner accepts the terms of a course before buying: recorded once, with the digest of what was read.

    Raises `Changed` where the terms are not those any more that bear this digest.
    """
    Person.objects.select_for_update().get(pk=by.pk)  # a button pressed twice waits here, and finds the first
    now = contracts(course.institution, at=at).first()
    _same(now, digest)
    before = Purchase.objects.filter(learner=by, course=course, contract=now, accepted_digest=digest)
    found: Purchase | None = before.exclude(accepted_at=None).order_by("made_at").first()
    return found or Purchase.objects.create(
        institution=course.institution, learner=by, email=by.email, course=course, course_title=course.title,
        contract=now, accepted_at=at, accepted_digest=digest, source=Source.DECLARED,
    )  # fmt: skip


@transaction.atomic
def accept_for(*, purchase: Purchase, contract: Contract, by: Person, at: dt.datetime) -> Purchase:
    """The terms that were accepted with an order, said by its learner or by the institution's staff; said once.

    Raises `Problem` for terms of somebody else, or where other terms were recorded already.
    """
    held = Purchase.lock(purchase.pk)
    if held.learner_id != by.pk:
        rights.need(by, held.institution, Role.AGENT, Role.ADMINISTRATOR)
    if contract.institution_id != held.institution_id or contract.published_at is None or contract.published_at > at:
        raise Problem(Words("these are not the terms of this seller", "这不是该商家已公布的条款"))
    if held.accepted_at is not None:
        if held.accepted_digest == contract.digest:
            return held
        raise Problem(Words("other terms were accepted with this order already", "此订单已记录接受了另一版本的条款"))
    held.contract, held.accepted_at, held.accepted_digest = contract, at, contract.digest
    held.save(update_fields=["contract", "accepted_at", "accepted_digest"])
    return held


def accepted(course: Course, by: Person) -> Purchase | None:
    """What this person accepted last for a course."""
    found = Purchase.objects.filter(course=course, learner=by).exclude(accepted_at=None).select_related("contract")
    return found.order_by("-accepted_at").first()


def _same(now: Contract | None, digest: str) -> None:
    if now is None:
        raise Problem(Words("the seller has published no terms", "商家尚未公布条款"))
    if now.digest != digest:
        raise Changed(
            Words(f"the terms changed: version {now.number} holds now", f"条款已更新：现行为第 {now.number} 版"),
            hint=Words("read what changed, then accept", "请先查看变更再接受"),
        )
