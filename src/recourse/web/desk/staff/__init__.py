"""What an institution sees and does: setting up, the queue, deciding, figures."""
