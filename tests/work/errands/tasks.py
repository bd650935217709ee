"""Errands: each writes to the table `trace` that it was done."""

import os
import time
from uuid import UUID

from django.db import connection, transaction

from recourse.work import crash
from recourse.work.queue import task
from recourse.work.worker import Turn

TABLES = (
    "CREATE TABLE IF NOT EXISTS trace (name varchar(20) NOT NULL, id char(36) NOT NULL, pid integer NOT NULL)",
    "CREATE TABLE IF NOT EXISTS once (id char(36) PRIMARY KEY)",
)


def leave(name: str, key: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO trace VALUES (%s, %s, %s)", [name, str(key), os.getpid()])


def traces(name: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM trace WHERE name = %s", [name])
        return [str(row[0]) for row in cursor.fetchall()]


@task("errand.plain", lease=30)
def plain(key: UUID) -> None:
    """Leaves a trace each time it is called."""
    leave("plain", key)


@task("errand.keyed", lease=30)
def keyed(key: UUID) -> None:
    """What it does carries a key, so doing it again is nothing; the calls are counted all the same."""
    leave("call", key)
    crash.at("in-task")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO once VALUES (%s) ON CONFLICT DO NOTHING", [str(key)])


@task("errand.together", lease=30, takes_context=True)
def together(turn: Turn, key: UUID) -> None:
    """Has no key, but is kept together with the end of its job."""
    with transaction.atomic():
        leave("together", key)
        turn.finish()
        crash.at("task-uncommitted")
    crash.at("task-committed")


@task("errand.slow", lease=30)
def slow(key: UUID) -> None:
    """Takes a second, and says when it begins and when it has ended."""
    leave("begun", key)
    time.sleep(1)
    leave("ended", key)


@task("errand.hangs", lease=1, most=3, takes_context=True)
def hangs(turn: Turn, key: UUID) -> None:
    """Asks for more time once, then waits for an answer that never comes, and takes no error for one."""
    leave("hangs", key)
    turn.renew()
    while True:
        try:
            time.sleep(60)
        except Exception:  # noqa: BLE001 - as careless code does
            continue


@task("errand.broken", lease=30, most=3)
def broken(key: UUID) -> None:
    """Goes wrong, and says whose data it had in hand."""
    raise ValueError(f"somebody@example.org {key}")


@task("errand.deadly", lease=30, most=3)
def deadly(key: UUID) -> None:
    """Takes its worker with it."""
    leave("deadly", key)
    os.kill(os.getpid(), 9)


@task("errand.fragile", lease=1, takes_context=True)
def fragile(turn: Turn, key: UUID) -> None:
    """The first time, two of ten take their worker with them before and one after, and two fail."""
    fate = key.int % 10 if turn.attempt == 1 else 9
    if fate in (0, 1):
        os.kill(os.getpid(), 9)
    if fate in (2, 3):
        raise TimeoutError
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO once VALUES (%s) ON CONFLICT DO NOTHING", [str(key)])
    if fate == 4:
        os.kill(os.getpid(), 9)
