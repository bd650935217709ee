"""Whom to turn to: bodies by place, amount and day; worked cases in tests/onward/*.yaml.

A case: `id`, `facts`, optionally `asked_on` (else 2026-11-22), and `expect` with any of
`fits`, `not_yet`, `may_fit`, `too_late` (lists of ids that must be among those), `absent` (ids that must not come up),
`apply_by`, `apply_from` (id -> day), `missing` (id -> facts on which it hangs), `first` (ids in this order, others may
stand between).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from making import SHEETS

import unpacked
from recourse import building, days, source
from recourse.bodies import STAGES, Body
from recourse.facts import read_facts
from recourse.keeping import Kept
from recourse.library import Library, load
from recourse.onward import Turn, narrower, onward
from recourse.problems import Problem
from several import each

FOLDER = Path(__file__).parent / "onward"
TODAY = "2026-11-22"
LIBRARY = load()


def turns(library: Library, facts: Any, asked_on: str = TODAY) -> dict[str, Turn]:
    return {t.body.id: t for t in onward(library, read_facts(facts, library.vocabulary), days.parse(asked_on))}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_worked_cases(path: Path) -> None:
    cases: Any = source.read(path.read_text("utf-8"), path.name).value
    each(cases, as_expected, lambda case: case.value["id"].value)


def as_expected(case: Any) -> None:
    entries = case.value
    expect = source.plain(entries["expect"])
    asked_on = entries["asked_on"].value if "asked_on" in entries else TODAY
    found = turns(LIBRARY, entries["facts"], asked_on)
    for fits in ("fits", "not_yet", "may_fit", "too_late"):
        for one in expect.pop(fits, ()):
            assert one in LIBRARY.bodies, f"there is no body {one}"
            state = found[one].fits if one in found else "absent"
            assert (one, state) == (one, fits.replace("_", "-")), (
                f"hangs on {found[one].missing if one in found else ''}"
            )
    for one in expect.pop("absent", ()):
        assert one in LIBRARY.bodies, f"there is no body {one}"
        assert one not in found
    for name in ("apply_by", "apply_from"):
        for one, day in expect.pop(name, {}).items():
            value = getattr(found[one], name)
            assert (days.show(value) if value is not None else None) == day, one
    for one, facts in expect.pop("missing", {}).items():
        assert set(found[one].missing) == set(facts), one
    wanted = expect.pop("first", [])
    assert [one for one in found if one in wanted] == wanted
    assert not expect, f"unknown expectations: {expect}"


def test_every_body_says_what_it_handles_what_it_costs_or_is_worth_and_how_it_is_reached() -> None:
    def whole(one: Body) -> None:
        assert one.effect or one.leaves or one.cost
        assert one.channels or one.site or one.id == "seller"
        assert all(v.cite.status for v in one.rule.versions)

    each(LIBRARY.bodies.values(), whole, lambda one: one.id)


def test_the_order_is_that_of_the_stages_and_what_is_too_late_comes_last() -> None:
    facts = source.read("learner_place: DE\nseller_place: DE\npaid: 480.00 EUR\n", "facts")
    found = list(turns(LIBRARY, facts).values())
    assert found
    assert found[0].body.stage == "seller"
    keys = [(t.fits == "too-late", STAGES.index(t.body.stage)) for t in found]
    assert keys == sorted(keys)


def test_nobody_is_sent_to_a_body_of_a_foreign_place() -> None:
    facts = source.read("learner_place: KR\nseller_place: KR\npaid: 400000 KRW\n", "facts")
    assert {t.body.rule.place[:2] for t in turns(LIBRARY, facts).values()} <= {"KR", "WO"}


BODY = """\
id: x-body
title: {en: X, zh: X}
place: DE
binds: learner_place
selected_by: asked_on
in_force: {from: null}
cite: {article: "1", title: t, status: memory}
body:
  stage: court
  handles: {en: x, zh: x}
