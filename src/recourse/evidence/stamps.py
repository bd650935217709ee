"""Time stamps of RFC 3161: the request, and what a reply proves, read and judged by the openssl program.

openssl is the reference and not a library, because anybody can repeat what it says. Where it is missing a stamp is
neither good nor bad: it was not looked at.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recourse.bilingual import Words
from recourse.evidence import instants
from recourse.problems import Problem

# Version 1, SHA-256, the digest, and "send your certificates along": all of RFC 3161's request that we use.
REQUEST = bytes.fromhex("30390201013031300d060960864801650304020105000420"), bytes.fromhex("0101ff")
TIME = re.compile(
    r"^Time stamp: (?P<month>[A-Z][a-z]{2}) +(?P<day>\d+) (?P<clock>\d\d:\d\d:\d\d)[.\d]* (?P<year>\d{4}) GMT$",
    re.MULTILINE,
)
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DUMP = re.compile(r"^    [0-9a-f]{4} - (?P<bytes>[0-9a-f]{2}(?:[ -][0-9a-f]{2}){15}) ", re.MULTILINE)
SECONDS = 30  # openssl is done in a few hundredths; a strange reply must not stop us for ever


class NoOpenSSL(Problem):
    """The openssl program is not on this machine."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a reply says: SHA-256 of the stamped bytes, and when, in UTC seconds. Nothing of it is proved yet."""

    digest: bytes
    at: int


def request(digest: bytes) -> bytes:
    """The request to an authority for a stamp on SHA-256 `digest`, 32 bytes.

    It is sent by POST as application/timestamp-query.
    """
    if len(digest) != 32:
        raise Problem(f"a SHA-256 digest has 32 bytes, this one {len(digest)}")
    return REQUEST[0] + digest + REQUEST[1]


def digest_of(content: bytes) -> bytes:
    """What a request for a stamp on `content` carries."""
    return hashlib.sha256(content).digest()


def whole(reply: bytes) -> bool:
    """Is the reply one DER value and nothing after it? openssl itself does not mind what follows."""
    if len(reply) < 2 or reply[0] != 0x30:
        return False
    if reply[1] < 0x80:
        return len(reply) == 2 + reply[1]
    width = reply[1] & 0x7F
    return 0 < width <= 3 and len(reply) == 2 + width + int.from_bytes(reply[2 : 2 + width], "big")


class OpenSSL:
    """The openssl program, by its path or name."""

    def __init__(self, program: str = "openssl") -> None:
        self._program = program

    def read(self, reply: bytes) -> Stamp:
        """What the reply says. Raises `Problem` when it is no reply that grants a stamp over SHA-256."""
        if not whole(reply):
            raise Problem(Words("this is no time stamp: its length is wrong", "不是时间戳：长度与其自述不符"))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "reply.tsr")
            file.write_bytes(reply)
            done = self._run("ts", "-reply", "-in", str(file), "-text")
        text = done.stdout.decode("utf-8", "replace")
        times, dump = list(TIME.finditer(text)), DUMP.findall(text)
        # The words of the status are not signed and may hold anything, so each line that is read must be there once.
        once = len(times) == 1 and len(dump) == 2 and text.count("\nTST info:\n") == 1
        granted = text.startswith("Status info:\nStatus: Granted") and text.count("\nHash Algorithm: sha256\n") == 1
        if done.returncode or not once or not granted:
            raise Problem(
                Words("this is no time stamp that an authority granted over SHA-256", "不是机构签发的 SHA-256 时间戳")
            )
        time = times[0]
        day = f"{time['year']}-{MONTHS.index(time['month']) + 1:02}-{int(time['day']):02}"
        digest = bytes.fromhex("".join(dump).replace(" ", "").replace("-", ""))
        return Stamp(digest, instants.parse(f"{day}T{time['clock']}Z"))

    def trusts(self, reply: bytes, stamp: Stamp, authorities: Path, at: int) -> bool:
        """Would somebody who trusts `authorities`, a PEM file, have accepted this reply at `at`, UTC seconds?

        `at` takes the place of the clock: the time of the stamp for "was it good when made", a later one for
        "was the authority's certificate still in force then".
        """
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "reply.tsr")
            file.write_bytes(reply)
            done = self._run(
                "ts", "-verify", "-in", str(file), "-digest", stamp.digest.hex(), "-CAfile", str(authorities),
                "-attime", str(at),
            )  # fmt: skip
        return done.returncode == 0 and b"Verification: OK" in done.stdout + done.stderr

    def _run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run([self._program, *words], capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
        except (FileNotFoundError, PermissionError):
            raise NoOpenSSL(f"there is no program {self._program}", hint="install OpenSSL 3 to judge stamps") from None
        except subprocess.TimeoutExpired:
            raise Problem(Words("openssl did not come to an end with this stamp", "openssl 处理该时间戳超时")) from None


@dataclass(frozen=True, slots=True)
class Judged:
    """Stamps that were looked at. `proved` is the earliest instant (UTC seconds) by which the data surely existed.

    `said` is what the first stamp says, proved or not. `lapsed`: the last authority's certificate is no longer in
    force, so the proof holds only if nobody has broken its key since.
    """

    said: int
    proved: int | None
    lapsed: bool = False


def judge(
    digests: Sequence[bytes], replies: Sequence[bytes], openssl: OpenSSL, authorities: Path | None, now: int
) -> Judged:
    """Judge a first stamp and its renewals: `digests[k]` is SHA-256 of what reply `k` must be over.

    Each must have been made while the one before it was still good. Without `authorities` only what they are over is
    tested. Raises `Problem` for a stamp that is over something else, from the future, not trusted, or renewed too late.
    """
    read = [openssl.read(reply) for reply in replies]
    for number, (stamp, digest) in enumerate(zip(read, digests, strict=True), start=1):
        if stamp.digest != digest:
            raise Problem(Words(f"stamp {number} is over something else", f"第 {number} 个时间戳不是针对这些内容"))
        if stamp.at > now or (number > 1 and stamp.at < read[number - 2].at):
            raise Problem(
                Words(
                    f"stamp {number} is from the future, or older than the one it renews",
                    f"第 {number} 个时间戳来自未来，或早于其所续期的时间戳",
                )
            )
    if authorities is None:
        return Judged(read[0].at, None)
    for number, (reply, stamp) in enumerate(zip(replies, read, strict=True), start=1):
        if not openssl.trusts(reply, stamp, authorities, stamp.at):
            raise Problem(
                Words(
                    f"stamp {number} is not from an authority that you trust",
                    f"第 {number} 个时间戳并非出自您信任的机构",
                )
            )
        if number < len(read) and not openssl.trusts(reply, stamp, authorities, read[number].at):
            raise Problem(
                Words(f"stamp {number} had lapsed before it was renewed", f"第 {number} 个时间戳在续期前已过期")
            )
    return Judged(read[0].at, read[0].at, lapsed=not openssl.trusts(replies[-1], read[-1], authorities, now))
