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
WALKED = [f"tests/browser/test_browser_{name}.py" for name in ("institution", "learner_asks", "money", "walks")]
# Left out is what cannot differ here: pure parts, and words of pages and mails. What writes or asks is tried on both,
# every page is opened by each role (access/test_matrix.py), every call is sent everything (api/test_description.py).
# A new file is tried on both until somebody names it here; names without a file are refused.
ALIKE = [
    "api/test_guide.py", "api/test_public.py", "checking/test_check.py", "checking/test_questions.py",
    "payouts/test_telling.py", "proof/test_documented.py", "retention/test_terms.py", "setting_up/test_policy_text.py",
    "setting_up/test_terms.py", "test_pages.py", "test_stages.py",
]  # fmt: skip


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
            _migrate(cluster.folder)
            workers = min(os.cpu_count() or 1, 8)
            for worker in range(workers):  # the names that pytest-django gives them
                admin.execute(f"CREATE DATABASE test_recourse_gw{worker} TEMPLATE recourse OWNER recourse")
        os.environ["RECOURSE_DATABASE"] = _address(cluster.folder)
        print("on PostgreSQL:", flush=True)
        spread = ["--reuse-db", "-n", str(workers), "--dist", "worksteal"]
        without = [f"--ignore={file}" for file in alike()]
        pytest = [sys.executable, "-m", "pytest", "-m"]
        desk = subprocess.call([*pytest, "not bench and not browser", *spread, *TOUCHING, *without, *args], cwd=ROOT)
        if desk or args:  # somebody who asks for a few tests does not mean the walks
            return desk
        os.environ["RECOURSE_WALKED_DATABASE"] = os.environ.pop("RECOURSE_DATABASE")
        return subprocess.call([*pytest, "browser", *WALKED], cwd=ROOT)


def _address(folder: Path) -> str:
    return f"postgres://recourse@/recourse?host={folder}"


def _migrate(folder: Path) -> None:
    """Make the tables once; every worker has a copy of them."""
    paths = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    named = {
        "RECOURSE_DATABASE": _address(folder),
        "DJANGO_SETTINGS_MODULE": "recourse.web.settings",
        "PYTHONPATH": paths,
    }
    command = [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=os.environ | named, check=True)


def alike() -> list[Path]:
    """The files that are left out here. Raises `FileNotFoundError` for a name that has no file any more."""
    files = [ROOT / "tests" / "desk" / name for name in ALIKE]
    gone = [str(file) for file in files if not file.is_file()]
    if gone:
        raise FileNotFoundError(f"tests/on_postgres.py names what is not there: {', '.join(gone)}")
    return files


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
