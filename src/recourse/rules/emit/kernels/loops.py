"""An operation's frame: the loop over the block, and how its operands come and its result goes."""

from __future__ import annotations

from recourse.rules.emit.kernels.shared import BLOCK, LANES


def vector(bits: int) -> tuple[int, str]:
    lanes = LANES if bits < 128 else 1
    return lanes, f"<{lanes} x i{bits}>" if lanes > 1 else f"i{bits}"


def kernel(name: str, body: str, operands: str = "", step: int = LANES, end: str = str(BLOCK)) -> str:
    """A loop over the block; `operands` has a letter for each of the three: p a place, s a written number, - none."""
    head = [" %d = call ptr @place(ptr %i, ptr %f, i64 1)"]
    for number, kind in enumerate(operands):
        letter = "abc"[number]
        if kind == "p":
            head.append(f" %{letter} = call ptr @place(ptr %i, ptr %f, i64 {number + 2})")
    stop = f" %end = add i64 0, {end}" if end.isdigit() else f" %end = call i64 @number(ptr %f, i64 {end[1:]})"
    return "\n".join([
        f"define internal void @op_{name}(ptr %i, ptr %f) {{", "entry:", *head, stop, " br label %loop", "loop:",
        " %k = phi i64 [0, %entry], [%k2, %on]", " %in = icmp ult i64 %k, %end", " br i1 %in, label %do, label %over",
        "do:", body, " br label %on", "on:", f" %k2 = add i64 %k, {step}", " br label %loop", "over:", " ret void", "}",
    ])  # fmt: skip


def loaded(letter: str, bits: int, kind: str, written: int = 5) -> str:
    """An operand's lanes as %xa, %xb: from its place, or a written number in each."""
    lanes, type_ = vector(bits)
    if kind == "p":
        return f" %p{letter} = getelementptr i{bits}, ptr %{letter}, i64 %k\n %x{letter} = load {type_}, ptr %p{letter}"
    cut = f" %t{letter} = trunc i64 %w{letter} to i{bits}" if bits < 64 else f" %t{letter} = add i64 %w{letter}, 0"
    return "\n".join([
        f" %w{letter} = call i64 @number(ptr %i, i64 {written})", cut,
        f" %u{letter} = insertelement {type_} undef, i{bits} %t{letter}, i32 0",
        f" %x{letter} = shufflevector {type_} %u{letter}, {type_} undef, <{lanes} x i32> zeroinitializer",
    ])  # fmt: skip


def mask(letter: str, lanes: int = LANES) -> str:
    if lanes == 1:
        return f" %m{letter} = call i1 @bit(ptr %{letter}, i64 %k)"
    return (
        f" %k{letter} = lshr i64 %k, 3\n %q{letter} = getelementptr i8, ptr %{letter}, i64 %k{letter}\n"
        f" %n{letter} = load i16, ptr %q{letter}\n %m{letter} = bitcast i16 %n{letter} to <16 x i1>"
    )


def stored(bits: int, value: str = "%y") -> str:
    return f" %pd = getelementptr i{bits}, ptr %d, i64 %k\n store {vector(bits)[1]} {value}, ptr %pd"


BITS = """ %w = bitcast <16 x i1> %y to i16
 %kb = lshr i64 %k, 3
 %pd = getelementptr i8, ptr %d, i64 %kb
 store i16 %w, ptr %pd"""


def one_bit(value: str) -> str:
    """A truth into its bit."""
    return f""" %kb = lshr i64 %k, 3
 %pd = getelementptr i8, ptr %d, i64 %kb
 %old = load i8, ptr %pd
 %sh0 = trunc i64 %k to i8
 %sh = and i8 %sh0, 7
 %one = shl i8 1, %sh
 %non = xor i8 %one, -1
 %rest = and i8 %old, %non
 %turned = select i1 {value}, i8 %one, i8 0
 %new = or i8 %rest, %turned
 store i8 %new, ptr %pd"""
