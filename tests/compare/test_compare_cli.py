"""`recourse compare`: its exit codes, its words in both languages, its data, and the table of everything."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compare.conftest import DAY
from recourse.cli import app
from recourse.cli import compare as command
from recourse.compare import table
from recourse.compare.tell import Report
from recourse.compare.verdict import compare_rule
from recourse.library import Library, engine_digest
from recourse.problems import Problem

POLICY = """
platform: my-school
name: {en: My School, zh: 我的学校}
home: DE
clauses:
- id: my-school-terms
  title: {en: Terms, zh: 条款}
  cite: {title: Terms, article: "3", checked_on: 2026-11-22, status: verified}
  owed:
  - {id: late, if: requested_on > DAYS days after concluded_on, lost: {en: late, zh: 迟}, cite: "3"}
  - {id: back, pay: paid, cite: "3"}
"""
ARGS = ["--place", "IT", "--rule", "eu-crd-withdrawal", "--asked-on", "2026-11-23"]


def policy(folder: Path, days: int) -> str:
    path = folder / f"policy{days}.yaml"
    path.write_text(POLICY.replace("DAYS", str(days)), encoding="utf-8")
    return str(path)


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["compare", *args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_exit_codes_for_those_who_check_before_they_publish(tmp_path: Path) -> None:
    assert run("--policy", policy(tmp_path, 20), *ARGS, "--json")[0] == 0
    assert run("--policy", policy(tmp_path, 13), *ARGS, "--json")[0] == 1


def test_the_data_name_both_clauses_their_sources_and_the_purchase(tmp_path: Path) -> None:
    _, out = run("--policy", policy(tmp_path, 13), *ARGS, "--json")
    found = json.loads(out)
    worst = found["worst"]
    assert found["schema"] == "recourse.compare/1"
    assert (worst["shortfall"], worst["share"]) == ("100.00 EUR", "100%")
    assert worst["policy"]["rule"] == "my-school-terms"
    assert worst["law"]["source"]["article"]
    assert worst["facts"]["requested_on"] == "2026-12-07"
    assert found["rules"][0]["domain"]["says"]


def test_it_speaks_both_languages(tmp_path: Path) -> None:
    for lang, word in (("en", "asked for on day 14"), ("zh", "购买后第 14 天申请")):
        _, out = run("--policy", policy(tmp_path, 13), *ARGS, "--lang", lang)
        assert word in "".join(out.split("\n")).replace("  ", " ") or word.replace(" ", "") in "".join(out.split())


def test_two_policies_and_one_by_itself(tmp_path: Path) -> None:
    old, new = policy(tmp_path, 30), policy(tmp_path, 14)
    code, out = run("--policy", old, "--policy", new, "--json")
    assert (code, len(json.loads(out)["loses"]), json.loads(out)["gains"]) == (1, 1, [])
    assert run("--policy", new, "--policy", old, "--json")[0] == 0
    code, out = run("--policy", new, "--itself", "--json")
    assert (code, json.loads(out)["gaps"]) == (0, [])


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--place", "IT"], "say which policy"),
        (["--platform", "udemy"], "say where the learner lives"),
        (["--platform", "nobody", "--place", "IT"], "no platform"),
        (["--platform", "udemy", "--place", "EU"], "EU"),
        (["--all", "--out", "table.pdf"], "say where the table goes"),
        (["--platform", "udemy", "--place", "IT", "--fact", "colour=red"], "nothing of this name"),
    ],
)
def test_what_cannot_be_used_is_refused(args: list[str], words: str) -> None:
    with pytest.raises(Problem, match=words):
        run(*args)


def test_a_mistake_in_the_policy_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(POLICY.replace("DAYS", "14").replace("requested_on", "requested_at_last"), encoding="utf-8")
    with pytest.raises(Problem) as caught:
        run("--policy", str(path), "--place", "IT")
    assert "wrong.yaml:10:" in str(caught.value)


def test_the_table_of_everything_goes_on_where_it_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, product: Library
) -> None:
    few = [("udemy", "IT"), ("udemy", "BR")]
    monkeypatch.setattr(table, "pairs", lambda library: few)
    out = tmp_path / "all.csv"
    assert run("--all", "--out", str(out), "--asked-on", "2026-11-23")[0] == 0
    whole = out.read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(whole)))
    assert {(r["platform"], r["place"]) for r in rows} == set(few)
    assert not list(tmp_path.glob("*.part"))

    name = {"data": product.digest, "engine": engine_digest(), "day": DAY, "lang": "en", "fault": False}
    kept = [r for r in rows if r["place"] == "IT"]
    part = out.with_name("all.csv.part")
    part.write_text(
        json.dumps(name) + "\n" + json.dumps(["udemy", "IT", kept]) + "\n" + '["udemy", "B', encoding="utf-8"
    )
    assert dict(command._part(part, name)) == {("udemy", "IT"): kept}
    assert not dict(command._part(part, {**name, "day": DAY + 1}))  # another question: all is done anew
    assert run("--all", "--out", str(out), "--asked-on", "2026-11-23")[0] == 0
    assert out.read_text("utf-8") == whole


def test_the_table_is_written_in_three_forms_and_escapes_what_it_shows(product: Library) -> None:
    rows = table.rows(product, "udemy", "IT", DAY, "en")
    assert [r["rule"] for r in rows if r["group"] == "ordinary"] == ["eu-crd-withdrawal"]
    rows[0]["story"] = "<script>=1</script>"
    for kind in ("html", "csv", "json"):
        sink = io.StringIO()
        table.write(rows, kind, sink, product, DAY, "zh")
        text = sink.getvalue()
        assert "udemy" in text.lower()
        if kind == "html":
            assert "<script" not in text
            assert 'lang="zh-Hans"' in text
        if kind == "json":
            assert len(json.loads(text)["rows"]) == len(rows)


def test_a_cell_is_no_formula() -> None:
    assert table._harmless("=1+1") == "'=1+1"
    assert table._harmless("plain") == "plain"


def test_what_a_policy_gives_instead_of_money_is_a_sentence_too(product: Library) -> None:
    """Not "the policy pays nothing is owed": on this platform the seller may pay, and need not."""
    verdict = compare_rule(product, table.asked("teachable", "IT", DAY), product.rule("eu-crd-withdrawal"))
    worst = verdict.worst()
    assert worst is not None
    assert [Report(product, lang).region(worst)["says"] for lang in ("en", "zh")] == [
        "under the policy nothing is owed, the seller decides; the law owes 100.00 EUR",
        "按政策，不负退款义务，由商家决定；法律应退 100.00 EUR",
    ]
