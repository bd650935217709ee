"""The name of a rule: in the page's language where it has one, and as the law itself writes it."""

from collections.abc import Mapping
from typing import NamedTuple

from recourse.web import wording


class Title(NamedTuple):
    """`text` with the tag of its language; `own` and `own_lang` as the source itself writes it, where that differs."""

    text: str
    lang: str
    own: str = ""
    own_lang: str = ""

    def __str__(self) -> str:
        return self.text


TAGS = {"zh": "zh-Hans"}
CHINESE = {"CN", "HK", "MO", "TW"}


def of(title: Mapping[str, str], place: str) -> Title:
    """From a rule's `title`, a mapping of language to text, and the place whose law it is ("" for a policy)."""
    here = wording.lang()
    spoken = here if here in title else "en" if "en" in title else next(iter(title))
    foreign = [key for key in title if key not in ("en", "zh")]
    chinese = place.partition("-")[0] in CHINESE and "zh" in title
    own = "zh" if chinese else foreign[0] if foreign and place else "en" if "en" in title and place else spoken
    differs = own != spoken
    return Title(
        title[spoken], TAGS.get(spoken, spoken), title[own] if differs else "", TAGS.get(own, own) if differs else ""
    )
