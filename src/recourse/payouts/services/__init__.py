"""What is done with money: one verb a function, its postings and its line of the timeline in one transaction."""
