"""What the operator of an installation sees: whether the work is being done, and organisations that wait."""
