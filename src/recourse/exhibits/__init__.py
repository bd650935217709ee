"""Exhibits: the files that people hand in, which are strangers' bytes until they have been looked at."""
