"""`recourse work`: does what is due, beside the pages or on any machine that reaches their database."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from recourse.bilingual import Words
from recourse.cli.frame import AsJson, Lang, app
from recourse.problems import Problem

if TYPE_CHECKING:
    from recourse.work.health import Health

SAID = {
    "working": Words(
        "Working, {workers} at a time (Ctrl+C: finish what is in hand, then stop).",
        "正在处理任务，同时 {workers} 个（按 Ctrl+C：完成手头任务后停止）。",
    ),
    "once": Words("Jobs done: {done}", "已处理任务：{done}"),
    "counts": Words(
        "waiting {waiting}, of these in hand {held}, to be tried again {retrying}; dead {dead}; done {done}",
        "等待 {waiting}，其中处理中 {held}、待重试 {retrying}；失败停止 {dead}；已完成 {done}",
    ),
    "due": Words("due for {late} seconds, since {oldest_due}", "最早到期的任务已等待 {late} 秒（{oldest_due} 起）"),
    "late": Words("Nobody is working: start `recourse work`.", "没有进程在处理任务：请运行 `recourse work`。"),
    "none": Words(
        "the database of this installation is not there or not up to date: start the pages once (`./start`)",
        "本安装的数据库不存在或未更新：请先启动一次网页（`./start`）",
    ),
}


@app.command("work")
def work_(
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many work at the same time.")] = 1,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then stop.")] = False,
    health: Annotated[
        bool, typer.Option("--health", help="Only say how the work is going; exit code 1 if nobody does it.")
    ] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Do the work that waits: deadlines, mail, payouts. Any number of these may run; `./start` runs one by itself.

    The installation is the one that RECOURSE_HOME and RECOURSE_DATABASE name, as for the pages.

    Examples:

    - `recourse work --workers 4`
    - `recourse work --health --json`
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recourse.web.settings")
    import django
    from django.db import Error as DatabaseTrouble

    django.setup()
    from recourse.work import clock, crew, queue, worker
    from recourse.work import health as state

    queue.tasks()
    try:
        if health:
            _tell(state.health(clock.now()), lang, as_json=as_json)
        elif once:
            done = worker.drain()
            print(json.dumps({"done": done}) if as_json else SAID["once"].of(lang).format(done=done))
    except DatabaseTrouble as error:
        raise Problem(SAID["none"].of(lang) + f": {type(error).__name__}") from None
    if health or once:
        return
    print(SAID["working"].of(lang).format(workers=workers), flush=True)
    if workers == 1:
        worker.run(worker.until_told())
    else:
        crew.run(workers)


def _tell(found: Health, lang: str, *, as_json: bool) -> None:
    values = found.to_json()
    if as_json:
        print(json.dumps(values, indent=2))
    else:
        print(SAID["counts"].of(lang).format(**values))
        if found.oldest_due is not None:
            print(SAID["due"].of(lang).format(**values))
        if not found.well:
            print(SAID["late"].of(lang))
    if not found.well:
        raise SystemExit(1)
