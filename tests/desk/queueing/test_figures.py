"""The figures: counted by hand here, drawn to scale, and as a file that no spreadsheet runs."""

import csv
import datetime as dt
import io

import pytest
from setting import NOON

from recourse import zones
from recourse.desk.models import Answer, Case, Deadline, Purchase, Reason
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.selectors import figures
from recourse.desk.selectors.figures import Counted, Exposure, Period
from recourse.desk.services import cases, deciding
from recourse.desk.services.deciding import Deciding
from recourse.desk.stages import Kind
from recourse.web.desk.cells import safe
from recourse.web.desk.staff import columns

MONDAY = NOON + dt.timedelta(days=3)
LATER = dt.datetime(2026, 12, 20, 12, tzinfo=dt.UTC)
ALL = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.fixture
def busy(case, school):
    """A school with four cases: one decided and paid late, one complaint, one withdrawal taken back, one untouched."""
    made = school()
    agent = made.staff["agent"]
    with of(EVERYTHING):
        paid, complaint, gone, _ = (
            case(made, kind) for kind in (Kind.REFUND, Kind.COMPLAINT, Kind.WITHDRAWAL, Kind.REFUND)
        )
        Case.objects.filter(pk=complaint.pk).update(reason=Reason.CONDUCT)
        deciding.decide(case=paid, by=agent, assessment=paid.assessments.get(), at=MONDAY,
                        what=Deciding(Answer.WHOLE, 8499))  # fmt: skip
        cases.settle(case=paid, by=agent, at=LATER, how="paid")
        cases.take_back(case=gone, by=gone.learner, at=MONDAY)
        case(school("Elsewhere"))
        case(made, sent=False)
    return made


def test_the_figures_are_those_of_the_cases(busy):
    with of(EVERYTHING):
        found = figures.figures(busy, ALL, LATER.date())
    assert [(one.first, one.refunds, one.withdrawals, one.complaints) for one in found.months] == [
        (dt.date(2026, 11, 1), 2, 1, 1)
    ]
    assert found.reasons == [Counted("personal", 2)]
    assert found.complaints == [Counted("conduct", 1, "Norwegian for beginners")]
    assert found.exposure == [Exposure("EUR", 2, 2 * 8499, 0, 0)]
    times = {one.name: one for one in found.times}
    assert (times["first-answer"].median, times["first-answer"].late, times["first-answer"].all) == (3, 2, 3)
    assert (times["pay"].median, times["pay"].late, times["pay"].all) == (
        30,
        3,
        3,
    )  # what was taken back counts nowhere


def test_a_day_is_the_one_of_the_institution_whatever_the_hour_in_greenwich(school, case, client_of, monkeypatch):
    """What comes late there on the 25th was met at half past eleven on the 24th in UTC, and 30 November was over."""
    made = school(place="CN")
    agent, night = made.staff["agent"], dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)
    with of(EVERYTHING):
        answered = case(made)  # on the 20th; the answer is due on the 24th
        case(made, at=dt.datetime(2026, 11, 30, 16, 30, tzinfo=dt.UTC))
        deciding.reply(case=answered, by=agent, text="We look into it.", at=night)
        found = figures.figures(made, ALL, dt.date(2026, 12, 1))
        december = figures.figures(made, Period(dt.date(2026, 12, 1), dt.date(2026, 12, 1)), dt.date(2026, 12, 1))
    first = next(one for one in found.times if one.name == "first-answer")
    assert (first.median, first.late, first.all) == (5, 1, 1)
    assert [(one.first.month, one.all) for one in found.months] == [(11, 1), (12, 1)]
    assert [one.all for one in december.months] == [1]
    monkeypatch.setattr("recourse.web.clock.now", lambda: dt.datetime(2026, 11, 30, 17, tzinfo=dt.UTC))
    browser = client_of(agent, second=True)
    page = browser.get(f"/desk/{made.slug}/figures/")
    assert (page.context["period"].last, page.context["received"]) == (dt.date(2026, 12, 1), 2)
    assert "2026-12-01" in browser.get(f"/desk/{made.slug}/figures.csv").content.decode()


