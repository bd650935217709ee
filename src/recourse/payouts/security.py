"""What the database itself holds of payouts: tenants apart, rows that never change, and no more money than there is."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from recourse.desk import security
from recourse.desk.security import Held, among
from recourse.payouts.machine import RESERVES, TABLE

_OWN = among("institutions", "institution_id")
_OF_ACCOUNT = Held(f"account_id IN (SELECT id FROM payouts_account WHERE {_OWN})")
_OF_PAYOUT = Held(f"payout_id IN (SELECT id FROM payouts_payout WHERE {_OWN})")
_SEEN_WITH_CASE = "case_id IN (SELECT id FROM desk_case)"  # by the learner, who cannot write them
TABLES: dict[str, Held] = {
    "payouts_account": Held(_OWN),
    "payouts_award": Held(_OWN, _SEEN_WITH_CASE),
    "payouts_payout": Held(_OWN, _SEEN_WITH_CASE),
    "payouts_approval": _OF_PAYOUT,
    "payouts_event": _OF_PAYOUT,
    "payouts_told": Held(_OWN),
    "payouts_notice": _OF_ACCOUNT,
    "payouts_posting": Held(_OWN),
    "payouts_dispute": _OF_ACCOUNT,
    "payouts_errand": _OF_ACCOUNT,
    "payouts_bankfile": _OF_ACCOUNT,
    "payouts_verdict": _OF_PAYOUT,
    "payouts_reported": Held(f"case_id IN (SELECT id FROM desk_case WHERE {_OWN})"),
    "payouts_infile": Held(f"file_id IN (SELECT id FROM payouts_bankfile WHERE {_OF_ACCOUNT.mine})"),
}
ADDED_ONLY = (
    "payouts_award", "payouts_approval", "payouts_event", "payouts_told", "payouts_notice", "payouts_posting",
    "payouts_infile",
)  # fmt: skip

_RESERVED = ", ".join(f"'{state}'" for state in sorted(RESERVES))
# The arrows of the machine: whatever writes the row, its state goes along one of them or stays.
_ARROWS = " OR ".join(
    f"(OLD.state = '{state}' AND NEW.state = '{to}')"
    for state, to in sorted({(state, move.to) for (state, _), move in TABLE.items()})
)
_SUM = f"COALESCE((SELECT SUM(minor) FROM payouts_payout WHERE {{}} AND state IN ({_RESERVED})), 0)"
_DISPUTED = "payouts_dispute WHERE payment_id = NEW.payment_id AND quarrel"
# Each: what is said, and the condition under which a new payout of ours is refused.
_ON_INSERT = (
    (
        "more than was captured",
        f"NEW.payment_id IS NOT NULL AND (SELECT minor FROM desk_payment WHERE id = NEW.payment_id)"
        f" < NEW.minor + {_SUM.format('payment_id = NEW.payment_id')}"
        f" + COALESCE((SELECT SUM(minor) FROM {_DISPUTED} <> 'won'), 0)",
    ),
    ("the payment is disputed", f"EXISTS (SELECT 1 FROM {_DISPUTED} = 'open')"),
    (
        "another currency than the payment",
        "EXISTS (SELECT 1 FROM desk_payment WHERE id = NEW.payment_id AND currency <> NEW.currency)",
    ),
    (
        "more than was awarded",
        "(SELECT minor + interest_minor FROM payouts_award WHERE id = NEW.award_id)"
        f" < NEW.minor + {_SUM.format('case_id = NEW.case_id')}",
    ),
    (
        "an award of another case",
        "NOT EXISTS (SELECT 1 FROM payouts_award WHERE id = NEW.award_id AND case_id = NEW.case_id"
        " AND currency = NEW.currency AND institution_id = NEW.institution_id)",
    ),
)
_ON_UPDATE = (
    (
        "what a payout is of never changes",
        "NEW.id <> OLD.id OR NEW.minor <> OLD.minor OR NEW.currency <> OLD.currency OR NEW.route <> OLD.route"
        " OR NEW.account_id <> OLD.account_id OR NEW.institution_id <> OLD.institution_id"
        " OR NEW.external <> OLD.external OR NEW.two_people <> OLD.two_people"
        " OR COALESCE(NEW.payment_id <> OLD.payment_id, false) OR COALESCE(NEW.case_id <> OLD.case_id, false)"
        " OR COALESCE(NEW.award_id <> OLD.award_id, false) OR COALESCE(NEW.planned_by_id <> OLD.planned_by_id, false)",
    ),
    ("no such step", f"NEW.state <> OLD.state AND NOT ({_ARROWS})"),
    (
        "the payment is disputed",
        f"OLD.state = 'planned' AND NEW.state = 'sending' AND EXISTS (SELECT 1 FROM {_DISPUTED} = 'open')",
    ),
    (
        "nobody released it",
        "OLD.state = 'planned' AND NEW.state NOT IN ('planned', 'cancelled') AND NOT EXISTS (SELECT 1 FROM"
        " payouts_approval WHERE payout_id = NEW.id AND by_id = NEW.released_by_id"
        " AND planned_by_id = NEW.planned_by_id"
        " AND minor = NEW.minor AND currency = NEW.currency AND (two_people OR NOT NEW.two_people))",
    ),
)


def _other(*columns: str) -> str:
    """The condition that one of these columns changes."""
    return " OR ".join(
        f"COALESCE(NEW.{one} <> OLD.{one}, (NEW.{one} IS NULL) <> (OLD.{one} IS NULL))" for one in columns
    )


# When the term of the books is over, bytes are emptied; who brought them a second time is written beside them once.
_WORDS = "(NEW.body <> OLD.body AND length(NEW.body) > 0)"
_ON_TOLD = (
    (
        "rows of payouts_told are only added",
        f"{_other('id', 'made_at', 'account_id', 'institution_id', 'number', 'digest', 'by_id')} OR {_WORDS}"
        f" OR (OLD.second_id IS NOT NULL AND {_other('second_id')})",
    ),
)
_ON_FILE = (("the bytes of a file never change", f"{_other('id', 'made_at', 'account_id', 'name')} OR {_WORDS}"),)
_REFUSED = (
    ("payouts_payout", "insert", _ON_INSERT),
    ("payouts_payout", "update", _ON_UPDATE),
    ("payouts_told", "update", _ON_TOLD),
    ("payouts_bankfile", "update", _ON_FILE),
)


def hold(editor: BaseDatabaseSchemaEditor) -> None:
    """All of it, for the tables there are; those made by later migrations are held there."""
    there = editor.connection.introspection.table_names()
    security.hold(editor, {table: held for table, held in TABLES.items() if table in there})
    keep(editor)


def keep(editor: BaseDatabaseSchemaEditor) -> None:
    """The triggers."""
    security.only_add(editor, ADDED_ONLY, ())
    security.let_go(editor, (), ("payouts_told",))  # nothing is removed of it; what may change stands above
    for table, act, refusals in _REFUSED:
        _refuse(editor, table, act, refusals)


def let_go(editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers back: for removing the example world, and for tests that empty their tables."""
    security.let_go(editor, ADDED_ONLY, ())
    for table, act, _ in _REFUSED:
        on = "" if editor.connection.vendor == "sqlite" else f" ON {table}"
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_{act}{on}")


def _refuse(editor: BaseDatabaseSchemaEditor, table: str, act: str, refusals: tuple[tuple[str, str], ...]) -> None:
    name, ours = f"{table}_{act}", "NOT NEW.external" if act == "insert" else "true"
    if editor.connection.vendor == "sqlite":
        lines = "".join(f" SELECT RAISE(ABORT, 'payout: {said}') WHERE {where};" for said, where in refusals)
        editor.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {ours} BEGIN{lines} END", params=None)
        return
    # Two that look at the same time would both find room: the rows they look at are held first.
    lines = (
        "PERFORM 1 FROM desk_case WHERE id = NEW.case_id FOR UPDATE;"
        " PERFORM 1 FROM desk_payment WHERE id = NEW.payment_id FOR UPDATE;" if act == "insert" else ""
    )  # fmt: skip
    lines += "".join(
        f" IF {where} THEN RAISE EXCEPTION 'payout: {said}' USING ERRCODE = 'check_violation'; END IF;"
        for said, where in refusals
    )
    editor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {ours} THEN {lines}"
        " END IF; RETURN NEW; END $$",
        params=None,
    )
    editor.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()", params=None)
