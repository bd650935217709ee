"""The command line: `recourse …`, one module for each group of commands. It decides nothing."""

from recourse.cli import answers, batch, compare, corpus, documents, evidence, guides, letters, work
from recourse.cli.frame import app, main

__all__ = ["answers", "app", "batch", "compare", "corpus", "documents", "evidence", "guides", "letters", "main", "work"]
