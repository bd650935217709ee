"""The API described for programs: OpenAPI 3.1, made of the same table and the same schemas that the door enforces."""

from __future__ import annotations

import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from recourse import __version__, packaged
from recourse.api.refusals import KINDS, TYPE
from recourse.api.route import Route
from recourse.api.routes import PATH, ROOT, ROUTES
from recourse.api.schemas import KEY, MESSAGES, NAMED, ORDER_NUMBER, REFERENCE, Shape, ref, text
from recourse.bilingual import Words

ABOUT = Words(
    "What refund is owed for an online course, and the institution’s side of its cases. Amounts are texts such as"
    " “84.99 EUR”. A writing call needs an Idempotency-Key; refusals are problem documents (RFC 9457).",
    "网络课程应退多少款，以及机构处理案件的接口。金额写作“84.99 EUR”这样的文本。"
    "写入请求需要 Idempotency-Key；拒绝以 RFC 9457 的问题文档返回。",
)
TOLD = Words("What happened, told to an address of your own: signed as Standard Webhooks has it",
             "向您自己的地址通知发生的事：按 Standard Webhooks 签名")  # fmt: skip
TRY_LATER = (HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)
LATER = {"headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}}
AGAIN = {"headers": {"Idempotency-Replayed": {"schema": {"type": "string", "enum": ["true"]}}}}
GONE = HTTPStatus.GONE.value
_PARAMETERS = {
    **PATH, "order_number": ORDER_NUMBER, "reference": REFERENCE, "slug": text(least=1, most=80),
    "idempotency_key": KEY,
}  # fmt: skip


@lru_cache(maxsize=2)
def described(lang: str) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(f"{ROOT}{route.path}", {})[route.method.lower()] = _operation(route, lang)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Recourse", "version": __version__, "description": ABOUT.of(lang),
                 "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "paths": paths,
        "webhooks": {name: {"post": _message(name, shape, lang)} for name, shape in MESSAGES.items()},
        "components": {
            "schemas": {**NAMED, "Assessment": _assessment()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "rcs_…"}},
        },
    }  # fmt: skip


def statuses(route: Route) -> list[int]:
    """Every status with which a call of this route may be answered."""
    found = {"not-found", "not-valid", "too-many", "broken"}
    if route.body:
        found |= {"not-readable", "too-large", "not-json"}
    if route.keyed:
        found |= {"no-key", "not-allowed"}
    if route.writes:
        found |= {"no-idempotency-key", "not-now", "still-running", "key-used-otherwise"}
    return sorted({*route.done, *(KINDS[kind].status for kind in found)})


def _operation(route: Route, lang: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": route.name, "summary": route.says.of(lang), "responses": _responses(route),
        "parameters": [
            *({"name": one, "in": "path", "required": True, "schema": dict(_PARAMETERS[one])} for one in route.names),
            *({"name": name, "in": "query", "schema": dict(shape)} for name, shape in route.query.items()),
        ],
        "security": [{"key": [scope.value for scope in route.scopes]}] if route.keyed else [],
    }  # fmt: skip
    if route.writes:
        found["parameters"].append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "schema": dict(KEY)},
        )
    if route.body:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": ref(route.body)}}}
    return found


def _message(name: str, shape: Shape, lang: str) -> dict[str, Any]:
    """What an endpoint of the institution's own is sent; any status of 2xx takes it."""
    return {
        "operationId": name.replace(".", "_"), "summary": TOLD.of(lang), "security": [],
        "parameters": [{"name": f"webhook-{one}", "in": "header", "required": True, "schema": {"type": "string"}}
                       for one in ("id", "timestamp", "signature")],
        "requestBody": {"required": True, "content": {"application/json": {"schema": shape}}},
        "responses": {"2XX": {"description": HTTPStatus.OK.phrase}, str(GONE): {"description": HTTPStatus.GONE.phrase}},
    }  # fmt: skip


def _responses(route: Route) -> dict[str, Any]:
    problem = {"content": {TYPE: {"schema": ref("Problem")}}}
    found: dict[str, Any] = {
        str(status): {"description": HTTPStatus(status).phrase, **problem, **(LATER if status in TRY_LATER else {})}
        for status in statuses(route)
    }
    links = {
        f"{name}{number or ''}": {"operationId": name, "parameters": dict(parameters)}
        for number, (name, parameters) in enumerate(route.links.items())
    }
    for status in route.done:
        found[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {"application/json": {"schema": ref(route.answer)}}, **({"links": links} if links else {}),
            **(AGAIN if route.writes else {}),
        }  # fmt: skip
    return found


def _assessment() -> dict[str, Any]:
    """The schema of the assessment as it stands in its file, its own parts found from here."""
    found: dict[str, Any] = json.loads(packaged.text("assessment.schema.json"))
    found.pop("$schema", None)
    found.pop("$id", None)
    said = json.dumps(found).replace('"#/$defs/', '"#/components/schemas/Assessment/$defs/')
    return dict(json.loads(said))
