"""The sentences that the engine speaks, from data/sentences.yaml: read once with the library and cached with it."""

from collections.abc import Mapping
from typing import Any

from recourse import source

Sentences = Mapping[str, str]  # key -> template, in one language
LANGUAGES = ("en", "zh")


def read(text: str, file: str) -> dict[str, dict[str, Sentences]]:
    """Section -> language -> sentences. Raises `Problem` for what is not readable."""
    sections = source.read(text, file).mapping()
    return {
        name: {
            lang: {key: both.mapping()[lang].text(key) for key, both in section.mapping().items()} for lang in LANGUAGES
        }
        for name, section in sections.items()
    }


def sentences(labels: Mapping[str, Any], section: str, lang: str) -> Sentences:
    """The sentences of a section in a language; `labels` are those of a library."""
    found: Sentences = labels["sentences"][section][lang]
    return found
