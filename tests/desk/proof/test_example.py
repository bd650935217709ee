"""The example world: every stage is there, all of it is marked, it goes without a trace and takes nobody else along."""

import datetime as dt
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.db import transaction

from recourse.desk.example import people, removal, world
from recourse.desk.models import Assessment, Case, DecisionState, Entry, Exhibit, Institution, LinkUse, Person
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import audit, bundles, heads
from recourse.desk.stages import Stage
from recourse.problems import Problem

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
pytestmark = [pytest.mark.usefixtures("everything", "quick")]


@pytest.fixture
def quick(monkeypatch):
    """The comparison with the law takes seconds, and has tests of its own."""
    monkeypatch.setattr("recourse.desk.services.policies.shortfalls", lambda *_: ())


def rows():
    there = [model for model in apps.get_models() if model._meta.app_label in ("desk", "payouts", "mfa", "account")]
    return {model._meta.label: model._base_manager.count() for model in there}


def test_every_stage_is_there_marked_and_its_records_hold(tmp_path):
    world.make(NOW)
    cases = list(Case.objects.all())
    assert {case.stage for case in cases} == set(Stage)
    assert {case.kind for case in cases} == {"refund", "withdrawal", "complaint"}
    assert all(case.example for case in cases) and len(cases) >= 12
    assert Institution.objects.filter(example=True).count() == Institution.objects.count() == 2
    assert Case.objects.filter(decisions__state=DecisionState.PROPOSED).count() == 1
    assert Case.objects.filter(links__use=LinkUse.OFFICER).count() == 1
    assert Exhibit.objects.count() >= 2
    assert Assessment.objects.filter(owed_minor__gt=0).count() >= 10
    assert audit.audit().findings == []
    assert all(entry.at <= NOW for entry in Entry.objects.all())
    assert heads.append() == 0
    for number, case in enumerate(cases[:3]):
        bundles.write(case=case, out=tmp_path / f"{number}.zip", at=NOW)


def test_it_goes_and_takes_nobody_along(case, school, guarded, settings):
    ours = case(school())
    before = rows()
    world.make(NOW)
    gone = removal.remove()
    assert rows() == before and sum(gone.values()) > 200
    assert [path for path in settings.FILES.rglob("*") if path.is_file()] == []
    assert Case.objects.get() == ours and removal.left() == []
    assert removal.remove() == {}
    with pytest.raises(Exception, match="only added"), transaction.atomic():
        Entry.objects.filter(seq=1)._raw_delete("default")


def test_it_is_made_once(person):
    world.make(NOW)
    with pytest.raises(Problem, match="here already"):
        world.make(NOW)


def test_a_name_that_is_taken_is_said(school):
    Institution.objects.filter(pk=school().pk).update(slug="nordlicht")
    with pytest.raises(Problem, match="taken: nordlicht"):
        world.make(NOW)
    assert not Person.objects.filter(email=people.LENA.email).exists()


def test_what_hangs_together_with_somebody_real_stays(case, person):
    world.make(NOW)
    ours = case()
    Case.objects.filter(pk=ours.pk).update(assigned_to=Person.objects.get(email=people.LENA.email))
    with pytest.raises(Problem, match=f"{ours.reference} hangs together"):
        removal.remove()
    assert Person.objects.filter(email=people.LENA.email).exists()


def test_staff_sign_in_with_the_code_that_the_command_shows(client_of):
    world.make(NOW)
    lena = Person.objects.get(email=people.LENA.email)
    code = people.code(lena, time.time())
    totp = TOTP(lena.authenticator_set.get())
    assert len(code) == 6 and totp.validate_code(code)
    assert people.code(Person.objects.get(email=people.ANNA.email), time.time()) is None


def test_the_strip_shows_on_its_cases_and_on_no_other(client_of, case, school):
    world.make(NOW)
    ours = case(school())
    theirs = Case.objects.filter(learner__email=people.ANNA.email, stage="escalated").get()
    strip = 'class="example"'
    with of(EVERYTHING):
        assert strip in client_of(theirs.learner).get(f"/cases/{theirs.reference}/").content.decode()
        assert strip not in client_of(ours.learner).get(f"/cases/{ours.reference}/").content.decode()
