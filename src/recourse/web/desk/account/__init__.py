"""Signing in, the account, the second factor."""
