"""A bundle with stamps and one without, made once; and what the reader trusts."""

from __future__ import annotations

import authority
import pytest
import sealing
from sealing import DAY, SEALED, Bag


@pytest.fixture(scope="session")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Bag:
    folder = tmp_path_factory.mktemp("bundles")
    stamping = sealing.Stamping(
        authority.authority("ours", SEALED - 100 * DAY, SEALED + 365 * DAY),
        authority.authority("a stranger", SEALED - 100 * DAY, SEALED + 365 * DAY),
    )
    (folder / "key.pem").write_bytes(sealing.KEY.public.pem)
    (folder / "ca.pem").write_bytes(stamping.ours.pem)
    sealing.stamped(folder / "stamped", stamping)
    sealing.plain(folder / "plain")
    return Bag(folder / "stamped", folder / "plain", folder / "key.pem", folder / "ca.pem", stamping)
