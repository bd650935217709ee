"""The plain text of mails and pages: what a reader would see, with no markup, script, picture or address fetched."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from html.parser import HTMLParser

from recourse.exhibits.decoding import decoded
from recourse.exhibits.kinds import kind

_NO_CHARSETS = frozenset(
    "idna punycode unicode_escape unicode-escape raw_unicode_escape raw-unicode-escape utf-7".split()
)
DEPTH = 20  # mails within mails
PARTS = 200  # parts of one mail; the rest is counted
_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_UNSEEN = frozenset({"script", "style", "head", "template", "noscript", "iframe", "object", "svg", "math", "select"})
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main"
    " nav ol p pre section table td th tr ul".split()
)


class _Page(HTMLParser):
    """Gathers the words of a page. Words in elements that are never seen are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.words.append("\n")
        if tag in _UNSEEN and (tag != "head" or not self._hidden):
            self._hidden.append(tag)
        elif tag == "body":
            self._hidden.clear()
        elif tag == "a" and not self._hidden:
            target = next((value for name, value in attrs if name == "href" and value), "")
            if re.match(r"(?i)(https?|mailto|tel):", target.strip()):
                self.words.append(f"[{target.strip()[:500]}] ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def page(text: str) -> str:
    """The words of an HTML page; where a link leads stands before its words, so that nobody is led by its name."""
    reader = _Page()
    reader.feed(text)
    reader.close()
    words = re.sub(r"[ \t\xa0]+", " ", "".join(reader.words))
    return re.sub(r"\n\s*\n\s*", "\n\n", re.sub(r" *\n *", "\n", words)).strip()


def page_of(data: bytes) -> str:
    """The words of a page in bytes, in the encoding that it says or else the likeliest."""
    said = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,20})", data[:2048], re.IGNORECASE)
    return page(_in(data, said[1].decode() if said else None))


def mail(data: bytes) -> str:
    """The heads that a reader sees, the words, and a list of what is attached; mails within it too, to `DEPTH`."""
    out: list[str] = []
    budget = [PARTS]
    _message(message_from_bytes(data), out, 0, budget)
    if budget[0] < 0:
        out.append(f"[… {-budget[0]}]")
    return "\n".join(out)


def _message(message: Message, out: list[str], depth: int, budget: list[int]) -> None:
    for name in _SHOWN:
        value = message.get(name)
        if value is not None:
            out.append(f"{name}: {_header(str(value))}")
    out.append("")
    _part(message, out, depth, budget)


def _part(part: Message, out: list[str], depth: int, budget: list[int]) -> None:
    budget[0] -= 1
    if budget[0] < 0:
        return
    kind_said, inside = part.get_content_type(), part.get_payload()
    if depth > DEPTH:
        out.append("[…]")
    elif isinstance(inside, list):
        parts = [each for each in inside if isinstance(each, Message)]
        if kind_said == "message/rfc822":
            for each in parts:
                out.append("-" * 20)
                _message(each, out, depth + 1, budget)
            return
        if kind_said == "multipart/alternative":
            parts = [_best(parts)] if parts else []
        for each in parts:
            _part(each, out, depth + 1, budget)
    else:
        _leaf(part, kind_said, out)


def _best(parts: list[Message]) -> Message:
    """Of several ways to say the same, the one in plain text, else the first that says anything."""
    plain = [part for part in parts if part.get_content_type() == "text/plain" and str(part.get_payload()).strip()]
    return (plain or parts)[0]


def _leaf(part: Message, kind_said: str, out: list[str]) -> None:
    body = part.get_payload(decode=True)
    data = body if isinstance(body, bytes) else b""
    name = part.get_filename()
    read = kind_said.startswith(("text/", "multipart/"))  # a mail in parts that has none is its words
    if name is not None or part.get_content_disposition() == "attachment" or not read:
        out.append(f"[{_header(name or '?')} · {kind(data)} · {len(data)}]")
        return
    text = _in(data, part.get_content_charset())
    out.append(page(text) if kind_said == "text/html" else text)


def _in(data: bytes, charset: str | None) -> str:
    """The text in the encoding that it says it has, if that is one and fits; else in the likeliest."""
    if charset is not None and charset.lower() not in _NO_CHARSETS:
        try:
            return data.decode("gb18030" if charset.lower() in {"gb2312", "gbk"} else charset)
        except (LookupError, UnicodeError, ValueError):
            pass
    return decoded(data).text


def _header(value: str) -> str:
    """A head field with its encoded words read, on one line."""
    try:
        found = decode_header(value)
    except (HeaderParseError, ValueError):
        found = [(value, None)]
    words = []
    for text, charset in found:
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        words.append(_in(data, charset if charset not in {None, "unknown-8bit"} else None))
    return " ".join("".join(words).split())[:1000]