"""


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("stage: court", "stage: tribunal", "“tribunal” is no stage. one of seller, advice"),
        ("handles: {en: x, zh: x}", "effect: {en: x, zh: x}", "a body needs `handles`"),
        ("handles: {en: x, zh: x}", "handles: {en: x}", "in English and Chinese"),
        ("stage: court", "stage: court\n  apply: [{by: pigeon, at: roof}]", "“pigeon” is no way to apply"),
        ("handles: {en: x, zh: x}", "handles: {en: x, and y, zh: x}", "or […] ends the text: put it in quotes"),
        ("stage: court", "stage: court\n  free: maybe", "“maybe” is neither yes nor no"),
        ("stage: court", "stage: court\n  fee: {en: x, zh: x}", "no key “fee”"),
        ("body:", "owed: [{id: all, pay: paid}]\nbody:", "a body owes nothing"),
    ],
)
def test_a_faulty_body_is_refused_with_its_line(written: str, instead: str, said: str) -> None:
    with pytest.raises(Problem, match=r"x\.yaml:") as caught:
        building.build({**SHEETS, "x.yaml": BODY.replace(written, instead)}, "made by a test")
    assert said in str(caught.value)


def test_a_body_without_fault_is_taken() -> None:
    """Beside the same few files, so that what is refused above is refused for its fault."""
    assert "x-body" in building.build({**SHEETS, "x.yaml": BODY}, "made by a test").bodies


def test_a_faulty_body_in_a_file_of_one_s_own_is_refused_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(BODY.replace("stage: court", "stage: tribunal"), encoding="utf-8")
    with pytest.raises(Problem, match=r"x\.yaml:\d+"):
        load([path], cache=False)


def test_a_time_limit_has_its_last_day_in(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    dated = "months: last day\ndates: {apply_by: 1 year after paid_on, apply_from: 30 days after complained_on}\nbody:"
    path.write_text(BODY.replace("body:", dated), encoding="utf-8")
    library = load([path], cache=False)

    def at(day: str, **more: str) -> Turn:
        facts = {"learner_place": "DE", "paid": "480.00 EUR", "paid_on": "2025-11-22", **more}
        text = "".join(f"{k}: {v}\n" for k, v in facts.items())
        return turns(library, source.read(text, "facts"), day)["x-body"]

    assert at("2026-11-22").fits == "fits"
    assert at("2026-11-23").fits == "too-late"
    assert at("2026-10-01", complained_on="2026-09-02").fits == "not-yet"
    assert at("2026-10-02", complained_on="2026-09-02").fits == "fits"
    assert (at("2026-10-02").undated, at("2026-10-02").apply_from) == (("complained_on",), None)
    assert at("2026-10-02", complained_on="2026-09-02").undated == ()


def test_a_limit_in_another_currency_decides_nothing() -> None:
    facts = source.read("learner_place: DE\nseller_place: DE\npaid: 480.00 CHF\n", "facts")
    turn = turns(LIBRARY, facts)["de-universalschlichtungsstelle"]
    assert (turn.fits, turn.missing) == ("may-fit", ("paid",))


def test_of_a_country_the_parts_bodies_are_left_out_until_the_part_is_known() -> None:
    facts = read_facts({"learner_place": "US", "paid": "480.00 USD"}, LIBRARY.vocabulary)
    asked_on = days.parse(TODAY)
    assert not {t.body.id for t in onward(LIBRARY, facts, asked_on) if t.body.rule.place.startswith("US-")}
    assert narrower(LIBRARY, facts) == ("learner_place",)
    exact = facts.with_("learner_place", "US-CA")
    assert {t.body.rule.place for t in onward(LIBRARY, exact, asked_on)} >= {"US-CA", "US"}
    assert narrower(LIBRARY, exact) == ()


def test_only_bodies_of_the_places_concerned_are_unpacked() -> None:
    with unpacked.afresh():
        library = load()  # a shelf of its own, if it was kept
    if not isinstance(library.bodies, Kept):
        pytest.skip("nothing is kept here, so nothing is packed")
    onward(library, read_facts({"learner_place": "DE"}, library.vocabulary), days.parse(TODAY))
    found = {library.bodies[name].rule.place for name in library.bodies.shelf.found}
    assert "DE" in found
    assert not {"JP", "US"} & found
