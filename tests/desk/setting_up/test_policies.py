"""Which version of a policy counts for a case, and that publishing less than the law takes a reason."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from setting import NOON

from recourse.desk.models import Case, Policy, Progress, Purchase, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import assessing, policies, rights
from recourse.desk.terms import Band, Meter, Terms
from recourse.problems import Problem

GENEROUS = Terms(dt.date(2026, 1, 1), 60, bands=(Band(90, Fraction(1, 2)),))
MEAN = Terms(dt.date(2026, 1, 1), 0, bands=(Band(3, Fraction(1, 2)),))


@pytest.fixture
def shop(school):
    """A school, and publishing in it: shop(terms, at)."""
    made = school()

    def publish(terms, at, reason="Seats are few."):
        return policies.publish(
            institution=made, terms=terms, where=["US"], reason=reason, by=made.staff[Role.ADMINISTRATOR], at=at
        )

    publish.school = made
    return publish


def test_the_version_of_the_purchase_counts_not_the_one_of_the_request(shop, case, everything):
    shop(GENEROUS, NOON - dt.timedelta(days=300))
    shop(MEAN, NOON - dt.timedelta(days=5))
    facts = {"learner_place": "US", "seller_place": "US", "kind": "recorded-course", "requested_on": "2026-11-20"}
    made = case(shop.school, facts=facts)  # bought on 10 November, asked for on the 20th
    found = made.assessments.get()
    assert (found.rule, found.owed_minor) == (f"own-{shop.school.slug}-refund", 8499)
    Purchase.objects.filter(pk=made.purchase_id).update(bought_on=dt.date(2026, 11, 18))
    Case.objects.filter(pk=made.pk).update(facts={**made.facts, "concluded_on": "2026-11-18"})
    assert assessing.assess_case(case=Case.objects.get(pk=made.pk), at=NOON).owed_minor == 4250


def test_of_two_versions_of_the_day_of_the_purchase_the_older_counts(shop, everything):
    first = shop(GENEROUS, NOON - dt.timedelta(days=300))
    second = shop(MEAN, NOON)
    here = shop.school.pk
    assert policies.in_force(here, NOON.date()) == first
    assert policies.in_force(here, NOON.date() + dt.timedelta(days=1)) == second
    assert policies.in_force(here, NOON.date(), NOON + dt.timedelta(seconds=1)) == second  # the moment is known
    assert policies.in_force(here, dt.date(2020, 1, 1)) == first  # it says itself that it did not hold yet


def test_a_version_begins_on_the_day_it_is_where_the_institution_is(school, everything):
    made, night = school(place="CN"), dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC)  # the 21st there
    here = {"institution": made, "where": ["US"], "reason": "Seats are few.", "by": made.staff[Role.ADMINISTRATOR]}
    first = policies.publish(**here, terms=Terms(dt.date(2026, 11, 21), 60), at=night)
    with pytest.raises(Problem, match="lies ahead"):
        policies.publish(**here, terms=Terms(dt.date(2026, 11, 22), 60), at=night)
    second = policies.publish(**here, terms=MEAN, at=night + dt.timedelta(hours=2))
    assert "2026-11-21" in second.text and "2026-11-20" not in second.text
    assert policies.in_force(made.pk, dt.date(2026, 11, 21)) == first  # nobody knows which came first on that day
    assert policies.in_force(made.pk, dt.date(2026, 11, 22)) == second


def test_a_purchase_before_the_first_day_of_the_first_version_has_no_policy(shop, case, everything):
    shop(Terms(dt.date(2026, 11, 15), 60), NOON)
    facts = {"learner_place": "US", "seller_place": "US", "concluded_on": "2026-11-10"}
    found = case(shop.school, facts=facts).assessments.get()
    own = next(one for one in found.answer["entitlements"] if one["rule"].startswith("own-"))
    assert own["answer"] == "does-not-apply"


def test_the_same_again_makes_no_new_version(shop, everything):
    first = shop(GENEROUS, NOON)
    assert shop(GENEROUS, NOON + dt.timedelta(days=1)) == first
    assert shop(MEAN, NOON + dt.timedelta(days=1)).number == 2


def test_less_than_the_law_takes_a_reason_and_an_administrator(shop, everything):
    made = shop.school
    chief = made.staff[Role.ADMINISTRATOR]
    mean = {"institution": made, "terms": MEAN, "where": ["DE"], "at": NOON}
    with pytest.raises(policies.PaysLess) as refused:
        policies.publish(**mean, reason=" ", by=chief)
    assert refused.value.shortfalls[0].place == "DE" and refused.value.shortfalls[0].story.zh
    with pytest.raises(rights.NotYours):
        policies.publish(**mean, reason="Why not", by=made.staff[Role.AGENT])
    assert policies.publish(**mean, reason="Seats are few.", by=chief).shortfalls[0]["place"] == "DE"
    with pytest.raises(Problem):
        policies.publish(**{**mean, "where": []}, reason="x", by=chief)


def test_the_law_still_wins_over_a_policy_that_gives_less(shop, case, everything):
    shop(MEAN, NOON - dt.timedelta(days=300))
    found = case(shop.school).assessments.get()
    assert found.owed_minor == 8499 and not found.rule.startswith("own-")


def test_the_case_pages_show_a_decision_by_the_institutions_own_policy(shop, case, client_of):
    with of(EVERYTHING):
        shop(GENEROUS, NOON - dt.timedelta(days=300))
        facts = {"learner_place": "US", "seller_place": "US", "kind": "recorded-course"}
        made = case(shop.school, facts=facts)
        assert made.assessments.get().rule == f"own-{shop.school.slug}-refund"
        assert Policy.objects.count() == 1
    for lang in ("en", "zh"):
        page = client_of(made.learner).get(f"/cases/{made.reference}/?lang={lang}")
        text = page.content.decode()
        assert page.status_code == 200 and "84.99" in text
        assert ("退款政策" if lang == "zh" else "Refund policy of") in text  # told anew in the language of the page
        agent = client_of(shop.school.staff[Role.AGENT], second=True)
        assert agent.get(f"/desk/{shop.school.slug}/cases/{made.reference}/?lang={lang}").status_code == 200
    leads = client_of().get(f"/rules/own-{shop.school.slug}-refund/")
    assert (leads.status_code, leads["Location"]) == (302, f"/at/{shop.school.slug}/")


def test_what_a_case_leaves_open_of_the_use_comes_from_the_institutions_record(shop, case, everything):
    held = Terms(dt.date(2026, 1, 1), 0, meter=Meter.HELD, bands=(Band(Fraction(1, 2), Fraction(1, 2)),))
    shop(held, NOON - dt.timedelta(days=300))
    facts = {"learner_place": "US", "seller_place": "US", "kind": "live-course", "lessons_total": "10"}
    made = case(shop.school, facts=facts)
    assert made.assessments.get().owed_minor is None  # nobody knows how many lessons were held
    Progress.objects.create(purchase=made.purchase, at=NOON, facts={"lessons_elapsed": "3"})
    assert assessing.assess_case(case=made, at=NOON).owed_minor == 4250
    Progress.objects.create(purchase=made.purchase, at=NOON, facts={"lessons_elapsed": "30"})  # more than there are
    assessing.assess_case(case=made, at=NOON)
    Case.objects.filter(pk=made.pk).update(facts={**made.facts, "lessons_elapsed": "8"})
    last = assessing.assess_case(case=Case.objects.get(pk=made.pk), at=NOON)
    own = next(one for one in last.answer["entitlements"] if one["rule"].startswith("own-"))
    assert own["answer"] == "owes-nothing"  # the case's own word
