"""The queue: soonest clock first, paused and ended cases where they belong, filters, search, pages, giving cases away."""

import datetime as dt
import re

import pytest
from setting import NOON

from recourse.desk.models import Answer, Case, Deadline, SavedView
from recourse.desk.models.cases import NEVER
from recourse.desk.scope import EVERYTHING, Scope, of
from recourse.desk.selectors import figures, queue
from recourse.desk.services import cases, deciding, purchases
from recourse.desk.services.deciding import Deciding
from recourse.desk.stages import Kind

MONDAY = NOON + dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("recourse.web.clock.now", lambda: MONDAY)


@pytest.fixture
def desk(school, client_of):
    """A school, and somebody of it signed in: desk("agent")."""
    made = school()

    def browser(role="agent"):
        return client_of(made.staff[role], second=True)

    browser.school = made
    return browser


def references(response):
    return [row.case.reference for row in response.context["rows"]]


def test_the_soonest_clock_stands_first_and_what_has_none_last(desk, case):
    late = case(desk.school, at=NOON - dt.timedelta(days=14))
    soon, new = case(desk.school), case(desk.school, at=MONDAY)
    with of(EVERYTHING):
        agent = desk.school.staff["agent"]
        refused = case(desk.school)
        deciding.decide(case=late, by=agent, assessment=late.assessments.get(), at=MONDAY,
                        what=Deciding(Answer.WHOLE, 8499))  # fmt: skip
        Deadline.objects.filter(case=refused).update(dropped_at=MONDAY)
        cases.clocks.drop(case=refused, at=MONDAY)
        assert Case.objects.get(pk=refused.pk).next_due == NEVER
    shown = references(desk().get(f"/desk/{desk.school.slug}/?view=open"))
    assert shown == [soon.reference, new.reference, late.reference, refused.reference]


def test_the_order_follows_every_move_of_a_clock(case, school):
    with of(EVERYTHING):
        made = case(school())

        def soonest():
            row = Case.objects.get(pk=made.pk)
            found = Deadline.objects.filter(
                case=made, actor="institution", met_at=None, dropped_at=None, paused_on=None
            )
            assert row.next_due == min((one.due for one in found), default=NEVER)
            return row.next_due

        agent = made.institution.memberships.get(role="agent").person
        assert soonest() == dt.date(2026, 11, 24)
        deciding.reply(case=made, by=agent, text="Which?", at=MONDAY, asks=True)
        assert soonest() == dt.date(2026, 12, 4)  # the law's day runs on
        cases.answer(case=made, by=made.learner, text="This.", at=MONDAY)
        soonest()
        cases.take_back(case=made, by=made.learner, at=MONDAY)
        assert soonest() == NEVER
        made.refresh_from_db()
        assert made.lane == "ended"


def test_counts_are_those_of_the_pages(desk, case):
    agent = desk.school.staff["agent"]
    made = [case(desk.school) for _ in range(5)]
    with of(EVERYTHING):
        deciding.assign(case=made[0], by=agent, to=agent, at=MONDAY)
        deciding.reply(case=made[1], by=agent, text="Which?", at=MONDAY, asks=True)
        deciding.decide(case=made[2], by=agent, assessment=made[2].assessments.get(), at=MONDAY,
                        what=Deciding(Answer.PART, 10, reason="So."))  # fmt: skip
        deciding.decide(case=made[3], by=agent, assessment=made[3].assessments.get(), at=MONDAY,
                        what=Deciding(Answer.WHOLE, 8499))  # fmt: skip
        cases.take_back(case=made[4], by=made[4].learner, at=MONDAY)
        found = queue.counts(desk.school, agent, MONDAY.date())
        assert found == {"needs-us": 3, "mine": 1, "nobody": 2, "late": 0, "second": 1, "to-pay": 1, "waiting": 1,
                         "open": 4}  # fmt: skip
        for view, count in {**found, "ended": 1}.items():
            page = queue.page(desk.school, queue.Asked(view=view), agent, MONDAY.date())
            assert len(page.cases) == count, view


def test_every_case_stands_on_exactly_one_page(desk, case, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 3)
    made = [case(desk.school, at=NOON - dt.timedelta(days=7 * (n % 3))) for n in range(8)]
    browser, address, seen = desk(), f"/desk/{desk.school.slug}/", []
    while True:
        response = browser.get(address)
        seen += references(response)
        if not response.context["onward"]:
            break
        address = f"/desk/{desk.school.slug}/?{response.context['onward']}"
    assert sorted(seen) == sorted(one.reference for one in made)


