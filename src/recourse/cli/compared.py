"""How comparisons look in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from recourse.sentences import Sentences
from recourse.terminal import console

COLOURS = {"less": "red", "other-form": "yellow", "elsewhere": "yellow", "never-less": "green", "currency": "dim"}
GROUPS = ("ordinary", "licence", "fault")
MOST = 6  # regions shown for a rule; all of them are in --json


def place(found: dict[str, Any], t: Sentences) -> None:
    """The headline, the rules by group, and where each that matters most falls short."""
    console.print(Text(found["title"], style="bold"))
    console.print(Text(found["says"], style="bold red" if found["falls_short"] else "bold green"))
    if found["worst"]:
        worst = found["worst"]
        console.print(Padding(f"{worst['story']}: {worst['says']}", (0, 0, 0, 2)))
        for side in ("law", "policy"):
            console.print(Padding(Text(_source(worst[side]), style="dim"), (0, 0, 0, 2)))
    console.print()
    for group in GROUPS:
        here = [r for r in found["rules"] if r["group"] == group]
        if here:
            console.print(Text(t[group], style="bold"))
            _rules(here, t)
            for rule in here if group == "ordinary" else ():
                _regions(rule, t)
    idle = [r["rule"] for r in found["rules"] if not r["group"] and r["answer"] == "not-owing"]
    idle += [f"{r['rule']} ({r['says']})" for r in found["rules"] if r["answer"] == "currency"]
    if idle:
        console.print(Text(t["none here"].format(rules=", ".join(idle)), style="dim"))
    _domain(found["rules"], t)


def _rules(rules: Iterable[dict[str, Any]], t: Sentences) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("rule head", "answer head", "worst head", "sure head"):
        table.add_column(t[head], overflow="fold")
    for rule in rules:
        worst = rule["worst"]
        amount = f"{worst['shortfall']} ({worst['share']}): {worst['story']}" if worst else ""
        table.add_row(rule["rule"], Text(rule["says"], style=COLOURS.get(rule["answer"], "")), amount,
                      rule["certainty_says"])  # fmt: skip
    console.print(Padding(table, (0, 0, 1, 2)))


def _regions(rule: dict[str, Any], t: Sentences) -> None:
    short = [r for r in rule["regions"] if r["short"] and r["group"] == rule["group"]]
    if not short:
        return
    console.print(Padding(Text(t["regions head"].format(rule=rule["rule"]), style="underline"), (0, 0, 0, 2)))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in ("policy row head", "law row head", "short head", "story head"):
        table.add_column(t[head], overflow="fold")
    for one in short[:MOST]:
        table.add_row(_row(one["policy"]), _row(one["law"]), f"{one['shortfall']} ({one['share']})", one["story"])
    if len(short) > MOST:
        table.add_row(f"… +{len(short) - MOST}", "", "", "")
    console.print(Padding(table, (0, 0, 1, 2)))


def _row(side: dict[str, Any]) -> str:
    name = " · ".join(part for part in (side["rule"], side["row"]) if part)
    return ": ".join(part for part in (name, side["says"] or side["gives"]) if part)


def _source(side: dict[str, Any]) -> str:
    source = side["source"] or {}
    parts = [side["rule"], side["row"], *(source.get(k) for k in ("article", "title", "address"))]
    return " · ".join(part for part in parts if part) or side["gives"]


def _domain(rules: Iterable[dict[str, Any]], t: Sentences) -> None:
    """What was looked at, said once: that of the rule for which most was."""
    looked = [r for r in rules if r["domain"] and r["group"]]
    if not looked:
        return
    most = max(looked, key=lambda r: (len(r["domain"]["prices"]), r["runs"]))
    sure = {r["certainty"] for r in looked}
    words = [*most["domain"]["says"], *(t[f"means {key}"] for key in ("proved", "searched") if key in sure)]
    for line in words:
        console.print(Text(line, style="dim"))


def change(found: dict[str, Any], t: Sentences) -> None:
    """Who loses and who gains by a new version."""
    for key in ("loses", "gains"):
        console.print(Text(t[key], style="bold"))
        for one in found[key]:
            console.print(Padding(f"{one['shortfall']} ({one['share']}): {one['story']}", (0, 0, 0, 2)))
            names = " → ".join(" · ".join(p for p in (one[s]["rule"], one[s]["row"]) if p) for s in ("old", "new"))
            console.print(Padding(Text(f"{one['says']}  ({names})", style="dim"), (0, 0, 0, 4)))
        if not found[key]:
            console.print(Padding(t["nobody"], (0, 0, 0, 2)))
    console.print(Text(found["certainty_says"], style="dim"))


def inside(found: dict[str, Any], t: Sentences) -> None:
    """What a policy leaves open and says twice."""
    for key, line in (("gaps", _gap), ("overlaps", _overlap), ("findings", _finding)):
        console.print(Text(t[key], style="bold"))
        for one in found[key]:
            console.print(Padding(line(one), (0, 0, 0, 2)))
        if not found[key]:
            console.print(Padding(t["nothing found"], (0, 0, 0, 2)))


def _gap(one: dict[str, Any]) -> str:
    return f"{one['story']}: {one['gives']}" + (f" ({one['clause']})" if one["clause"] else "")


def _overlap(one: dict[str, Any]) -> str:
    return f"{one['says']}  [{one['story']}]"


def _finding(one: dict[str, Any]) -> str:
    return ": ".join(part for part in (one["where"], one["rule"], one["message"]) if part)
