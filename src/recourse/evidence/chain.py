"""The timeline of a case: a hash chain of lines that hold commitments; a body can be erased and the chain still holds.

What happened stands in a *body*. The line carries only SHA-256 of the body's *opening*: a random salt, a line feed, the
body. Salt and body are kept apart and can be deleted; without the salt nobody can test guesses at a short body. The
line itself lives for ever: its actor and case must therefore be references that mean nothing outside the desk.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recourse.bilingual import Words
from recourse.evidence import instants
from recourse.problems import Problem

START = "0" * 64  # what the first line has for the hash of the line before it
SALT_BYTES = 32
ERASED = "erased"  # the kind of the entry that says which bodies are gone

# Only characters that JSON writes as they are: a line has one spelling, and a shell can read it.
_WORD = "[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,119}"
_HASH = "[0-9a-f]{64}"
WORD = re.compile(_WORD)
KIND = re.compile("[a-z][a-z0-9-]{0,59}")
LINE = re.compile(
    rf'\{{"actor":"(?P<actor>{_WORD})","at":"(?P<at>{instants.SHAPE})","case":"(?P<case>{_WORD})",'
    rf'"commitment":"(?P<commitment>{_HASH})",(?:"erases":\[(?P<erases>[1-9][0-9]*(?:,[1-9][0-9]*)*)\],)?'
    rf'"kind":"(?P<kind>[a-z][a-z0-9-]{{0,59}})","prev":"(?P<prev>{_HASH})","seq":(?P<seq>[1-9][0-9]{{0,8}})\}}'
)


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, of texts, whole numbers, yes or no, lists and maps of these; never a float.

    For keys in ASCII it is RFC 8785. Raises `Problem` for any other value.
    """
    _only_plain(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _only_plain(value: Any) -> None:
    if isinstance(value, str):
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Problem("a text has half a character in it", hint="repair it before it is recorded")
    elif isinstance(value, list | tuple):
        for part in value:
            _only_plain(part)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise Problem(f"the key {key!r} is no text in ASCII")
            _only_plain(part)
    elif not (value is None or isinstance(value, int)):
        raise Problem(f"{value!r} cannot be recorded", hint="texts, whole numbers, lists and maps of these")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a commitment commits to: 32 random bytes and the body, bytes of any kind (mostly canonical JSON)."""

    salt: bytes
    body: bytes

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_BYTES:
            raise Problem(f"a salt has {SALT_BYTES} bytes, this one {len(self.salt)}")

    @property
    def text(self) -> bytes:
        """The opening as it is hashed and as it stands in a bundle: salt in hexadecimal, line feed, body."""
        return self.salt.hex().encode() + b"\n" + self.body

    @property
    def commitment(self) -> str:
        return hashlib.sha256(self.text).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. `at` is an instant as text.

    `erases` are the numbers of earlier entries whose bodies are gone.
    """

    case: str
    seq: int
    prev: str
    at: str
    actor: str
    kind: str
    commitment: str
    erases: tuple[int, ...] = ()

    @property
    def line(self) -> bytes:
        """The bytes that are hashed and stored, without the line feed."""
        fields = {name: getattr(self, name) for name in ("actor", "at", "case", "commitment", "kind", "prev", "seq")}
        return canonical(fields | ({"erases": list(self.erases)} if self.erases else {}))

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.line).hexdigest()


def read_line(line: bytes) -> Entry:
    """The entry of a stored line, without line feed. Raises `Problem` unless it is as `Entry.line` writes it."""
    try:
        found = LINE.fullmatch(line.decode("ascii"))
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise Problem(Words("this is no line of a timeline", "不是时间线的记录行"))
    erases = tuple(int(number) for number in (found["erases"] or "").split(",") if number)
    return Entry(
        case=found["case"], seq=int(found["seq"]), prev=found["prev"], at=found["at"], actor=found["actor"],
        kind=found["kind"], commitment=found["commitment"], erases=erases,
    )  # fmt: skip


