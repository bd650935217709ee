"""The far side of the sandbox: a payment provider that lives in one SQLite file or in memory, and misbehaves as told.

Everything follows from what is stored and from the clock that is given: a refund is a row with the phases that it will
go through, so that nothing has to run for time to pass, and a killed process on our side changes nothing on this one.
"""

import json
import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

from recourse.money import Money

FORGETS_AFTER = 24 * 3600  # seconds for which a key is remembered
SETTLES_AFTER = 3600  # from waiting to done
FAILS_AFTER = 3 * 86400  # from paid to failed after all


class Fault(StrEnum):
    """What can go wrong with one call."""

    TIMEOUT_BEFORE = "times out, and did nothing"
    TIMEOUT_AFTER = "times out after paying"
    UNAVAILABLE = "answers 503, and did nothing"
    UNAVAILABLE_AFTER = "answers 503 after paying"
    WAITS = "waits, then pays"
    WAITS_THEN_FAILS = "waits, then fails"
    NEEDS_PAYEE = "waits for the payee, then cancels"
    NO_BALANCE = "waits for our balance, then pays"
    FAILS_LATE = "pays, and fails days later"
    REFUSES = "refuses"
    STRANGE_WORD = "says a word that nobody knows, then pays"
    OTHER_AMOUNT = "pays another amount"
    TELLS_TWICE = "sends every notice twice"
    OUT_OF_ORDER = "sends the newest notice first"
    FORGETS = "forgets the key at once"


_PHASES: Mapping[Fault, tuple[tuple[int, str], ...]] = {
    Fault.WAITS: ((0, "waiting"), (SETTLES_AFTER, "paid")),
    Fault.WAITS_THEN_FAILS: ((0, "waiting"), (SETTLES_AFTER, "failed")),
    Fault.NEEDS_PAYEE: ((0, "needs-payee"), (SETTLES_AFTER, "cancelled")),
    Fault.NO_BALANCE: ((0, "needs-balance"), (SETTLES_AFTER, "paid")),
    Fault.FAILS_LATE: ((0, "paid"), (FAILS_AFTER, "failed")),
    Fault.STRANGE_WORD: ((0, "teleported"), (SETTLES_AFTER, "paid")),
}
_GONE = ("failed", "cancelled")  # phases whose money is here again


class NoAnswer(OSError):
    """The far side did not answer: a time-out, or an error of its server."""


class Refuses(Exception):
    """The far side's definite no: nothing was made by this call."""


class Refund(NamedTuple):
    """A refund on the far side, as it stands now."""

    id: str
    key: str
    payment: str
    money: Money
    word: str


