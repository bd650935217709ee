"""Runs the tests that touch the database on PostgreSQL: `python tests/on_postgres.py [...]`; what follows goes to pytest.

The cluster is the tests' own. The desk's role is no superuser, who would be above row-level security.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import postgres

ROOT = Path(__file__).parent.parent
TOUCHING = ["tests/desk"]  # the room whose tests use the database; those of the work bring both databases themselves


def main(args: list[str]) -> int:
    """The exit code of pytest; 0, with a word, where no cluster can be made."""
    if not postgres.there():
        print(f"on PostgreSQL: left out ({postgres.MISSING})", flush=True)
        return 0
    import psycopg

    with postgres.a_cluster() as cluster:
        with psycopg.connect(host=str(cluster.folder), user="postgres", dbname="postgres", autocommit=True) as admin:
            admin.execute("CREATE ROLE recourse LOGIN CREATEDB")
            admin.execute("CREATE DATABASE recourse OWNER recourse")
        os.environ["RECOURSE_DATABASE"] = f"postgres://recourse@/recourse?host={cluster.folder}"
        print("on PostgreSQL:", flush=True)
        spread = ["-n", str(min(os.cpu_count() or 1, 8)), "--dist", "worksteal"]
        return subprocess.call(
            [sys.executable, "-m", "pytest", "-m", "not bench and not browser", *spread, *TOUCHING, *args], cwd=ROOT
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
