"""For a dispute with the card issuer: what the seller may file, field by field, and what this case says to each.

The 27 fields are those in which a payment provider takes a merchant's evidence (names as Stripe has them). Most sellers
fill few; a learner who answers all of them leaves the issuer nothing to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from recourse import money
from recourse.desk import writing
from recourse.desk.models import Case, Exhibit
from recourse.desk.services import timeline
from recourse.web import clock, engine, values, wording
from recourse.web.access import Who, allow
from recourse.web.desk import owed, steps
from recourse.web.desk.learner import case as pages

NOT_GOODS = gettext_lazy("None: a course is no parcel. Nothing was shipped, and nothing could be.")
NONE_HERE = gettext_lazy("This case holds none.")
FIELDS: dict[str, Any] = {
    "access_activity_log": gettext_lazy("When I used the course"),
    "billing_address": gettext_lazy("Billing address"),
    "cancellation_policy": gettext_lazy("Terms for cancelling"),
    "cancellation_policy_disclosure": gettext_lazy("How I was told of the terms for cancelling"),
    "cancellation_rebuttal": gettext_lazy("Why they say I did not cancel"),
    "customer_communication": gettext_lazy("What we wrote to each other"),
    "customer_email_address": gettext_lazy("E-mail address"),
    "customer_name": gettext_lazy("Name"),
    "customer_purchase_ip": gettext_lazy("Network address of the purchase"),
    "customer_signature": gettext_lazy("Signature"),
    "duplicate_charge_documentation": gettext_lazy("Papers about a double charge"),
    "duplicate_charge_explanation": gettext_lazy("Whether it was charged twice"),
    "duplicate_charge_id": gettext_lazy("The other charge"),
    "product_description": gettext_lazy("What was bought"),
    "receipt": gettext_lazy("Receipt"),
    "refund_policy": gettext_lazy("Terms for refunds, and the law above them"),
    "refund_policy_disclosure": gettext_lazy("How I was told of the terms for refunds"),
    "refund_refusal_explanation": gettext_lazy("Why they refuse, and why that does not hold"),
    "service_date": gettext_lazy("When the course was to take place"),
    "service_documentation": gettext_lazy("Papers about the course"),
    "shipping_address": gettext_lazy("Shipping address"),
    "shipping_carrier": gettext_lazy("Carrier"),
    "shipping_date": gettext_lazy("Day of shipping"),
    "shipping_documentation": gettext_lazy("Papers about shipping"),
    "shipping_tracking_number": gettext_lazy("Number of the parcel"),
    "uncategorized_file": gettext_lazy("Other files"),
    "uncategorized_text": gettext_lazy("Everything else"),
}
USE = ("lessons_taken", "lessons_watched", "share_completed", "hours_taken", "last_attended_on", "supply_begun",
       "service_used", "certificate_issued")  # fmt: skip
TIMES = ("access_given_on", "starts_on", "ends_on", "service_stopped_on")


@dataclass(frozen=True)
class Answered:
    """A field with what the case says to it; `known` is false where the case holds nothing for it."""

    name: str
    label: str
    text: str
    known: bool


@allow(Who.LEARNER, Who.ADVISER)
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The summary, to print or to copy from."""
    case = pages.find(request, reference)
    found = answers(case)
    if request.GET.get("as") == "json":
        plain = {one.name: one.text if one.known else None for one in found}
        return JsonResponse(
            {"case": case.reference, "evidence": plain}, json_dumps_params={"ensure_ascii": False, "indent": 2}
        )
    context = {
        "here": "cases", "case": case, "seller": steps.seller(case), "fields": found, "count": len(found),
        "today": case.day(clock.now()).toordinal(),
    }  # fmt: skip
    return render(request, "desk/case_card.html", context)


def answers(case: Case) -> list[Answered]:
    """All fields in their order."""
    says = {**_people(case), **_course(case), **_terms(case), **_what_happened(case)}
    found = []
    for name, label in FIELDS.items():
        text = says.get(name, "")
        none = NOT_GOODS if name.startswith("shipping_") else NONE_HERE
        found.append(Answered(name, str(label), text or str(none), bool(text)))
    return found


