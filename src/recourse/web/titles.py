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


def of(title: Mapping[str, str]) -> Title:
    """From a rule's `title`, a mapping of language to text."""
    here = wording.lang()
    spoken = here if here in title else "en" if "en" in title else next(iter(title))
    foreign = [key for key in title if key not in ("en", "zh")]
    # A law of China is written in Chinese, one of a country that speaks English in English: then that is its own name.
    own = foreign[0] if foreign else next(iter(title))
    differs = own != spoken
    return Title(
        title[spoken], TAGS.get(spoken, spoken), title[own] if differs else "", TAGS.get(own, own) if differs else ""
    )
