"""The pages of the desk: for learners and those who help them, and for institutions."""
