"""The bodies that a case was taken to, and what each of them answered, as its timeline tells it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from recourse.desk.models import Case, Opening
from recourse.desk.stages import Stage

TURNED, ANSWERED = "escalated", "body-answered"
HELPED = frozenset({"paid", "agreed"})  # of services.onward.Outcome


def answers(told: Iterable[tuple[str, Mapping[str, Any] | None]]) -> dict[str, str]:
    """Each body with the outcome of its answer, "" while it has not answered; the one turned to last is the last.

    `told` are kinds and bodies of entries, oldest first.
    """
    found: dict[str, str] = {}
    for kind, body in told:
        name = str((body or {}).get("body", ""))
        if kind == TURNED:
            found.pop(name, None)  # turned to once more: its answer is to come
            found[name] = ""
        elif kind == ANSWERED and name in found:
            found[name] = str((body or {}).get("outcome", ""))
    return found


def helpless(answered: Mapping[str, str]) -> bool:
    """Whether those that were turned to have all answered, and the last word was no help."""
    said = list(answered.values())
    return bool(said) and all(said) and said[-1] not in HELPED


def without_help(cases: Iterable[Case]) -> set[UUID]:
    """Of these cases, those that stand so; one query, and none where nothing was taken to anybody."""
    some = [case.pk for case in cases if case.stage in (Stage.ESCALATED, Stage.DECIDED)]
    if not some:
        return set()
    rows = Opening.objects.filter(entry__case__in=some, entry__kind__in=(TURNED, ANSWERED), entry__inner=False)
    told: dict[UUID, list[tuple[str, Mapping[str, Any] | None]]] = {}
    for case, kind, body in rows.order_by("entry__seq").values_list("entry__case_id", "entry__kind", "body"):
        told.setdefault(case, []).append((kind, json.loads(bytes(body))))
    return {case for case, entries in told.items() if helpless(answers(entries))}
