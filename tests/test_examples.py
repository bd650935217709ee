"""The worked cases that come with the product: each belongs to a rule, and a curve is drawn only of what falls."""

from __future__ import annotations

from itertools import pairwise

from recourse import days, examples
from recourse.library import Library

READ = days.parse("2026-11-22")


def test_every_case_belongs_to_a_rule_that_is_here_and_no_rule_is_without_one(product: Library) -> None:
    found = examples.by_rule(product)
    assert set(found) == set(product.rules)
    assert sum(map(len, found.values())) >= 250


def test_a_case_is_found_under_the_rule_that_answers_it(product: Library) -> None:
    for rule, nodes in list(examples.by_rule(product).items())[::7]:
        for one in examples.run(product, nodes, READ):
            if one.result.certain:
                assert one.result.passed, one.id
                assert one.result.entitlement is not None
                assert one.result.entitlement.rule.id == rule


def test_the_curve_of_a_case_only_falls_and_is_of_one_that_passes(product: Library) -> None:
    drawn = 0
    for rule, nodes in examples.by_rule(product).items():
        found = examples.telling(product, product.rules[rule], examples.run(product, nodes, READ))
        if found is not None:
            drawn += 1
            example, series = found
            assert example.result.passed
            assert example.result.certain
            assert series.rule == rule
            known = [amount for _, amount in series.points if amount is not None]
            assert all(a > b for a, b in pairwise(known))
    assert drawn > 20


def test_a_rule_without_cases_has_no_curve(product: Library) -> None:
    rule = next(iter(product.rules.values()))
    assert examples.telling(product, rule, ()) is None
