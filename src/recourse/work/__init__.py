"""Durable work: what must be done later is a row, put in with the change that asks for it, and done at least once."""
