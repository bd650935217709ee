"""What an institution's system does with a key: purchases, progress, cases, payouts; and what a key must not do."""

from __future__ import annotations

import json

import pytest
from setting import NOON

from recourse.desk.models import Case, Decision, Entry, Membership, Payment, Person, Purchase, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.selectors import queue
from recourse.desk.services import cases, deciding, rights
from recourse.desk.stages import Kind
from recourse.payouts.models import Account, Dispute, Route
from recourse.payouts.services import paying

ORDER = {"email": "mei@example.org", "bought_on": "2026-11-10", "paid": "84.99 EUR"}


def test_orders_come_in_and_each_bad_line_says_why(call, school, key_of):
    ours = school()
    secret = key_of(ours).secret
    lines = [
        {**ORDER, "order_number": "A-1", "reference": "pi_1", "provider": "stripe"},
        {**ORDER, "order_number": "A-1"},
        {**ORDER, "order_number": "A-2", "email": "nobody"},
        {**ORDER, "order_number": "A-3", "facts": {"lessons_total": "soon"}},
        {**ORDER, "order_number": "A-4", "facts": {"lessons_total": "12"}, "place": "DE"},
    ]  # fmt: skip
    found = call("POST", "/purchases", secret, {"purchases": lines}).json()
    assert found["new"] == ["A-1", "A-4"] and found["same"] == []
    assert [one["where"] for one in found["refused"]] == ["/purchases/1", "/purchases/2", "/purchases/3"]
    assert "@" not in json.dumps(found), "answers are kept: no addresses in them"
    again = call("POST", "/purchases", secret, {"purchases": [lines[0], lines[4]]}).json()
    assert (again["new"], again["same"]) == ([], ["A-1", "A-4"])
    with of(EVERYTHING):
        row = Purchase.objects.get(institution=ours, order_number="A-4")
        assert (row.source, row.paid_minor, row.facts["learner_place"], row.facts["lessons_total"]) == (
            "api", 8499, "DE", "12",
        )  # fmt: skip
        assert Payment.objects.filter(purchase__institution=ours).count() == 2


def test_a_thousand_orders_at_once_and_not_one_more(call, school, key_of):
    ours = school()
    secret = key_of(ours).secret
    lines = [{**ORDER, "order_number": f"B-{number}"} for number in range(1001)]
    assert call("POST", "/purchases", secret, {"purchases": lines}).status_code == 422
    assert len(call("POST", "/purchases", secret, {"purchases": lines[:1000]}).json()["new"]) == 1000


def test_an_order_is_made_changed_and_then_stays_once_a_case_stands_on_it(call, school, key_of, case):
    ours = school()
    secret = key_of(ours).secret
    assert call("PUT", "/purchases/C/1", secret, ORDER).status_code == 201
    changed = call("PUT", "/purchases/C/1", secret, {**ORDER, "paid": "50.00 EUR", "reference": "pi_9"})
    assert (changed.status_code, changed.json()["paid"]) == (200, "50.00 EUR")
    with of(EVERYTHING):
        assert list(Payment.objects.filter(purchase__order_number="C/1").values_list("minor", "reference")) == [
            (5000, "pi_9")
        ]
    assert call("GET", "/purchases/C/1", secret).json()["order_number"] == "C/1"
    made = case(ours)
    stands = call("PUT", f"/purchases/{made.purchase.order_number}", secret, {**ORDER, "paid": "1.00 EUR"})
    assert stands.status_code == 409
    with of(EVERYTHING):
        assert Purchase.objects.get(pk=made.purchase_id).paid_minor == 8499


