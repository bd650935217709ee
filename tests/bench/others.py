"""One rule in OpenFisca-core and in zen-engine: run by `against` in an environment of its own, where these are installed.

python others.py ORDERS.json ROUNDS: prints how long each takes for an order, and what it answers.
"""

# ruff: noqa: PLC0415 - what is not installed here is imported where it is used
from __future__ import annotations

import hashlib
import json
import sys
import time
from array import array
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROWS = ("outside", "late", "certificate", "refunded-before", "refund")
WINDOW = 7
RECORDED = "recorded-course"

# The rule as a table of decisions: the first line that fits.
IN_TIME = f"requested_on <= paid_on + {WINDOW} or requested_on <= starts_on + {WINDOW}"
TABLE = [
    (f"kind != '{RECORDED}'", 0), (f"not ({IN_TIME})", 1), ("certificate_issued == true", 2),
    ("earlier_refunds > 0", 3), ("true", 4),
]  # fmt: skip


def by_zen(orders: dict[str, list[Any]], rounds: int) -> tuple[float, list[int]]:
    """Each order is one evaluation, from a dict: what there is to give is a dict."""
    import zen

    rules = [{"_id": str(n), "when": when, "row": str(row)} for n, (when, row) in enumerate(TABLE)]
    table = {
        "hitPolicy": "first", "rules": rules,
        "inputs": [{"id": "when", "name": "when", "type": "expression"}],
        "outputs": [{"id": "row", "field": "row", "name": "row", "type": "expression"}],
    }  # fmt: skip
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "content": {}},
        {"id": "rule", "type": "decisionTableNode", "name": "rule", "content": table},
        {"id": "out", "type": "outputNode", "name": "out", "content": {}},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rule"},
        {"id": "2", "type": "edge", "sourceId": "rule", "targetId": "out"},
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    names = list(orders)
    dicts = [dict(zip(names, row, strict=True)) for row in zip(*orders.values(), strict=True)]
    decide = decision.evaluate
    return timed(lambda: [int(decide(one)["result"]["row"]) for one in dicts], rounds, len(dicts))


def by_openfisca(orders: dict[str, list[Any]], rounds: int) -> tuple[float, list[int]]:
    """All orders at once, in arrays: what there is to give is arrays."""
    import numpy as np
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    order = build_entity("order", "orders", "an order", is_person=True)
    system = TaxBenefitSystem([order])

    def variable(name: str, kind: type, formula: Any = None) -> None:
        members = {"value_type": kind, "entity": order, "definition_period": DateUnit.MONTH, "label": name}
        system.add_variable(type(name, (Variable,), {**members, **({"formula": formula} if formula else {})}))

    for name in ("paid", "paid_on", "starts_on", "requested_on", "earlier_refunds"):
        variable(name, int)
    variable("certificate_issued", bool)
    variable("recorded", bool)

    def row(orders_: Any, period: Any, parameters: Any) -> Any:
        asked = orders_("requested_on", period)
        late = (asked > orders_("paid_on", period) + WINDOW) & (asked > orders_("starts_on", period) + WINDOW)
        tests = [
            ~orders_("recorded", period), late, orders_("certificate_issued", period),
            orders_("earlier_refunds", period) > 0,
        ]  # fmt: skip
        return np.select(tests, [0, 1, 2, 3], default=4)

    variable("row", int, row)
    variable(
        "refund", int, lambda o, period, parameters: np.where(o("row", period) == len(TABLE) - 1, o("paid", period), 0)
    )
    arrays = {name: np.array(column) for name, column in orders.items() if name != "kind"}
    arrays["recorded"] = np.array([kind == RECORDED for kind in orders["kind"]])

    def run() -> Any:
        simulation = SimulationBuilder().build_default_simulation(system, count=len(orders["paid"]))
        for name, column in arrays.items():
            simulation.set_input(name, "2026-05", column)
        simulation.calculate("refund", "2026-05")
        return simulation.calculate("row", "2026-05")

    return timed(run, rounds, len(orders["paid"]))


def timed(run: Callable[[], Any], rounds: int, count: int) -> tuple[float, list[int]]:
    """The least processor nanoseconds for an order, and the rows by which they are decided."""
    found, spent = [], []
    for _ in range(rounds):
        began = time.process_time()
        found = run()
        spent.append(time.process_time() - began)
    return min(spent) / count * 1e9, [int(row) for row in found]


def digest(rows: list[int]) -> str:
    """Names a list of rows."""
    return hashlib.sha256(array("B", rows).tobytes()).hexdigest()[:16]


def main(path: str, rounds: int) -> dict[str, dict[str, Any]]:
    """What each takes and answers."""
    orders = json.loads(Path(path).read_text(encoding="utf-8"))
    found = {}
    for name, package, run in (("OpenFisca", "openfisca-core", by_openfisca), ("zen-engine", "zen-engine", by_zen)):
        nanoseconds, rows = run(orders, rounds)
        found[name] = {"version": version(package), "nanoseconds": nanoseconds, "rows": digest(rows)}
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
