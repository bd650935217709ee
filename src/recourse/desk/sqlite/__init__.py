"""SQLite as Django has it, but for how it changes a table that triggers know."""
