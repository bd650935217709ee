"""The rule language: law and policy as data, one typed tree, many readings of it."""