def append(
    last: Entry | None, *, case: str, at: int, actor: str, kind: str, opening: Opening, erases: Iterable[int] = ()
) -> Entry:
    """The entry that follows `last` (none: the first of its case). `at` is UTC seconds and not before the last entry's.

    Raises `Problem` for names that are no references, for a clock that runs back, and for erasing what is not there.
    """
    gone = tuple(sorted(set(erases)))
    for name, word in (("case", case), ("actor", actor)):
        if not WORD.fullmatch(word):
            raise Problem(
                f"{word!r} is no reference", field=name, hint="letters, digits and . _ : @ / + - in ASCII, at most 120"
            )
    if not KIND.fullmatch(kind):
        raise Problem(f"{kind!r} is no kind of entry", field="kind", hint="small letters, digits and -, like decided")
    seq = 1 if last is None else last.seq + 1
    if (kind == ERASED) != bool(gone) or any(not 0 < number < seq for number in gone):
        raise Problem("an entry of the kind erased names earlier entries, and no other kind does", field="erases")
    entry = Entry(
        case=case, seq=seq, prev=START if last is None else last.hash, at=instants.text(at), actor=actor, kind=kind,
        commitment=opening.commitment, erases=gone,
    )  # fmt: skip
    if last is not None:
        if last.case != case:
            raise Problem(f"{case} does not continue {last.case}", field="case")
        if entry.at < last.at:
            raise Problem(f"{entry.at} lies before the last entry, {last.at}", field="at")
    return entry


def read(lines: Iterable[bytes]) -> tuple[Entry, ...]:
    """The entries of a whole timeline, every link tested. Raises `Problem` at the first line that does not fit."""
    entries: list[Entry] = []
    gone: set[int] = set()
    for number, line in enumerate(lines, start=1):
        entry = _at_line(number, line)
        last = entries[-1] if entries else None
        if entry.seq != number:
            raise Problem(
                Words(f"line {number} says that it is entry {entry.seq}", f"第 {number} 行自称第 {entry.seq} 条")
            )
        if entry.prev != (START if last is None else last.hash):
            raise Problem(
                Words(f"entry {number} does not follow from the line before it", f"第 {number} 条记录与前一行不衔接")
            )
        if last is not None and (entry.case != last.case or entry.at < last.at):
            raise Problem(
                Words(
                    f"entry {number} is of another case, or earlier than the entry before it",
                    f"第 {number} 条记录属于另一案件，或早于其前一条",
                )
            )
        if (entry.kind == ERASED) != bool(entry.erases) or any(one >= number for one in entry.erases):
            raise Problem(Words(f"entry {number} erases what it cannot", f"第 {number} 条记录的删除不成立"))
        if list(entry.erases) != sorted(set(entry.erases)) or gone & set(entry.erases):
            raise Problem(Words(f"entry {number} names an entry twice", f"第 {number} 条记录重复指名"))
        gone |= set(entry.erases)
        entries.append(entry)
    if not entries:
        raise Problem(Words("the timeline is empty", "时间线为空"))
    return tuple(entries)


def _at_line(number: int, line: bytes) -> Entry:
    try:
        return read_line(line)
    except Problem as problem:
        raise Problem(Words(f"line {number}: {problem.message.en}", f"第 {number} 行：{problem.message.zh}")) from None


def erased(entries: Iterable[Entry]) -> frozenset[int]:
    """The numbers of the entries whose bodies were erased, as the timeline itself says."""
    return frozenset(number for entry in entries for number in entry.erases)


def check_openings(entries: Iterable[Entry], openings: Mapping[int, bytes]) -> frozenset[int]:
    """Test opened bodies (number -> text of the opening) against their commitments; the numbers that stay closed.

    Closed is every entry without an opening: erased, or not shown. Raises `Problem` for an opening that does not fit,
    belongs to no entry, or is still there though the timeline says that it was erased.
    """
    timeline = {entry.seq: entry for entry in entries}
    gone = erased(timeline.values())
    for number, opened in sorted(openings.items()):
        if number not in timeline:
            raise Problem(Words(f"there is no entry {number} in the timeline", f"时间线中没有第 {number} 条记录"))
        if number in gone:
            raise Problem(
                Words(f"entry {number} was erased, but its body is here", f"第 {number} 条记录已删除，其内容却仍在")
            )
        salt, feed, _ = opened.partition(b"\n")
        if not feed or not re.fullmatch(rb"[0-9a-f]{64}", salt):
            raise Problem(
                Words(
                    f"the body of entry {number} does not begin with its salt", f"第 {number} 条记录的内容不以盐值开头"
                )
            )
        if hashlib.sha256(opened).hexdigest() != timeline[number].commitment:
            raise Problem(
                Words(f"the body of entry {number} is not what was recorded", f"第 {number} 条记录的内容与当时记载不符")
            )
    return frozenset(timeline) - frozenset(openings)
