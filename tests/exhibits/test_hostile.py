"""Bad files are refused with words, or shown so that nothing in them acts; none makes a reader wait."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import hostile
import pytest
from hostile import Bad

from recourse.exhibits.copying import SIDE
from recourse.exhibits.kinds import ACCEPTED
from recourse.exhibits.limited import Limits
from recourse.exhibits.received import receive
from recourse.exhibits.refusals import Refused
from recourse.exhibits.serving import headers, shown_headers
from recourse.exhibits.shown import bare, shown

HURRIED = Limits(cpu=2, seconds=10.0)  # less than in earnest, so that the slowest do not hold up the others
PATIENCE = 20  # seconds for the slowest, on a machine that does much else
MANY = {
    "pretending": 60,
    "named": 40,
    "pictures": 40,
    "documents": 55,
    "boxes": 25,
    "double": 25,
    "texts": 18,
    "mails": 20,
}


@pytest.mark.parametrize("group", hostile.GROUPS, ids=lambda group: group.__name__)
def test_every_bad_file_is_refused_or_defused(group: Callable[[], dict[str, Bad]]) -> None:
    bad = group()
    faults = {title: found for title, each in bad.items() if (found := fault(each, group is not hostile.named))}
    assert not faults
    assert len(bad) >= MANY[group.__name__]


def fault(bad: Bad, showing: bool) -> str | None:
    """What went wrong with this file, if anything."""
    begun = time.monotonic()
    try:
        got = receive(bad.name, bad.data)
    except Refused as problem:
        said = problem.say("en") and problem.say("zh") and problem.hint is not None
        return "refused, though it is harmless" if bad.taken else None if said else "refused without words"
    if not bad.taken:
        return f"taken as {got.kind}"
    served = headers(got.kind, got.name)
    inline = (
        not served["Content-Disposition"].startswith("attachment;") or served["X-Content-Type-Options"] != "nosniff"
    )
    acts = served["Content-Type"].startswith(("text/html", "image/svg", "application/xhtml", "text/xml"))
    if got.kind not in ACCEPTED or inline or acts or any(re.search(r"[\r\n\0]", value) for value in served.values()):
        return f"served as {served}"
    return faults_shown(got.kind, bad.data, begun) if showing else None


def faults_shown(kind: object, data: bytes, begun: float) -> str | None:
    copy = shown(kind, data, HURRIED)  # type: ignore[arg-type]
    if time.monotonic() - begun > PATIENCE:
        return f"took {time.monotonic() - begun:.1f} s"
    if not copy.copies:
        return None if copy.notes and all(note.zh for note in copy.notes) else "not shown, and nobody says why"
    for page in copy.copies:
        shown_headers(page.mime)
        if page.mime == "image/png":
            if not bare(page) or max(page.width, page.height) > SIDE:
                return "shown with more than pixels"
        elif re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page.data.decode()):
            return "shown with signs that act"
    return None
