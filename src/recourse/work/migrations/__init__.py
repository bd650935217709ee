"""The versions of the table of jobs."""
