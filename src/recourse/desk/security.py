"""What the database itself holds of the rules: row-level security (PostgreSQL), and tables that are only added to.

The scope is told to PostgreSQL by recourse.desk.scope. A superuser of the database is above these rules: the desk's own
role must not be one. SQLite has no such security; there, the managers alone keep tenants apart.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PERSON = "NULLIF(current_setting('recourse.person', true), '')::uuid"
EVERYTHING = "current_setting('recourse.everything', true) = 'on'"


def among(name: str, column: str) -> str:
    """That a column names one of the scope's own: its `institutions`, or its `cases`."""
    listed = f"string_to_array(NULLIF(current_setting('recourse.{name}', true), ''), ',')::uuid[]"
    return f"{column} = ANY({listed})"


class Held(NamedTuple):
    """Who may see and write the rows of a table, and which of them everybody may see."""

    mine: str
    public: str = ""


_OF_CASE = Held("case_id IN (SELECT id FROM desk_case)")
_OF_PURCHASE = Held("purchase_id IN (SELECT id FROM desk_purchase)")
_PUBLISHED = Held(among("institutions", "institution_id"), "published_at IS NOT NULL")
_OF_COURSE = "course_id IN (SELECT id FROM desk_course WHERE {})"
_OWN_COURSE = _OF_COURSE.format(among("institutions", "institution_id"))
TABLES: dict[str, Held] = {
    "desk_institution": Held(among("institutions", "id"), "open"),
    "desk_membership": Held(f"{among('institutions', 'institution_id')} OR person_id = {PERSON}"),
    "desk_invitation": Held(among("institutions", "institution_id")),
    "desk_course": Held(among("institutions", "institution_id"), "published"),
    "desk_offer": Held(_OWN_COURSE, _OF_COURSE.format("published")),
    "desk_contract": _PUBLISHED,
    "desk_policy": _PUBLISHED,
    "desk_process": _PUBLISHED,
    "desk_question": Held(f"{_OWN_COURSE} OR asked_by_id = {PERSON}", "answered_at IS NOT NULL"),
    "desk_purchase": Held(
        f"{among('institutions', 'institution_id')} OR learner_id = {PERSON}"
        " OR id IN (SELECT purchase_id FROM desk_case)"
    ),
    "desk_payment": _OF_PURCHASE,
    "desk_progress": _OF_PURCHASE,
    "desk_case": Held(f"{among('institutions', 'institution_id')} OR learner_id = {PERSON} OR {among('cases', 'id')}"),
    "desk_mandate": Held(
        f"{among('institutions', 'organisation_id')} OR learner_id = {PERSON} OR {among('cases', 'case_id')}"
    ),
    "desk_assessment": _OF_CASE,
    "desk_decision": _OF_CASE,
    "desk_deadline": _OF_CASE,
    "desk_message": _OF_CASE,
    "desk_exhibit": _OF_CASE,
    "desk_link": _OF_CASE,
    "desk_hold": _OF_CASE,
    "desk_entry": _OF_CASE,
    "desk_savedview": Held(among("institutions", "institution_id")),
    "desk_savedtext": Held(among("institutions", "institution_id")),
    "desk_opening": Held("entry_id IN (SELECT id FROM desk_entry)"),
}
# Rows of these are never changed; those of the first list never removed either. Those of the second may be erased when
# their term is over (recourse.desk.retention); the timeline says so, and the audit finds what went without a word.
ADDED_ONLY = ("desk_entry", "desk_leaf")
UNCHANGED = ("desk_opening", "desk_assessment")
# What money was paid by stays, without its words: such a column may be emptied to the checksum that stands beside it.
EMPTIED = {"desk_assessment": ("answer", "digest")}


def hold(editor: BaseDatabaseSchemaEditor, tables: dict[str, Held]) -> None:
    """Put row-level security on the tables; nothing but PostgreSQL knows it."""
    if editor.connection.vendor != "postgresql":
        return
    for table, held in tables.items():
        mine = f"{EVERYTHING} OR {held.mine}"
        editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        editor.execute(f"CREATE POLICY own ON {table} USING ({mine}) WITH CHECK ({mine})")
        if held.public:
            editor.execute(f"CREATE POLICY published ON {table} FOR SELECT USING ({held.public})")


def only_add(editor: BaseDatabaseSchemaEditor, added: tuple[str, ...], unchanged: tuple[str, ...]) -> None:
    """Let the database refuse to change (and, for `added`, to remove) rows."""
    for table in (*added, *unchanged):
        for act in ("UPDATE", "DELETE") if table in added else ("UPDATE",):
            _refuse(editor, table, act)


def let_go(editor: BaseDatabaseSchemaEditor, added: tuple[str, ...], unchanged: tuple[str, ...]) -> None:
    """Take back what `only_add` did: for removing the example world, and for tests that empty their tables."""
    for table in (*added, *unchanged):
        for act in ("update", "delete") if table in added else ("update",):
            if editor.connection.vendor == "sqlite":
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}")
                continue
            for each in ("row", "statement"):
                editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}_{each} ON {table}")


def _refuse(editor: BaseDatabaseSchemaEditor, table: str, act: str) -> None:
    name = f"{table}_no_{act.lower()}"
    when = f"WHEN (NOT ({_emptied(editor, table)}))" if act == "UPDATE" and table in EMPTIED else ""
    if editor.connection.vendor == "sqlite":
        said = f"rows of {table} are only added"
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{said}'); END",
            params=None,
        )
        return
    editor.execute(
        "CREATE OR REPLACE FUNCTION desk_only_add() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME; END $$",
        params=None,
    )
    for event, each in ((act, "ROW"), *((("TRUNCATE", "STATEMENT"),) if act == "DELETE" else ())):
        editor.execute(
            f"CREATE TRIGGER {name}_{each.lower()} BEFORE {event} ON {table}"
            f" FOR EACH {each} {when} EXECUTE FUNCTION desk_only_add()"
        )


def _emptied(editor: BaseDatabaseSchemaEditor, table: str) -> str:
    """The condition that a change empties the column, and changes nothing else."""
    column, checksum = EMPTIED[table]
    if editor.connection.vendor != "sqlite":
        others = " = ".join(f"to_jsonb({row}) - '{column}'" for row in ("NEW", "OLD"))
        return f"{others} AND NEW.{column} = jsonb_build_object('{checksum}', OLD.{checksum})"
    with editor.connection.cursor() as cursor:
        there = [one.name for one in editor.connection.introspection.get_table_description(cursor, table)]
    same = "".join(f" AND NEW.{name} IS OLD.{name}" for name in there if name != column)
    return f"json(NEW.{column}) = json_object('{checksum}', OLD.{checksum}){same}"
