"""What the tests of payouts share: each provider with its far side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bank import SepaBench
from benches import Bench, ManualBench, SandboxBench, StripeBench

BENCHES: dict[str, type[Bench]] = {
    "manual": ManualBench, "sandbox": SandboxBench, "sepa": SepaBench, "stripe": StripeBench,
}  # fmt: skip


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    made = BENCHES[request.param]()
    yield made
    made.close()
