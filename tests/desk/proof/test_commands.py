"""The commands of the records, as an operator types them."""

import json

import pytest
from setting import NOON
from typer.testing import CliRunner

from recourse.cli import app
from recourse.desk.models import Message
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import heads
from recourse.evidence import keys

run = CliRunner().invoke


@pytest.fixture
def made(case, school):
    found = case(school())
    with of(EVERYTHING):
        heads.make(at=NOON)
    return found


def test_a_bundle_by_its_reference(made, tmp_path, settings):
    out = tmp_path / "case.zip"
    done = run(app, ["bundle", made.reference.lower(), "--out", str(out)])
    assert done.exit_code == 0 and "Sealed" in done.stdout, done.output
    public = tmp_path / "key.pem"
    public.write_bytes(keys.read(settings.SEAL_KEY).public.pem)
    assert run(app, ["verify", str(out), "--key", str(public)]).exit_code == 0
    again = run(app, ["bundle", made.reference, "--out", str(out)])
    assert "exists" in str(again.exception)


def test_a_case_that_is_not_there_and_a_folder_without_a_key(made, tmp_path):
    assert "no case" in str(run(app, ["bundle", "RC-2222-2222"]).exception)
    assert "--out" in str(run(app, ["bundle", str(tmp_path)]).exception)


def test_the_audit_says_what_does_not_hold(made, tmp_path):
    assert run(app, ["audit"]).exit_code == 0
    kept = tmp_path / "head.txt"
    with of(EVERYTHING):
        kept.write_text(heads.make(at=NOON).note)
        Message.objects.create(case=made, side="learner", text="Slipped in.")
    done = run(app, ["audit", "--head", str(kept), "--json"])
    told = json.loads(done.stdout)
    assert done.exit_code == 1 and not told["holds"] and told["findings"][0]["where"] == made.reference
    assert "时间线中没有消息" in run(app, ["audit", "--lang", "zh"]).stdout


def test_nobody_but_example_staff_has_a_code(made):
    assert "nobody of the example staff" in str(run(app, ["example", "code", made.learner.email]).exception)
