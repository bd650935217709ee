"""A rule file as it was written: keys checked, `like` and `change` merged, nothing yet typed.

Merging happens on the text's own tree, so that an error in a merged version still points at the line it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

from recourse import days
from recourse.bilingual import Words
from recourse.problems import Beginning, Place, Problem, near
from recourse.rules.tree import Cite, Texts
from recourse.source import Node

VERSION_KEYS = frozenset(
    "name in_force like cite applies presume open let tables parts dates outputs exceptions owed duties ways round "
    "shortfall calendar months form payer arithmetic note not_encoded".split()
)
RULE_KEYS = frozenset("id title place binds kind covers policy selected_by versions relations like change".split())
MOST_LIKE = 10  # rules in a row, each like the next
UNQUOTED = "a comma inside {…} or […] ends the text: put it in quotes"
BY_ID = ("exceptions", "owed", "duties", "ways")  # lists whose entries are merged by their id


def fail(node: Node, message: str | Words, hint: str = "", field: str = "") -> NoReturn:
    raise Problem(message, where=node.where, hint=hint or None, field=field or None)


def mapping(node: Node, what: str) -> dict[str, Node]:
    """The entries of a mapping, or a Problem that says what should stand here."""
    if not isinstance(node.value, dict):
        fail(node, f"{what} is a mapping", "key: value, one to a line")
    return node.value


def items(node: Node, what: str) -> list[Node]:
    if not isinstance(node.value, list):
        fail(node, f"{what} is a list", "- one entry to a line, or [a, b]")
    return node.value


def text(node: Node, what: str) -> str:
    """The text of a scalar."""
    if not isinstance(node.value, str):
        fail(node, f"{what} is one text")
    return node.value


def known_keys(node: Node, known: frozenset[str] | set[str], what: str) -> dict[str, Node]:
    """The entries of a mapping all of whose keys are known."""
    entries = mapping(node, what)
    for key, value in entries.items():
        if key not in known:
            hints = near(key, known)
            if (value.is_null and " " in key) or key.isdigit():
                raise Problem(f"{what} has no key “{key}”", where=node.key_at(key), hint=UNQUOTED)
            raise Problem(
                f"{what} has no key “{key}”",
                where=node.key_at(key),
                hint=f"near: {', '.join(hints)}" if hints else f"known: {', '.join(sorted(known))}",
            )
    return entries


def need(entries: Mapping[str, Node], key: str, node: Node, what: str, hint: str = "") -> Node:
    """The entry that a mapping cannot do without."""
    if key not in entries:
        fail(node, f"{what} needs `{key}`", hint)
    return entries[key]


def texts(node: Node | None, otherwise: str = "") -> Texts:
    """Words by language; a plain text counts as English."""
    if node is None:
        return {"en": otherwise} if otherwise else {}
    if isinstance(node.value, str):
        return {"en": node.value}
    found = {}
    for lang, value in mapping(node, "words by language").items():
        if value.is_null or " " in lang:
            raise Problem(f"“{lang[:40]}” is no language", where=node.key_at(lang), hint=UNQUOTED)
        found[lang] = text(value, lang)
    return found


def cite(node: Node | None) -> Cite:
    if node is None:
        return Cite()
    if isinstance(node.value, str):
        return Cite(article=node.value, at=node.where)
    known = {"article", "title", "source", "address", "checked_on", "status", "quote", "translation"}
    entries = known_keys(node, known, "a citation")
    if "translation" in entries and "quote" not in entries:
        fail(entries["translation"], "there are no quoted words to translate", "quote: the words of the source")
    values = {key: text(value, key) for key, value in entries.items() if key != "translation"}
    status = values.get("status", "")
    if status not in ("", "verified", "partly", "memory"):
        fail(entries["status"], f"“{status}” is no status", "verified, partly or memory")
    if "checked_on" in values:
        day(entries["checked_on"])
    return Cite(
        values.get("article", ""), values.get("title", values.get("source", "")), values.get("address", ""),
        values.get("checked_on", ""), status, values.get("quote", ""), texts(entries.get("translation")), node.where,
    )  # fmt: skip


def day(node: Node) -> int:
    try:
        return days.parse(text(node, "a day"))
    except Problem as problem:
        raise problem.at(inside(node)) from None


def inside(node: Node) -> Place:
    """Where the first character of a scalar stands."""
    if node.spread:
        return Beginning(*node.where)
    return node.where._replace(column=node.where.column + node.quoted)


def above(entries: Mapping[str, Node], parent: Callable[[str, Node], Node], seen: tuple[str, ...]) -> tuple[Node, str]:
    """The rule that a rule is `like`, and its id. `seen` are the ids on the way here: no rule is like itself."""
    rule_id = text(entries["like"], "like")
    if rule_id in seen:
        way = " -> ".join((*seen, rule_id))
        fail(entries["like"], f"rules are like each other in a circle: {way}", "write one of them out")
    if len(seen) >= MOST_LIKE:
        fail(entries["like"], f"more than {MOST_LIKE} rules, each like the next", "take over from the first of them")
    return parent(rule_id, entries["like"]), rule_id


def versions(rule: Node, parent: Callable[[str, Node], Node], seen: tuple[str, ...] = ()) -> list[Node]:
    """The versions of a rule as complete mappings, oldest first; `parent(id, node)` finds the rule it is like."""
    entries = known_keys(rule, RULE_KEYS | VERSION_KEYS, "a rule")
    own = _own_versions(rule, entries)
    if "like" not in entries:
        return _resolve_names(own)
    found, rule_id = above(entries, parent, seen)
    inherited = versions(found, parent, (*seen, rule_id))
    change = entries.get("change")
    base = [merge(one, change) if change else one for one in inherited]
    cite = entries.get("cite")
    if cite is not None:
        base = [_with(one, "cite", cite) for one in base]
    if "versions" not in entries:
        return base
    named = {text(mapping(b, "a version")["name"], "name"): b for b in base if "name" in mapping(b, "a version")}
    own = [o if "like" in mapping(o, "a version") else merge(_without(base[0], "in_force", "name"), o) for o in own]
    return _resolve_names(own, named)


def _own_versions(rule: Node, entries: Mapping[str, Node]) -> list[Node]:
    at_top = {
        k: v for k, v in entries.items() if k in VERSION_KEYS and not ("like" in entries and k in ("like", "cite"))
    }
    if "versions" in entries:
        extra = sorted(set(at_top) - {"like", "cite"})
        if extra:
            fail(entries[extra[0]], f"“{extra[0]}” stands beside `versions`", "put it into each version")
        found = items(entries["versions"], "versions")
        for one in found:
            known_keys(one, VERSION_KEYS, "a version")
        if not found:
            fail(entries["versions"], "a rule has at least one version")
        if "like" not in entries and "cite" in at_top:
            found = [merge(made({"cite": at_top["cite"]}, one), one) for one in found]
        return found
    if "like" in entries and set(at_top) - {"like"}:
        extra = sorted(set(at_top) - {"like"})
        fail(entries[extra[0]], f"“{extra[0]}” stands beside `like`", "put it under `change:` or into `versions:`")
    return [made({k: v for k, v in at_top.items() if k != "like"}, rule)]


def _resolve_names(found: list[Node], named: dict[str, Node] | None = None) -> list[Node]:
    """Versions that are `like` an earlier one of the same rule, made whole."""
    known = dict(named or {})
    here: set[str] = set()
    whole = []
    for written in found:
        one = written
        entries = mapping(one, "a version")
        if "like" in entries:
            wanted = text(entries["like"], "like")
            if wanted not in known:
                hints = near(wanted, known)
                fail(
                    entries["like"],
                    f"there is no earlier version “{wanted}”",
                    f"near: {', '.join(hints)}" if hints else "give it a name",
                )
            one = merge(_without(known[wanted], "in_force", "name", "note"), _without(one, "like"))
        entries = mapping(one, "a version")
        if "name" in entries:
            name = text(entries["name"], "name")
            if name in here:
                fail(entries["name"], f"two versions have the name “{name}”", "give one of them another name")
            here.add(name)
            known[name] = one
        whole.append(one)
    return whole


def merge(base: Node, change: Node) -> Node:
    """`change` over `base`: mappings by key, rows by id, anything else replaced; `drop: true` removes."""
    if isinstance(base.value, dict) and isinstance(change.value, dict):
        merged = dict(base.value)
        for key, value in change.value.items():
            if isinstance(value.value, dict) and _dropped(value):
                if key not in merged:
                    hints = near(key, merged)
                    message = f"there is no “{key}” to drop"
                    raise Problem(message, change.key_at(key), hint=f"near: {', '.join(hints)}" if hints else None)
                del merged[key]
            elif key in BY_ID and key in merged:
                merged[key] = _merge_rows(merged[key], value, key)
            elif key in merged and _mergeable(merged[key], value):
                other_words = key == "cite" and {"article", "title", "address"} & mapping(value, "a citation").keys()
                under = _without(merged[key], "quote", "translation") if other_words else merged[key]
                merged[key] = merge(under, value)
            else:
                merged[key] = value
        return made(merged, change, {**base.keys, **change.keys})
    return change


def _mergeable(base: Node, change: Node) -> bool:
    return isinstance(base.value, dict) and isinstance(change.value, dict)


def _dropped(node: Node) -> bool:
    entries = mapping(node, "an entry")
    return "drop" in entries and text(entries["drop"], "drop") in ("true", "yes")


def _merge_rows(base: Node, change: Node, what: str) -> Node:
    rows = {_row_id(row, what): row for row in items(base, what)}
    new: dict[str, Node] = {}
    for row in items(change, what):
        row_id = _row_id(row, what)
        if _dropped(row):
            if row_id not in rows:
                fail(row, f"{what} has no row “{row_id}” to drop")
            del rows[row_id]
        elif row_id in rows:
            rows[row_id] = _replace_outcome(rows[row_id], row)
        else:
            new[row_id] = row
    return made([*new.values(), *rows.values()], change)  # what is new is more special and stands first


OUTCOMES = ("pay", "keep", "credit", "exchange", "see", "ask", "discretion", "lost", "nothing", "silent", "excluded")


def _replace_outcome(base: Node, change: Node) -> Node:
    """A row merged by key; a new outcome takes the place of the old one."""
    if any(key in mapping(change, "a row") for key in OUTCOMES):
        base = _without(base, *OUTCOMES)
    return merge(base, change)


def _row_id(row: Node, what: str) -> str:
    entries = mapping(row, f"a row of {what}")
    if "id" not in entries:
        fail(row, f"a row of {what} that is merged needs an id")
    return text(entries["id"], "id")


def _with(node: Node, key: str, value: Node) -> Node:
    entries = mapping(node, "a version")
    merged = merge(entries[key], value) if key in entries and _mergeable(entries[key], value) else value
    return made({**entries, key: merged}, node)


def _without(node: Node, *keys: str) -> Node:
    return made({k: v for k, v in mapping(node, "a mapping").items() if k not in keys}, node)


def made(value: str | dict[str, Node] | list[Node], like: Node, keys: dict[str, Node] | None = None) -> Node:
    """A node put together from others, which stands where `like` stands."""
    found = Node(value, like.file, like.line, like.column)
    if isinstance(value, dict):
        found.keys = like.keys if keys is None else keys
    return found
