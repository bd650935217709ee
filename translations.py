"""Compile translations (.po) into the form that is read (.mo), with babel: msgfmt is not on every machine.

`./start` runs it for files that changed, and hatch_build.py for the wheel.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_translation(po: Path) -> Path:
    """Compile one .po file beside itself, in one move; return the .mo file. Fuzzy entries are left out."""
    half, mo = po.with_suffix(".mo.half"), po.with_suffix(".mo")
    with po.open("rb") as read, half.open("wb") as written:
        write_mo(written, read_po(read, abort_invalid=True))
    half.replace(mo)
    return mo


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_translation(Path(name))
