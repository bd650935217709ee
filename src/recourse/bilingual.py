"""A sentence or a name in the two languages that the product speaks: English and Simplified Chinese."""

from typing import NamedTuple


class Words(NamedTuple):
    """The same thing said twice; as a plain text it is the English."""

    en: str
    zh: str

    def of(self, lang: str) -> str:
        """The words for a language tag: Chinese for "zh" and "zh-hans", English for every other."""
        return self.zh if lang[:2].lower() == "zh" else self.en

    def __str__(self) -> str:
        return self.en
