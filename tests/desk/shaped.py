"""Values for a JSON Schema of ours: such as fit it, and such as nearly do."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NASTY = [
    "",
    " ",
    "0",
    "-1",
    "null",
    "\u0000",
    "\t\x1f",
    "a\nb",
    "\n",
    "1_00000000-0000-4000-8000-000000000000\t",
    "\u202e",
    "é",
    "中文",
    "'; DROP TABLE desk_case;--",
    "a" * 300,
    "../..",
    "%2e",
    "😀",
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.sampled_from(NASTY) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6,
)  # fmt: skip


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that the schema takes."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([_of(kind, schema) for kind in kinds])


def _of(kind: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    match kind:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-(10**6), 10**6)
        case "array":
            items = fitting(schema.get("items", {"type": "string"}))
            return st.lists(items, min_size=schema.get("minItems", 0), max_size=min(3, schema.get("maxItems", 3)))
        case "object":
            known, needed = schema.get("properties", {}), set(schema.get("required", ()))
            if not known and isinstance(schema.get("additionalProperties"), dict):
                return st.dictionaries(st.sampled_from(FACTS), fitting(schema["additionalProperties"]), max_size=3)
            return st.fixed_dictionaries(
                {name: fitting(one) for name, one in known.items() if name in needed},
                optional={name: fitting(one) for name, one in known.items() if name not in needed},
            )
    return _text(schema)


FACTS = [
    "learner_place",
    "paid",
    "kind",
    "concluded_on",
    "lessons_taken",
    "lessons_total",
    "share_completed",
    "no_such",
]


def _text(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    match schema.get("format"):
        case "date":
            return st.dates().map(str)
        case "date-time":
            return st.datetimes(timezones=st.timezones()).map(lambda one: one.isoformat())
        case "uuid":
            return st.uuids().map(str)
    if "pattern" in schema:
        return (
            st.sampled_from(schema["examples"])
            if "examples" in schema
            else st.from_regex(schema["pattern"], fullmatch=True)
        )
    least, most = schema.get("minLength", 0), min(schema.get("maxLength", 30), 30)
    known = st.sampled_from(
        [*schema.get("examples", ()), "84.99 EUR", "DE", "mei@example.org", "2026-11-10", "12", "yes"]
    )
    return st.text(min_size=least, max_size=most) | known.filter(lambda one: least <= len(one))


@st.composite
def near(draw: st.DrawFn, schema: dict[str, Any]) -> Any:
    """A value that fits, with one thing changed; or anything."""
    value = draw(fitting(schema))
    how = draw(st.integers(0, 3))
    if how == 0 or not isinstance(value, dict):
        return draw(ANYTHING)
    if how == 1 and value:
        value.pop(draw(st.sampled_from(sorted(value))))
    elif how == 2 and value:
        value[draw(st.sampled_from(sorted(value)))] = draw(ANYTHING)
    else:
        value[draw(st.text(max_size=10))] = draw(ANYTHING)
    return value
