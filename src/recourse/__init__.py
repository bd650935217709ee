"""Recourse says what refund is owed for an online course: exactly, by when, under which clause, and why."""

__version__ = "0.1.0"
