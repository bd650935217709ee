"""Money going out: planning, approving, sending, reconciling."""