def test_a_case_is_late_by_the_day_it_is_at_the_institution(school, client_of, case, monkeypatch):
    made = school(place="CN")
    case(made)  # the first answer is due on the 24th
    browser, address = client_of(made.staff["agent"], second=True), f"/desk/{made.slug}/?view=late"
    for hour, late in ((15, 0), (16, 1)):  # midnight there
        monkeypatch.setattr(
            "recourse.web.clock.now", lambda hour=hour: dt.datetime(2026, 11, 24, hour, 30, tzinfo=dt.UTC)
        )
        page = browser.get(address)
        view = next(one for one in page.context["views"] if one["address"] == address)
        assert (len(page.context["rows"]), view["count"]) == (late, late), hour
        shown = browser.get(f"/desk/{made.slug}/?view=open").context["rows"][0]
        assert browser.get(f"/desk/{made.slug}/cases/{shown.case.reference}/").context["found"].today.day == 24 + late


@pytest.mark.parametrize("query", ["after=x", "after=2026-11-20_x", "stage=none", "course=1", "who=me", "view=%00"])
def test_an_address_that_says_nonsense_shows_the_queue(desk, case, query):
    made = case(desk.school)
    assert references(desk().get(f"/desk/{desk.school.slug}/?{query}")) == [made.reference]


def test_filters_narrow_the_queue(desk, case):
    refund, withdrawal = case(desk.school), case(desk.school, Kind.WITHDRAWAL)
    browser, address = desk(), f"/desk/{desk.school.slug}/"
    assert references(browser.get(f"{address}?kind=withdrawal")) == [withdrawal.reference]
    assert references(browser.get(f"{address}?reason=personal&who=nobody")) == [refund.reference]
    empty = browser.get(f"{address}?kind=complaint")
    assert "No case fits these filters." in empty.content.decode()


def test_a_search_finds_by_number_name_mail_order_and_course(desk, case, person, school):
    found, _other = case(desk.school, learner=person("Xiulan")), case(desk.school)
    case(school("Elsewhere"), learner=found.learner)
    with of(EVERYTHING):
        words = [found.reference, found.reference.lower(), found.reference[3:7], "xiulan", found.learner.email,
                 found.purchase.order_number]  # fmt: skip
    for text in words:
        shown = references(desk().get(f"/desk/{desk.school.slug}/", {"q": text}))
        assert shown == [found.reference], text
    assert len(references(desk().get(f"/desk/{desk.school.slug}/", {"q": "Norwegian"}))) == 2


def test_the_queue_has_a_script_of_ours_and_no_other_page_gets_one(desk, case):
    made = case(desk.school)
    browser, address = desk(), f"/desk/{desk.school.slug}/"
    allowed = browser.get(address)["Content-Security-Policy"]
    assert "script-src 'self'" in allowed and "unsafe" not in allowed and "connect-src" not in allowed
    for other in (f"{address}cases/{made.reference}/", f"{address}figures/"):
        assert "script-src" not in browser.get(other)["Content-Security-Policy"]


def test_nobody_elses_cases_and_no_drafts_are_shown(desk, case, school):
    case(school("Elsewhere"))
    case(desk.school, sent=False)
    for query in ("", "?view=open", "?view=ended", "?q=Norwegian"):
        assert references(desk().get(f"/desk/{desk.school.slug}/{query}")) == []


def test_a_queue_of_one_takes_as_many_queries_as_one_of_nine(desk, case, asks):
    browser = desk()
    case(desk.school)
    browser.get(f"/desk/{desk.school.slug}/")
    for _ in range(2):
        # session, person, memberships, institution; cases with people and purchases, deadlines, assessments,
        # decisions; colleagues, counts, proposals, saved views, courses
        with asks(13):
            assert browser.get(f"/desk/{desk.school.slug}/").status_code == 200
        for _ in range(8):
            case(desk.school)


def test_ticked_cases_are_given_to_a_colleague_and_one_is_taken(desk, case):
    one, two, three = (case(desk.school) for _ in range(3))
    browser, address = desk(), f"/desk/{desk.school.slug}/give/"
    approver = desk.school.staff["approver"]
    response = browser.post(address, {"case": [one.reference, two.reference], "to": approver.pk, "back": "view=open"})
    assert (response.status_code, response["Location"]) == (302, f"/desk/{desk.school.slug}/?view=open")
    browser.post(address, {"take": three.reference})
    with of(EVERYTHING):
        whose = {c.reference: c.assigned_to for c in Case.objects.all()}
    assert whose == {one.reference: approver, two.reference: approver, three.reference: desk.school.staff["agent"]}


def test_nothing_ticked_no_colleague_and_a_stranger_are_told(desk, case, person):
    made = case(desk.school)
    browser, address = desk(), f"/desk/{desk.school.slug}/give/"
    for sent, said in (({"to": "nobody"}, "Tick the cases"), ({"case": made.reference, "to": person().pk}, "Choose a")):
        response = browser.post(address, sent)
        assert response.status_code == 422 and said in response.content.decode()


