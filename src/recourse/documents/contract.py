"""Finds the passages of a contract or a policy that speak of what a buyer must know, beside the duties of the place.

Words find a passage; what it means a person says. So nothing is called met or broken: a duty is one that the text
seems to speak of, or one of which nothing was found, and each comes with the question that decides it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from recourse.documents import phrases
from recourse.rights import Rights, Said
from recourse.rules.tree import Expr, Version

LONGEST = 400_000  # characters of a text that are read
LONGEST_PASSAGE = 600  # characters of one passage; a longer sentence is cut around the words
MOST = 12  # passages of one topic
_FOUND_PER_WORD = 200

_END = re.compile(
    r"[。！？；!?]+[”」』）)]*|(?<=[^\W\d_]{3})\.(?=\s)|(?<=[)\]”\"»])\.(?=\s)|\n{1,}|(?<=\d{4})\.(?=\s[A-ZÄÖÜÉ])|;(?=\s)"
)

# Which topics of a text bear on a fact that a duty of law speaks of: all of them for the text to seem to say it.
BEARS_ON: Mapping[str, tuple[str, ...]] = {
    "contract_information_given": ("price", "duration"),
    "contract_document_received": ("price", "refund"),
    "contract_confirmation_sent": ("confirmation",),
    "withdrawal_information_given": ("withdrawal",),
    "share_charge_information_given": ("share_charge",),
    "withdrawal_function_offered": ("withdrawal_button",),
    "withdrawal_function_announced": ("withdrawal_button",),
    "renewal_notice_given": ("renewal",),
    "price_after_trial_disclosed": ("trial_price",),
    "told_right_is_excluded": ("no_refund",),
    "non_returnable_confirmed": ("no_refund",),
}
# And where the text can only be laid beside what a fact says: passages to compare, no more.
COMPARED: Mapping[str, tuple[str, ...]] = {
    "months_total": ("duration",),
    "lessons_total": ("duration",),
    "starts_on": ("duration",),
    "paid": ("price",),
    "price": ("price",),
    "contract_penalty_share": ("penalty",),
    "agreed_exit_fee": ("penalty",),
    "cancellation_charge": ("penalty",),
}

State = Literal["speaks", "partly", "nothing", "compare", "elsewhere"]


@dataclass(frozen=True)
class Passage:
    """Words of the text on a topic: `text[start:end]` is the passage, `word` what was found, `lang` its language."""

    topic: str
    lang: str
    word: str
    start: int
    end: int

    def of(self, text: str) -> str:
        """The passage itself."""
        return text[self.start : self.end]


@dataclass(frozen=True)
class DutyRead:
    """A duty of the seller beside the text.

    `state`: it speaks of it, or of a part; nothing was found; the text is to be compared with the facts; or only
    something else than a text can show it. `asks` are the facts whose questions decide.
    """

    said: Said
    state: State
    topics: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True)
class ContractRead:
    """The passages topic by topic, the wanted topics without any, and the duties of the place."""

    text: str
    passages: tuple[Passage, ...]
    silent: tuple[str, ...]
    duties: tuple[DutyRead, ...]

    def on(self, topic: str) -> tuple[Passage, ...]:
        return tuple(one for one in self.passages if one.topic == topic)


def read(text: str, law: Rights | None = None) -> ContractRead:
    """The passages of a text by topic, and, where the law of a place is given, its duties beside them."""
    text = text[:LONGEST]
    found = tuple(passages(text))
    topics = {one.topic for one in found}
    duties = tuple(_duty(one, topics) for one in law.duties if one.duty.must is not None) if law is not None else ()
    return ContractRead(text, found, tuple(topic for topic in phrases.WANTED if topic not in topics), duties)


def passages(text: str) -> Iterator[Passage]:
    """Every sentence that has words of a topic, once for a topic, in the order of the text."""
    ends = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    seen: dict[tuple[str, int], dict[str, re.Match[str]]] = {}  # topic and sentence -> language -> its words
    for topic in phrases.TOPICS:
        for lang, pattern in phrases.patterns(topic):
            for match in islice(pattern.finditer(text), _FOUND_PER_WORD):
                seen.setdefault((topic, bisect_right(ends, match.start()) - 1), {}).setdefault(lang, match)
    # "reembols" is Spanish and Portuguese: the language that the text speaks most is meant
    spoken = Counter(lang for words in seen.values() for lang in words)
    count: Counter[str] = Counter()
    for (topic, at), words in sorted(seen.items(), key=lambda one: (list(phrases.TOPICS).index(one[0][0]), one[0][1])):
        count[topic] += 1
        if count[topic] <= MOST:
            lang = max(words, key=lambda lang: spoken[lang])
            yield _passage(text, ends[at], ends[min(at + 1, len(ends) - 1)], topic, lang, words[lang])


def _passage(text: str, start: int, end: int, topic: str, lang: str, match: re.Match[str]) -> Passage:
    if end - start > LONGEST_PASSAGE:
        start = max(start, match.start() - LONGEST_PASSAGE // 2)
        end = min(end, start + LONGEST_PASSAGE)
    end = max(end, match.end())
    while start < match.start() and text[start].isspace():
        start += 1
    while end > match.end() and text[end - 1].isspace():
        end -= 1
    return Passage(topic, lang, match[0], start, end)


def _duty(said: Said, topics: Iterable[str]) -> DutyRead:
    must, there = said.duty.must, set(topics)
    assert must is not None
    asks = tuple(sorted(_facts(must, said.held.version)))
    plain = must.value if must.op == "fact" and isinstance(must.value, str) else None
    wanted = BEARS_ON.get(plain, ()) if plain else ()
    if wanted:
        spoken = [topic for topic in wanted if topic in there]
        state: State = "speaks" if len(spoken) == len(wanted) else "partly" if spoken else "nothing"
        return DutyRead(said, state, wanted, asks)
    beside = tuple(
        dict.fromkeys(topic for fact in asks for topic in (*BEARS_ON.get(fact, ()), *COMPARED.get(fact, ())))
    )
    shown = tuple(topic for topic in beside if topic in there)
    return DutyRead(said, "compare" if shown else "elsewhere", shown, asks)


def _facts(top: Expr, version: Version) -> frozenset[str]:
    """The facts that a duty hangs on, through the names that its rule gives to what it works out."""
    found: set[str] = set()
    for part in top.walk():
        if part.op == "fact":
            found.add(str(part.value))
        elif part.op == "let" and isinstance(part.value, str):
            found |= version.reads.get(part.value, frozenset())
    return frozenset(found)
