"""What a learner sees and does: checking, asking, following a case, turning elsewhere."""
