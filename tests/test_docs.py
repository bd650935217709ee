"""What the documents show is true: rules build, errors read as quoted, every key is explained, the guide works."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from documents import GUIDE, ROOT, Block, blocks, followed, printed
from recourse import building, cases, library, source
from recourse.library import DATA
from recourse.problems import Problem
from recourse.rules import build, document, grammar, lower
from recourse.rules.check import check_rule
from recourse.rules.tree import Rule
from recourse.rules.version import FORMS, ROW_KEYS
from recourse.source import Node

RULES, ANSWERS, CASES = (ROOT / "docs" / f"{name}.md" for name in ("rules", "answers", "cases"))
HEAD = """\
id: docs-fragment
title: {en: A fragment, zh: 片段}
place: FR
binds: learner_place
kind: money-back
cite: {article: art. 1, title: A law, checked_on: 2026-11-22, status: memory}
"""


@pytest.fixture(scope="module")
def loaded() -> library.Library:
    return library.load()


def built(text: str, loaded: library.Library, file: str = "docs.yaml") -> Rule:
    """A rule from its text, typed and lowered; raises `Problem`."""
    return made(source.read(text, file), loaded)


def made(node: Node, loaded: library.Library) -> Rule:
    def parent(rule_id: str, _: Node) -> Node:
        path = next(path for path in (DATA / "law").rglob(f"{rule_id}.yaml"))
        return source.read(path.read_text(encoding="utf-8"), path.name)

    rule = build.build(node, loaded.vocabulary, frozenset(loaded.setting.rates), parent)
    for version in rule.versions:
        lower.lower(version, loaded.vocabulary, loaded.setting)
    return rule


def test_every_kind_of_block_is_found() -> None:
    for info in ("yaml rule", "yaml platform", "yaml rate", "yaml from", "yaml error", "yaml finding", "yaml cases"):
        assert blocks(info), info


@pytest.mark.parametrize("block", blocks("yaml cases"), ids=str)
def test_every_case_shown_passes(block: Block, loaded: library.Library) -> None:
    results = list(cases.run(loaded, block.text, str(block), asked_on=0))
    assert [(one.id, one.differences, one.problem) for one in results if not one.passed] == []


@pytest.mark.parametrize("block", blocks("yaml rule"), ids=str)
def test_every_rule_shown_builds_and_has_nothing_to_mend(block: Block, loaded: library.Library) -> None:
    rule = built(block.text, loaded)
    assert [str(finding) for finding in check_rule(rule)] == []


def test_every_platform_and_rate_shown_loads(tmp_path: Path) -> None:
    """Beside the product's own data, all at once: to build it takes seconds."""
    shown = [*blocks("yaml platform"), *blocks("yaml rate")]
    for number, block in enumerate(shown):
        (tmp_path / f"{number}.yaml").write_text(block.text, encoding="utf-8")
    found = library.load([tmp_path], cache=False)
    for block in shown:
        ids = re.findall(r"^(?:platform|id): (.+)$", block.text, re.MULTILINE)
        assert ids, block
        assert set(ids) <= {*found.platforms, *found.setting.rates}, block


@pytest.mark.parametrize("block", [one for one in blocks("yaml") if " from " in one.info], ids=str)
def test_what_is_quoted_from_a_data_file_stands_there(block: Block) -> None:
    """Line by line, in the same order; lines between may be left out, and the indentation may differ."""
    path = DATA / block.info.split(" from ")[1]
    lines = iter([line.strip() for line in path.read_text(encoding="utf-8").splitlines()])
    for line in block.text.splitlines():
        assert line.strip() in lines, f"{path.name} does not say, after what is quoted before it: {line.strip()}"


@pytest.mark.parametrize(("block", "said"), followed("yaml error", "text"), ids=str)
def test_an_error_reads_as_the_page_says(block: Block, said: Block, loaded: library.Library) -> None:
    with pytest.raises(Problem) as raised:
        built(HEAD + block.text, loaded)
    assert raised.value.where is not None
    assert str(raised.value).split("  ", 1)[1] == said.text.strip()


@pytest.mark.parametrize(("block", "said"), followed("yaml finding", "text"), ids=str)
def test_a_finding_reads_as_the_page_says(block: Block, said: Block, loaded: library.Library) -> None:
    found = [str(finding) for finding in check_rule(built(HEAD + block.text, loaded))]
    assert any(said.text.strip() in one for one in found), found


def explained(page: Path) -> set[str]:
    """Every word that the page sets in code letters."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return {word for code in re.findall(r"`([^`]+)`", text) for word in re.findall(r"[a-z_]+(?:-[a-z]+)*", code)}


@pytest.mark.parametrize(
    ("page", "keys"),
    [
        (RULES, document.RULE_KEYS | document.VERSION_KEYS),
        (RULES, ROW_KEYS),
        (RULES, building.PLATFORM_KEYS),
        (RULES, build.KINDS),
        (RULES, FORMS),
        (CASES, cases.CASE_KEYS),
    ],
    ids=["a rule", "a row", "a platform", "kinds", "forms", "a case"],
)
def test_every_key_is_explained(page: Path, keys: Any) -> None:
    assert set(keys) <= explained(page)


def test_every_expectation_of_a_case_is_explained(loaded: library.Library) -> None:
    assert set(loaded.vocabulary.expectations) <= explained(CASES)


def test_the_grammar_on_the_page_has_the_words_of_the_parser() -> None:
    (block,) = blocks("ebnf", RULES)
    text = re.sub(r"\(\*.*?\*\)", "", block.text)
    words = set(re.findall(r'"([a-z_]+)"', text))
    singular = {"week", "month", "year", "hour"}
    assert words - {"the", "hours"} <= grammar.RESERVED
    assert grammar.RESERVED - words - singular <= {"so"}


def test_every_expression_in_the_table_of_readings_parses() -> None:
    _, _, table = RULES.read_text(encoding="utf-8").partition("How it reads:")
    rows = re.findall(r"^\| (`.*?) \|", table.split("Conditions on time")[0], re.MULTILINE)
    found = [code for row in rows for code in re.findall(r"`([^`]+)`", row)]
    assert len(found) > 12
    for code in found:
        grammar.parse(code)


def test_every_key_of_the_answer_is_explained() -> None:
    schema = json.loads((DATA / "assessment.schema.json").read_text(encoding="utf-8"))
    named = explained(ANSWERS)
    for shape in (schema, *schema["$defs"].values()):
        assert set(shape.get("properties", ())) <= named
    entitlement = schema["$defs"]["entitlement"]["properties"]
    assert {*entitlement["answer"]["enum"], *entitlement["outcome"]["enum"]} <= named


# -- the guide, followed to the letter


def test_the_guide_leads_to_a_rule_that_answers(tmp_path: Path) -> None:
    """Its files are written as shown, its commands are run as shown, in a folder with nothing else in it."""
    for block in blocks("yaml file", GUIDE):
        path = tmp_path / block.info.split()[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    for block in blocks("console", GUIDE):
        command, _, wanted = block.text.removeprefix("$ ").partition("\n")
        lines, code = printed(command, tmp_path)
        assert lines[-len(wanted.splitlines()) :] == [line.rstrip() for line in wanted.splitlines()], "\n".join(lines)
        assert code == 0
