"""The one way in: finds the route, asks who it is, reads the body, holds it against its schema, answers in JSON."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from recourse.api import calls, keys, limits, origins, refusals, shapes
from recourse.api.asked import Answer, Asked
from recourse.api.models import Key
from recourse.api.reading import json_of, sound
from recourse.api.refusals import Refused, refused
from recourse.api.route import Route
from recourse.api.routes import LARGE, ROOT, ROUTES, SMALL, VERSION
from recourse.api.schemas import NAMED
from recourse.bilingual import Words, language
from recourse.desk.scope import NOBODY, Scope, of
from recourse.problems import Problem
from recourse.work import clock, leases

log = logging.getLogger("recourse.api")


@csrf_exempt  # no session opens anything here: a key stands in a header, where no other site puts it
def door(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer a call to any address under /api/; whatever goes wrong is answered as a problem document."""
    path = rest.removeprefix(VERSION) if rest.startswith(f"{VERSION}/") else ""
    response = _said(request, path)
    return origins.let_in(response) if origins.is_for_all(path) else response


def problem(refusal: Refused) -> HttpResponse:
    """The answer to a call that was refused."""
    return JsonResponse(
        refusal.body(_lang()), status=refusals.KINDS[refusal.kind].status, content_type=refusals.TYPE,
        headers=dict(refusal.headers), json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip


def _said(request: HttpRequest, path: str) -> HttpResponse:
    try:
        return _answered(request, path)
    except Refused as refusal:
        return problem(refusal)
    except Problem as wrong:
        return problem(refusals.of_service(wrong, {}))
    except (RequestDataTooBig, UnreadablePostError):
        return problem(Refused("too-large"))
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller reads what to do
        log.error("%s: %s", request.method, leases.said(error))  # noqa: TRY400 - its words may hold somebody’s data
        return problem(Refused("broken"))


# Who may come in is not asked of a session: each route of the table says whether it needs a key, and which.
door.who = frozenset({"anybody"})  # type: ignore[attr-defined]


def _answered(request: HttpRequest, path: str) -> HttpResponse:
    at = clock.now()
    if request.method == "OPTIONS" and origins.is_for_all(path) and (methods := _methods(path)):
        return origins.preflight(methods)
    try:
        route, found = _route(request, path)
        key = _key(request, route, at)
    except Refused:
        limits.count(request, None, at)  # whoever tries addresses or keys is slowed down
        raise
    limits.count(request, key, at)
    where = Scope(institutions=frozenset({key.institution_id})) if key is not None else NOBODY
    with of(where):
        body = _body(request, route)
        asked = Asked(at, _lang(), found, _query(request, route), body, key)
        if key is None or not route.writes:
            return _json(route.do()(asked))
        name = calls.named(request.headers.get("Idempotency-Key", ""))
        call = calls.Named(key, name, route.method, f"{ROOT}{path}"[:400], body)
        return _json(calls.once(call, at, lambda: route.do()(asked)))


def _route(request: HttpRequest, path: str) -> tuple[Route, Mapping[str, str]]:
    method = "GET" if request.method == "HEAD" else request.method
    here = [(route, found) for route in ROUTES if (found := route.matches(path)) is not None]
    if not here or not all(sound(text) for _, found in here for text in found.values()):
        raise refused("not-found", "there is no such address", "没有这个地址",
                      right=Words("/api/ lists all of them", "/api/ 列出全部地址"))  # fmt: skip
    for route, found in here:
        if route.method == method:
            return route, found
    raise Refused("no-such-method", headers={"Allow": _methods(path)})


def _methods(path: str) -> str:
    return ", ".join(sorted({route.method for route in ROUTES if route.matches(path) is not None}))


def _key(request: HttpRequest, route: Route, at: dt.datetime) -> Key | None:
    if not route.keyed:
        return None
    key = keys.presented(request.headers.get("Authorization", ""), at)
    if key is None:
        raise refused(
            "no-key", "there is no key in the request, or it does not hold", "请求没有密钥，或密钥无效",
            where="Authorization", right=Words("Bearer rcs_…", "Bearer rcs_…"),
            WWW_Authenticate='Bearer realm="Recourse"',
        )  # fmt: skip
    if route.scopes and not {scope.value for scope in route.scopes} & set(key.scopes):
        wanted = " / ".join(scope.value for scope in route.scopes)
        raise refused("not-allowed", "the key is not for this", "该密钥不用于此", where="Authorization",
                      right=Words(f"a key for {wanted}", f"具有 {wanted} 权限的密钥"))  # fmt: skip
    return key


def _body(request: HttpRequest, route: Route) -> Any:
    if not route.body:
        return None
    if request.content_type != "application/json":
        raise refused("not-json", "the body is of another kind", "正文类型不符", where="Content-Type",
                      right=Words("application/json", "application/json"))  # fmt: skip
    most = LARGE if route.keyed else SMALL
    if len(request.body) > most:
        raise refused("too-large", f"more than {most} bytes", f"超过 {most} 字节", where="body")
    try:
        body = json_of(request.body)
    except Problem as wrong:
        raise Refused("not-readable", (wrong,)) from None
    refusals.not_valid(shapes.problems(body, NAMED[route.body]))
    return body


def _query(request: HttpRequest, route: Route) -> Mapping[str, str]:
    given = {name: str(text) for name, text in request.GET.items() if name != "lang"}
    for name, text in given.items():
        if name not in route.query or not sound(text):
            raise refused("not-valid", "there is no such parameter, or it cannot be read", "没有该参数，或参数无法读取",
                          where=f"query:{name[:60]}" if sound(name) else "query",
                          right=Words(", ".join(route.query) or "none", "、".join(route.query) or "无"))  # fmt: skip
        refusals.not_valid(shapes.problems(text, route.query[name], f"query:{name}"))
    return given


def _json(answer: Answer) -> HttpResponse:
    response = JsonResponse(answer.data, status=answer.status, json_dumps_params={"ensure_ascii": False})
    if answer.again:
        response["Idempotency-Replayed"] = "true"
    return response


def _lang() -> str:
    return language(translation.get_language() or "en")
