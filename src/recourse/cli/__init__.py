"""The command line: `recourse …`, one module for each group of commands. It decides nothing."""

from recourse.cli import answers, corpus
from recourse.cli.frame import app, main

__all__ = ["answers", "app", "corpus", "main"]
