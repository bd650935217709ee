"""`recourse reconcile`: asks the providers about every payout, and says where their record and ours differ."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer

from recourse.bilingual import Words
from recourse.cli.frame import AsJson, Lang, app
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
    "database": Words(
        "the database of this installation is not there or not up to date: start the pages once (`./start`)",
        "本安装的数据库不存在或未更新：请先启动一次网页（`./start`）",
    ),
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
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recourse.web.settings")
    import django
    from django.db import Error as DatabaseTrouble
    from django.db.models import Q

    django.setup()
    from recourse.desk import scope
    from recourse.desk.models import Institution, Payment
    from recourse.payouts.services import elsewhere
    from recourse.work import clock

    try:
        with scope.of(scope.EVERYTHING):  # the operator's command
            # a restored backup may be older than an institution's first account, and have its payments all the same
            paid = Payment.objects.exclude(provider="").values("purchase__institution")
            places = Institution.objects.filter(Q(accounts__isnull=False) | Q(pk__in=paid)).distinct().order_by("slug")
            if institution:
                places = places.filter(slug=institution)
                if not places.exists():
                    raise Problem(SAID["none"])
            found = [_of(place) for place in places]
            recorded = (
                [row for place in places for row in elsewhere.remember(institution=place, at=clock.now())]
                if record
                else []
            )
    except DatabaseTrouble as error:
        raise Problem(SAID["database"].of(lang) + f": {type(error).__name__}") from None
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _tell(found, lang)
        if record:
            print(SAID["recorded"].of(lang).format(count=len(recorded)))
    if any(one["differences"] or one["off"] for one in found):
        raise SystemExit(1)


def _of(place: Any) -> dict[str, Any]:
    from recourse.payouts.services import reporting

    known, lines = reporting.report(place), reporting.compare(place)
    return {
        "institution": place.slug, "open": len(known.open), "alarms": len(known.alarms),
        "unmatched": len(known.unmatched), "off": list(known.off),
        "differences": [
            {"key": str(one.key), "differs": one.differs.value, "ours": one.ours, "theirs": one.theirs} for one in lines
        ],
    }  # fmt: skip


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
