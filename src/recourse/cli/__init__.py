"""The command line: `recourse …`, one module for each group of commands. It decides nothing."""

from recourse.cli import (
    answers,
    batch,
    compare,
    corpus,
    documents,
    evidence,
    guides,
    letters,
    money,
    operators,
    records,
    retention,
    work,
    world,
)
from recourse.cli.frame import app, main

__all__ = [
    "answers", "app", "batch", "compare", "corpus", "documents", "evidence", "guides", "letters", "main", "money",
    "operators", "records", "retention", "work", "world",
]  # fmt: skip
