"""`python -m tests.bench` from the root of the repository."""

import sys

from tests.bench.run import main

sys.exit(main(sys.argv[1:]))
