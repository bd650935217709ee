"""The API's own pages: its description for programs, and the same for people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from recourse.api import origins
from recourse.api.describing import described
from recourse.api.door import problem
from recourse.api.refusals import KINDS, Refused
from recourse.api.route import Route
from recourse.api.routes import ROOT, ROUTES
from recourse.api.schemas import MESSAGES, NAMED
from recourse.bilingual import language


def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1, for pages of any site too: those that let people try an API read it there."""
    if request.method not in ("GET", "HEAD"):
        return problem(Refused("no-such-method", headers={"Allow": "GET"}))
    return origins.let_in(JsonResponse(described(_lang()), json_dumps_params={"ensure_ascii": False}))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every address with what it takes, and every refusal."""
    lang = _lang()
    parts = [(False, [_shown(one, lang) for one in ROUTES if not one.keyed]),
             (True, [_shown(one, lang) for one in ROUTES if one.keyed])]  # fmt: skip
    refusals = [(kind, what.status, what.title.of(lang)) for kind, what in KINDS.items()]
    messages = [(kind, list(shape["properties"]["data"]["properties"])) for kind, shape in MESSAGES.items()]
    context = {
        "here": "api", "parts": parts, "messages": messages, "refusals": refusals,
        "root": request.build_absolute_uri(ROOT),
    }  # fmt: skip
    return render(request, "api/index.html", context)


for _view in (openapi, index):
    _view.who = frozenset({"anybody"})  # type: ignore[attr-defined]


def _shown(route: Route, lang: str) -> dict[str, Any]:
    body = NAMED.get(route.body, {})
    needed = set(body.get("required", ()))
    return {
        "name": route.name, "method": route.method, "path": f"{ROOT}{route.path}", "says": route.says.of(lang),
        "scopes": [scope.value for scope in route.scopes], "query": list(route.query), "writes": route.writes,
        "fields": [(name, name in needed) for name in body.get("properties", {})],
    }  # fmt: skip


def _lang() -> str:
    return language(translation.get_language() or "en")
