"""A run's folder of work: what is finished of it, so that a run killed at any moment goes on where it stopped.

Everything is written under another name and then renamed, so what has its name is whole. The summary beside the output
is renamed last of all: it says that the run is over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from recourse.bilingual import Words
from recourse.library import engine_digest
from recourse.problems import Problem

try:
    import fcntl
except ImportError:  # pragma: no cover - a system without it cannot see that two runs share a folder
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Work:
    """The folder beside the output in which the units are collected."""

    out: Path
    key: str  # names the run: the same orders, data, engine and options have the same

    @property
    def folder(self) -> Path:
        return self.out.with_name(f".{self.out.name}.work")

    @property
    def summary(self) -> Path:
        return self.out.with_name(f"{self.out.name}.summary.json")

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.json"

    def part(self, number: int, suffix: str) -> Path:
        """The file of one unit."""
        return self.folder / f"{number:06d}{suffix}"

    def is_over(self) -> bool:
        """Whether this very run has been finished and its output is still there."""
        return self.out.exists() and self.summary.exists() and _read(self.summary).get("run") == self.key

    def told(self) -> dict[str, Any]:
        """The summary that a finished run left."""
        return {key: value for key, value in _read(self.summary).items() if key != "run"}

    @contextlib.contextmanager
    def begun(self, about: Mapping[str, Any], *, fresh: bool) -> Iterator[dict[int, dict[str, Any]]]:
        """Opens the folder for this run alone, and gives what is finished: unit -> what it came to.

        Raises `Problem` where another run left an output or unfinished work, unless it is to be thrown away (`fresh`).
        """
        if fresh:
            self.summary.unlink(missing_ok=True)
        elif self.manifest.exists():
            left = _read(self.manifest)
            if left.get("run") != self.key:
                raise another(self.out, left, about)
        elif self.out.exists():
            what = Words(f"{self.out} is there already", f"{self.out} 已经存在")
            raise Problem(what, field="--out", hint=Words("--fresh replaces it.", "--fresh 会替换它。"))
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            self._alone(lock)
            if fresh:
                for one in self.folder.iterdir():
                    if one.name != "lock":
                        one.unlink() if one.is_file() else shutil.rmtree(one)
            if not self.manifest.exists():
                write(self.manifest, json.dumps({"run": self.key, "about": dict(about)}, ensure_ascii=False))
            yield self._finished()

    def _alone(self, lock: IO[str]) -> None:
        if fcntl is None:  # pragma: no cover
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            what = Words(f"another run is working on {self.out}", f"另一个任务正在写 {self.out}")
            raise Problem(what, field="--out") from None

    def _finished(self) -> dict[int, dict[str, Any]]:
        found = {}
        for one in sorted(self.folder.glob("*.json")):
            if one.stem.isdigit():
                found[int(one.stem)] = _read(one)
        return found

    def finish(self, number: int, came_to: Mapping[str, Any]) -> None:
        """Marks a unit as finished; its files have their names by now."""
        write(self.part(number, ".json"), json.dumps(came_to, ensure_ascii=False))

    def end(self, summary: Mapping[str, Any]) -> None:
        """The output has its name: says that the run is over, and clears up."""
        write(self.summary, json.dumps({"run": self.key, **summary}, ensure_ascii=False, indent=1) + "\n")
        shutil.rmtree(self.folder)


def write(path: Path, text: str) -> None:
    """A text file that is whole as soon as it has its name."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def name_of(about: Mapping[str, Any]) -> str:
    """The name of a run: equal for equal orders, data, engine and options."""
    return hashlib.sha256(json.dumps(dict(about), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@cache
def digest() -> str:
    """Names the engine with all of batch."""
    whole = hashlib.sha256(engine_digest().encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def another(out: object, left: Mapping[str, Any], about: Mapping[str, Any]) -> Problem:
    """What is otherwise than in the run that was broken off."""
    then = left.get("about", {})
    other = sorted(key for key in {*then, *about} if then.get(key) != about.get(key))
    what = Words(
        f"an unfinished run to {out} had another {', '.join(other)}",
        f"写入 {out} 的未完成任务与此不同：{'、'.join(other)}",
    )
    return Problem(
        what,
        field="--out",
        hint=Words("Finish that one, or throw it away: --fresh.", "请先完成它，或用 --fresh 放弃。"),
    )