@pytest.mark.parametrize("change", [{"reference": "pi_2"}, {"provider": "stripe"}, {"method": "card"}])
def test_a_change_of_the_payment_alone_is_a_change(call, school, key_of, case, change):
    ours = school()
    secret, before = key_of(ours).secret, {"reference": "pi_1", "provider": "manual", "method": "bank"}
    for sent in (before, {**before, **change}):
        assert call("PUT", "/purchases/C-1", secret, {**ORDER, **sent}).status_code in (200, 201)
        with of(EVERYTHING):
            assert list(Payment.objects.filter(purchase__order_number="C-1").values(*before)) == [sent]
    with of(EVERYTHING):
        Case.objects.filter(pk=case(ours).pk).update(purchase=Purchase.objects.get(order_number="C-1"))
    again = [call("PUT", "/purchases/C-1", secret, {**ORDER, **one}).status_code for one in (sent, before)]
    assert again == [200, 409], "what cannot be kept is not dropped without a word"


def test_an_order_that_cost_nothing_is_brought_again_and_paid_later(call, school, key_of):
    secret = key_of(school()).secret
    assert call("PUT", "/purchases/C-1", secret, {**ORDER, "paid": "0.00 EUR"}).status_code == 201
    for paid, payments in (("0.00 EUR", []), ("5.00 EUR", [500]), ("0.00 EUR", [])):
        assert call("PUT", "/purchases/C-1", secret, {**ORDER, "paid": paid}).json()["paid"] == paid
        with of(EVERYTHING):
            assert list(Payment.objects.values_list("minor", flat=True)) == payments


def test_an_order_whose_payment_is_disputed_stays_as_it_is(call, school, key_of):
    ours = school()
    secret = key_of(ours).secret
    assert call("PUT", "/purchases/C-1", secret, {**ORDER, "reference": "pi_1"}).status_code == 201
    with of(EVERYTHING):
        account = Account.objects.create(institution=ours, route=Route.STRIPE)
        payment = Payment.objects.get()
        Dispute.objects.create(account=account, payment=payment, reference="d", minor=8499, quarrel="open", at=1)
    for change in ({"paid": "0.00 EUR"}, {"paid": "1.00 EUR"}, {"reference": "pi_2"}):
        found = call("PUT", "/purchases/C-1", secret, {**ORDER, "reference": "pi_1", "paid": "2.00 EUR", **change})
        assert (found.status_code, found.json()["type"].rpartition("#")[2]) == (409, "not-now"), change
    with of(EVERYTHING):
        assert list(Payment.objects.values_list("minor", "reference")) == [(8499, "pi_1")]


def test_progress_is_recorded_and_counts_in_the_next_assessment(call, school, key_of, case):
    ours = school()
    made = case(ours)
    secret = key_of(ours).secret
    number = made.purchase.order_number
    lines = [
        {"order_number": number, "at": "2026-11-19T08:00:00Z", "facts": {"lessons_taken": "3"}},
        {"order_number": "none", "at": "2026-11-19T08:00:00Z", "facts": {"lessons_taken": "3"}},
    ]
    found = call("POST", "/progress", secret, {"progress": lines}).json()
    assert (found["new"], found["same"], found["refused"][0]["where"]) == (1, 0, "/progress/1")
    assert call("POST", "/progress", secret, {"progress": lines[:1]}).json()["same"] == 1


