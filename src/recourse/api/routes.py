"""The table of addresses: what each is for, who may use it, what it takes and gives. Everything else reads this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recourse.api.models import Scope
from recourse.api.route import Route
from recourse.api.schemas import DAY, SEARCH, Shape, one_of, text
from recourse.bilingual import Words
from recourse.payouts.machine import State

VERSION = "v1"
ROOT = f"/api/{VERSION}"
SMALL, LARGE = 64 * 1024, 1024 * 1024  # bytes of a body, without a key and with one

_WRITE_CASES, _READ_CASES = (Scope.CASES_WRITE,), (Scope.CASES_READ,)
_CASE = {"reference": "$response.body#/case"}


def _public(
    name: str, path: str, says: Words, answer: str, query: Mapping[str, Shape] | None = None, **more: Any
) -> Route:
    return Route(name, "GET", path, f"corpus.{name}", says, answer, query=query or {}, **more)


ROUTES: tuple[Route, ...] = (
    Route(
        "assess",
        "POST",
        "/assess",
        "corpus.assess",
        Words(
            "What is owed on these facts, by when, under which clause and why",
            "根据这些事实应退多少、何时、依据哪一条、为什么",
        ),
        "Assessment",
        body="Question",
    ),
    _public(
        "rules",
        "/rules",
        Words("All rules in short", "全部规则概览"),
        "Rules",
        {"place": text(most=10, examples=["DE"]), "platform": text(most=80), "kind": text(most=40)},
        links={"rule": {"id": "$response.body#/rules/0/id"}},
    ),
    _public("rule", "/rules/{id}", Words("One rule in words, with its sources", "一条规则的文字与出处"), "Rule"),
    _public(
        "platforms",
        "/platforms",
        Words("All platforms", "全部平台"),
        "Platforms",
        links={"platform": {"id": "$response.body#/platforms/0/id"}},
    ),
    _public(
        "platform", "/platforms/{id}", Words("One platform’s clauses and process", "一个平台的条款与流程"), "Platform"
    ),
    _public(
        "all_places",
        "/places",
        Words("The places whose law was read", "已收录法律的地区"),
        "Places",
        links={"place": {"code": "$response.body#/places/0/code"}},
    ),
    _public(
        "place",
        "/places/{code}",
        Words("The rights in one place on a day", "一个地区在某日的权利"),
        "Place",
        {"on": DAY},
    ),
    _public(
        "bodies",
        "/bodies",
        Words("Whom to turn to", "可以求助的机构"),
        "Bodies",
        links={"body": {"id": "$response.body#/bodies/0/id"}},
    ),
    _public("body", "/bodies/{id}", Words("One of them, whole", "一个机构的全部信息"), "Body"),
    _public("facts", "/facts", Words("The vocabulary of facts", "事实词表"), "Facts"),
    Route(
        "institution",
        "GET",
        "/institution",
        "overview.institution",
        Words("Whose key this is, and what it is for", "密钥属于谁、可作何用"),
        "Institution",
        keyed=True,
    ),
    Route(
        "bring",
        "POST",
        "/purchases",
        "purchasing.bring",
        Words(
            "Take in up to 1,000 orders, each wholly or not at all",
            "导入至多 1,000 笔订单，每笔要么全部接受、要么不接受",
        ),
        "Brought",
        keyed=True,
        scopes=(Scope.PURCHASES_WRITE,),
        body="Orders",
        links={"purchase": {"order_number": "$response.body#/new/0"}},
    ),
    Route(
        "put",
        "PUT",
        "/purchases/{order_number}",
        "purchasing.put",
        Words("Create an order, or change it while no case stands on it", "创建订单；尚无案件依据时可修改"),
        "Purchase",
        keyed=True,
        scopes=(Scope.PURCHASES_WRITE,),
        body="Order",
        done=(200, 201),
        links={"purchase": {"order_number": "$response.body#/order_number"}},
    ),
    Route(
        "purchase",
        "GET",
        "/purchases/{order_number}",
        "purchasing.get",
        Words("One order", "一笔订单"),
        "Purchase",
        keyed=True,
        scopes=(Scope.PURCHASES_WRITE, Scope.CASES_READ),
    ),
    Route(
        "progress",
        "POST",
        "/progress",
        "purchasing.progress",
        Words("How far learners had come", "学员的学习进度"),
        "Recorded",
        keyed=True,
        scopes=(Scope.PROGRESS_WRITE,),
        body="Progress",
    ),
    Route(
        "courses",
        "GET",
        "/courses",
        "overview.courses",
        Words("All courses and prices of now", "全部课程与当前价格"),
        "Courses",
        keyed=True,
        links={"course": {"slug": "$response.body#/courses/0/slug"}},
    ),
    Route(
        "course",
        "GET",
        "/courses/{slug}",
        "overview.course",
        Words("One course and all its prices", "一门课程与全部价格"),
        "Course",
        keyed=True,
    ),
    Route(
        "cases",
        "GET",
        "/cases",
        "casework.index",
        Words("Cases, as the queue has them", "案件队列"),
        "Cases",
        keyed=True,
        scopes=_READ_CASES,
        query=SEARCH,
        links={
            "case": {"reference": "$response.body#/cases/0/reference"},
            "ask": {"reference": "$response.body#/cases/0/reference"},
            "reply": {"reference": "$response.body#/cases/0/reference"},
            "decide": {"reference": "$response.body#/cases/0/reference"},
        },
    ),
    Route(
        "case",
        "GET",
        "/cases/{reference}",
        "casework.get",
        Words("One case: what is owed, by when, what was said and done", "一个案件：应退金额、期限、往来与经过"),
        "Case",
        keyed=True,
        scopes=_READ_CASES,
    ),
    Route(
        "ask",
        "POST",
        "/cases/{reference}/questions",
        "casework.ask",
        Words("Ask the learner; your clocks stand still until the answer", "向学员提问；在答复前机构的期限暂停"),
        "Written",
        keyed=True,
        scopes=_WRITE_CASES,
        body="Text",
        done=(201,),
        links={"case": _CASE},
    ),
    Route(
        "reply",
        "POST",
        "/cases/{reference}/replies",
        "casework.reply",
        Words("Write to the learner, or a note among colleagues", "致函学员，或写内部备注"),
        "Written",
        keyed=True,
        scopes=_WRITE_CASES,
        body="Reply",
        done=(201,),
        links={"case": _CASE},
    ),
    Route(
        "decide",
        "POST",
        "/cases/{reference}/decision",
        "casework.decide",
        Words("Decide what needs no second person", "作出无须第二人复核的决定"),
        "Decided",
        keyed=True,
        scopes=_WRITE_CASES,
        body="Decide",
        done=(201,),
        links={"case": _CASE},
    ),
    Route(
        "payouts",
        "GET",
        "/payouts",
        "overview.payouts",
        Words("Payouts, the last changed first", "付款，最近变动在前"),
        "Payouts",
        keyed=True,
        scopes=(Scope.PAYOUTS_READ,),
        query={
            "state": one_of(State),
            "case": text("A reference.", most=16),
            "after": {"type": "string", "pattern": "^[0-9]{1,12}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        },
        links={"payout": {"id": "$response.body#/payouts/0/id"}},
    ),
    Route(
        "payout",
        "GET",
        "/payouts/{id}",
        "overview.payout",
        Words("One payout and what happened to it", "一笔付款及其经过"),
        "Payout",
        keyed=True,
        scopes=(Scope.PAYOUTS_READ,),
    ),
    Route(
        "figures",
        "GET",
        "/figures",
        "overview.figures",
        Words("The figures of a period", "一段时间的统计"),
        "Figures",
        keyed=True,
        scopes=_READ_CASES,
        query={"first": DAY, "last": DAY},
    ),
    Route(
        "calls",
        "GET",
        "/calls/{idempotency_key}",
        "overview.calls",
        Words("What became of a call", "一次请求的结果"),
        "Calls",
        keyed=True,
    ),
)
PATH: Mapping[str, Shape] = {"id": text(least=1, most=120), "code": text(least=1, most=10, examples=["DE"])}
