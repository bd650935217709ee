"""The commands of the records, as an operator types them."""

import datetime as dt
import json

import pytest
from setting import NOON
from typer.testing import CliRunner

from recourse.cli import app
from recourse.desk.models import Message
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import cases, drafts, heads, sealing
from recourse.evidence import heads as signing
from recourse.evidence import keys, notes

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


def test_since_a_head_the_log_only_grew_and_anybody_can_verify_that(made, case, school, settings, tmp_path, client_of):
    kept, proof, public = (tmp_path / name for name in ("head.txt", "since.txt", "key.pem"))
    with of(EVERYTHING):
        first = heads.make(at=NOON)
        kept.write_text(first.note)
        case(school())
        last = heads.make(at=NOON)
    done = run(app, ["audit", "--since", str(kept), "--proof", str(proof)])
    assert done.exit_code == 0 and f"from {first.size} to {last.size} entries" in done.stdout, done.output
    public.write_bytes(keys.read(settings.SEAL_KEY).public.pem)
    assert run(app, ["verify", str(proof), "--key", str(public)]).exit_code == 0
    assert client_of().get(f"/heads/{first.size}/grown.txt").content == proof.read_bytes()
    assert f"/heads/{first.size}/grown.txt" in client_of().get("/heads/").content.decode()
    assert client_of().get("/heads/999999/grown.txt").status_code == 404
    assert "needs --since" in str(run(app, ["audit", "--proof", str(proof)]).exception)


def test_since_a_head_of_another_log_there_is_no_proof(made, tmp_path):
    kept, proof = tmp_path / "head.txt", tmp_path / "since.txt"
    with of(EVERYTHING):
        size = heads.length()
        other = signing.head(origin=sealing.origin(), size=size, root=b"x" * 32, at=int(NOON.timestamp()))
        kept.write_text(notes.note(signing.sign(other, sealing.key()), sealing.key().public))
    done = run(app, ["audit", "--since", str(kept), "--proof", str(proof), "--json"])
    wrong = {one["where"] for one in json.loads(done.stdout)["findings"]}
    assert done.exit_code == 1 and "since" in wrong and not proof.exists()


def test_retention_says_and_does_what_is_due_and_a_hold_stops_it(made, tmp_path):
    with of(EVERYTHING):
        cases.take_back(case=made, by=made.learner, at=NOON)
        drafts.keep(answers="", at=NOON - dt.timedelta(days=400))
    told = json.loads(run(app, ["retention", "--dry-run", "--json"]).stdout)
    assert {one["kept"]: one["number"] for one in told["classes"]}["drafts"] == 1 and told["dry_run"]
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).date().isoformat()
    done = run(app, ["hold", made.reference.lower(), "--reason", "court", "--review-on", day])
    assert f"Held: {made.reference}" in done.stdout
    assert run(app, ["hold", made.reference, "--reason", "over", "--lift"]).exit_code == 0
    assert "no hold" in str(run(app, ["hold", made.reference, "--reason", "over", "--lift"]).exception)
    assert "1 · 暂存的填写内容" in run(app, ["retention", "--lang", "zh"]).stdout
    assert "Nothing is due." in run(app, ["retention"]).stdout


def test_nobody_but_example_staff_has_a_code(made):
    assert "nobody of the example staff" in str(run(app, ["example", "code", made.learner.email]).exception)
