"""The README cannot rot: its commands print what it shows, its links lead somewhere, its picture is the engine's."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from documents import GUIDE, PAGES, ROOT, Shown, commands, misses, printed
from recourse import cli, days, library, money, source
from recourse.assess import assess
from recourse.curve import curve
from recourse.facts import read_facts

README = ROOT / "README.md"
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yaml"))


SHOWN = commands(*(page for page in PAGES if page != GUIDE))


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown.block} {shown.command}")
def test_a_command_prints_what_the_page_shows(shown: Shown) -> None:
    lines, code = printed(shown.command)
    missing = misses(shown.lines, lines)
    assert not missing, "\n".join([f"$ {shown.command} prints otherwise:", *missing, "", "all of it:", *lines])
    assert code in (0, 1)


def test_the_readme_shows_the_two_commands_and_a_worked_example() -> None:
    text = README.read_text(encoding="utf-8")
    assert "\n./start\n" in text
    assert "\n./start test\n" in text
    assert any("docs/examples/" in shown.command for shown in commands(README))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_runs_and_is_named_on_a_page(example: Path) -> None:
    _, code = printed(f"./start owed docs/examples/{example.name} --json")
    assert code == 0
    assert any(f"examples/{example.name}" in page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"it links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    known = {command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback}
    known |= {group.name for group in cli.app.registered_groups if group.name}
    own = {"test", "help"}  # of ./start itself
    named = re.findall(r"(?:\./start|`recourse) ([a-z-]+)", page.read_text(encoding="utf-8"))
    assert set(named) <= known | own


def test_the_picture_shows_what_the_engine_says() -> None:
    """The curve, the days and the amounts of docs/picture.svg are those of docs/examples/at-withdrawal.yaml."""
    picture = (ROOT / "docs" / "picture.svg").read_text(encoding="utf-8")
    loaded = library.load()
    purchase = source.read((ROOT / "docs/examples/at-withdrawal.yaml").read_text(encoding="utf-8"), "example").mapping()
    facts = read_facts(purchase["facts"], loaded.vocabulary)
    series = {
        line.kind: line
        for line in curve(loaded, facts, platform=purchase["platform"].text(), asked_on=facts.values["requested_on"])
    }
    last_days = {kind: line.points[1][0] - 1 for kind, line in series.items()}
    assert [amount for _, amount in series["law"].points] == [amount for _, amount in series["platform"].points]
    assert f"the policy until {_day(last_days['platform'])}" in picture
    assert f"the law until {_day(last_days['law'])}" in picture
    assert money.show(facts.values["paid"], "EUR") in picture
    best = assess(loaded, facts, asked_on=facts.values["requested_on"]).best
    assert best is not None
    assert best.rule.kind == "money-back"
    assert f"by {_day(best.answers['pay_by'])}" in picture
    assert f"{best.row.cite.article}<" in picture
    for written in ("requested_on", "concluded_on"):
        assert _day(facts.values[written]) in picture
    # one pixel scale for the days: the two lines fall where the days say
    drawn = {name: int(x) for name, x in re.findall(r'data-day="([a-z]+)" x1="(\d+)"', picture)}
    assert list(drawn) == ["bought", "policy", "asked", "law"]
    on = [facts.values["concluded_on"], last_days["platform"] + 1, facts.values["requested_on"], last_days["law"] + 1]
    wide = [(b - a) / (d - c) for (a, b), (c, d) in zip(pairwise(drawn.values()), pairwise(on), strict=True)]
    assert len(set(wide)) == 1


def _day(day: int) -> str:
    year, month, day_of = days.civil(day)
    return f"{day_of} {days.MONTHS[month - 1]} {year}"
