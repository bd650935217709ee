"""Takes the example world away: every row that hangs on it, in whatever table, and its files.

Timelines are only added to, and the database refuses to remove their rows: its refusal is lifted for this one
transaction. Nothing that belongs to anybody else is touched, and where the two hang together nothing happens at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from recourse.bilingual import Words
from recourse.desk.example import people
from recourse.desk.models import Case, Exhibit, Institution, Person
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services.cases import NOBODYS
from recourse.problems import Problem
from recourse.work.models import Job, State

Rows = dict[type[models.Model], set[Any]]
TOGETHER = 500  # keys in one statement


def remove() -> dict[str, int]:
    """Remove it; how many rows of each table went. Nothing where it is not there. Raises `Problem`."""
    with of(EVERYTHING), transaction.atomic():
        rows = _hanging(_roots())
        _need_nobodys_else(rows)
        files = [
            name
            for one in Exhibit.objects.filter(pk__in=rows.get(Exhibit, set()))
            for name in (one.stored, *(f"{one.shown}.{page}" for page in range(1, 100) if one.shown))
        ]
        with _unguarded([model._meta.db_table for model in rows]):  # noqa: SLF001 - the name of a table
            for model, keys in rows.items():
                for some in _some(keys):
                    model._base_manager.filter(pk__in=some)._raw_delete("default")  # noqa: SLF001 - no cascade: all is named
        _forget_jobs({str(key) for keys in rows.values() for key in keys})
    for name in files:
        with suppress(FileNotFoundError):
            Path(settings.FILES, name).unlink()
    return {model._meta.label: len(keys) for model, keys in rows.items() if keys}  # noqa: SLF001


def _roots() -> Rows:
    return {
        Institution: set(Institution.objects.filter(example=True).values_list("pk", flat=True)),
        Person: set(Person.objects.filter(email__endswith=NOBODYS).values_list("pk", flat=True)),
        Case: set(Case.objects.filter(example=True).values_list("pk", flat=True)),
    }


def _hanging(rows: Rows) -> Rows:
    """The rows given, and every row that points at one of them, and so on."""
    links, grew = list(_links()), True
    while grew:
        grew = False
        for model, field in links:
            known = rows.get(field.related_model, set())
            for some in _some(known):
                found = set(model._base_manager.filter(**{f"{field.name}__in": some}).values_list("pk", flat=True))  # noqa: SLF001
                new = found - rows.setdefault(model, set())
                rows[model] |= new
                grew = grew or bool(new)
    return {model: keys for model, keys in rows.items() if keys}


def _links() -> Iterator[tuple[type[models.Model], Any]]:
    there = set(connection.introspection.table_names())
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table not in there:  # noqa: SLF001
            continue
        for field in model._meta.concrete_fields:  # noqa: SLF001
            if field.is_relation and field.related_model is not None:
                yield model, field


def _forget_jobs(gone: set[str]) -> None:
    """What waits to be done for them will not be."""
    for job in Job.objects.filter(state=State.WAITING):
        if gone & {*job.args.values(), str(job.institution)}:
            job.delete()


def _need_nobodys_else(rows: Rows) -> None:
    strangers = Institution.objects.filter(pk__in=rows.get(Institution, set()), example=False)
    others = Case.objects.filter(pk__in=rows.get(Case, set()), example=False)
    real = Person.objects.filter(pk__in=rows.get(Person, set())).exclude(email__endswith=NOBODYS)
    for found in (strangers, others, real):
        first = found.first()
        if first is not None:
            raise Problem(
                Words(f"{first} hangs together with the example world", f"“{first}”与示例数据有关联"),
                hint=Words("nothing was removed", "没有删除任何内容"),
            )


def _some(keys: set[Any]) -> Iterator[list[Any]]:
    listed = list(keys)
    for start in range(0, len(listed), TOGETHER):
        yield listed[start : start + TOGETHER]


@contextmanager
def _unguarded(tables: list[str]) -> Iterator[None]:
    """The database's refusals (recourse.desk.security) do not hold for these tables inside of this; then again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _alter(tables, "DISABLE")
            yield
            _alter(tables, "ENABLE")
            return
        marks = ",".join(["%s"] * len(tables))
        cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({marks})", tables)  # noqa: S608
        kept = cursor.fetchall()
        for name, _ in kept:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _, made in kept:
            cursor.execute(made, None)


def _alter(tables: list[str], how: str) -> None:
    """A table with checks left to do cannot be altered; while rows go in any order, checks wait for the end."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" {how} TRIGGER USER')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def left() -> list[str]:
    """Addresses of the world that still have an account: none after `remove`."""
    return sorted(Person.objects.filter(email__in=[one.email for one in people.ALL]).values_list("email", flat=True))
