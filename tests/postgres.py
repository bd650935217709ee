"""A PostgreSQL of the tests' own: a cluster in a folder, reached through a socket, without a port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "no initdb or runuser here: a cluster of PostgreSQL's own cannot be made"


def programs() -> Path | None:
    """The folder of the server's programs: on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4].split(".")[0]))
    return kept[-1].parent if kept else None


def there() -> bool:
    """Whether this machine can make one."""
    return programs() is not None and (os.geteuid() != 0 or shutil.which("runuser") is not None)


class Cluster:
    """The server in a folder, with the user and the database `postgres`. The path of a socket must be short."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._programs = programs()
        self._as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def make(self) -> None:
        self.folder.chmod(0o777)
        self._run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off -c jit=off"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        """`immediate` is a kill; `fast` lets transactions go and closes."""
        self._run("pg_ctl", "-m", how, "stop")

    @property
    def address(self) -> str:
        """As RECOURSE_DATABASE names it."""
        return f"postgres://postgres@/postgres?host={self.folder}"

    def _run(self, program: str, *more: str) -> None:
        command = [*self._as_postgres, str(Path(self._programs or "") / program), "-D", str(self.data), *more]
        subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=self.folder)


@contextmanager
def a_cluster() -> Iterator[Cluster]:
    """A server that runs, and is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="recourse-") as folder:
        cluster = Cluster(Path(folder))
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
