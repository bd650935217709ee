"""Operations at both ends: whether what comes in is as it was taken to be, and what goes out."""

from __future__ import annotations

from recourse.rules.emit.kernels.columns import ROW
from recourse.rules.emit.kernels.loops import kernel, loaded, mask
from recourse.rules.emit.kernels.shared import LANES


def checks() -> dict[str, str]:
    """Whether all known numbers of a column lie between two written ones; if not, that is told like an unknown word."""
    lanes = ", ".join(f"i64 {k}" for k in range(LANES))
    found = {}
    for bits in (32, 64):
        type_ = f"<{LANES} x i{bits}>"
        body = f"""{loaded("a", bits, "p")}
{loaded("l", bits, "s", 6)}
{loaded("h", bits, "s", 7)}
{mask("b")}
 %below = icmp slt {type_} %xa, %xl
 %above = icmp sgt {type_} %xa, %xh
 %out1 = or <16 x i1> %below, %above
 %out = and <16 x i1> %out1, %mb
 %k1 = insertelement <16 x i64> undef, i64 %k, i32 0
 %k3 = shufflevector <16 x i64> %k1, <16 x i64> undef, <16 x i32> zeroinitializer
 %lane = add <16 x i64> %k3, <{lanes}>
 %e1 = insertelement <16 x i64> undef, i64 %end, i32 0
 %e2 = shufflevector <16 x i64> %e1, <16 x i64> undef, <16 x i32> zeroinitializer
 %row = icmp ult <16 x i64> %lane, %e2
 %bad = and <16 x i1> %out, %row
 %some = bitcast <16 x i1> %bad to i16
 %broken = icmp ne i16 %some, 0
 br i1 %broken, label %tell, label %on
tell:
 %f6 = getelementptr i64, ptr %f, i64 6
 store i64 2, ptr %f6"""
        found[f"within{bits}"] = kernel(f"within{bits}", body, "pp", LANES, "f5")
    return found


def outputs() -> dict[str, str]:
    """What comes out: the number of the column's address stands first among the written numbers."""
    where = " %outs = call ptr @pointer(ptr %f, i64 3)\n %w = call i64 @number(ptr %i, i64 5)\n"
    where += " %out = call ptr @pointer(ptr %outs, i64 %w)\n"
    found = {}
    for bits in (32, 64):
        body = f"{where}{ROW} %n = call i64 @number(ptr %f, i64 5)\n %po = getelementptr i{bits}, ptr %out, i64 %at\n"
        body += (
            f" %size = mul i64 %n, {bits // 8}\n call void @llvm.memcpy.p0.p0.i64(ptr %po, ptr %a, i64 %size, i1 false)"
        )
        found[f"put{bits}"] = kernel(f"put{bits}", body, "p", 1, "1")
    for bits in (8, 16):
        body = f"{where}{ROW} %pa = getelementptr i32, ptr %a, i64 %k\n %x = load i32, ptr %pa\n"
        body += f" %y = trunc i32 %x to i{bits}\n %po = getelementptr i{bits}, ptr %out, i64 %at\n"
        body += f" store i{bits} %y, ptr %po"
        found[f"put{bits}"] = kernel(f"put{bits}", body, "p", 1, "f5")
    body = f"{where}{ROW} %x = call i1 @bit(ptr %a, i64 %k)\n %y = zext i1 %x to i8\n"
    found["putbytes"] = kernel(
        "putbytes", body + " %po = getelementptr i8, ptr %out, i64 %at\n store i8 %y, ptr %po", "p", 1, "f5"
    )
    body = f"{where}{ROW} %kb = lshr i64 %k, 3\n %pa = getelementptr i8, ptr %a, i64 %kb\n %y = load i64, ptr %pa\n"
    body += " %ab = lshr i64 %at, 3\n %po = getelementptr i8, ptr %out, i64 %ab\n store i64 %y, ptr %po"
    found["putbits"] = kernel("putbits", body, "p", 64, "f5")
    return found