class World:
    """One provider's whole world. Safe for several threads and processes on one file.

    `script` says what goes wrong with each call that would make a refund, in order, over the life of the file; after
    its end `rates` (fault: chance of 1000) do, drawn from `seed` and the number of the call. What was planned for a key
    comes before both, once.
    """

    def __init__(
        self,
        now: Callable[[], int],
        path: Path | None = None,
        *,
        script: Sequence[frozenset[Fault]] = (),
        rates: Mapping[Fault, int] | None = None,
        seed: int = 0,
    ) -> None:
        self._now, self._script, self._seed = now, tuple(script), seed
        self._rates = dict(rates or {})
        self._lock = RLock()
        self.down = False  # when true, nothing is answered and nothing done
        self._rows = sqlite3.connect(path or ":memory:", timeout=60, isolation_level=None, check_same_thread=False)
        self._rows.executescript(
            "CREATE TABLE IF NOT EXISTS payment (reference TEXT PRIMARY KEY, minor INTEGER, currency TEXT);"
            "CREATE TABLE IF NOT EXISTS call (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT);"
            "CREATE TABLE IF NOT EXISTS refund (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT, payment TEXT,"
            " minor INTEGER, currency TEXT, made_at INTEGER, phases TEXT, faults TEXT);"
            "CREATE TABLE IF NOT EXISTS planned (key TEXT PRIMARY KEY, fault TEXT);"
        )

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()

    def capture(self, reference: str, money: Money) -> None:
        """A learner paid."""
        self._rows.execute("INSERT OR IGNORE INTO payment VALUES (?,?,?)", (reference, money.minor, money.currency))

    def plan(self, key: str, fault: Fault) -> None:
        """What goes wrong with the next call for a key."""
        self._rows.execute("INSERT OR REPLACE INTO planned VALUES (?,?)", (key, fault.value))

    def refund(self, key: str, payment: str, money: Money) -> Refund:
        """Make a refund, or find the one of the same key. Raises `NoAnswer` and `Refuses`."""
        self._up()
        with self._lock:
            self._rows.execute("BEGIN IMMEDIATE")
            try:
                faults = self._faults(key)
                made = (
                    None
                    if faults & {Fault.TIMEOUT_BEFORE, Fault.UNAVAILABLE}
                    else self._make(key, payment, money, faults)
                )
            except Refuses:
                self._rows.execute("COMMIT")  # the call is counted
                raise
            except BaseException:
                self._rows.execute("ROLLBACK")
                raise
            self._rows.execute("COMMIT")
        if made is None or faults & {Fault.TIMEOUT_AFTER, Fault.UNAVAILABLE_AFTER}:
            raise NoAnswer("503" if faults & {Fault.UNAVAILABLE, Fault.UNAVAILABLE_AFTER} else "timed out")
        return made

    def find(self, key: str) -> list[Refund]:
        """Every refund that was made with a key, the first one first: what is stored with a refund is not forgotten.

        Raises `NoAnswer`.
        """
        self._up()
        rows = self._rows.execute("SELECT * FROM refund WHERE key = ? ORDER BY number", (key,))
        return [self._seen(row) for row in rows.fetchall()]

    def listed(self) -> list[Refund]:
        """Every refund there is. Raises `NoAnswer`."""
        self._up()
        return self.all()

    def all(self) -> list[Refund]:
        """As `listed`, for those who look from outside: it answers always."""
        return [self._seen(row) for row in self._rows.execute("SELECT * FROM refund ORDER BY number").fetchall()]

    def calls(self) -> int:
        """How often a refund was asked for."""
        return int(self._rows.execute("SELECT count(*) FROM call").fetchone()[0])

    def notices(self) -> list[dict[str, Any]]:
        """What was sent to us of itself up to now, in the order in which it arrives."""
        sent: list[dict[str, Any]] = []
        for row in self._rows.execute("SELECT * FROM refund ORDER BY number").fetchall():
            number, key, payment, _, _, made_at, phases, faults = row
            told = [
                {
                    "id": f"n{number}-{place}",
                    "key": key,
                    "refund": f"r{number}",
                    "payment": payment,
                    "word": word,
                    "at": made_at + after,
                }
                for place, (after, word) in enumerate(json.loads(phases))
                if made_at + after <= self._now()
            ]
            if Fault.OUT_OF_ORDER.value in faults:
                told.reverse()
            sent += [one for one in told for _ in range(2 if Fault.TELLS_TWICE.value in faults else 1)]
        return sent

    def _up(self) -> None:
        if self.down:
            raise NoAnswer("no connection")

    def _make(self, key: str, payment: str, money: Money, faults: frozenset[Fault]) -> Refund:
        earlier = self._rows.execute(
            "SELECT * FROM refund WHERE key = ? AND made_at > ? AND faults NOT LIKE ? ORDER BY number",
            (key, self._now() - FORGETS_AFTER, f"%{Fault.FORGETS.value}%"),
        ).fetchone()
        if earlier is not None:
            if earlier[2:5] != (payment, money.minor, money.currency) and Fault.OTHER_AMOUNT.value not in earlier[7]:
                raise Refuses("the key was used for something else")
            return self._seen(earlier)
        self._check(payment, money, faults)
        phases = next((_PHASES[fault] for fault in Fault if fault in faults and fault in _PHASES), ((0, "paid"),))
        minor = money.minor - 1 if Fault.OTHER_AMOUNT in faults and money.minor > 1 else money.minor
        row = self._rows.execute(
            "INSERT INTO refund (key, payment, minor, currency, made_at, phases, faults) VALUES (?,?,?,?,?,?,?)"
            " RETURNING *",
            (key, payment, minor, money.currency, self._now(), json.dumps(phases), json.dumps(sorted(faults))),
        ).fetchone()
        return self._seen(row)

    def _check(self, payment: str, money: Money, faults: frozenset[Fault]) -> None:
        captured = self._rows.execute("SELECT minor, currency FROM payment WHERE reference = ?", (payment,)).fetchone()
        if captured is None or captured[1] != money.currency:
            raise Refuses("no such payment")
        if Fault.REFUSES in faults:
            raise Refuses("not today")
        rows = self._rows.execute("SELECT * FROM refund WHERE payment = ?", (payment,)).fetchall()
        back = sum(one.money.minor for one in map(self._seen, rows) if one.word not in _GONE)
        if not 0 < money.minor <= captured[0] - back:
            raise Refuses("more than was captured")

    def _seen(self, row: tuple[Any, ...]) -> Refund:
        number, key, payment, minor, currency, made_at, phases, _ = row
        word = next(
            word for after, word in reversed(json.loads(phases)) if made_at + after <= max(self._now(), made_at)
        )
        return Refund(f"r{number}", key, payment, Money(minor, currency), word)

    def _faults(self, key: str) -> frozenset[Fault]:
        number = self._rows.execute("INSERT INTO call (key) VALUES (?)", (key,)).lastrowid or 0
        planned = self._rows.execute("DELETE FROM planned WHERE key = ? RETURNING fault", (key,)).fetchall()
        if planned:
            return frozenset({Fault(planned[0][0])})
        if number <= len(self._script):
            return self._script[number - 1]
        chance = random.Random(f"{self._seed}:{number}")  # noqa: S311 - what goes wrong, not a secret
        return frozenset(fault for fault in Fault if chance.randrange(1000) < self._rates.get(fault, 0))
