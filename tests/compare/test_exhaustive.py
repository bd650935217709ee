"""The worst shortfall that a comparison names is the worst there is: every purchase of small domains is looked at."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compare.conftest import Pair, pair

DAYS = st.sampled_from([0, 1, 3, 7, 10, 14, 15, 30, 40])
SHARES = st.sampled_from(["0", "1/10", "1/4", "1/3", "1/2", "2/3", "90%", "1"])
PART = "lessons_taken / lessons_total"


@st.composite
def conditions(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return f"requested_on {draw(st.sampled_from(['<', '<=']))} {draw(DAYS)} days after concluded_on"
    if kind == 1:
        return f"days from concluded_on to requested_on < {draw(DAYS)}"
    if kind == 2:
        return f"{PART} {draw(st.sampled_from(['<', '<=']))} {draw(SHARES.filter(lambda s: s != '0'))}"
    return f"lessons_taken < {draw(st.integers(1, 6))}"


@st.composite
def outcomes(draw: st.DrawFn) -> str:
    share = draw(SHARES)
    return draw(
        st.sampled_from([
            "pay: paid", f"pay: {share} * paid", "nothing: {en: no, zh: 否}", f"keep: {{kept_for_use: {PART} * price}}",
            f"keep: {{penalty: '10% of price, at most 0.20 EUR', kept_for_use: '{PART} * price'}}",
            f"pay: '(1 - {PART}) * paid, rounded up to 0.05 EUR'", f"pay: '(1 - {PART}) * {share} * paid'",
        ])
    )  # fmt: skip


@st.composite
def terms(draw: st.DrawFn) -> str:
    rows = [f"- {{id: r{n}, if: '{draw(conditions())}', {draw(outcomes())}}}" for n in range(draw(st.integers(0, 3)))]
    last = f"- {{id: last, {draw(outcomes())}}}"
    rounding = draw(st.sampled_from(["", "round: down to minor\n", "round: up to minor\n"]))
    return rounding + "owed:\n" + "\n".join([*rows, last])


SMALL = st.tuples(st.integers(1, 60), st.integers(1, 8))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(law=terms(), policy=terms(), shapes=st.lists(SMALL, min_size=1, max_size=3, unique=True))
def test_what_is_proved_is_the_worst_of_every_purchase(law: str, policy: str, shapes: list[tuple[int, int]]) -> None:
    """A proof is of the worst there is; and no comparison names more than there is."""
    both = pair(law, policy)
    found = both.verdict(*shapes)
    worst = found.worst()
    named = worst.witness.share if worst is not None else Fraction(0)
    really = max((both.worst(*shape) for shape in shapes), default=Fraction(0))
    if found.answer != "not-owing":
        assert named <= max(really, Fraction(0))
    if found.certainty == "proved":
        assert named == max(really, Fraction(0))
        few = both.verdict(*shapes, regions=False, every_group=False)  # the worst alone is looked for, and found
        least = few.worst()
        assert (few.certainty, least.witness.share if least is not None else 0) == ("proved", named)


WITHDRAWAL = "owed:\n- {id: late, if: requested_on > 14 days after concluded_on, lost: {en: late, zh: 迟}}\n- {id: all, pay: paid}\n"
BANDS = f"""
owed:
  by: {PART}
  bands:
  - {{id: none, when: 0, pay: paid}}
  - {{id: third, when: less than 1/3, pay: 2/3 of paid}}
  - {{id: half, when: less than 1/2, pay: 1/2 of paid}}
  - {{id: more, nothing: {{en: no, zh: 否}}}}
"""
USED = f"owed:\n- {{id: used, keep: {{kept_for_use: '{PART} * price'}}}}\n"
USED_UP = f"round: up to minor\n{USED}"
PAIRS = {
    "bands against the share": (BANDS, USED),
    "the share against bands": (USED, BANDS),
    "a fee with a cap": (WITHDRAWAL, "owed:\n- {id: fee, keep: {penalty: '10% of price, at most 0.05 EUR'}}\n"),
    "kept rounded up": (USED, USED_UP),
    "a window a day short": (WITHDRAWAL, WITHDRAWAL.replace("14", "13")),
    "fourteen working days": (WITHDRAWAL, WITHDRAWAL.replace("14 days after", "8 working days after")),
}


@pytest.mark.parametrize("name", PAIRS)
def test_known_pairs_on_small_domains(name: str) -> None:
    """Prices 1 to 60, 1 to 8 lessons, days 0 to 40: the same worst as by looking at every purchase."""
    law, policy = PAIRS[name]
    if "working" in policy:
        policy = "calendar: {place: AT}\n" + policy
    both = pair(law, policy)
    for price in (*range(1, 12), 13, 29, 50, 59, 60):
        for lessons in (1, 2, 3, 5, 7, 8):
            found = both.verdict((price, lessons))
            assert found.certainty == "proved", (price, lessons)
            worst = found.worst()
            really = both.worst(price, lessons, 40)
            assert (worst.witness.share if worst else 0) == max(really, 0), (price, lessons)


def test_one_unit_that_only_rounding_makes_is_found() -> None:
    """The policy rounds what it keeps up, the law half up: one minor unit, at a price that the lessons do not divide."""
    both = pair(USED, USED_UP)
    worst = both.verdict().worst()
    assert worst is not None
    assert worst.witness.gap == 1
    assert not isinstance(both, Pair) or both.worst(120, 60) == 0  # and none where they do
