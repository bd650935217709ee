"""One module a page: each parses the address, asks the engine, and renders."""
