"""`python -m recourse.cli`."""

from recourse.cli import main

main()
