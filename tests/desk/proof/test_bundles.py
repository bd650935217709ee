"""A case's bundle: anybody verifies it, the right people get it, and inner notes stay closed to the other side."""

import datetime as dt
import io
import json
import subprocess
import zipfile

import pytest
from setting import NOON

from recourse.desk.models import LinkUse, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import bundles, deciding, exhibits, heads, links, sealing, timeline
from recourse.evidence import boxes, keys, verify

LATER = int((NOON + dt.timedelta(days=400)).timestamp())


def judged(path):
    with boxes.opened(path) as box:
        return verify.verify(box, known=[keys.Known(sealing.key().public)], now=LATER)


@pytest.fixture
def full(case, school):
    """A case with a file, an inner note and a reply."""
    made = case(school())
    with of(EVERYTHING):
        agent = made.institution.memberships.get(role=Role.AGENT).person
        exhibits.keep(case=made, name="Rechnung – 发票.txt", data=b"84.99 EUR\n", by=made.learner, at=NOON)
        deciding.reply(case=made, by=agent, text="A difficult customer.", at=NOON, inner=True)
        deciding.reply(case=made, by=agent, text="We are looking at it.", at=NOON)
    return made


@pytest.mark.parametrize("inner", [False, True])
def test_a_bundle_is_proved(full, case, tmp_path, inner, everything):
    heads.make(at=NOON)
    case()  # somebody else's entries, later
    with of(EVERYTHING):
        deciding.reply(case=full, by=full.institution.memberships.get(role=Role.AGENT).person, text="Soon.", at=NOON)
    out = tmp_path / "case.zip"
    bundles.write(case=full, out=out, at=NOON, inner=inner)
    report = judged(out)
    assert report.verdict == "proved", report.told("en")
    with zipfile.ZipFile(out) as file:
        names = {name.partition("/")[2] for name in file.namelist()}
        content = b"".join(file.read(name) for name in file.namelist())
    assert {"data/assessment.json", "data/letter-request.pdf", "data/letter-receipt.pdf", "data/exhibits.json"} <= names
    assert sum(name.startswith("data/heads/") and name.endswith(".txt") for name in names) == 2
    assert (b"A difficult customer." in content) is inner
    assert b"We are looking at it." in content


def test_the_shell_agrees(full, tmp_path, everything):
    out = tmp_path / "case"
    bundles.write(case=full, out=out, at=NOON)
    key = tmp_path / "key.pem"
    key.write_bytes(sealing.key().public.pem)
    command = ["sh", str(out / "verify.sh"), "--key", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=out, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_changed_byte_is_found(full, tmp_path, everything):
    out = tmp_path / "case"
    bundles.write(case=full, out=out, at=NOON)
    file = next((out / "data" / "exhibits").iterdir())
    file.write_bytes(b"94.99 EUR\n")
    assert judged(out).verdict == "broken"


def test_a_new_key_still_makes_whole_bundles(full, tmp_path, everything, settings):
    heads.make(at=NOON)
    settings.SEAL_KEY = tmp_path / "new.pem"
    bundles.write(case=full, out=tmp_path / "case.zip", at=NOON)
    assert judged(tmp_path / "case.zip").verdict == "proved"


def test_a_case_of_the_example_world_says_so(case, school, tmp_path, everything):
    made = case(school(example=True))
    bundles.write(case=made, out=tmp_path / "case.zip", at=NOON)
    report = judged(tmp_path / "case.zip")
    assert report.verdict == "proved"
    assert "heads/example" in "\n".join(report.told("en"))


def test_the_decision_stands_in_it(case, school, tmp_path, everything):
    made = case(school())
    agent = made.institution.memberships.get(role=Role.AGENT).person
    what = deciding.Deciding("whole", 8499, letter="All of it.")
    deciding.decide(case=made, by=agent, assessment=made.assessments.get(), what=what, at=NOON)
    out = tmp_path / "case"
    bundles.write(case=made, out=out, at=NOON)
    assert json.loads((out / "data" / "decision.json").read_text())["amount"] == "84.99 EUR"


def test_the_right_people_get_it(full, client_of, person, school):
    where = f"/cases/{full.reference}/bundle.zip"
    with of(EVERYTHING):
        agent = full.institution.memberships.get(role=Role.AGENT).person
        stranger = school("Other").staff[Role.AGENT]
    answers = {
        "learner": client_of(full.learner).get(where),
        "agent": client_of(agent, second=True).get(where),
        "agent without a second factor": client_of(agent).get(where),
        "another": client_of(person("Eve")).get(where),
        "another school": client_of(stranger, second=True).get(where),
    }
    assert {name: one.status_code for name, one in answers.items()} == {
        "learner": 200, "agent": 200, "agent without a second factor": 404, "another": 404, "another school": 404,
    }  # fmt: skip
    assert client_of().get(where).status_code == 302
    zipped = {name: b"".join(answers[name].streaming_content) for name in ("learner", "agent")}
    opened = {name: _text(content) for name, content in zipped.items()}
    assert b"difficult" not in opened["learner"] and b"difficult" in opened["agent"]
    assert answers["learner"]["Content-Disposition"] == f'attachment; filename="{full.reference}.zip"'


def _text(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return b"".join(file.read(name) for name in file.namelist())


def test_an_officer_takes_it_and_the_learner_sees_that(full, client_of):
    with of(EVERYTHING):
        officer = links.make(case=full, by=full.learner, use=LinkUse.OFFICER, days=30, at=NOON, body="x")
        helper = links.make(case=full, by=full.learner, use=LinkUse.READ, days=30, at=NOON)
    response = client_of().get(f"/s/{officer.secret}/bundle.zip")
    assert response.status_code == 200 and b"difficult" not in _text(b"".join(response.streaming_content))
    assert client_of().get(f"/s/{helper.secret}/bundle.zip").status_code == 404
    assert client_of().get("/s/nothing/bundle.zip").status_code == 404
    with of(EVERYTHING):
        kinds = [one.entry.kind for one in timeline.read(full, inner=False)]
    assert kinds.count("bundle-taken") == 1


def test_a_lost_file_is_said_and_not_left_out(full, client_of, settings):
    with of(EVERYTHING):
        (settings.FILES / full.exhibits.get().stored).unlink()
    response = client_of(full.learner).get(f"/cases/{full.reference}/bundle.zip")
    assert response.status_code == 503 and "Nothing is lost" in response.content.decode()
