"""One module a page: each parses the address, asks the desk, and renders."""
