"""The command line: `recourse …`, one module for each group of commands. It decides nothing."""

from recourse.cli import answers, batch, compare, corpus, evidence, guides
from recourse.cli.frame import app, main

__all__ = ["answers", "app", "batch", "compare", "corpus", "evidence", "guides", "main"]
