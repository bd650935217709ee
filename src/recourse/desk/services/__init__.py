"""What can be done at the desk: one verb a function, each writing its timeline entry in its own transaction."""
