"""`recourse read`: what a voucher, a mail, a course page or a contract says, for a person to confirm."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recourse.bilingual import Words
from recourse.cli.frame import AsJson, Data, Lang, app, library, today
from recourse.problems import Problem

if TYPE_CHECKING:
    from recourse.documents.contract import ContractRead, Passage
    from recourse.documents.course import CoursePage
    from recourse.documents.proposed import Item
    from recourse.documents.sellers import Known
    from recourse.documents.text import Text
    from recourse.library import Library

SAID = {
    "confirm": Words("Nothing here is decided: look whether each line is right.", "以下均为读取结果，请逐项核对。"),
    "found": Words("What it seems to say", "读到的内容"),
    "nothing": Words("No order number, amount or date was found.", "没有找到订单号、金额或日期。"),
    "course": Words("What the page tells", "网页所述"),
    "missing": Words("What the page does not say in its structured data", "网页结构化数据未说明的内容"),
    "broken": Words(
        "{count} blocks of the page are broken and were left out.", "网页有 {count} 个数据块已损坏，未读取。"
    ),
    "passages": Words("Passages to look at", "值得查看的段落"),
    "silent": Words(
        "Nothing was found on: {topics}. It may be said in other words.",
        "没有找到关于以下内容的文字：{topics}。也可能换了说法。",
    ),
    "duties": Words("What the seller must do in {place}, beside this text", "{place}：商家的义务与本文对照"),
    "speaks": Words("the text speaks of it", "文中提到"),
    "partly": Words("the text speaks of a part", "文中部分提到"),
    "nothing found": Words("nothing found", "未找到"),
    "compare": Words("compare with your facts", "请与您的情况对照"),
    "elsewhere": Words("a text cannot show it", "文本无法说明"),
    "or": Words(" or ", " 或 "),
    "unclear": Words("which one?", "哪一个？"),
    "likely": Words("likely", "可能"),
    "line": Words("line {line}", "第 {line} 行"),
    "attached": Words("Attached: {names}", "附件：{names}"),
}
NAMES = {
    "order_number": Words("Order number", "订单号"),
    "seller": Words("Seller", "商家"),
    "platform": Words("Platform", "平台"),
    "course_name": Words("Course", "课程"),
    "duration": Words("Length", "时长"),
    "tax_included": Words("Tax included", "含税"),
}


@app.command()
def read(
    file: Annotated[str, typer.Argument(help="A PDF, mail, page, text or picture; - reads standard input.")],
    place: Annotated[str | None, typer.Option(help="Where the learner lives: DE, US-CA, CN-BJ.")] = None,
    facts: Annotated[
        bool, typer.Option("--facts", help="Write a file of facts to confirm, for `recourse owed`.")
    ] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """What a voucher, a mail, a course page or a contract says: proposals to confirm, and passages to look at.

    Examples:

    - `recourse read receipt.pdf`
    - `recourse read receipt.eml --facts > purchase.yaml`
    - `recourse read terms.html --place DE`
    """
    from recourse import places
    from recourse.documents import contract, course, proposed, text, voucher
    from recourse.rights import rights

    if place:
        places.check(place)
    loaded = library(data)
    got = text.read(_bytes(file))
    page = course.read(got.blocks)
    items = (*proposed.of_course(page), *proposed.of_voucher(voucher.read(got.text, _known(loaded), place)))
    if facts:
        name = "standard input" if file == "-" else Path(file).name
        print(proposed.as_yaml(items, loaded.vocabulary, name, lang, place), end="")
        for note in got.notes:
            print(note.of(lang), file=sys.stderr)
        return
    terms = contract.read(got.text, rights(loaded, place, today()) if place else None)
    if as_json:
        print(json.dumps(_json(got, items, page, terms, lang), ensure_ascii=False, indent=2))
        return
    _show(got, items, page, terms, loaded, lang, place)


def _known(loaded: Library) -> list[Known]:
    from recourse.documents import sellers

    platforms = loaded.platforms.values()
    return [sellers.known(p.id, p.name.values(), [s.get("address", "") for s in p.sources]) for p in platforms]


def _bytes(file: str) -> bytes:
    from recourse.documents.text import BYTES

    if file == "-":
        return sys.stdin.buffer.read(BYTES + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(BYTES + 1)
    except FileNotFoundError:
        raise Problem(Words(f"there is no file {file}", f"没有文件 {file}")) from None
    except (IsADirectoryError, PermissionError) as error:
        raise Problem(
            Words(f"{file} cannot be opened: {error.strerror}", f"无法打开 {file}：{error.strerror}")
        ) from None


def _json(got: Text, items: tuple[Item, ...], page: CoursePage, terms: ContractRead, lang: str) -> dict[str, Any]:
    """Everything that was read, as plain data; `clear` is false where a person must choose."""
    return {
        "kind": got.kind.value,
        "notes": [note.of(lang) for note in got.notes],
        "attachments": [{"name": one.name, "kind": one.kind.value, "size": one.size} for one in got.attachments],
        "proposals": [
            {
                "what": one.what,
                "readings": list(one.readings),
                "clear": one.clear,
                "read_from": one.line,
                "why": [why.of(lang) for why in one.why],
            }
            for one in items
        ],
        "course": {
            "courses": page.courses,
            "broken": page.broken,
            "missing": [{"key": key, "says": words.of(lang)} for key, words in page.missing],
        }
        if got.blocks
        else None,
        "passages": [_passage_json(one, terms.text, lang) for one in terms.passages],
        "silent": list(terms.silent),
        "duties": [
            {
                "rule": one.said.held.rule.id,
                "id": one.said.duty.id,
                "state": one.state,
                "topics": list(one.topics),
                "asks": list(one.asks),
            }
            for one in terms.duties
        ],
    }


def _passage_json(one: Passage, text: str, lang: str) -> dict[str, Any]:
    from recourse.documents import phrases

    name, asks, _ = phrases.TOPICS[one.topic]
    return {
        "topic": one.topic,
        "name": name.of(lang),
        "asks": asks.of(lang),
        "language": one.lang,
        "word": one.word,
        "start": one.start,
        "end": one.end,
        "text": one.of(text),
    }


def _show(
    got: Text,
    items: tuple[Item, ...],
    page: CoursePage,
    terms: ContractRead,
    loaded: Library,
    lang: str,
    place: str | None,
) -> None:
    from rich.text import Text as Line

    from recourse.terminal import console

    for note in got.notes:
        console.print(Line(note.of(lang), style="yellow"))
    if got.attachments:
        names = ", ".join(f"{one.name or '?'} ({one.kind.value}, {one.size:,} B)" for one in got.attachments)
        console.print(Line(_said("attached", lang, names=names), style="dim"))
    console.print(Line(_said("confirm", lang), style="bold"))
    _show_items(items, loaded, lang)
    if got.blocks:
        _show_course(page, lang)
    _show_terms(terms, lang)
    if place:
        _show_duties(terms, lang, place)


def _show_items(items: tuple[Item, ...], loaded: Library, lang: str) -> None:
    from rich.table import Table
    from rich.text import Text as Line

    from recourse.terminal import console

    console.print()
    console.print(_said("found" if items else "nothing", lang), style="underline" if items else "")
    table = Table.grid(padding=(0, 2, 0, 0))
    for one in items:
        fact = loaded.vocabulary.facts.get(one.what)
        name = fact.name if fact else NAMES.get(one.what, Words(one.what, one.what))
        value = Line(_said("or", lang).join(one.readings[:8]), style="bold" if one.clear else "yellow")
        if not one.clear:
            value.append("  " + _said("unclear" if len(one.readings) > 1 else "likely", lang), style="italic yellow")
        table.add_row(name.of(lang), value, Line(one.line[:100], style="dim"))
    console.print(table)


def _show_course(page: CoursePage, lang: str) -> None:
    from rich.text import Text as Line

    from recourse.terminal import console

    if page.missing:
        console.print()
        console.print(_said("missing", lang), style="underline")
        for _, words in page.missing:
            console.print(Line(f"  {words.of(lang)}"))
    if page.broken:
        console.print(Line(_said("broken", lang, count=page.broken), style="yellow"))


def _show_terms(terms: ContractRead, lang: str) -> None:
    from rich.padding import Padding
    from rich.text import Text as Line

    from recourse.documents import phrases
    from recourse.terminal import console

    topics = [topic for topic in phrases.TOPICS if terms.on(topic)]
    if len(topics) < 2:  # a voucher, not a contract
        return
    console.print()
    console.print(_said("passages", lang), style="underline")
    for topic in topics:
        name, asks, _ = phrases.TOPICS[topic]
        console.print(Line(name.of(lang), style="bold").append(f"  {asks.of(lang)}", style="italic"))
        for one in terms.on(topic)[:4]:
            number = terms.text.count("\n", 0, one.start) + 1
            line = Line(f"{_said('line', lang, line=number)}  ", style="dim")
            console.print(
                Padding(line.append(" ".join(one.of(terms.text).split()), style="default"), (0, 0, 0, 2), expand=False)
            )
    if terms.silent:
        names = ", ".join(phrases.TOPICS[topic][0].of(lang) for topic in terms.silent)
        console.print(Line(_said("silent", lang, topics=names), style="yellow"))


def _show_duties(terms: ContractRead, lang: str, place: str) -> None:
    from rich.table import Table
    from rich.text import Text as Line

    from recourse import places, present
    from recourse.terminal import console

    console.print()
    console.print(_said("duties", lang, place=places.name(place, lang)), style="underline")
    table = Table.grid(padding=(0, 2, 0, 0))
    styles = {"speaks": "green", "partly": "yellow", "nothing": "red"}
    shown: set[tuple[str, str]] = set()
    for one in terms.duties:
        says = present.said(one.said.duty.says, lang)
        if (says, one.state) in shown:  # two rules of a place may rest on the same duty
            continue
        shown.add((says, one.state))
        state = _said("nothing found" if one.state == "nothing" else one.state, lang)
        cite = one.said.duty.cite.article or one.said.held.version.cite.article or one.said.held.rule.id
        table.add_row(Line(state, style=styles.get(one.state, "dim")), says, Line(cite, style="dim"))
    console.print(table)


def _said(name: str, lang: str, **about: object) -> str:
    return SAID[name].of(lang).format(**about)
