"""What is filled in of a policy: it reads back as it was written, the engine takes it, and gives what it says."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recourse.assess import assess
from recourse.desk import corpus
from recourse.desk.terms import Band, Heading, Meter, Terms, check, read, written
from recourse.facts import read_facts
from recourse.library import with_policy
from recourse.problems import Problem

HEADING = Heading("nordlicht", 'Nordlicht: "Schule", 北光', "DE", 2, dt.date(2026, 11, 20))
shares = st.fractions(0, 1, max_denominator=60)


@st.composite
def terms(draw):
    meter = draw(st.sampled_from(Meter))
    edges = st.integers(0, 400) if meter.counts_days else st.fractions(0, 1, max_denominator=40)
    untils = sorted(draw(st.sets(edges, max_size=5)))
    backs = sorted(draw(st.lists(shares, min_size=len(untils), max_size=len(untils))), reverse=True)
    bands = tuple(Band(until, back) for until, back in zip(untils, backs, strict=True))
    before = draw(st.booleans())
    window = draw(st.integers(0, 60))
    use = (
        draw(st.none() | st.fractions(0, Fraction(9, 10), max_denominator=20))
        if window and not meter.counts_days
        else None
    )
    keeps = before or any(band.back for band in bands)
    return Terms(
        dt.date(2026, 1, 1), window, use, before, meter if bands or meter is not Meter.DAYS_FROM_START else Meter.DAYS, bands,
        draw(st.integers(0, 9999)) if keeps else 0, "EUR", draw(st.integers(1, 60)),
    )  # fmt: skip


@given(terms())
def test_what_is_written_reads_back_the_same(one):
    assert read(written(HEADING, one)) == (HEADING, one)


def by_hand(one, asked_after, held, total, paid):
    """What the terms say in plain arithmetic, in smallest units; starts on the tenth day."""
    used = Fraction(held, total)
    if one.window_days and asked_after <= one.window_days and (one.window_use is None or used <= one.window_use):
        return paid
    if one.before_start and asked_after < 10:
        return max(0, paid - one.fee_minor)
    for band in one.bands:
        measure = {Meter.DAYS: asked_after, Meter.DAYS_FROM_START: asked_after - 10}.get(one.meter, used)
        if measure <= band.until:
            return max(0, paid * band.back - one.fee_minor) if band.back else 0
    return 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(terms(), st.integers(0, 90), st.integers(0, 24), st.integers(100, 90_000))
def test_the_engine_gives_what_the_terms_say(one, asked_after, held, paid):
    library, name = with_policy(corpus.library(), written(HEADING, one), "policy")
    bought = dt.date(2026, 3, 2)
    known = {
        "paid": f"{paid / 100:.2f} EUR", "price": f"{paid / 100:.2f} EUR", "concluded_on": bought.isoformat(),
        "starts_on": (bought + dt.timedelta(10)).isoformat(), "lessons_total": "24", "lessons_elapsed": str(held),
        "lessons_taken": str(held), "share_completed": f"{held}/24",
        "requested_on": (bought + dt.timedelta(asked_after)).isoformat(),
    }  # fmt: skip
    found = assess(
        library, read_facts(known, library.vocabulary), platform=name, rule=HEADING.clause, asked_on=bought.toordinal()
    )
    gives = found.entitlements[0].refund or 0
    assert abs(gives - by_hand(one, asked_after, held, 24, paid)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"window_days": -1},
        {"pay_days": 0},
        {"window_use": Fraction(1, 5)},
        {"fee_minor": 100},
        {"bands": (Band(Fraction(1, 4), Fraction(1)),)},
        {"bands": (Band(5, Fraction(1)), Band(5, Fraction(1, 2)))},
        {"bands": (Band(5, Fraction(1, 2)), Band(9, Fraction(1)))},
        {"bands": (Band(5, Fraction(2)),)},
    ],
)
def test_terms_that_cannot_be_are_refused(wrong):
    with pytest.raises(Problem):
        check(dataclasses.replace(Terms(dt.date(2026, 1, 1)), **wrong))


def test_a_text_written_by_hand_is_not_read_as_terms():
    text = written(HEADING, Terms(dt.date(2026, 1, 1), 14))
    assert read(text.replace("paid}", "paid, says: all of it}")) is None
    assert read("platform: x") is None and read("") is None
