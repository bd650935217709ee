"""Reads JSON that strangers send: strict, without floats, without characters that no database keeps."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from recourse.bilingual import Words
from recourse.problems import Problem

DEEPEST = 20  # levels of lists and objects: none of ours has more than five


def json_of(raw: bytes) -> Any:
    """The value of a body. Raises `Problem` with the place. A number with a point stays the text that it is."""
    try:
        found = json.loads(
            raw.decode("utf-8"), parse_float=str, parse_constant=_no_number, object_pairs_hook=_without_doubles
        )
    except Problem:
        raise
    except UnicodeDecodeError:
        raise Problem(Words("the body is not UTF-8", "请求正文不是 UTF-8 编码"), field="body") from None
    except json.JSONDecodeError as error:
        raise Problem(
            Words(f"the body is no JSON at line {error.lineno}, column {error.colno}: {error.msg}",
                  f"请求正文不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列"),
            field="body", hint=Words("an object: {\"facts\": {…}}", "应为 JSON 对象，例如 {\"facts\": {…}}"),
        ) from None  # fmt: skip
    except (ValueError, RecursionError):  # a number of thousands of digits, or lists in lists in lists
        raise Problem(Words("the body cannot be read", "请求正文无法读取"), field="body") from None
    _check(found, "", 0)
    return found


def sound(text: str) -> bool:
    """Whether a database keeps the text as it is: no NUL, and no half of a character."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def canonical(value: Any) -> bytes:
    """The one spelling of a value: equal values have equal bytes, whatever blanks and order they came in."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _no_number(text: str) -> NoReturn:
    raise Problem(Words(f"{text} is no number of JSON", f"JSON 中不存在数值 {text}"), field="body")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise Problem(Words(f"“{double}” stands twice in one object", f"同一对象中“{double}”出现两次"), field="body")
    return found


def _check(value: Any, at: str, depth: int) -> None:
    if depth > DEEPEST:
        raise Problem(Words("the body is nested too deep", "请求正文嵌套过深"), field="body")
    if isinstance(value, str) and not sound(value):
        raise Problem(
            Words("a text has a character that cannot be kept", "文本中含有无法保存的字符"), field=at or "body",
            hint=Words("leave out NUL and halves of characters", "请去掉 NUL 与不完整的字符"),
        )  # fmt: skip
    if isinstance(value, dict):
        for name, one in value.items():
            _check(name, at, depth)
            _check(one, f"{at}/{name}", depth + 1)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            _check(one, f"{at}/{number}", depth + 1)