def test_the_person_complained_about_gets_no_complaint_about_them(desk, case):
    made, other = case(desk.school, Kind.COMPLAINT), case(desk.school)
    approver = desk.school.staff["approver"]
    with of(EVERYTHING):
        Case.objects.filter(pk=made.pk).update(about_person=approver)
    response = desk().post(
        f"/desk/{desk.school.slug}/give/", {"case": [made.reference, other.reference], "to": approver.pk}
    )
    assert response.status_code == 422 and f"{made.reference}: the person" in response.content.decode()
    with of(EVERYTHING):
        assert Case.objects.get(pk=made.pk).assigned_to is None
        assert Case.objects.get(pk=other.pk).assigned_to == approver


def test_finance_and_auditors_read_and_give_nothing(desk, case):
    made = case(desk.school)
    for role in ("finance", "auditor"):
        browser = desk(role)
        text = browser.get(f"/desk/{desk.school.slug}/").content.decode()
        assert made.reference in text and "Give selected to" not in text
        assert browser.post(f"/desk/{desk.school.slug}/give/", {"take": made.reference}).status_code == 403


def test_a_stranger_and_a_missing_school_are_answered_alike(desk, case, school, client_of):
    case(desk.school)
    eve = client_of(school("Elsewhere").staff["agent"], second=True)
    theirs, none = eve.get(f"/desk/{desk.school.slug}/"), eve.get("/desk/no-such/")
    assert theirs.status_code == none.status_code == 404
    assert theirs.content.replace(desk.school.slug.encode(), b"") == none.content.replace(b"no-such", b"")


def test_a_view_is_kept_shown_and_removed(desk, case):
    case(desk.school)
    browser, address = desk(), f"/desk/{desk.school.slug}/"
    sent = {"name": " My  refunds ", "query": "kind=refund&after=x&evil=1"}
    assert browser.post(f"{address}views/", sent)["Location"] == f"{address}?kind=refund"
    browser.post(f"{address}views/", sent)  # twice is once
    with of(EVERYTHING):
        view = SavedView.objects.get()
    assert (view.name, view.query) == ("My refunds", "kind=refund")
    assert "My refunds" in browser.get(address).content.decode()
    assert "My refunds" not in desk("approver").get(address).content.decode()
    assert desk("approver").post(f"{address}views/{view.pk}/remove/").status_code == 422
    assert browser.post(f"{address}views/{view.pk}/remove/").status_code == 302
    with of(EVERYTHING):
        assert not SavedView.objects.exists()


def test_only_an_administrator_keeps_a_view_for_all(desk):
    address = f"/desk/{desk.school.slug}/"
    sent = {"name": "Ours", "query": "kind=refund", "shared": "on"}
    assert desk().post(f"{address}views/", sent).status_code == 422
    assert desk("administrator").post(f"{address}views/", sent).status_code == 302
    assert "Ours" in desk().get(address).content.decode()


def test_a_bulk_that_was_given_away_is_taken_back_with_one_button(desk, case):
    one, two = case(desk.school), case(desk.school)
    agent, approver = desk.school.staff["agent"], desk.school.staff["approver"]
    browser, address = desk(), f"/desk/{desk.school.slug}/"
    browser.post(f"{address}give/", {"case": one.reference, "to": agent.pk})
    browser.post(f"{address}give/", {"case": [one.reference, two.reference], "to": approver.pk, "back": "view=open"})
    page = browser.get(f"{address}?view=open")
    text = page.content.decode()
    assert f"2 cases were given to {approver}." in text and "Undo" in text
    assert "were given to" not in browser.get(f"{address}?view=open").content.decode()  # said once
    with of(EVERYTHING):
        deciding.assign(case=two, by=approver, to=desk.school.staff["administrator"], at=MONDAY)  # went on since
    given = page.context["given"]
    back = browser.post(
        f"{address}give/", {"undo": "1", "given": given["cases"], "to": given["to"], "back": "view=open"}
    )
    assert (back.status_code, back["Location"]) == (302, f"{address}?view=open")
    with of(EVERYTHING):
        assert Case.objects.get(pk=one.pk).assigned_to == agent
        assert Case.objects.get(pk=two.pk).assigned_to == desk.school.staff["administrator"]


