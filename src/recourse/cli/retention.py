"""`recourse retention` and `recourse hold`: what is not to be kept any longer goes; what must be kept longer stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from recourse.bilingual import Words
from recourse.cli.frame import AsJson, Lang, app
from recourse.cli.installation import installation
from recourse.problems import Problem

SAID = {
    "would": Words("Would go now:", "现在将删除："),
    "went": Words("Gone:", "已删除："),
    "nothing": Words("Nothing is due.", "没有到期的内容。"),
    "review": Words(
        "To be looked at again since {day}: the hold on {reference} ({reason})",
        "{day} 起待复核：案件 {reference} 的保全（{reason}）",
    ),
    "held": Words("Held: {reference}, to be looked at again by {day}.", "已保全：{reference}，最迟 {day} 复核。"),
    "lifted": Words("Lifted: {reference} goes when its term is over.", "已解除保全：{reference} 将在期满后删除。"),
}  # fmt: skip


@app.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    terms: Annotated[
        bool, typer.Option("--terms", help="Only print what is kept, why and for how long, as tables.")
    ] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Let go what is not to be kept any longer. The work does it once a day by itself; this does it now.

    A case under a hold stays; holds that nobody looked at in time are named.

    Examples:

    - `recourse retention --terms`
    - `recourse retention --dry-run`
    - `recourse retention --json`
    """
    from recourse.desk.retention import terms as kept

    if terms:
        print(json.dumps(kept.plain(lang), ensure_ascii=False, indent=2) if as_json else kept.printed(lang))
        return
    now = datetime.now(UTC)
    with installation(lang):
        from recourse.desk.retention import due, letting_go

        found = due.everything(now) if dry_run else letting_go.run(at=now)
        review = [(one.case.reference, one.review_on.isoformat(), one.reason) for one in due.to_review(now.date())]
    if as_json:
        data = {"dry_run": dry_run, "classes": [one._asdict() for one in found]}
        holds = [dict(zip(("case", "review_on", "reason"), one, strict=True)) for one in review]
        print(json.dumps({**data, "holds_to_review": holds}, ensure_ascii=False, indent=2))
        return
    there = [one for one in found if one.number]
    print(SAID["nothing" if not there else "would" if dry_run else "went"].of(lang))
    for one in there:
        what = kept.table().classes[one.kept].what.of(lang)
        print(f"- {one.number} · {what}" + (f" ({', '.join(one.named)})" if one.named else ""))
    for reference, day, reason in review:
        print(SAID["review"].of(lang).format(reference=reference, day=day, reason=reason))


@app.command()
def hold(
    reference: Annotated[str, typer.Argument(metavar="CASE", help="The reference of a case: RC-7F3K-9Q2M.")],
    reason: Annotated[str, typer.Option(help="Why it must be kept, or why no longer. It stands in the timeline.")],
    review_on: Annotated[
        str, typer.Option(help="The day by which somebody looks again, within a year: 2027-11-01.")
    ] = "",
    lift: Annotated[bool, typer.Option("--lift", help="The hold ends.")] = False,
    lang: Lang = "en",
) -> None:
    """Keep a case for longer than its term, while a court has it, say. Given again: a review; --lift ends it.

    Examples:

    - `recourse hold RC-7F3K-9Q2M --reason "court case 12 C 34/27" --review-on 2027-11-01`
    - `recourse hold RC-7F3K-9Q2M --lift --reason "judgment is final"`
    """
    now = datetime.now(UTC)
    with installation(lang):
        from recourse import days
        from recourse.desk.models import Case
        from recourse.desk.retention import holds

        case = Case.objects.filter(reference=reference.upper()).first()
        if case is None:
            raise Problem(Words(f"there is no case {reference} here", f"这里没有案件 {reference}"))
        if lift:
            holds.lift(case=case, by=None, reason=reason, at=now)
            print(SAID["lifted"].of(lang).format(reference=case.reference))
            return
        day = datetime.fromordinal(days.parse(review_on)).date()
        held = holds.place(case=case, by=None, reason=reason, review_on=day, at=now)
        print(SAID["held"].of(lang).format(reference=case.reference, day=held.review_on.isoformat()))