def test_a_case_is_read_asked_about_and_decided(call, school, key_of, case):
    ours = school(approval_minor=10_000, approval_currency="EUR")
    made = case(ours)
    secret = key_of(ours).secret
    line = call("GET", "/cases", secret).json()["cases"]
    assert [one["reference"] for one in line] == [made.reference] and line[0]["assessment"]["owed"] == "84.99 EUR"
    asked = call("POST", f"/cases/{made.reference}/questions", secret, {"text": "Which account?"})
    assert (asked.status_code, asked.json()["stage"]) == (201, "waiting")
    whole = call("GET", f"/cases/{made.reference}", secret).json()
    assert {one["state"] for one in whole["deadlines"] if one["rule"] == "process"} == {"paused", "met", "running"}
    assert [one["kind"] for one in whole["timeline"]] == ["drafted", "received", "assessed", "asked"]
    body = {"kind": "whole", "assessment": whole["assessment"]["id"], "letter": "You get it all."}
    done = call("POST", f"/cases/{made.reference}/decision", secret, body)
    assert done.status_code == 201, done.json()
    assert done.json()["decision"]["amount"] == "84.99 EUR" and done.json()["stage"] == "decided"
    twice = call("POST", f"/cases/{made.reference}/decision", secret, body)
    assert twice.status_code == 409 and twice.json()["type"] == "/api/#not-now"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"kind": "refused", "reason": "No."}, 403, "two people"),
        ({"kind": "part", "amount": "10.00 EUR", "reason": "No."}, 403, "two people"),
        ({"kind": "part", "amount": "84.98 EUR", "reason": "No."}, 403, "two people"),
        ({"kind": "part", "amount": "84.99 USD"}, 422, "in EUR"),
        ({"kind": "part"}, 422, "belongs to a part"),
        ({"kind": "whole", "amount": "84.99 EUR"}, 422, "belongs to a part"),
        ({"kind": "answered"}, 422, "only a complaint"),
    ],
)
def test_what_needs_a_person_is_not_decided_by_a_key(call, school, key_of, case, body, status, says):
    ours = school(approval_minor=10_000, approval_currency="EUR")
    made = case(ours)
    secret = key_of(ours).secret
    seen = call("GET", f"/cases/{made.reference}", secret).json()["assessment"]["id"]
    found = call("POST", f"/cases/{made.reference}/decision", secret, {**body, "assessment": seen})
    assert found.status_code == status and says in found.json()["detail"], found.json()
    with of(EVERYTHING):
        assert not Decision.objects.filter(case=made).exists()


@pytest.mark.parametrize("limit", [0, 8498, "USD"])
def test_above_the_limit_of_the_institution_a_person_decides(call, school, key_of, case, limit):
    ours = school(
        approval_minor=limit if isinstance(limit, int) else 10_000, approval_currency="USD" if limit == "USD" else "EUR"
    )
    made = case(ours)
    secret = key_of(ours).secret
    seen = call("GET", f"/cases/{made.reference}", secret).json()["assessment"]["id"]
    found = call("POST", f"/cases/{made.reference}/decision", secret, {"kind": "whole", "assessment": seen})
    assert found.status_code == 403 and "limit" in found.json()["detail"]


def test_a_key_is_never_the_second_person_and_never_pays(school, key_of, case):
    ours = school()
    made = case(ours)
    with of(EVERYTHING):
        key = key_of(ours).key
        decision = deciding.decide(
            case=made, by=ours.staff[Role.AGENT], assessment=made.assessments.get(),
            what=deciding.Deciding(deciding.Answer.REFUSED, reason="No."), at=NOON,
        )  # fmt: skip
        with pytest.raises(rights.NotYours):
            deciding.agree(decision=decision, by=key.acts_as, at=NOON)
        with pytest.raises(rights.NotYours):
            paying.plan(case=made, by=key.acts_as, parts=(), token=made.pk, at=NOON)
        assert not Person.objects.get(pk=key.acts_as_id).is_active
        assert set(Membership.objects.filter(person=key.acts_as).values_list("role", flat=True)) == {Role.AGENT}


def test_a_key_that_may_only_read_cannot_act_even_by_the_services(school, key_of, case):
    ours = school()
    made = case(ours)
    with of(EVERYTHING):
        key = key_of(ours, "cases:read").key
        with pytest.raises(rights.NotYours):
            deciding.reply(case=made, by=key.acts_as, text="x", at=NOON)


def test_a_withdrawal_is_not_decided(call, school, key_of, case):
    ours = school(approval_minor=10_000, approval_currency="EUR")
    made = case(ours, Kind.WITHDRAWAL)
    secret = key_of(ours).secret
    seen = call("GET", f"/cases/{made.reference}", secret).json()["assessment"]["id"]
    found = call("POST", f"/cases/{made.reference}/decision", secret, {"kind": "whole", "assessment": seen})
    assert found.status_code == 409