def test_from_case_to_case_in_the_order_and_the_filters_one_came_from(desk, case):
    first, second, third = (case(desk.school, at=NOON + dt.timedelta(days=7 * n)) for n in range(3))
    case(desk.school, Kind.WITHDRAWAL)  # not of this view
    browser, address = desk(), f"/desk/{desk.school.slug}/?kind=refund"
    shown = browser.get(address)
    assert references(shown) == [first.reference, second.reference, third.reference]
    link = re.search(rf'href="([^"]+cases/{second.reference}/[^"]+)"', shown.content.decode())[1].replace("&amp;", "&")
    page = browser.get(link)
    assert [page.context[name][0].reference for name in ("before", "behind")] == [first.reference, third.reference]
    assert 'rel="prev" accesskey="p"' in page.content.decode() and f"/?{'kind=refund'}" in page.content.decode()
    decide = link.replace(f"{second.reference}/", f"{second.reference}/decide/")
    seen = re.search(r'name="seen" value="([^"]+)"', browser.get(decide).content.decode())[1]
    done = browser.post(decide, {"kind": "whole", "seen": seen, "letter": "", "reason": ""})
    after = browser.get(done["Location"])  # it moved in the queue, which does not matter: the key is the one it had
    assert "Go on with the next case" in after.content.decode()
    assert [after.context[name][0].reference for name in ("before", "behind")] == [first.reference, third.reference]


@pytest.mark.parametrize("view", ["open", "ended"])
def test_before_and_behind_are_the_neighbours_on_the_page(desk, case, view):
    agent = desk.school.staff["agent"]
    with of(EVERYTHING):
        for n in range(5):
            made = case(desk.school, at=NOON - dt.timedelta(days=n // 2))
            if view == "ended":
                cases.take_back(case=made, by=made.learner, at=MONDAY)
        asked = queue.Asked(view=view)
        shown = queue.page(desk.school, asked, agent, MONDAY.date()).cases
        assert len(shown) == 5
        for number, one in enumerate(shown):
            here = queue.Asked(view=view, after=queue.key(one, asked))
            found = queue.beside(desk.school, here, agent, MONDAY.date())
            wanted = (shown[number - 1] if number else None, shown[number + 1] if number < 4 else None)
            assert found == wanted, number


@pytest.mark.parametrize("at", ["x", "2026-11-20_x", "2026-11-20_00000000-0000-0000-0000-000000000000"])
def test_a_way_that_says_nonsense_shows_the_case(desk, case, at):
    made = case(desk.school)
    for of_ in ("view=ended", "%00", "after=x"):
        address = f"/desk/{desk.school.slug}/cases/{made.reference}/"
        assert desk().get(address, {"of": of_, "at": at}).status_code == 200


@pytest.mark.parametrize(
    "text", ["RC-RCTW-GW2J", "RCRCTWGW2J", "rcrctw-gw2j", "RCTW-GW2J", "RCTW", "RC-RCTW", "rctw-gw"]
)
def test_a_number_that_begins_like_the_prefix_is_found(desk, case, text):
    made = case(desk.school)
    with of(EVERYTHING):
        Case.objects.filter(pk=made.pk).update(reference="RC-RCTW-GW2J")
    assert references(desk().get(f"/desk/{desk.school.slug}/", {"q": text})) == ["RC-RCTW-GW2J"]


def test_a_search_that_finds_too_much_says_so(desk, case, person, monkeypatch):
    monkeypatch.setattr(queue, "FOUND", 2)
    for name in ("Xiulan", "Xiulan", "Xiulan", "Anna", "Anna"):
        case(desk.school, learner=person(name))
    eager, browser, says = person("Bea"), desk(), "More cases fit than are shown here."
    for _ in range(3):
        case(desk.school, learner=eager)
    for text, cut in (("xiulan", True), ("anna", False), (eager.email, True)):
        assert (says in browser.get(f"/desk/{desk.school.slug}/", {"q": text}).content.decode()) == cut, text


def test_a_search_takes_as_many_queries_with_one_case_as_with_many(desk, case, asks, person):
    browser = desk()
    for _ in range(2):
        case(desk.school, learner=person("Xiulan"))
    for text, number in (("xiulan", 20), ("Norwegian", 19), ("nothing", 15)):
        browser.get(f"/desk/{desk.school.slug}/", {"q": text})
        with asks(number):
            browser.get(f"/desk/{desk.school.slug}/", {"q": text})


def test_whoever_is_not_of_the_institution_finds_nothing_in_any_way(desk, case, school):
    made, other = case(desk.school), school("Elsewhere")
    agent, today = other.staff["agent"], MONDAY.date()
    for here in (Scope(institutions=frozenset({other.pk})), Scope(person=agent.pk)):
        with of(here):
            assert not any(queue.counts(desk.school, agent, today).values())
            for asked in (queue.Asked(), queue.Asked(view="open"), queue.Asked(view="all", text=made.reference)):
                assert queue.page(desk.school, asked, agent, today).cases == []
            behind = queue.Asked(view="open", after=f"2026-01-01_{other.pk}")
            assert queue.beside(desk.school, behind, agent, today) == (None, None)
            found = figures.figures(desk.school, figures.Period(today.replace(day=1), today), today)
            assert (found.months, found.exposure) == ([], [])
            assert purchases.newest(desk.school, most=9) == []
            assert purchases.newest(desk.school, asked=made.learner.email, most=9) == []
