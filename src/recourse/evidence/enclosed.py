"""What every bundle encloses beside its case: the verifier in shell, how to verify, the style of its page."""

import hashlib
from pathlib import Path

_HERE = Path(__file__).parent
SCRIPT = (_HERE / "verify.sh").read_bytes()
VERIFY = (_HERE / "VERIFY.txt").read_bytes()
STYLE = (_HERE / "readme.css").read_text(encoding="utf-8")
EARLIER: frozenset[str] = frozenset()  # SHA-256 of the scripts of earlier releases
RELEASED = EARLIER | {hashlib.sha256(SCRIPT).hexdigest()}
