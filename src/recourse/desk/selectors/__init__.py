"""What is read for pages and reports: questions to the tables, each with a fixed number of queries."""
