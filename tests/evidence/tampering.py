"""Everything that can be done to a bundle and must be noticed, made up systematically: group -> name -> what it does."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import sealing
from sealing import KEY, OTHER_KEY, SEALED, relist, reseal

from recourse.evidence import chain

Tamper = tuple[str, Callable[[Path], None]]
LISTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt", "stamps-sha256.txt", "data/timeline.jsonl", "data/proofs.txt",
         "bag-info.txt", "bagit.txt", "data/heads/000000000000010.txt", "data/heads/000000000000028.txt")  # fmt: skip
PROOFS = "data/proofs.txt"
BAG_INFO = {
    "Recourse-Stamp: none": "Recourse-Stamp: expected",
    "Recourse-Stamp": "Recourse-Stamps",
    "External-Identifier: C-2026-0001": "External-Identifier: C-2026-0002",
    "2026-11-22T": "2026-11-32T",
}


def edited(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        path = folder / name
        before = path.read_bytes()
        after = change(before)
        assert after != before, f"{name} is as it was"
        path.write_bytes(after)

    return act


def flipped(at: float, bit: int) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        place = min(int(len(content) * at), len(content) - 1)
        return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]

    return change


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "flip the first byte": flipped(0, 0),
    "flip a byte in the first third": flipped(0.3, 3),
    "flip the middle": flipped(0.5, 5),
    "flip a byte near the end": flipped(0.9, 1),
    "flip the last byte": flipped(1, 0),
    "cut the last byte": lambda content: content[:-1],
    "cut the first byte": lambda content: content[1:],
    "cut the second half": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"" if content else b"x",
    "append a line feed": lambda content: content + b"\n",
    "append a letter": lambda content: content + b"x",
    "append zeros": lambda content: content + bytes(512),
    "put a line feed before": lambda content: b"\n" + content,
    "put a byte order mark before": lambda content: b"\xef\xbb\xbf" + content,
    "write line ends as Windows does": lambda content: content.replace(b"\n", b"\r\n") if b"\n" in content else content + b"\r",
    "double": lambda content: content + content if content else b"xx",
}  # fmt: skip


def on_files(files: list[str]) -> Iterator[Tamper]:
    """Damage to every file of the bundle, one by one, the lists and the seal left as they are."""
    for number, name in enumerate(files):
        for what, change in CHANGES.items():
            yield f"{what}: {name}", edited(name, change)
        yield f"delete: {name}", lambda folder, name=name: (folder / name).unlink()
        yield f"rename: {name}", lambda folder, name=name: (folder / name).rename(folder / f"{name}x")
        yield f"move up: {name}", lambda folder, name=name: (folder / name).rename(folder / f"moved-{Path(name).name}")
        yield f"copy: {name}", lambda folder, name=name: _copy(folder / name, folder / f"data/copy-{Path(name).name}")
        other = files[(number + 7) % len(files)]
        yield f"swap: {name} and {other}", lambda folder, name=name, other=other: _swap(folder / name, folder / other)
        yield f"link: {name}", lambda folder, name=name: _link(folder / name)


def _copy(path: Path, target: Path) -> None:
    shutil.copy(path, target)


def _swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    assert first != second
    one.write_bytes(second)
    other.write_bytes(first)


def _link(path: Path) -> None:
    target = path.parent.parent / "elsewhere"
    path.rename(target)
    path.symlink_to(target)


def on_lines(files: list[str]) -> Iterator[Tamper]:
    """Lines of every list dropped, doubled, turned round, joined."""
    changes: dict[str, Callable[[list[bytes]], list[bytes]]] = {
        "drop the first line": lambda lines: lines[1:],
        "drop the last line": lambda lines: lines[:-1],
        "double the first line": lambda lines: [lines[0], *lines],
        "double the last line": lambda lines: [*lines, lines[-1]],
        "turn the lines round": lambda lines: lines[::-1] if len(lines) > 1 else [*lines, b"\n"],
        "join the first lines": lambda lines: [lines[0].rstrip(b"\n") + b" ", *lines[1:]],
        "put a blank before": lambda lines: [b" " + lines[0], *lines[1:]],
        "add an empty line": lambda lines: [*lines, b"\n"],
    }
    for name in (name for name in LISTS if name in files):
        for what, change in changes.items():
            yield f"{what}: {name}", edited(name, lambda text, c=change: b"".join(c(text.splitlines(keepends=True))))


def additions() -> Iterator[Tamper]:
    """Things that were not sealed, laid into the bundle."""
    names = (
        "fetch.txt", "manifest-md5.txt", "manifest-sha512.txt", "tagmanifest-sha512.txt", "decision.json", ".hidden", "seal.3.tsr",
        "seal.1.tsr", "seal.03.tsr", "seal..tsr", "seal.x.tsr", "seal2.tsr", "SEAL.SIG", "-rf", "stamps-sha512.txt",
        "data/new", "data/.hidden", "data/exhibits/new.pdf", "data/exhibits/000-before.pdf", "data/exhibits/001-RECEIPT.PDF",
        "data/entries/000002.txt", "data/entries/000003.txt", "data/entries/000007.txt", "data/heads/000000000000011.txt",
        "data/a\nb", "data/a\tb", "data/a\\b", "data/a*", "data/a%0Ab", "data/trailing ", "data/trailing.", "data/\x01",
        "data/" + "x" * 201, "tag/new.txt", "data/manifest-sha256.txt", "data/exhibits/ receipt.pdf", "data/exhibits/001-receipt.pdf ",
    )  # fmt: skip
    for name in names:

        def add(folder: Path, name: str = name) -> None:
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"new")

        yield f"add: {name!r}", add
    yield "add an empty folder", lambda folder: (folder / "data/approved").mkdir()
    yield "add an empty folder at the top", lambda folder: (folder / "approved").mkdir()
    yield "add a folder with a line feed", lambda folder: (folder / "data/a\nb").mkdir()
    yield "add a pipe", lambda folder: os.mkfifo(folder / "data/pipe")
    yield "add a link to a file", lambda folder: (folder / "data/link").symlink_to("timeline.jsonl")
    yield "add a link to nowhere", lambda folder: (folder / "data/link").symlink_to("nowhere")
    yield "add a link to a folder", lambda folder: (folder / "data/link").symlink_to("exhibits")


def forgeries(files: list[str]) -> Iterator[Tamper]:
    """Changed and sealed anew, by somebody with a key of his own: nothing is wrong but the key."""
    for name in (name for name in files if name.startswith("data/")):

        def forge(folder: Path, name: str = name) -> None:
            edited(name, CHANGES["flip the middle"])(folder)
            reseal(folder, OTHER_KEY)

        yield f"change and seal with another key: {name}", forge
    yield "seal with another key", lambda folder: reseal(folder, OTHER_KEY)

    def keep_key(folder: Path) -> None:
        reseal(folder, OTHER_KEY)
        (folder / "seal.pub.pem").write_bytes(KEY.public.pem)

    yield "seal with another key, the known one shown", keep_key

    def show_other(folder: Path) -> None:
        (folder / "seal.pub.pem").write_bytes(OTHER_KEY.public.pem)
        relist(folder)

    yield "another key shown under the true seal", show_other


def insiders(files: list[str]) -> Iterator[Tamper]:
    """Changed and sealed anew with the true key: what timeline, log and lists must show by themselves."""
    for part in (_in_timeline(), _in_files(files), _in_heads(), _in_proofs(), _in_tags(), _in_manifests()):
        for what, act in part:
            yield f"inside, {what}", act


def inside(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        edited(name, change)(folder)
        reseal(folder)

    return act


def _in_timeline() -> Iterator[Tamper]:
    timeline = "data/timeline.jsonl"
    for what, change in CHANGES.items():
        yield f"{what}: {timeline}", inside(timeline, change)
    for number in range(6):

        def without(text: bytes, number: int = number) -> bytes:
            lines = text.splitlines(keepends=True)
            return b"".join(lines[:number] + lines[number + 1 :])

        yield f"drop entry {number + 1}", inside(timeline, without)
    swaps = {
        b'"actor":"learner"': b'"actor":"nobody"', b'"kind":"note"': b'"kind":"paid"', b"C-2026-0001": b"C-2026-0002",
        b'"erases":[2]': b'"erases":[3]', b'"erases":[2],': b"", b'"kind":"erased"': b'"kind":"note"', b'"seq":6': b'"seq":7',
        b'"seq":1}': b'"seq":01}', b'"actor":': b'"actor" :', b'"at":"2026-11-16T21': b'"at":"2026-11-18T21',
        b'"prev":"0': b'"prev":"1',
    }  # fmt: skip
    for old, new in swaps.items():
        yield f"{old!r} to {new!r}", inside(timeline, lambda text, o=old, n=new: text.replace(o, n))
    for erases in (b"6", b"7", b"2,2", b"3,2", b"02", b"2,", b"99999999999999999999"):
        wrong = b"[" + erases + b"]"
        yield f"erases {erases!r}", inside(timeline, lambda text, w=wrong: text.replace(b"[2]", w))
        yield f"chained, erases {erases!r}", _chained(lambda text, w=wrong: text.replace(b"[2]", w))
    chained = {
        b"2026-11-17T21": b"2026-11-30T21", b"C-2026-0001": b"C-2026-0009", b'"kind":"erased"': b'"kind":"note"',
        b'"seq":3': b'"seq":4', b'"kind":"note"': b'"kind":"erased"',
    }  # fmt: skip
    for old, new in chained.items():
        yield f"chained, {old!r} to {new!r}", _chained(lambda text, o=old, n=new: text.replace(o, n))


def _in_files(files: list[str]) -> Iterator[Tamper]:
    here = [name for name in files if name.startswith(("data/entries/", "data/heads/"))]
    some = (
        "flip the first byte",
        "flip the middle",
        "flip the last byte",
        "cut the last byte",
        "append a line feed",
        "empty",
    )
    for name in here:
        for what in some:
            yield f"{what}: {name}", inside(name, CHANGES[what])
    strays = ("entries/000002.txt", "entries/000003.txt", "entries/000099.txt", "entries/1.txt", "entries/000001.txt.bak",
              "heads/000000000000028.bak", "heads/000000000000030.txt", "entries/000000.txt", "heads/x")  # fmt: skip
    for name in strays:

        def stray(folder: Path, name: str = name) -> None:
            (folder / "data" / name).write_bytes(b"0" * 64 + b"\n{}")
            reseal(folder)

        yield f"lay in {name}", stray
    for name in (name for name in here if "heads" in name):

        def lost(folder: Path, name: str = name) -> None:
            (folder / name).unlink()
            reseal(folder)

        yield f"lose {name}", lost

    def opened_again(folder: Path) -> None:
        (folder / "data/entries/000002.txt").write_bytes(sealing.erased_opening())
        reseal(folder)

    yield "the erased body back again", opened_again


def _in_heads() -> Iterator[Tamper]:
    def signed(change: Callable[[bytes], bytes], key: sealing.SealKey = KEY) -> Callable[[Path], None]:
        def act(folder: Path) -> None:
            head = folder / "data/heads/000000000000028"
            text = change(head.with_suffix(".txt").read_bytes())
            head.with_suffix(".txt").write_bytes(text)
            head.with_suffix(".sig").write_bytes(key.sign(text))
            reseal(folder)

        return act

    yield "a head signed by somebody else", signed(lambda text: text, OTHER_KEY)
    wrong = {
        "origin": (b"refunds.", b"refund."), "time": (b"time 2026", b"time 2025"), "size": (b"\n28\n", b"\n29\n"),
        "root": (b"=\n", b"A=\n"), "line": (b"time", b"more\ntime"), "spelling": (b"\n28\n", b"\n028\n"),
    }  # fmt: skip
    for what, (old, new) in wrong.items():
        yield f"a head with another {what}", signed(lambda text, o=old, n=new: text.replace(o, n, 1))


def _in_proofs() -> Iterator[Tamper]:
    for what, change in CHANGES.items():
        if what != "double":  # the same proof twice proves the same
            yield f"{what}: {PROOFS}", inside(PROOFS, change)
    for needed in (b"inclusion 6", b"consistency"):
        yield f"drop {needed!r}", inside(PROOFS, lambda text, n=needed: _lines_without(text, n))
    swaps = {
        "inclusion 6 26": ("inclusion 6 25", "inclusion 5 26", "inclusion 06 26", "inclusion  6 26", "inclusion 6 99"),
        " 28 ": (" 27 ", " 29 "), "consistency 10": ("consistency 11", "consistency 0", "consistency 28"),
        "inclusion 3": ("inclusion 0", "inclusion 99", "exclusion 3"),
    }  # fmt: skip
    for old, others in swaps.items():
        for new in others:
            yield f"{old} to {new}", inside(PROOFS, lambda text, o=old, n=new: text.replace(o.encode(), n.encode()))


def _in_tags() -> Iterator[Tamper]:
    def tag(names: tuple[str, ...], change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
        def act(folder: Path) -> None:
            for name in names:
                edited(name, change)(folder)
            relist(folder)

        return act

    for old, new in BAG_INFO.items():
        yield f"{old} to {new}", tag(("bag-info.txt",), lambda text, o=old, n=new: text.replace(o.encode(), n.encode()))
    both = ("bag-info.txt", "bagit.txt")
    for what in ("append a line feed", "write line ends as Windows does", "double"):
        yield f"{what}: {both}", tag(both, CHANGES[what])
    yield f"a line less: {both}", tag(both, lambda text: text.split(b"\n", 1)[1])


def _in_manifests() -> Iterator[Tamper]:
    lists: dict[str, Callable[[bytes], bytes]] = {
        "turned round": lambda text: b"".join(text.splitlines(keepends=True)[::-1]),
        "a line twice": lambda text: text + text.splitlines(keepends=True)[-1],
        "capital digits": lambda text: text[:64].upper() + text[64:],
        "a tab between": lambda text: text.replace(b"  ", b"\t", 1),
        "a star before": lambda text: text.replace(b"  ", b" *", 1),
        "a line less": lambda text: b"".join(text.splitlines(keepends=True)[1:]),
        "an empty line": lambda text: text + b"\n",
        "no last line feed": lambda text: text[:-1],
        "a dot before": lambda text: text.replace(b"  data", b"  ./data", 1),
        "a path out": lambda text: text.replace(b"  data", b"  data/../data", 1),
    }
    for what, change in lists.items():

        def manifest(folder: Path, change: Callable[[bytes], bytes] = change) -> None:
            edited("manifest-sha256.txt", change)(folder)
            relist(folder)

        def tags(folder: Path, change: Callable[[bytes], bytes] = change) -> None:
            edited("tagmanifest-sha256.txt", change)(folder)
            (folder / "seal.sig").write_bytes(KEY.sign((folder / "tagmanifest-sha256.txt").read_bytes()))

        yield f"the manifest with {what}", manifest
        if what not in ("a dot before", "a path out"):
            yield f"the tag manifest with {what}", tags


def _lines_without(text: bytes, start: bytes) -> bytes:
    return b"".join(line for line in text.splitlines(keepends=True) if not line.startswith(start))


def _chained(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """The timeline changed, every hash after it made anew, and the log as well: only what it says is wrong."""

    def act(folder: Path) -> None:
        path = folder / "data/timeline.jsonl"
        lines, prev = [], chain.START
        before = path.read_bytes()
        for line in change(before).splitlines():
            at = line.index(b'"prev":"') + 8
            lines.append(line[:at] + prev.encode() + line[at + 64 :])
            prev = hashlib.sha256(lines[-1]).hexdigest()
        assert change(before) != before
        path.write_bytes(b"\n".join(lines) + b"\n")
        sealing.relog(folder, lines)
        reseal(folder)

    return act


def stampings(authority: sealing.Stamping) -> Iterator[Tamper]:
    """Stamps that are stale, foreign, late, from the future, turned round or stretched, each listed as it should be."""

    def listed(change: Callable[[Path, list[bytes]], list[bytes]]) -> Callable[[Path], None]:
        def act(folder: Path) -> None:
            sealing.restamp(folder, change)

        return act

    ours, over = authority.ours, sealing.over
    day = sealing.DAY
    yield "a stamp from another bundle", listed(lambda f, r: [ours.reply(sealing.request(b"other"), SEALED + 30)])
    yield (
        "a stamp by a stranger",
        listed(lambda f, r: [authority.stranger.reply(sealing.request(over(f, [])), SEALED + 30)]),
    )
    yield (
        "a stamp before the certificate",
        listed(lambda f, r: [ours.reply(sealing.request(over(f, [])), SEALED - 900 * day)]),
    )
    yield (
        "a stamp after the certificate",
        listed(lambda f, r: [ours.reply(sealing.request(over(f, [])), SEALED + 401 * day)]),
    )
    yield "a stamp from the future", listed(lambda f, r: [ours.reply(sealing.request(over(f, [])), SEALED + 364 * day)])
    yield "the renewal first", listed(lambda f, r: r[::-1])
    yield "the renewal alone", listed(lambda f, r: r[1:])
    yield "the first stamp twice", listed(lambda f, r: [r[0], r[0]])
    yield "the renewal twice", listed(lambda f, r: [*r, r[1]])
    yield "bytes after the first stamp", listed(lambda f, r: [r[0] + b"\0", r[1]])
    yield "bytes after the last stamp", listed(lambda f, r: [r[0], r[1] + b"more"])
    yield "an empty stamp", listed(lambda f, r: [r[0], b""])
    yield "no stamps at all", listed(lambda f, r: [])
    yield (
        "a renewal older than the first",
        listed(lambda f, r: [r[0], ours.reply(sealing.request(over(f, r[:1])), SEALED - day)]),
    )
    yield (
        "a renewal over the seal only",
        listed(lambda f, r: [r[0], ours.reply(sealing.request(over(f, [])), SEALED + 60)]),
    )
    yield (
        "a renewal by a stranger",
        listed(lambda f, r: [r[0], authority.stranger.reply(sealing.request(over(f, r[:1])), SEALED + 60)]),
    )
    lie = b"\nTST info:\nHash Algorithm: sha256\nTime stamp: Jan  1 00:00:00 2020 GMT\n"
    yield (
        "a lie in the words of the status",
        listed(lambda f, r: [ours.reply(sealing.request(over(f, [])), SEALED + 30, lie)]),
    )
    for place in (0.05, 0.1, 0.15, 0.2, 0.8, 0.9, 0.95, 0.99):
        yield f"a stamp damaged at {place}", listed(lambda f, r, p=place: [flipped(p, 2)(r[0]), r[1]])
    yield "stamps not listed", lambda folder: (folder / "stamps-sha256.txt").unlink()
    yield (
        "a list of stamps without the last",
        edited("stamps-sha256.txt", lambda text: text.splitlines(keepends=True)[0]),
    )
