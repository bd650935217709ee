"""`recourse reconcile`: asks the providers about every payout, and says where their record and ours differ."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from recourse.bilingual import Words
from recourse.cli.frame import AsJson, Lang, app
from recourse.cli.installation import installation as installed
from recourse.problems import Problem

SAID = {
    "same": Words("{name}: no difference.", "{name}：无差异。"),
    "line": Words("{name}: {key}: {differs} (ours: {ours}; theirs: {theirs})",
                  "{name}：{key}：{differs}（我方：{ours}；对方：{theirs}）"),
    "off": Words("{name}: postings and payouts disagree: {off}", "{name}：分录与付款不一致：{off}"),
    "open": Words("{name}: open payouts {open}, alarms {alarms}, made elsewhere and of no case {unmatched}",
                  "{name}：未完成的付款 {open}，警报 {alarms}，在别处完成且未对应案件 {unmatched}"),
    "recorded": Words("put on record, as made elsewhere: {count}", "已登记为在别处完成：{count}"),
    "none": Words("there is no institution of that name in its address", "没有使用该地址名称的机构"),
}  # fmt: skip


@app.command("reconcile")
def reconcile(
    institution: Annotated[str, typer.Option(help="Only the institution of this name in its address.")] = "",
    record: Annotated[
        bool,
        typer.Option("--record", help="Put paid refunds that our record has forgotten among those made elsewhere."),
    ] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Compare what the providers have with what we have, payout by payout. Moves no money.

    Without --record it changes nothing. After an older backup was restored, run it with --record before the workers are
    started: what was paid and forgotten is then not planned again. Exit code 1 where anything differed, and where a
    provider could not be asked.

    Examples:

    - `recourse reconcile`
    - `recourse reconcile --institution nordlicht --json`
    - `recourse reconcile --record`
    """
    with installed(lang):
        from django.db.models import Q

        from recourse.desk.models import Institution, Payment

        # a restored backup may be older than an institution's first account, and have its payments all the same
        paid = Payment.objects.exclude(provider="").values("purchase__institution")
        places = Institution.objects.filter(Q(accounts__isnull=False) | Q(pk__in=paid)).distinct().order_by("slug")
        if institution:
            places = places.filter(slug=institution)
            if not places.exists():
                raise Problem(SAID["none"])
        found = [_of(place, record=record) for place in places]
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _tell(found, lang)
        if record:
            print(SAID["recorded"].of(lang).format(count=sum(one["recorded"] for one in found)))
    if any(one["differences"] or one["off"] for one in found):
        raise SystemExit(1)


def _of(place: Any, *, record: bool) -> dict[str, Any]:
    from recourse.payouts.services import comparing, elsewhere, reporting
    from recourse.work import clock

    known, compared = reporting.report(place), comparing.compare(place)
    found = {
        "institution": place.slug, "open": len(known.open), "alarms": len(known.alarms),
        "unmatched": len(known.unmatched), "off": list(known.off),
        "differences": [
            {"key": str(one.key) if one.key else None, "differs": one.differs.value, "ours": one.ours,
             "theirs": one.theirs}
            for one in compared.differences
        ],
    }  # fmt: skip
    if record:
        found["recorded"] = len(elsewhere.remember(institution=place, lost=compared.forgotten, at=clock.now()))
    return found


def _tell(found: list[dict[str, Any]], lang: str) -> None:
    for one in found:
        name = one["institution"]
        for line in one["differences"]:
            print(SAID["line"].of(lang).format(name=name, **line))
        if one["off"]:
            print(SAID["off"].of(lang).format(name=name, off="; ".join(one["off"])))
        if not one["differences"] and not one["off"]:
            print(SAID["same"].of(lang).format(name=name))
        print(SAID["open"].of(lang).format(**{**one, "name": name}))
