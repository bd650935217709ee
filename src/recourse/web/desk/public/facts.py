"""A published course as facts of the vocabulary: what a purchase of it today would be, and its curve."""

from __future__ import annotations

from functools import lru_cache

from recourse import money
from recourse.desk.services.publishing import Published
from recourse.web import wording
from recourse.web.curve import Chart
from recourse.web.desk import checking
from recourse.web.desk.checking import Subject


def facts(published: Published) -> dict[str, str]:
    """Facts that hold for every purchase of the course at its price of now."""
    course, offer = published.course, published.offer
    found = {name: str(value) for name, value in course.facts.items()}
    found |= {"seller_place": published.institution.place, "sales_channel": "online"}
    if offer is not None:
        price = money.show(offer.price_minor, offer.currency)
        found |= {"price": price, "paid": price}
    stated = {
        "lessons_total": course.lessons,
        "hours_total": int(course.hours) if course.hours is not None and course.hours == int(course.hours) else None,
        "starts_on": course.starts_on,
        "ends_on": course.ends_on,
    }
    return found | {name: str(value) for name, value in stated.items() if value}


def subject(published: Published, place: str, day: int) -> Subject:
    """What the check before buying looks at."""
    return Subject(
        place,
        day,
        name=published.course.title,
        policy=published.policy.text if published.policy is not None else "",
        terms=published.contract.text if published.contract is not None else "",
        facts=facts(published),
        kept=True,
    )


def chart(published: Published, place: str, day: int) -> Chart | None:
    """The curve of the policy beside the law of a place, for somebody who buys today."""
    if published.policy is None:
        return None
    return _chart(published.policy.text, tuple(sorted(facts(published).items())), place, day, wording.lang())


@lru_cache(maxsize=256)
def _chart(policy: str, known: tuple[tuple[str, str], ...], place: str, day: int, _lang: str) -> Chart | None:
    found = checking.known(Subject(place, day, facts=dict(known)), ())
    return checking.own_chart(policy, found, day)
