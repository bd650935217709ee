"""Reads what the repository's documents show: fenced blocks, commands, and what those commands really print."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
GUIDE = ROOT / "docs" / "add-a-rule.md"  # its files and commands belong together: tests/test_docs.py follows it
WIDTH = 100  # columns of the terminal that the documents show

_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One fenced block: what stands behind the fence ("yaml rule"), its text, and where it begins."""

    info: str
    text: str
    page: Path
    line: int

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(info: str, *pages: Path) -> list[Block]:
    """The blocks of the pages (or of all) whose fence says `info`, or begins with it and goes on after a blank."""
    return [
        block
        for page in pages or PAGES
        for block in _blocks(page)
        if block.info == info or block.info.startswith(f"{info} ")
    ]


def followed(first: str, then: str, *pages: Path) -> list[tuple[Block, Block]]:
    """The blocks of one kind, each with the block of the other kind that comes next."""
    return [
        (here, after)
        for page in pages or PAGES
        for here, after in zip(_blocks(page), _blocks(page)[1:], strict=False)
        if here.info == first and after.info == then
    ]


def _blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [Block(m[1], m[2], page, text.count("\n", 0, m.start()) + 1) for m in _FENCE.finditer(text)]


class Shown(NamedTuple):
    """One command of a console block with the lines shown below it; a line of `…` stands for lines left out."""

    command: str
    lines: tuple[str, ...]
    block: Block


def commands(*pages: Path) -> list[Shown]:
    """The commands of the pages' console blocks."""
    found = []
    for block in blocks("console", *pages):
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append(Shown(command, tuple(line.rstrip() for line in printed.rstrip().split("\n")), block))
    return found


def printed(command: str, folder: Path = ROOT) -> tuple[list[str], int]:
    """What a shown `./start ...` prints when it runs in a folder, without blanks at line ends; and the exit code."""
    engine = f"{sys.executable} -m recourse.cli"
    environment = {**os.environ, "COLUMNS": str(WIDTH), "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
    real = re.sub(r"(^|\| )\./start(?= )", rf"\1{engine}", command)
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(real, shell=True, cwd=folder, env=environment, check=False, text=True, **piped)
    return [line.rstrip() for line in done.stdout.rstrip().split("\n")], done.returncode


def misses(shown: tuple[str, ...], printed: list[str]) -> list[str]:
    """The shown lines that are not printed where they stand: in order, and next to each other unless `…` parts them."""
    place, missing, gap = 0, [], False
    for line in shown:
        if line.strip() == "…":
            gap = True
            continue
        ahead = printed[place:] if gap else printed[place : place + 1]
        if line in ahead:
            place += ahead.index(line) + 1
        else:
            missing.append(line)
        gap = False
    if not gap and place < len(printed):
        missing.append(f"(nothing more is shown, but there is) {printed[place]}")
    return missing