@pytest.mark.parametrize("place", ["DE", "US", "NP"])
def test_the_database_counts_days_as_the_clock_on_the_wall(school, case, place):
    """Around the turn of the clocks too, and at midnight itself."""
    made = school(place=place)
    turn = zones.changes(place, NOON - dt.timedelta(days=60), NOON)[-1][0]
    moments = [zones.begins(zones.day(turn, place) + dt.timedelta(days=n), place) for n in (0, 1)] + [turn]
    with of(EVERYTHING):
        for moment in moments:
            for seconds in (-1, 0, 1):
                met = moment + dt.timedelta(seconds=seconds)
                one = case(made, at=NOON - dt.timedelta(days=90))
                one.deadlines.filter(name="first-answer").update(met_at=met)
                Deadline.objects.filter(case=one).exclude(name="first-answer").delete()
                clock = one.deadlines.get()
                found = figures.figures(made, ALL, LATER.date())
                time = next(time for time in found.times if time.name == "first-answer")
                assert time.median == (zones.day(met, place) - clock.starts).days, met
                one.deadlines.all().delete()


def test_what_lies_outside_of_the_period_is_not_counted(busy):
    with of(EVERYTHING):
        found = figures.figures(busy, Period(dt.date(2026, 11, 21), dt.date(2026, 12, 31)), LATER.date())
    assert (found.months, found.reasons, found.complaints) == ([], [], [])


def test_the_page_shows_them_with_their_tables(busy, client_of, asks):
    browser = client_of(busy.staff["auditor"], second=True)
    address = f"/desk/{busy.slug}/figures/?first=2026-11-01&last=2026-12-31"
    with asks(8):  # four of who is asking; requests with reasons, clocks, complaints, exposure
        text = browser.get(address).content.decode()
    with asks(4):  # those of some minutes ago, which say so
        assert "counted at " in browser.get(address).content.decode()
    for words in ("4 requests received", "Personal reasons", "Conduct", "EUR 169.98", "100%", "<svg"):
        assert words in text, words


@pytest.mark.parametrize("query", ["first=x&last=2026-01-01", "first=2026-02-01&last=2026-01-01", "first=2000-01-01",
                                   "first=0001-01-01&last=0001-02-01", "first=9999-01-01&last=9999-12-31"])  # fmt: skip
def test_a_period_that_is_none_is_named(busy, client_of, query):
    response = client_of(busy.staff["agent"], second=True).get(f"/desk/{busy.slug}/figures/?{query}")
    assert response.status_code == 422 and "There is a problem" in response.content.decode()


def test_an_empty_desk_says_what_will_stand_there(school, client_of):
    made = school()
    text = client_of(made.staff["agent"], second=True).get(f"/desk/{made.slug}/figures/").content.decode()
    assert "No request was received in this time." in text


def test_the_file_has_each_case_and_no_learner(busy, client_of):
    with of(EVERYTHING):
        Purchase.objects.filter(institution=busy).update(course_title='=HYPERLINK("http://x","y")')
    browser = client_of(busy.staff["agent"], second=True)
    response = browser.get(f"/desk/{busy.slug}/figures.csv?first=2026-11-01&last=2026-12-31")
    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4 and "example.org" not in text and "Mei" not in text
    assert {row["course"] for row in rows} == {'\'=HYPERLINK("http://x","y")'}
    assert {(row["asked"], row["owed"], row["currency"]) for row in rows} == {("84.99", "84.99", "EUR")}


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@SUM(1)", "\t=1", " =1", "\n=1", "＝1"])
def test_no_cell_begins_a_formula(cell):
    assert safe(cell) == f"'{cell}"


def test_a_plain_cell_stays_as_it_is():
    assert (safe("Norwegian"), safe("84.99"), safe("2026-11-20"), safe("")) == ("Norwegian", "84.99", "2026-11-20", "")


@pytest.mark.parametrize("counts", [[], [0], [1], [3, 0, 9], list(range(61))])
def test_columns_are_to_scale_and_inside_of_the_picture(counts):
    for picture in columns.draw([(str(n), count) for n, count in enumerate(counts)]):
        assert len(picture.columns) == len(counts)
        for one, count in zip(picture.columns, counts, strict=True):
            assert one.x >= 0 and one.x + one.width <= picture.width
            assert one.y >= 0 and one.y + one.height == picture.floor
            assert one.height == count * (picture.floor - 22) // max(*counts, 1, 1)
