"""Knows the platforms of the corpus again in a text: by their names, and by the addresses that are theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from recourse.bilingual import Words

NAME = Words("the name “{word}”", "名称“{word}”")
ADDRESS = Words("the address {word}", "网址 {word}")
_HOST = re.compile(r"https?://([A-Za-z0-9.-]+)")
_BEFORE, _BEHIND = r"(?<![A-Za-z0-9\u00c0-\u024f])", r"(?![A-Za-z0-9\u00c0-\u024f])"
_STEM = 4  # letters of an id that must stand in an address for it to be the platform's own

# A receipt of a shop for apps; the words alone also stand at the foot of pages, so they ask.
SHOPS: tuple[tuple[str, re.Pattern[str], int], ...] = (
    ("apple-app-store", re.compile(r"@email\.apple\.com|apple\.com/bill|itunes\.com/bill", re.IGNORECASE), 1),
    ("google-play", re.compile(r"googleplay-noreply@google\.com|GPA(?:[.-][0-9]{4,5}){4}", re.IGNORECASE), 1),
    ("apple-app-store", re.compile(r"\bApp Store\b|\biTunes\b|苹果商店"), 2),
    ("google-play", re.compile(r"\bGoogle Play\b"), 2),
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A platform as texts name it."""

    id: str
    names: tuple[str, ...]
    domains: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """A platform that a text names, and where."""

    id: str
    start: int
    end: int
    rank: int
    why: Words


def known(platform: str, names: Iterable[str], addresses: Iterable[str]) -> Known:
    """A platform from its id, its names in the corpus and the addresses of its sources."""
    plain = {re.sub(r"\s*[（(].*$", "", name).strip() for name in names}
    hosts = {host for text in addresses for host in _HOST.findall(text)}
    inside = {match for name in names for match in re.findall(r"[（(]([A-Za-z][\w .-]{3,40})[)）]", name)}
    named = {name for name in plain | inside if len(name) >= 3}
    return Known(
        platform, tuple(sorted(named)), tuple(sorted(filter(None, (_own(host.lower(), platform) for host in hosts))))
    )


def _own(host: str, platform: str) -> str | None:
    """The part of a host that belongs to the platform: support.udemy.com is udemy.com; a stranger's host is none."""
    stem = platform.replace("-", "")
    first = platform.split("-", maxsplit=1)[0]
    parts = host.split(".")
    for at, label in enumerate(parts[:-1]):
        bare = label.replace("-", "")
        if (
            (len(first) >= _STEM and bare.startswith(first))
            or stem in bare
            or (len(bare) >= _STEM and stem.startswith(bare))
        ):
            return ".".join(parts[at:])
    return None


def found(text: str, platforms: Sequence[Known]) -> Iterator[Seen]:
    """The platforms that a text names, each once: by an address of theirs, else by a name."""
    lower = text.lower()
    for one in platforms:
        seen = _by_address(lower, one) or _by_name(text, one)
        if seen is not None:
            yield seen


def _by_address(lower: str, one: Known) -> Seen | None:
    for domain in one.domains:
        at = lower.find(domain)
        while at >= 0:
            end = at + len(domain)
            if (at == 0 or lower[at - 1] in "@./ :<(\n\t") and not re.match(r"[\w-]|\.[a-z]", lower[end : end + 2]):
                why = Words(*(words.format(word=domain) for words in ADDRESS))
                return Seen(one.id, at, end, 1, why)
            at = lower.find(domain, at + 1)
    return None


def _by_name(text: str, one: Known) -> Seen | None:
    if len(one.id) > _STEM and one.id.isalpha():  # an address that bears its name may still be a stranger's
        match = re.search(rf"(?<![\w-]){one.id}\.[a-z]{{2,}}", text, re.IGNORECASE)
        if match:
            return Seen(
                one.id, match.start(), match.end(), 2, Words(*(words.format(word=match[0]) for words in ADDRESS))
            )
    for name in one.names:
        for spelling in dict.fromkeys((name, name.upper())):
            word = re.escape(spelling)
            match = re.search(f"{_BEFORE}{word}{_BEHIND}" if name.isascii() else word, text)
            if match:
                why = Words(*(words.format(word=name) for words in NAME))
                return Seen(one.id, match.start(), match.end(), 2, why)
    return None
