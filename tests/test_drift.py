"""Tells when the repository and the sources that it was made from have drifted apart.

The sources lie beside the checkout, or where RECOURSE_SHARED says: a vocabulary, an index of rules, policies, worked
cases. Without them nothing is asked.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recourse import library, source

# Ids of the index that no rule answers for, each with the reason.
NOT_A_RULE: dict[str, str] = {}

# Ids whose status nowhere in our rule is that of the index, each with the reason.
OTHER_STATUS = {
    "gb-cra-49-56": "one file with s. 56, whose fourteen days are from memory: it says the lesser, partly",
    "fr-conso-l224-25": "the deciding words have been read since: partly, where the index says memory",
    "cn-tutoring-prepayment": "the national letter was read only in local rules that repeat it: partly",
}

# Clauses of the sources that have become no clause of ours, each with the reason.
NO_CLAUSE = {
    "skillshare-oldest": "superseded on a day nobody knows: named under not_encoded of skillshare-pre-2025",
    "domestika-plus-old": "superseded on a day nobody knows: named under not_encoded of domestika-plus",
    "teamsparta-prep-early": "no fact says which lesson was reached: named under not_encoded of teamsparta-prep",
    "italki-package-expired": "no fact says that a package has expired: named under not_encoded of the package clauses",
}


@pytest.fixture(scope="module")
def loaded() -> library.Library:
    return library.load()


def plain(path: Path) -> Any:
    return source.plain(source.read(path.read_text(encoding="utf-8"), path.name))


def entries(folder: Path) -> Iterator[dict[str, Any]]:
    """Every case of a folder."""
    for path in sorted(folder.glob("*.yaml")):
        yield from plain(path)


@pytest.fixture(scope="module")
def ours() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for case in entries(library.DATA / "cases"):
        assert case["id"] not in found, f"two cases are called {case['id']}"
        found[case["id"]] = case
    return found


# -- the vocabulary


def test_no_fact_of_the_sources_is_lost_or_means_something_else(shared: Path, loaded: library.Library) -> None:
    """Names stay; type, unit, bound and choices too, except that choices and facts may be added."""
    theirs = {name: one for group in plain(shared / "vocabulary.yaml")["facts"].values() for name, one in group.items()}
    told = []
    for name, entry in theirs.items():
        mine = loaded.vocabulary.facts.get(name)
        if mine is None:
            told.append(f"{name} is gone")
            continue
        for key, here in (("type", mine.type), ("unit", mine.unit), ("at_most", mine.at_most)):
            there = entry.get(key)
            if str(there) != str(here):
                told.append(f"{name}: {key} is {here}, not {there}")
        told += [f"{name} has lost the choice {word}" for word in entry.get("choices", ()) if word not in mine.choices]
    assert not told, "\n".join(told)


def test_no_expectation_of_the_sources_is_lost(shared: Path, loaded: library.Library) -> None:
    told = []
    for name, entry in plain(shared / "vocabulary.yaml")["expectations"].items():
        mine = loaded.vocabulary.expectations.get(name)
        if mine is None or mine.type != entry["type"]:
            told.append(f"{name} is gone or of another type")
        else:
            told += [f"{name} has lost the choice {w}" for w in entry.get("choices", ()) if w not in mine.choices]
    assert not told, "\n".join(told)


# -- worked cases


def covered(case: dict[str, Any], loaded: library.Library) -> bool:
    """Whether a case asks a rule or a platform that is here."""
    if "platform" in case:
        return case["platform"] in loaded.platforms
    return case["rule"] in loaded.rules or case["rule"] in loaded.covers


def test_every_worked_case_is_the_one_of_the_sources(
    shared: Path, ours: dict[str, dict[str, Any]], loaded: library.Library
) -> None:
    """Same ids, same facts, same expectations; the words around them are ours."""
    theirs = {case["id"]: case for case in entries(shared / "cases") if covered(case, loaded)}
    told = [f"{case_id} is missing in data/cases" for case_id in theirs if case_id not in ours]
    for case_id, case in theirs.items():
        told += differences(ours[case_id], case) if case_id in ours else []
    assert not told, "\n".join(told)


def differences(mine: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """What a case says otherwise than the source: whom it asks, on which facts, expecting what, and how surely."""
    keys = ("rule", "platform", "clause", "asked_on", "certain", "source_status", "basis")
    pairs = [(key, mine.get(key), theirs.get(key)) for key in keys]
    for part in ("facts", "expect"):
        names = [name for name in {**theirs[part], **mine[part]} if name != "reason"]  # words for people are ours
        pairs += [(f"{part}.{name}", mine[part].get(name), theirs[part].get(name)) for name in names]
    return [f"{mine['id']}: {name} is {here}, not {there}" for name, here, there in pairs if here != there]


# -- the index of rules


def indexed(shared: Path, loaded: library.Library) -> Iterator[dict[str, Any]]:
    """The entries of the index for the places whose law is here."""
    places = {rule.place for rule in loaded.rules.values() if rule.place}
    return (one for one in plain(shared / "rules.yaml") if one["place"] in places)


def test_every_rule_of_the_index_is_answered_by_one_of_ours(shared: Path, loaded: library.Library) -> None:
    """The library itself refuses an id that two rules cover; here none may be left out."""
    told = [
        f"{one['id']} ({one['place']}) is covered by no rule"
        for one in indexed(shared, loaded)
        if one["id"] not in loaded.covers and one["id"] not in loaded.rules and one["id"] not in NOT_A_RULE
    ]
    assert not told, "\n".join(told)


def test_every_rule_says_whose_law_it_is_as_the_index_does(shared: Path, loaded: library.Library) -> None:
    told = []
    for one in indexed(shared, loaded):
        if one["id"] in loaded.covers or one["id"] in loaded.rules:
            rule = loaded.rule(one["id"])
            if not (rule.place == one["place"] or rule.place.startswith(f"{one['place']}-") or one["id"] in NOT_A_RULE):
                told.append(f"{one['id']}: {rule.id} is law of {rule.place}, not {one['place']}")
    assert not told, "\n".join(told)


def test_every_rule_is_as_sure_as_the_index_says(shared: Path, loaded: library.Library) -> None:
    """Of several ids that one rule covers, the status of the version or of some row must be that of the index."""
    told = []
    for one in indexed(shared, loaded):
        if one["id"] not in loaded.covers and one["id"] not in loaded.rules:
            continue
        rule = loaded.rule(one["id"])
        known = {status for version in rule.versions for status in statuses(version)}
        if one["source_status"] not in known and one["id"] not in OTHER_STATUS:
            told.append(f"{one['id']}: the index says {one['source_status']}, {rule.id} says {sorted(known)}")
    assert not told, "\n".join(told)


def statuses(version: Any) -> Iterator[str]:
    """How sure a version is: of itself, of its rows, and of what stands beside them."""
    rows = (*version.exceptions, *version.owed, *version.duties, *version.ways)
    beside = (*version.presume, *version.opens, *version.not_encoded)
    for cite in (version.cite, *(one.cite for one in (*rows, *beside))):
        if cite.status:
            yield cite.status


# -- platforms


def test_every_clause_of_a_platform_is_here(shared: Path, loaded: library.Library) -> None:
    """As a clause of its own, as a version of one, or as an exception with its reason."""
    told = []
    for one in plain(shared / "platforms.yaml"):
        platform = loaded.platforms.get(one["id"])
        if platform is None:
            continue
        here = set(platform.clauses)
        for clause_id in platform.clauses:
            rule = loaded.rules[clause_id]
            here |= {*rule.covers, *(version.name for version in rule.versions)}
        told += [
            f"{one['id']}: the clause {clause['id']} is not here"
            for clause in one["rules"]
            if clause["id"] not in here and clause["id"] not in NO_CLAUSE
        ]
    assert not told, "\n".join(told)


def test_no_exception_outlives_its_reason(shared: Path, loaded: library.Library) -> None:
    """An id that has become a clause, is covered, or is gone from the sources needs no exception any more."""
    clauses = {clause["id"] for one in plain(shared / "platforms.yaml") for clause in one["rules"]}
    index = {one["id"] for one in plain(shared / "rules.yaml")}
    assert set(NO_CLAUSE) <= clauses - set(loaded.rules)
    assert set(NOT_A_RULE) <= index - set(loaded.covers) - set(loaded.rules)
    assert set(OTHER_STATUS) <= index


def test_at_least_thirty_policy_ideas_are_used(shared: Path, loaded: library.Library) -> None:
    used = {idea for platform in loaded.platforms.values() for idea in platform.ideas}
    listed = {idea for one in plain(shared / "platforms.yaml") for idea in one["needs"]}
    assert used <= listed, f"not among the ideas: {', '.join(sorted(used - listed))}"
    assert len(used) >= 30
