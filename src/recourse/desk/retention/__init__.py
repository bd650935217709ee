"""How long data are kept and what happens then: the terms, what is due by them, and the acts that let it go."""
