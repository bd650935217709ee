"""Letters about a refund, made from data alone: as PDF/A with the assessment attached, and as plain text."""
