"""Handlers for everybody: what is owed, and the rules, platforms, places, bodies and facts behind it."""

from __future__ import annotations

from typing import Any

from recourse import days, guide, places, present, wordbook, zones
from recourse import rights as law
from recourse.api.asked import Answer, Asked
from recourse.api.refusals import of_service, refused
from recourse.assess import assess as assess_facts
from recourse.desk.corpus import library
from recourse.facts import read_facts
from recourse.library import Platform
from recourse.problems import Problem, Problems, each


def assess(asked: Asked) -> Answer:
    """What `recourse owed --json` prints for these facts."""
    given: dict[str, Any] = asked.body
    try:
        facts = read_facts(given["facts"], library().vocabulary)
    except Problem as problem:
        found = Problems(Problem(one.message, None, f"/facts/{one.field}", one.hint) for one in each(problem))
        raise of_service(found, {one.field or "": one.field or "" for one in found.problems}) from None
    lives = given.get("place") or facts.values.get("learner_place")
    try:
        day = days.parse(given["asked_on"]) if "asked_on" in given else _today(asked, lives)
        found_ = assess_facts(
            library(), facts, platform=given.get("platform"), place=given.get("place"), rule=given.get("rule"),
            asked_on=day,
        )  # fmt: skip
    except Problem as problem:
        names = ("platform", "place", "rule", "asked_on")
        raise of_service(problem.at(field="place"), {name: f"/{name}" for name in names}) from None
    return Answer(found_.to_json(asked.lang))


def rules(asked: Asked) -> Answer:
    """All rules in short: of a place and those it lies in, of a platform, of a kind."""
    try:
        found = library().listed(**asked.query)
    except Problem as problem:
        raise of_service(problem.at(field="place"), {one: f"query:{one}" for one in asked.query}) from None
    return Answer({"rules": [
        {"id": one.id, "title": dict(one.title), "kind": one.kind, "place": one.place or None,
         "platform": one.policy or None}
        for one in found
    ]})  # fmt: skip


def rule(asked: Asked) -> Answer:
    """One rule: what `recourse rule ID --json` prints."""
    name = asked.path["id"]
    if name not in library().rules and name not in library().covers:
        raise _nothing()
    return Answer(present.rule_json(library().rule(name), library()))


def platforms(_: Asked) -> Answer:
    """All platforms in short."""
    return Answer({"platforms": [_platform(one) for one in library().platforms.values()]})


def platform(asked: Asked) -> Answer:
    """One platform: its clauses, its process, what our page says beside them."""
    found = library().platforms.get(asked.path["id"])
    if found is None:
        raise _nothing()
    return Answer({
        **_platform(found), "clauses": list(found.clauses), "process": plain(found.process),
        "limits": [dict(one) for one in found.limits], "fees": [dict(one) for one in found.fees],
        "not_encoded": [dict(one) for one in found.not_encoded], "sources": [dict(one) for one in found.sources],
    })  # fmt: skip


def all_places(asked: Asked) -> Answer:
    """The places whose law, or bodies, we have read."""
    found = [{"code": code, "name": places.name(code, asked.lang)} for code in law.covered(library())]
    return Answer({"places": found})


def place(asked: Asked) -> Answer:
    """The rights in one place on a day: what `recourse rights PLACE --json` prints."""
    code = asked.path["code"]
    if code == "WORLD" or not (places.is_place(code) or places.is_union(code)):
        raise _nothing()
    try:
        day = days.parse(asked.query["on"]) if "on" in asked.query else _today(asked, code)
    except Problem as problem:
        raise of_service(problem.at(field="on"), {"on": "query:on"}) from None
    return Answer(guide.rights_json(law.rights(library(), code, day), library(), asked.lang))


def bodies(asked: Asked) -> Answer:
    """Whom to turn to, in short."""
    found = [guide.body_line(one, library(), asked.lang) for one in library().bodies.values()]
    return Answer({"bodies": [{key: one[key] for key in one if key != "search"} for one in found]})


def body(asked: Asked) -> Answer:
    """One of them, whole."""
    found = library().bodies.get(asked.path["id"])
    if found is None:
        raise _nothing()
    return Answer(guide.body_json(found, library(), asked.lang))


def facts(_: Asked) -> Answer:
    """The vocabulary: what `recourse facts --json` prints."""
    labels = library().labels.get("choices", {})
    every = library().vocabulary.facts.values()
    return Answer({"facts": [{**present.fact_json(one), **wordbook.whole(one, labels)} for one in every]})


def _platform(one: Platform) -> dict[str, Any]:
    return {
        "id": one.id, "name": dict(one.name), "home": one.home, "kind": one.kind, "standing": one.standing,
    }  # fmt: skip


def plain(value: Any) -> Any:
    """Read-only mappings and tuples as JSON has them."""
    if hasattr(value, "items"):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _today(asked: Asked, place: str | None) -> int:
    return zones.day(asked.at, place).toordinal()


def _nothing() -> Exception:
    return refused("not-found", "there is nothing of this name", "没有这个名称的内容")