def _people(case: Case) -> dict[str, str]:
    return {
        "customer_name": case.learner.name,
        "customer_email_address": case.learner.email,
        "billing_address": _facts(case, ("learner_place",)),
        "customer_signature": gettext("None was given: the contract was concluded online.")
        if case.facts.get("sales_channel") == "online"
        else "",
    }


def _course(case: Case) -> dict[str, str]:
    bought = case.purchase
    order = [
        bought.course_title if bought else "",
        gettext("order %(number)s") % {"number": bought.order_number} if bought and bought.order_number else "",
        _facts(case, ("kind", "concluded_on", "paid")),
    ]
    twice = case.reason == "wrong-charge"
    return {
        "product_description": " · ".join(part for part in order if part),
        "receipt": _files(case, ("voucher", "receipt")),
        "service_date": _facts(case, TIMES),
        "service_documentation": _files(case, ("course", "contract", "terms")),
        "access_activity_log": _facts(case, USE),
        "duplicate_charge_explanation": case.story if twice else gettext("I do not say so."),
    }


def _terms(case: Case) -> dict[str, str]:
    assessment = case.assessed()
    if assessment is None:
        return {}
    told = owed.owed(case, assessment, case.day(clock.now()).toordinal())
    law = [one for one in ([told.best] if told.best else []) + told.others if one.answer in ("owes", "owes-nothing")]
    lines = [f"{one.title.text}{' · ' + one.source.article if one.source.article else ''}: {one.status}" for one in law]
    informed = _facts(
        case, ("withdrawal_information_given", "withdrawal_information_given_on", "contract_document_received")
    )
    due = ""
    if assessment.owed_minor and assessment.currency:
        due = gettext("%(amount)s is owed to me.") % {
            "amount": wording.money(money.show(assessment.owed_minor, assessment.currency))
        }
    accepted = case.purchase.accepted_at if case.purchase is not None else None
    if accepted is not None:
        informed = wording.sentences(
            [informed, gettext("Terms accepted on %(day)s.") % {"day": wording.date(accepted.date().toordinal())}]
        )
    return {
        "refund_policy": "\n".join([*lines, due]).strip(),
        "cancellation_policy": "\n".join(lines),
        "refund_policy_disclosure": informed,
        "cancellation_policy_disclosure": informed,
    }


def _what_happened(case: Case) -> dict[str, str]:
    wrote = [
        f"{one.made_at:%Y-%m-%d %H:%M} {steps.seller(case) if one.side != 'learner' else case.learner}: {one.text}"
        for one in case.messages.filter(inner=False).order_by("made_at").select_related("author")
    ]
    asked = wording.day_of(str(case.facts.get("requested_on") or ""))
    cancelled = gettext("I asked for the money on %(day)s.") % {"day": wording.date(asked)} if asked else ""
    answered = writing.answered(case)
    refused = ""
    if answered.what in ("refused", "less"):
        reason = case.decisions.exclude(reason="").order_by("-made_at").values_list("reason", flat=True).first()
        said = [one.body.get("said") for one in timeline.read(case, inner=False)
                if one.entry.kind == "they-answered" and one.body]  # fmt: skip
        refused = str(reason or next((text for text in reversed(said) if text), "")) or gettext("They gave no reason.")
    elif answered.what == "none":
        refused = gettext("They have not answered.")
    return {
        "customer_communication": "\n".join(wrote),
        "cancellation_rebuttal": cancelled,
        "refund_refusal_explanation": refused,
        "uncategorized_file": _files(case, ()),
        "uncategorized_text": case.story,
    }


def _facts(case: Case, names: tuple[str, ...]) -> str:
    """The facts of these names that are known, as name and value."""
    known = (name for name in names if name in case.facts and name in engine.facts())
    return "; ".join(_said(name, str(case.facts[name])) for name in known)


def _said(name: str, text: str) -> str:
    fact = engine.facts()[name]
    return gettext("%(name)s: %(value)s") % {"name": fact.name.of(wording.lang()), "value": values.shown(fact, text)}


def _files(case: Case, purposes: tuple[str, ...]) -> str:
    found = Exhibit.objects.filter(case=case).order_by("made_at")
    if purposes:
        found = found.filter(purpose__in=purposes)
    return "; ".join(f"{one.name} (SHA-256 {one.digest[:16]}…)" for one in found)
