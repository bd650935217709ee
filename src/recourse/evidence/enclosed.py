"""What every bundle encloses beside its case: the verifier in shell, how to verify, the style of its page."""

import hashlib
from pathlib import Path

_HERE = Path(__file__).parent
SCRIPT = (_HERE / "verify.sh").read_bytes()
VERIFY = (_HERE / "VERIFY.txt").read_bytes()
STYLE = (_HERE / "readme.css").read_text(encoding="utf-8")
EARLIER = frozenset({"5bebce0171c635f26e0e412e9c00e9aba055e7c5d7b221efe78c6a1c366e3de9"})  # SHA-256 of earlier scripts
RELEASED = EARLIER | {hashlib.sha256(SCRIPT).hexdigest()}
