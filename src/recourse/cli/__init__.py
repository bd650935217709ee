"""The command line: `recourse …`, one module for each group of commands. It decides nothing."""

from recourse.cli import answers, batch, corpus, guides
from recourse.cli.frame import app, main

__all__ = ["answers", "app", "batch", "corpus", "guides", "main"]
