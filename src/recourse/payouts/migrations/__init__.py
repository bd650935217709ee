"""The tables of payouts, and what the database itself holds of their rules."""
