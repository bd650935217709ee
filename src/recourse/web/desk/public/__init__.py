"""What everybody sees of the institutions that take part: who they are, their courses, terms, policies, answers."""
