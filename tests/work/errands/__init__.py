"""An application whose tasks leave traces, so that what was done, and how often, can be counted afterwards."""
