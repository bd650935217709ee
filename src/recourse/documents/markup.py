"""The words of a page without its markup, and the blocks of structured data that it carries for search engines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

MOST_BLOCKS = 50
LONGEST_BLOCK = 500_000  # characters
LONGEST = 4_000_000  # characters of a page that are looked at; the longest course pages have one million

_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "math", "iframe", "object"})
_NEW_LINE = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main"
    " nav ol option p pre section table tbody tfoot thead tr ul title body".split()
)
_CELL = frozenset({"td", "th"})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)


@dataclass(frozen=True)
class MarkedUp:
    """A page: its words in lines, its title, its blocks of JSON-LD as they stand, the encoding it claims."""

    text: str
    title: str
    blocks: tuple[str, ...]
    charset: str | None


def marked_up(page: str) -> MarkedUp:
    """Read a page however broken its markup is. To be called on a stranger's page in a limited process only."""
    reader = _Reader()
    reader.feed(page[:LONGEST])
    reader.close()
    lines = (re.sub(r"[ \u00a0]+", " ", line).strip(" ") for line in "".join(reader.words).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return MarkedUp(text, " ".join("".join(reader.title).split())[:300], tuple(reader.blocks), reader.charset)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.title: list[str] = []
        self.blocks: list[str] = []
        self.charset: str | None = None
        self.unseen: list[str] = []
        self.in_title = False
        self.block: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and given.get("type", "").split(";")[0].strip().lower() == "application/ld+json":
            self.block = []
        if tag == "meta" and self.charset is None:
            claimed = given.get("charset") or _said(given.get("content", ""))
            self.charset = claimed[:40] if claimed else None
        self.in_title = tag == "title"
        if tag in _UNSEEN:
            self.unseen.append(tag)
        self._apart(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.block is not None:
            if len(self.blocks) < MOST_BLOCKS:
                self.blocks.append("".join(self.block)[:LONGEST_BLOCK])
            self.block = None
        self.in_title = False
        if tag in self.unseen:
            del self.unseen[self.unseen.index(tag) :]
        self._apart(tag)

    def handle_data(self, data: str) -> None:
        if self.block is not None:
            self.block.append(data)
        elif not self.unseen:
            (self.title if self.in_title else self.words).append(data if self.in_title else re.sub(r"\s+", " ", data))

    def _apart(self, tag: str) -> None:
        if tag in _NEW_LINE:
            self.words.append("\n")
        elif tag in _CELL:
            self.words.append("\t")


def _said(content: str) -> str | None:
    found = _CHARSET.search(content)
    return found[1] if found else None
