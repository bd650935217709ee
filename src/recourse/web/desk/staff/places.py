"""Places in a form: names or codes, one a line, as people write them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext, gettext_lazy

from recourse import places as geography
from recourse.desk.services.policies import MOST_PLACES
from recourse.web import engine, typed
from recourse.web.desk.staff import choices


def places_field() -> forms.CharField:
    """The places where something is sold."""
    return choices.area(
        gettext_lazy("Where do your learners live?"),
        gettext_lazy("Up to six places, one a line: Germany, or US-CA. The policy is set against the law there."),
        needed=True, rows=3,
    )  # fmt: skip


def codes_of(form: forms.Form, text: str) -> list[str]:
    """The codes of the field `places`, without doubles; what is no place is said at the field."""
    codes: list[str] = []
    for line in text.replace(",", "\n").replace("，", "\n").replace("、", "\n").splitlines():
        word = typed.plain(line)
        if not word:
            continue
        code = place_code(word)
        if code is None:
            form.add_error("places", gettext("“%(word)s” is no place that we know") % {"word": word[:40]})
        elif code not in codes:
            codes.append(code)
    if len(codes) > MOST_PLACES:
        form.add_error("places", gettext("Name at most %(n)d places") % {"n": MOST_PLACES})
    return codes


def place_code(word: str) -> str | None:
    """A place by its code or its name in either language."""
    if geography.is_place(word.upper()):
        return word.upper()
    for lang in ("en", "zh"):
        for code, name, _ in engine.all_places(lang):
            if name.casefold() == word.casefold():
                return code
    return None
