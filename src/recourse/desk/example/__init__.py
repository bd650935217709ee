"""The example world: two invented schools, their people and a dozen cases, to look at and to try things with."""
