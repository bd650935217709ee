"""Holds a value against its JSON Schema: the schema that is published is the one that is enforced.

It knows the part of JSON Schema that our own schemas of requests use; a test holds the two together. What is wrong
comes back as problems, all of them, each with its place (a JSON pointer) and what would be right.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from recourse.bilingual import Words
from recourse.problems import Problem, likely

Schema = Mapping[str, Any]
SAID = {
    "string": Words("a text", "文本"),
    "integer": Words("a whole number", "整数"),
    "boolean": Words("true or false", "true 或 false"),
    "object": Words("an object", "对象"),
    "array": Words("a list", "列表"),
    "null": Words("null", "null"),
}


def _zoned(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None or not 1900 < found.year < 2200:
        raise ValueError(text)
    return found


FORMATS: dict[str, tuple[Callable[[str], object], Words]] = {
    "date": (dt.date.fromisoformat, Words("a day such as 2026-11-24", "日期，例如 2026-11-24")),
    "date-time": (_zoned, Words("a moment such as 2026-11-24T09:00:00Z", "时刻，例如 2026-11-24T09:00:00Z")),
    "uuid": (UUID, Words("an id of 36 characters", "36 个字符的标识")),
}  # fmt: skip


def problems(value: Any, schema: Schema, at: str = "") -> Iterator[Problem]:
    """Everything that is wrong with a value."""
    kinds = schema.get("type", ())
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if kinds and _kind(value) not in kinds:
        wanted = [SAID[kind] for kind in kinds]
        right = Words(" or ".join(w.en for w in wanted), "或".join(w.zh for w in wanted))
        yield Problem(Words("this is of another kind", "类型不符"), field=at or "/", hint=right)
        return
    if "enum" in schema and value not in schema["enum"]:
        known = [str(one) for one in schema["enum"]]
        yield Problem(
            Words(f"“{_short(value)}” is none of these", f"“{_short(value)}”不在可选值中"), field=at or "/",
            hint=likely(str(value)[:80], known),
        )  # fmt: skip
        return
    check = _CHECKS.get(_kind(value))
    if check is not None:
        yield from check(value, schema, at)


def _text(value: str, schema: Schema, at: str) -> Iterator[Problem]:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if len(value.strip()) < least:
        yield Problem(Words("this is empty or too short", "内容为空或过短"), field=at,
                      hint=Words(f"at least {least} characters", f"至少 {least} 个字符"))  # fmt: skip
    elif most is not None and len(value) > most:
        yield Problem(Words(f"this has {len(value)} characters", f"共 {len(value)} 个字符，过长"), field=at,
                      hint=Words(f"at most {most}", f"最多 {most} 个"))  # fmt: skip
    elif "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        wrong = Words(f"“{_short(value)}” is not written as it should be", f"“{_short(value)}”写法不符")
        yield Problem(wrong, field=at, hint=str((schema.get("examples") or [schema["pattern"]])[0]))
    elif "format" in schema:
        read, right = FORMATS[schema["format"]]
        try:
            read(value)
        except ValueError:
            yield Problem(
                Words(f"“{_short(value)}” cannot be read", f"“{_short(value)}”无法读取"), field=at, hint=right
            )


def _list(value: list[Any], schema: Schema, at: str) -> Iterator[Problem]:
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if len(value) < least or (most is not None and len(value) > most):
        yield Problem(Words(f"the list has {len(value)} items", f"列表有 {len(value)} 项"), field=at or "/",
                      hint=Words(f"from {least} to {most}", f"{least} 至 {most} 项"))  # fmt: skip
        return
    if "items" in schema:
        for number, one in enumerate(value):
            yield from problems(one, schema["items"], f"{at}/{number}")


def _object(value: dict[str, Any], schema: Schema, at: str) -> Iterator[Problem]:
    known, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name in schema.get("required", ()):
        if name not in value:
            yield Problem(Words("this is missing", "此项缺失"), field=f"{at}/{name}", hint=_says(known.get(name, {})))
    for name, one in value.items():
        if name in known:
            yield from problems(one, known[name], f"{at}/{name}")
        elif rest is False:
            yield Problem(
                Words("nothing of this name is known here", "此处没有这个名称"), field=f"{at}/{_short(name)}",
                hint=likely(name[:80], known),
            )  # fmt: skip
        elif isinstance(rest, Mapping):
            yield from problems(one, rest, f"{at}/{name}")


_CHECKS: dict[str, Callable[[Any, Schema, str], Iterator[Problem]]] = {
    "string": _text, "array": _list, "object": _object,
}  # fmt: skip


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    kinds = ((bool, "boolean"), (int, "integer"), (str, "string"), (list, "array"), (dict, "object"))
    return next(name for kind, name in kinds if isinstance(value, kind))


def _says(schema: Schema) -> str | None:
    examples = schema.get("examples")
    return str(examples[0]) if examples else None


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
