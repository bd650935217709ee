"""The log's tree is that of RFC 6962: known vectors, every proof up to 64 entries, and no proof that shows what is not so."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse.evidence import log
from recourse.problems import Problem

# The reference vectors of Certificate Transparency: eight inputs and the roots of the first 0 to 8 of them.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = """
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
""".split()
# SHA-256 over the roots and all proofs of logs of 0 to 64 entries, so that none of them ever changes.
FROZEN = "3dcef3f3cfe5c24bd89fc16ecf9f32e3ea27443bcad09a076627b59638c603d7"
SIZES = range(65)
LEAVES = [log.leaf_hash(b"entry %d" % number) for number in range(64)]


def root(leaves: list[bytes]) -> bytes:
    """The root as the words of RFC 6962, section 2.1, define it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    middle = max(1 << power for power in range(8) if 1 << power < len(leaves))
    return hashlib.sha256(b"\x01" + root(leaves[:middle]) + root(leaves[middle:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(leaves) == 1:
        return []
    middle = max(1 << power for power in range(8) if 1 << power < len(leaves))
    if index < middle:
        return [*path(index, leaves[:middle]), root(leaves[middle:])]
    return [*path(index - middle, leaves[middle:]), root(leaves[:middle])]


def subproof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    middle = max(1 << power for power in range(8) if 1 << power < len(leaves))
    if old <= middle:
        return [*subproof(old, leaves[:middle], whole), root(leaves[middle:])]
    return [*subproof(old - middle, leaves[middle:], False), root(leaves[:middle])]


@pytest.fixture(scope="module")
def tree() -> log.Tree:
    return log.Tree(LEAVES)


def test_the_reference_vectors() -> None:
    tree = log.Tree(log.leaf_hash(bytes.fromhex(one)) for one in INPUTS)
    assert [tree.root(size).hex() for size in range(9)] == ROOTS


def test_roots_and_proofs_are_those_of_the_definition(tree: log.Tree) -> None:
    for size in SIZES:
        assert tree.root(size) == root(LEAVES[:size])
        for number in range(size):
            assert list(tree.inclusion(number, size)) == path(number, LEAVES[:size])
            assert list(tree.consistency(number + 1, size)) == subproof(number + 1, LEAVES[:size])


def test_no_root_and_no_proof_has_changed(tree: log.Tree) -> None:
    found = hashlib.sha256()
    for size in SIZES:
        found.update(tree.root(size))
        for number in range(size):
            found.update(b"".join((*tree.inclusion(number, size), *tree.consistency(number + 1, size))))
    assert found.hexdigest() == FROZEN


def test_every_proof_holds_and_none_holds_for_another_place(tree: log.Tree) -> None:
    for size in SIZES:
        top = tree.root(size)
        for number in range(size):
            proof = tree.inclusion(number, size)
            assert log.includes(LEAVES[number], number, size, proof, top)
            assert not log.includes(LEAVES[number], number, size, (*proof, top), top)
            assert not any(
                log.includes(LEAVES[number], other, size, proof, top)
                for other in range(-1, size + 1)
                if other != number
            )
            assert not log.includes(LEAVES[(number + 1) % 64], number, size, proof, top)


def test_every_log_continues_every_earlier_one_and_no_other(tree: log.Tree) -> None:
    for size in SIZES[1:]:
        for old in range(1, size + 1):
            proof = tree.consistency(old, size)
            assert log.continues(old, tree.root(old), size, tree.root(size), proof)
            assert not log.continues(old, tree.root(old - 1), size, tree.root(size), proof)
            assert not log.continues(old, tree.root(old), size, tree.root(size - 1), proof)
            assert not log.continues(old, tree.root(old), size, tree.root(size), (*proof, tree.root(old)))
    assert not log.continues(0, tree.root(0), 5, tree.root(5), ())
    assert not log.continues(6, tree.root(6), 5, tree.root(5), ())


@given(st.data())
def test_a_proof_with_anything_changed_does_not_hold(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 64))
    number = data.draw(st.integers(0, size - 1))
    tree = log.Tree(LEAVES)
    proof = list(tree.inclusion(number, size))
    place = data.draw(st.integers(0, len(proof) - 1))
    change = data.draw(st.sampled_from(["flip", "drop", "double", "turn"]))
    changed = list(proof)
    if change == "flip":
        changed[place] = bytes([changed[place][0] ^ 1]) + changed[place][1:]
    elif change == "drop":
        del changed[place]
    elif change == "double":
        changed.insert(place, changed[place])
    else:
        changed.reverse()
    if changed != proof:
        assert not log.includes(LEAVES[number], number, size, changed, tree.root(size))


def test_a_log_refuses_what_it_does_not_have(tree: log.Tree) -> None:
    for ask in (
        lambda: tree.root(65),
        lambda: tree.inclusion(5, 5),
        lambda: tree.inclusion(-1),
        lambda: tree.consistency(0),
        lambda: tree.consistency(6, 5),
    ):
        with pytest.raises(Problem):
            ask()
    with pytest.raises(Problem):
        log.Tree([b"short"])


def test_a_log_grows_one_by_one_as_it_would_at_once() -> None:
    grown = log.Tree()
    assert grown.root() == log.EMPTY
    for number, leaf in enumerate(LEAVES):
        assert grown.append(leaf) == number
        assert grown.root() == log.Tree(LEAVES[: number + 1]).root()
