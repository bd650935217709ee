"""The operations of native programs, in LLVM's text: each goes over a block of orders, sixteen of them at a time.

An instruction is eight numbers: the operation, where its result goes, up to three operands (places in the memory), up
to three written numbers. A frame is eight: memory, columns, tables, outputs, the block's first row, how many rows, and
what was met that has to be told (two numbers, see `Known.learn`). A column is five: where its cells lie, how many to
skip, the bits that say which are known (0: all), nothing, where long texts lie; what lies in it follows. Truths are
bits. The text is the same for all rules: it is compiled once.
"""

from recourse.rules.emit.kernels import columns, ends, numbers
from recourse.rules.emit.kernels.shared import BLOCK, FACTORS, LOOP, NOTHING, SHARED

_KERNELS = {
    **numbers.numbers(), **numbers.chosen(), **numbers.widths(), **numbers.truths(), **columns.columns(),
    **columns.tables(), **columns.entries(), **ends.checks(), **ends.outputs(),
}  # fmt: skip


def names() -> list[str]:
    """The operations, in the order of their addresses in `@operations`."""
    return list(_KERNELS)


def text() -> str:
    """The whole module."""
    table = ", ".join(f"ptr @op_{name}" for name in _KERNELS)
    listed = f"@operations = constant [{len(_KERNELS)} x ptr] [{table}]"
    return "\n".join([SHARED, *_KERNELS.values(), listed, LOOP])


__all__ = ["BLOCK", "FACTORS", "NOTHING", "names", "text"]
