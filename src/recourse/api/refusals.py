"""Why a call was not done, as RFC 9457 has it: what, where, what would be right, in the language that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from recourse.bilingual import Words
from recourse.desk.services.rights import NotYours
from recourse.problems import Problem, each

TYPE = "application/problem+json"


class What(NamedTuple):
    """A kind of refusal: the status of its answer, and its title."""

    status: int
    title: Words


KINDS = {
    "not-readable": What(400, Words("The request cannot be read", "请求无法读取")),
    "no-idempotency-key": What(400, Words("A writing call needs an Idempotency-Key", "写入请求需要 Idempotency-Key")),
    "no-key": What(401, Words("This needs a key that holds", "需要有效的密钥")),
    "not-allowed": What(403, Words("The key does not allow this", "该密钥无此权限")),
    "not-found": What(404, Words("There is nothing here", "此处没有内容")),
    "no-such-method": What(405, Words("This address knows other methods", "此地址不支持该方法")),
    "not-now": What(409, Words("This cannot be done as things stand", "目前无法执行")),
    "still-running": What(409, Words("The same call is still being done", "相同的请求仍在处理")),
    "too-large": What(413, Words("The body is too large", "请求正文过大")),
    "not-json": What(415, Words("The body must be JSON", "请求正文必须为 JSON")),
    "not-valid": What(422, Words("Something in the request is not right", "请求内容有误")),
    "key-used-otherwise": What(
        422, Words("This Idempotency-Key stands for another body", "该 Idempotency-Key 已用于不同的请求")
    ),
    "too-many": What(429, Words("Too many calls", "请求过于频繁")),
    "broken": What(500, Words("Something broke on our side", "我们这边出错了")),
}


@dataclass
class Refused(Exception):
    """The call is answered with this. `problems` say what, where (`field`) and what would be right (`hint`)."""

    kind: str
    problems: tuple[Problem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, lang: str) -> dict[str, Any]:
        """The problem document."""
        what = KINDS[self.kind]
        found = {"type": f"/api/#{self.kind}", "title": what.title.of(lang), "status": what.status}
        if not self.problems:
            return found
        said = [told(one, lang) for one in self.problems]
        return {
            **found,
            "detail": Problem(self.problems[0].message, hint=self.problems[0].hint).say(lang),
            "errors": said,
        }


def told(problem: Problem, lang: str) -> dict[str, Any]:
    """One problem: `where` a JSON pointer into the body, or the name of a parameter or header."""
    return {
        "where": problem.field,
        "what": problem.message.of(lang),
        "right": problem.hint.of(lang) if problem.hint is not None else None,
    }


def refused(
    kind: str, en: str, zh: str, *, where: str | None = None, right: Words | None = None, **headers: str
) -> Refused:
    """One refusal with one problem."""
    return Refused(
        kind, (Problem(Words(en, zh), field=where, hint=right),),
        {name.replace("_", "-"): text for name, text in headers.items()},
    )  # fmt: skip


def not_valid(problems: Iterable[Problem]) -> None:
    """Refuse the request where anything was found."""
    found = tuple(problems)
    if found:
        raise Refused("not-valid", found[:50])


def of_service(problem: Problem, fields: Mapping[str, str]) -> Refused:
    """What a service refused: `fields` are the places in the body of what it calls by its own names."""
    found = tuple(Problem(one.message, None, fields.get(one.field or "", one.field), one.hint) for one in each(problem))
    if isinstance(problem, NotYours):
        return Refused("not-allowed", found)
    return Refused("not-valid" if any(one.field in fields for one in each(problem)) else "not-now", found)
