"""A sentence or a name in the two languages that the product speaks: English and Simplified Chinese."""

from typing import NamedTuple


def language(tag: str) -> str:
    """The language in which a reader of "zh-hans", "en-GB" or "fr" is spoken to: zh for Chinese, en for every other."""
    return "zh" if tag[:2].lower() == "zh" else "en"


class Words(NamedTuple):
    """The same thing said twice; as a plain text it is the English."""

    en: str
    zh: str

    def of(self, lang: str) -> str:
        """The words for a language tag: Chinese for "zh" and "zh-hans", English for every other."""
        return self.zh if language(lang) == "zh" else self.en

    def __str__(self) -> str:
        return self.en