def test_what_a_key_did_stands_in_the_timeline_under_its_own_name(call, school, key_of, case):
    ours = school()
    made = case(ours)
    made_key = key_of(ours)
    call("POST", f"/cases/{made.reference}/replies", made_key.secret, {"text": "Noted.", "inner": True})
    with of(EVERYTHING):
        last = Entry.objects.filter(case=made).order_by("-seq").first()
        assert last.kind == "noted" and f"person:{made_key.key.acts_as_id}".encode() in bytes(last.line)


def test_pages_of_cases_follow_one_another(call, school, key_of, case, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    ours = school(approval_minor=10_000, approval_currency="EUR")
    made = {case(ours).reference for _ in range(3)}
    secret = key_of(ours).secret
    first = call("GET", "/cases", secret).json()
    second = call("GET", f"/cases?after={first['after']}", secret).json()
    assert {one["reference"] for one in (*first["cases"], *second["cases"])} == made and second["after"] is None
    assert not first["cut"]
    assert call("GET", "/cases?after=x", secret).status_code == 422
    with of(EVERYTHING):
        for case_ in Case.objects.filter(institution=ours):
            deciding.decide(
                case=case_, by=ours.staff[Role.AGENT], assessment=case_.assessments.get(),
                what=deciding.Deciding(deciding.Answer.WHOLE, 8499), at=NOON,
            )  # fmt: skip
            cases.settle(case=case_, by=ours.staff[Role.FINANCE], at=NOON, how="paid")
    ended = call("GET", "/cases?view=ended", secret).json()
    assert len(ended["cases"]) == 2 and "+" not in ended["after"], "it is put into an address as it is"
    last = call("GET", f"/cases?view=ended&after={ended['after']}", secret).json()
    assert {one["reference"] for one in (*ended["cases"], *last["cases"])} == made and last["after"] is None
    pk = ended["after"].partition("_")[2]
    for view, after in (
        ("open", ended["after"]),
        ("ended", first["after"]),
        ("open", f"2026-99-99_{pk}"),
        ("open", "2026-11-10_" + "-" * 36),
    ):
        found = call("GET", f"/cases?view={view}&after={after}", secret)
        assert (found.status_code, found.json()["errors"][0]["where"]) == (422, "query:after"), (
            "never the first page again"
        )


def test_a_view_that_there_is_not_is_refused_with_those_near(call, school, key_of):
    secret = key_of(school()).secret
    found = call("GET", "/cases?view=needs_us", secret).json()
    assert found["errors"][0] == {
        "where": "query:view", "what": "“needs_us” is none of these", "right": "near: needs-us",
    }  # fmt: skip


def test_courses_figures_payouts_and_itself(call, school, key_of, case):
    ours = school()
    case(ours)
    secret = key_of(ours).secret
    assert call("GET", "/courses", secret).json() == {"courses": []}
    assert call("GET", "/courses/none", secret).status_code == 404
    assert call("GET", "/payouts", secret).json() == {"payouts": [], "after": None}
    assert call("GET", "/figures?first=2026-11-01&last=2026-11-30", secret).json()["months"][-1]["refunds"] == 1
    assert call("GET", "/figures?first=2026-11-30&last=2026-11-01", secret).status_code == 422
    assert call("GET", "/institution", secret).json()["key"]["name"].startswith("Shop")


def test_payouts_are_read(call, school, key_of, case):
    ours = school(approval_minor=10_000, approval_currency="EUR")
    made = case(ours, Kind.WITHDRAWAL)
    with of(EVERYTHING):
        payment = Payment.objects.get(purchase=made.purchase)
        paying.plan(
            case=Case.objects.get(pk=made.pk), by=ours.staff[Role.FINANCE],
            parts=(paying.Part(8499, "manual", payment.pk),), token=made.pk, at=NOON,
        )  # fmt: skip
    secret = key_of(ours, "payouts:read").secret
    found = call("GET", f"/payouts?case={made.reference}&state=planned", secret).json()["payouts"]
    assert [(one["amount"], one["case"]) for one in found] == [("84.99 EUR", made.reference)]
    assert call("GET", f"/payouts/{found[0]['id']}", secret).json()["events"] == []
    assert call("GET", "/payouts?state=succeeded", secret).json()["payouts"] == []
