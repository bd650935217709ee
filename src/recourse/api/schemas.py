"""The shapes of what is asked and answered: JSON Schemas, published and enforced alike."""

from __future__ import annotations

from typing import Any

from recourse.api.models import Kind as Told
from recourse.api.models import Scope
from recourse.desk.models import Answer, Reason
from recourse.desk.selectors.queue import ALL, NOBODY, VIEWS
from recourse.desk.stages import Kind, Stage
from recourse.payouts.machine import State

Shape = dict[str, Any]
MOST = 1000  # lines of a bulk


def text(says: str = "", *, most: int = 200, least: int = 0, **more: Any) -> Shape:
    """A text within bounds."""
    return {"type": "string", "minLength": least, "maxLength": most, **({"description": says} if says else {}), **more}


def one_of(values: Any, **more: Any) -> Shape:
    """One of these words."""
    return {"type": "string", "enum": [str(getattr(one, "value", one)) for one in values], **more}


def made(properties: Shape, *optional: str, **more: Any) -> Shape:
    """An object with these and nothing else; all but the optional ones are needed."""
    needed = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False, **more}


def ref(name: str) -> Shape:
    """A named shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(of: Shape, **more: Any) -> Shape:
    """A list."""
    return {"type": "array", "items": of, **more}


def maybe(shape: Shape) -> Shape:
    """The same, or null."""
    return {**shape, "type": [shape["type"], "null"]}


def page(name: str, of: Shape, **more: Shape) -> Shape:
    """A page of a list; `after` asks for the next one."""
    return made({name: many(of), "after": maybe(TEXT), **more})


TEXT: Shape = {"type": "string"}
WHOLE: Shape = {"type": "integer"}
YES: Shape = {"type": "boolean"}
DAY: Shape = {"type": "string", "format": "date", "examples": ["2026-11-24"]}
MOMENT: Shape = {"type": "string", "format": "date-time", "examples": ["2026-11-24T09:00:00+00:00"]}
ID: Shape = {"type": "string", "format": "uuid"}
AMOUNT: Shape = {
    "type": "string", "pattern": r"^[0-9][0-9.,]{0,17} ?[A-Za-z]{3}$", "examples": ["84.99 EUR"],
    "description": "An amount and its currency, as a text: never a number with a point.",
}  # fmt: skip
MONEY: Shape = {"type": "string", "examples": ["84.99 EUR"]}
REFERENCE: Shape = {
    "type": "string",
    "pattern": "^[Rr][Cc]-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}$",
    "examples": ["RC-7F3K-9Q2M"],
}
WORDS: Shape = {"type": "object", "additionalProperties": TEXT}
ANY: Shape = {"type": "object"}
VALUE: Shape = {
    "type": ["string", "integer", "boolean", "array", "null"],
    "items": {"type": ["string", "integer", "boolean"], "maxLength": 2000}, "maxItems": 1000, "maxLength": 2000,
}  # fmt: skip
FACTS: Shape = {
    "type": "object", "additionalProperties": VALUE, "examples": [{"learner_place": "DE", "paid": "84.99 EUR"}],
    "description": "Facts of the vocabulary (/api/v1/facts) by their ids; a null is a fact that is not known.",
}  # fmt: skip
TOLD_FACTS: Shape = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 2000}}
ORDER_NUMBER = text("As it stands on the receipt.", least=1, most=120, examples=["N-1001"])
KEY = text("A new id for each thing you want done; sent again, it is done once.", least=1, most=255, pattern="^[ -~]+$")

_ORDER: Shape = {
    "email": text("The buyer’s.", least=3, most=254, examples=["mei@example.org"]),
    "bought_on": DAY, "paid": AMOUNT, "course": text("Its slug or its title.", most=200),
    "place": text("Where the buyer lives: DE, US-CA.", most=10, examples=["DE"]), "method": text(most=40),
    "provider": text("Through which it was paid, such as stripe.", most=40),
    "reference": text("The provider’s own of the payment.", most=200), "facts": TOLD_FACTS,
}  # fmt: skip
_OPTIONAL = ("course", "place", "method", "provider", "reference", "facts")
_LINE = made({"where": TEXT, "what": TEXT})
_SHORT: Shape = {
    "reference": REFERENCE, "kind": one_of(Kind), "stage": one_of(Stage), "reason": one_of(Reason),
    "order_number": maybe(TEXT), "course_title": maybe(TEXT), "received_at": maybe(MOMENT), "asked": maybe(MONEY),
    "assigned_to": maybe(ID), "next_due": maybe(DAY),
}  # fmt: skip
_ASSESSED: Shape = {
    "id": ID, "number": WHOLE, "digest": TEXT, "rule": maybe(TEXT), "known": YES, "owed": maybe(MONEY),
    "pay_by": maybe(DAY),
}  # fmt: skip
_DECISION = made({
    "id": ID, "kind": one_of(Answer), "state": one_of(("proposed", "final", "rejected")), "amount": maybe(MONEY),
    "below_owed": YES, "assessment": maybe(ID), "decided_at": maybe(MOMENT),
})  # fmt: skip
_COURSE: Shape = {
    "slug": TEXT, "title": TEXT, "language": TEXT, "published": YES, "lessons": maybe(WHOLE), "starts_on": maybe(DAY),
    "ends_on": maybe(DAY), "price": maybe(MONEY),
}  # fmt: skip
_PAYOUT: Shape = {
    "id": ID, "case": maybe(REFERENCE), "state": one_of(State), "amount": MONEY, "route": TEXT,
    "reference": maybe(TEXT), "changed_at": MOMENT, "sent_at": maybe(MOMENT), "external": YES, "two_people": YES,
}  # fmt: skip
_PLATFORM: Shape = {"id": TEXT, "name": WORDS, "home": TEXT, "kind": TEXT, "standing": TEXT}
_WRITTEN: Shape = {"case": REFERENCE, "stage": one_of(Stage)}

NAMED: dict[str, Shape] = {
    "Problem": {
        "type": "object", "description": "RFC 9457.", "required": ["type", "title", "status"],
        "properties": {
            "type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT,
            "errors": many(made({"where": maybe(TEXT), "what": TEXT, "right": maybe(TEXT)})),
        },
    },
    "Question": made({
        "facts": FACTS, "platform": text("Whose policy counts besides the law.", most=80),
        "place": text("Where the learner lives, if the facts do not say.", most=10, examples=["DE"]),
        "rule": text("Ask this rule alone.", most=120), "asked_on": DAY,
    }, "platform", "place", "rule", "asked_on"),
    "Rules": made({"rules": many(made({
        "id": TEXT, "title": WORDS, "kind": TEXT, "place": maybe(TEXT), "platform": maybe(TEXT),
    }))}),
    "Rule": {"type": "object", "required": ["id", "title", "kind", "versions"]},
    "Platforms": made({"platforms": many(made(_PLATFORM))}),
    "Platform": made({
        **_PLATFORM, "clauses": many(TEXT), "process": ANY, "limits": many(WORDS), "fees": many(WORDS),
        "not_encoded": many(WORDS), "sources": many(ANY),
    }),
    "Places": made({"places": many(made({"code": TEXT, "name": TEXT}))}),
    "Place": {"type": "object", "required": ["place", "name", "asked_on", "giving", "duties", "bodies"]},
    "Bodies": made({"bodies": many({"type": "object", "required": ["id", "title", "place", "stage"]})}),
    "Body": {"type": "object", "required": ["id", "title", "place", "stage", "apply", "source"]},
    "Facts": made({"facts": many({"type": "object", "required": ["id", "type", "name", "ask", "meaning"]})}),
    "Institution": made({
        "name": TEXT, "slug": TEXT, "place": TEXT, "example": YES, "approval_limit": maybe(MONEY),
        "key": made({"name": TEXT, "prefix": TEXT, "scopes": many(one_of(Scope)), "until": MOMENT}),
    }),
    "Order": made(_ORDER, *_OPTIONAL),
    "Orders": made({
        "purchases": many(made({"order_number": ORDER_NUMBER, **_ORDER}, *_OPTIONAL), minItems=1, maxItems=MOST),
    }),
    "Purchase": made({
        "order_number": TEXT, "course": maybe(TEXT), "course_title": TEXT, "bought_on": maybe(DAY),
        "paid": maybe(MONEY), "source": TEXT, "facts": ANY,
    }),
    "Brought": made({
        "new": many(TEXT), "same": many(TEXT), "refused": many(_LINE), "unknown_courses": many(TEXT),
    }),
    "Progress": made({"progress": many(made({
        "order_number": ORDER_NUMBER, "email": text("Where the order’s number is not at hand.", most=254),
        "course": text(most=200), "at": MOMENT, "facts": {**TOLD_FACTS, "examples": [{"lessons_taken": "3"}]},
    }, "order_number", "email", "course"), minItems=1, maxItems=MOST)}),
    "Recorded": made({"new": WHOLE, "same": WHOLE, "refused": many(_LINE)}),
    "Courses": made({"courses": many(made(_COURSE))}),
    "Course": made({
        **_COURSE, "objectives": TEXT, "contents": TEXT, "arrangement": TEXT, "methods": TEXT, "facts": ANY,
        "offers": many(made({
            "price": MONEY, "condition": maybe(TEXT), "begins_at": MOMENT, "ends_at": maybe(MOMENT),
            "fees": many(made({"name": TEXT, "amount": MONEY})),
        })),
    }),
    "Cases": page("cases", made({**_SHORT, "assessment": maybe(made(_ASSESSED))}), cut={
        **YES, "description": "The search found more than it takes: look for something rarer.",
    }),
    "Case": made({
        **_SHORT, "story": TEXT, "remedy": TEXT, "language": TEXT, "facts": ANY,
        "learner": made({"name": TEXT, "email": TEXT}), "assessment": maybe(made({**_ASSESSED, "answer": ANY})),
        "deadlines": many(made({
            "name": TEXT, "actor": one_of(("learner", "institution", "body")), "rule": maybe(TEXT), "starts": DAY,
            "due": DAY, "provisional": YES, "state": one_of(("running", "paused", "met", "dropped")),
        })),
        "decisions": many(_DECISION),
        "messages": many(made({
            "id": ID, "side": one_of(("learner", "institution", "body")), "text": TEXT, "inner": YES, "asks": YES,
            "at": MOMENT,
        })),
        "timeline": many(made({
            "number": WHOLE, "at": MOMENT, "kind": TEXT, "by": TEXT, "inner": YES, "body": maybe(ANY), "hash": TEXT,
        })),
    }),
    "Text": made({"text": text("What the learner reads.", least=1, most=10000)}),
    "Reply": made({
        "text": text(least=1, most=10000),
        "inner": {**YES, "description": "A note among colleagues, which the learner does not see."},
    }, "inner"),
    "Decide": made({
        "kind": one_of(Answer), "amount": {**AMOUNT, "description": "Of a part."},
        "assessment": {**ID, "description": "The one that the decision stands on: the last of the case."},
        "reason": text(most=5000), "letter": text("What the learner reads.", most=10000),
    }, "amount", "assessment", "reason", "letter"),
    "Written": made({**_WRITTEN, "message": ID}),
    "Decided": made({**_WRITTEN, "decision": _DECISION}),
    "Payouts": page("payouts", made(_PAYOUT)),
    "Payout": made({**_PAYOUT, "events": many(made({
        "kind": TEXT, "source": TEXT, "at": MOMENT, "before": TEXT, "after": TEXT,
    }))}),
    "Figures": made({
        "first": DAY, "last": DAY, "counted_at": MOMENT,
        "months": many(made({"month": TEXT, "refunds": WHOLE, "withdrawals": WHOLE, "complaints": WHOLE})),
        "reasons": many(made({"reason": TEXT, "cases": WHOLE})),
        "times": many(made({
            "clock": TEXT, "median_days": maybe(WHOLE), "slowest_tenth_days": maybe(WHOLE), "late": WHOLE, "all": WHOLE,
        })),
        "complaints": many(made({"reason": TEXT, "course": maybe(TEXT), "cases": WHOLE})),
        "exposure": many(made({
            "currency": TEXT, "cases": WHOLE, "owed": MONEY, "unclear_cases": WHOLE, "unclear_asked": MONEY,
        })),
    }),
    "Calls": made({"calls": many(made({
        "method": TEXT, "path": TEXT, "state": one_of(("running", "done")), "status": maybe(WHOLE),
        "answer": {"type": ["object", "null"]}, "begun_at": MOMENT,
    }))}),
}  # fmt: skip

_MOVED: Shape = {"payout": ID, "state": one_of(State), "amount": MONEY}
_SAID: dict[Told, Shape] = {
    Told.RECEIVED: {}, Told.DECIDED: {"decision": ID, "answer": one_of(Answer), "amount": maybe(MONEY)},
    Told.SETTLED: {}, Told.PAID: _MOVED, Told.FAILED: _MOVED,
}  # fmt: skip
MESSAGES: dict[str, Shape] = {
    kind.value: made({
        "type": one_of((kind,)), "timestamp": MOMENT,
        "data": made({"case": REFERENCE, "kind": one_of(Kind), "entry": ID, **_SAID[kind]}),
    }) for kind in Told
}  # fmt: skip

SEARCH: dict[str, Shape] = {
    "view": one_of((*VIEWS, ALL), description="A view of the queue; without one, all open cases."),
    "stage": one_of(one for one in Stage if one is not Stage.DRAFT), "kind": one_of(Kind), "reason": one_of(Reason),
    "course": text("Its slug.", most=80), "text": text("Reference, name, address, order number or course.", most=100),
    "who": {"type": "string", "pattern": f"^({NOBODY}|[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})$",
            "description": "The id of a person, or “nobody”.", "examples": [NOBODY]},
    "after": {"type": "string", "pattern": r"^[0-9TZ:.+-]{10,40}_[0-9a-f-]{36}$",
              "description": "The cursor of the page before."},
}  # fmt: skip
