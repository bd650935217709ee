"""What the command line shows people: tables and steps in a terminal, plain text when it is piped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from recourse import money, present
from recourse.assess import Assessment
from recourse.bilingual import language
from recourse.cases import Result
from recourse.facts import Fact
from recourse.library import Library
from recourse.rules import reading
from recourse.rules.tree import Rule
from recourse.sentences import Sentences, sentences

console = Console(highlight=False, soft_wrap=False)
if not console.is_terminal and console.width == 80:  # nobody said how wide: a pipe gets long lines, so that grep works
    console.width = 300

COLOURS = {
    "owes": "bold green",
    "depends": "yellow",
    "discretion": "yellow",
    "owes-nothing": "red",
    "silent": "yellow",
    "does-not-apply": "dim",
}


def _said(library: Library, lang: str) -> Sentences:
    return sentences(library.labels, "terminal", language(lang))


def assessment(found: Assessment, lang: str) -> None:
    """The best answer first, then every entitlement with its steps, then what does not apply."""
    said, data = _said(found.library, lang), found.to_json(lang)
    best = data["best"]
    if best:
        line = Text(f"{said['best']}: ", style="bold").append(
            money.spaced(best.get("total", best["refund"])), style="bold green"
        )
        if best.get("pay_by"):
            line.append(f", {said['by']} {best['pay_by']}")
        console.print(line.append(f"  ({best['rule']})", style="dim"))
    else:
        console.print(Text(said["none"] if data["entitlements"] else said["place"], style="bold"))
    console.print()
    for one in data["entitlements"]:
        if one["answer"] not in ("does-not-apply", "duties"):
            _entitlement(one, said, lang)
    _duties(data, said)
    outside = [e for e in data["entitlements"] if e["answer"] == "does-not-apply"]
    if outside:
        console.print(Text(said["others"], style="bold"))
        table = Table.grid(padding=(0, 2))
        for one in outside:
            table.add_row(Text(one["rule"], style="dim"), Text(one["why"], style="dim"))
        console.print(Padding(table, (0, 0, 1, 2)))
    if data["missing"]:
        console.print(f"{said['missing']}: {', '.join(data['missing'])}")
    console.print(Text(said["notice"], style="dim"))


def _entitlement(one: dict[str, Any], said: Sentences, lang: str) -> None:
    title = present.said(one["title"], lang)
    head = Text(title, style="bold").append(
        f"  {one['rule']}" + (f" · {one['clause']}" if one["clause"] else ""), style="dim"
    )
    console.print(head)
    answer = Text(said[one["answer"]], style=COLOURS.get(one["answer"], "bold"))
    if one.get("refund") and one["answer"] == "owes":
        answer.append(f" {money.spaced(one['refund'])}")
    if one.get("between") and one["missing"]:
        answer.append(
            "  "
            + said["between"].format(low=money.spaced(one["between"][0]), high=money.spaced(one["between"][1]))
            + f" ({', '.join(one['missing'])})",
            style="yellow",
        )
    for key, word in (("pay_by", said["by"]), ("window_ends_on", said["window"])):
        if one.get(key):
            answer.append(f" · {word} {one[key]}")
            if key in one["provisional"]:
                answer.append(f" ({said['provisional']})", style="yellow")
    console.print(Padding(answer, (0, 0, 0, 2)))
    if one["displaced_by"]:
        console.print(Padding(Text(said["displaced"].format(rule=one["displaced_by"]), style="dim"), (0, 0, 0, 2)))
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim")
    table.add_column(ratio=1, overflow="fold")
    table.add_column(style="dim", max_width=28, overflow="fold")
    for step in one["steps"]:
        table.add_row(f"{step['n']}.", step["text"], step["cite"] or "")
    console.print(Padding(table, (0, 0, 0, 2)))
    console.print(Padding(Text(source_line(one["source"], said), style="dim"), (0, 0, 1, 2)))


def source_line(source: dict[str, Any], said: Sentences) -> str:
    """A citation in one line, with how sure it is."""
    parts = [source[k] for k in ("article", "title", "address") if source[k]]
    if source["status"]:
        parts.append(said[source["status"]])
    if source["checked_on"]:
        parts.append(f"{said['checked']} {source['checked_on']}")
    return " · ".join(parts)


def _duties(data: dict[str, Any], said: Sentences) -> None:
    found = [e for e in data["entitlements"] if e["answer"] != "does-not-apply"]
    duties = [
        (Text(said[d["state"]], style="red" if d["state"] == "broken" else ""), d["says"], d["cite"] or e["rule"])
        for e in found
        for d in e["duties"]
    ]
    ways = [(Text(""), d["says"], d["cite"] or e["rule"]) for e in found for d in e["ways"]]
    for head, rows in (("duties", duties), ("ways", ways)):
        if rows:
            console.print(Text(said[head], style="bold"))
            table = Table.grid(padding=(0, 2))
            table.add_column()
            table.add_column(ratio=1, overflow="fold")
            table.add_column(style="dim", max_width=28, overflow="fold")
            for state, says, cite in rows:
                table.add_row(state, says, cite)
            console.print(Padding(table, (0, 0, 1, 2)))


def case(library: Library, result: Result, lang: str, *, verbose: bool) -> None:
    """A failed case with each difference and its working; a passed one only on request."""
    said = _said(library, lang)
    if result.passed:
        if verbose:
            console.print(Text("✓ ", style="green").append(result.id, style="default"))
        return
    console.print(
        Text("✗ ", style="red")
        .append(result.id, style="bold")
        .append("" if result.certain else "  (certain: false)", style="dim")
    )
    if result.problem is not None:
        console.print(Padding(Text(str(result.problem), style="red"), (0, 0, 0, 2)))
        return
    for one in result.differences:
        console.print(
            Padding(Text(f"{one.key}: {said['expected']} {one.expected}, {said['found']} {one.found}"), (0, 0, 0, 2))
        )
    if result.entitlement is not None and result.assessment is not None:
        for step in present.entitlement_json(result.entitlement, result.assessment, lang)["steps"]:
            console.print(Padding(Text(f"{step['n']}. {step['text']}", style="dim"), (0, 0, 0, 4)))


def rules(found: Iterable[Rule], lang: str) -> None:
    table = Table(box=None, pad_edge=False)
    for head in ("id", "place", "kind", "status", "title"):
        table.add_column(head, overflow="fold")
    count = 0
    for one in found:
        count += 1
        table.add_row(
            one.id, one.place or one.policy, one.kind, one.versions[-1].cite.status, present.said(one.title, lang)
        )
    console.print(table)
    console.print(Text(f"{count}", style="dim"))


def rule(library: Library, found: Rule, lang: str) -> None:
    """A rule in words, version by version."""
    said = _said(library, lang)
    console.print(Text(present.said(found.title, lang), style="bold").append(f"  {found.id}", style="dim"))
    for other, text in found.title.items():
        if other not in ("en", "zh"):
            console.print(Text(text, style="italic"))
    console.print(
        Text(
            " · ".join(p for p in (found.place or found.policy, found.binds, found.kind, ", ".join(found.covers)) if p),
            style="dim",
        )
    )
    for version in found.versions:
        force = present.in_force(version)
        console.print()
        console.print(
            Text(f"{present.version_name(version)}  {force['from'] or '…'} – {force['until'] or '…'}", style="bold")
        )
        console.print(Text(source_line(present.source(version.cite), said), style="dim"))
        for section in reading.rule_words(library, version, lang):
            console.print(Text(section["head"], style="underline"))
            table = Table.grid(padding=(0, 1))
            table.add_column(ratio=1)
            table.add_column(style="dim", max_width=28)
            for line in section["lines"]:
                table.add_row(line["text"], line["cite"] or "")
            console.print(Padding(table, (0, 0, 0, 2)))


def facts(found: list[Fact], lang: str) -> None:
    if len(found) == 1:
        one = found[0]
        console.print(Text(one.id, style="bold").append(f"  {one.name.of(lang)}", style="default"))
        kind = one.type + (f", {one.unit}" if one.unit else "") + (f", at most {one.at_most}" if one.at_most else "")
        console.print(Text(kind, style="dim"))
        console.print(one.meaning.of(lang))
        console.print(Text(one.ask.of(lang), style="italic"))
        if one.choices:
            console.print("  ".join(one.choices))
        if one.presumed is not None and one.presumed_because:
            console.print(f"presumed {one.presumed}: {one.presumed_because.of(lang)}")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("fact", "type", "name", "choices"):
        table.add_column(head, overflow="fold")
    for one in found:
        table.add_row(
            one.id, one.type + (f" ({one.unit})" if one.unit else ""), one.name.of(lang), " ".join(one.choices)
        )
    console.print(table)
