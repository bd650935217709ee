"""Operations on what an order brings along: cells of columns, entries of tables and of lists."""

from __future__ import annotations

from recourse.rules.emit.kernels.loops import kernel, one_bit
from recourse.rules.emit.kernels.shared import BLOCK, DESCRIBED, NOTHING

ROW = " %row = call i64 @number(ptr %f, i64 4)\n %at = add i64 %row, %k\n"
BY_WHAT = (
    " %e = call ptr @table(ptr %i, ptr %f)\n %low = call i64 @number(ptr %i, i64 6)\n"
    " %size = call i64 @number(ptr %i, i64 7)\n"
)
ENTRY = f""" %inside = icmp ult i64 %index, %size
 %safe = select i1 %inside, i64 %index, i64 0
 %pe = getelementptr i32, ptr %e, i64 %safe
 %xe = load i32, ptr %pe
 %y = select i1 %inside, i32 %xe, i32 {NOTHING}
 %pd = getelementptr i32, ptr %d, i64 %k
 store i32 %y, ptr %pd"""


def columns() -> dict[str, str]:
    described = " %s = call ptr @column(ptr %i, ptr %f)\n %cells = call ptr @pointer(ptr %s, i64 0)\n"
    described += " %skip = call i64 @number(ptr %s, i64 1)\n"
    found = {}
    for bits in (32, 64):
        body = f"{described}{ROW} %here = add i64 %at, %skip\n %n = call i64 @number(ptr %f, i64 5)\n"
        body += f" %ps = getelementptr i{bits}, ptr %cells, i64 %here\n %size = mul i64 %n, {bits // 8}\n"
        body += " call void @llvm.memcpy.p0.p0.i64(ptr %d, ptr %ps, i64 %size, i1 false)"
        found[f"load{bits}"] = kernel(f"load{bits}", body, "", 1, "1")
    for name, part in (("bits", 0), ("known", 2)):  # by bytes, so that nothing behind the last one is read
        body = f"""{described}{ROW} %bits = call ptr @pointer(ptr %s, i64 {part})
 %here = add i64 %at, %skip
 %none = icmp eq ptr %bits, null
 %byte = lshr i64 %here, 3
 %q = getelementptr i8, ptr %bits, i64 %byte
 %n = call i64 @number(ptr %f, i64 5)
 %left = sub i64 %n, %k
 %sh0 = and i64 %here, 7
 br i1 %none, label %all, label %first
first:
 %x0 = load i8, ptr %q
 %w0 = zext i8 %x0 to i16
 %reach = add i64 %left, %sh0
 %two = icmp ugt i64 %reach, 8
 %off = icmp ne i64 %sh0, 0
 %both = and i1 %two, %off
 br i1 %both, label %second, label %join
second:
 %q1 = getelementptr i8, ptr %q, i64 1
 %x1 = load i8, ptr %q1
 %w1 = zext i8 %x1 to i16
 %w2 = shl i16 %w1, 8
 br label %join
join:
 %hi = phi i16 [0, %first], [%w2, %second]
 %w = or i16 %w0, %hi
 %sh = trunc i64 %sh0 to i16
 %v = lshr i16 %w, %sh
 %y = trunc i16 %v to i8
 br label %all
all:
 %z = phi i8 [-1, %do], [%y, %join]
 %kb = lshr i64 %k, 3
 %pd = getelementptr i8, ptr %d, i64 %kb
 store i8 %z, ptr %pd"""
        found[f"slow{name}"] = kernel(f"slow{name}", body, "", 8, "f5")
        body = f"""{described} %bits = call ptr @pointer(ptr %s, i64 {part})
 %row = call i64 @number(ptr %f, i64 4)
 %here = add i64 %row, %skip
 %n = call i64 @number(ptr %f, i64 5)
 %none = icmp eq ptr %bits, null
 br i1 %none, label %all, label %some
all:
 call void @llvm.memset.p0.i64(ptr %d, i8 -1, i64 {BLOCK // 8}, i1 false)
 br label %on
some:
 %rest = and i64 %here, 7
 %even = icmp eq i64 %rest, 0
 br i1 %even, label %quick, label %slow
quick:
 %byte = lshr i64 %here, 3
 %q = getelementptr i8, ptr %bits, i64 %byte
 %up = add i64 %n, 7
 %size = lshr i64 %up, 3
 call void @llvm.memcpy.p0.p0.i64(ptr %d, ptr %q, i64 %size, i1 false)
 br label %on
slow:
 call void @op_slow{name}(ptr %i, ptr %f)"""
        found[name] = kernel(name, body, "", 1, "1")
    found["word"] = kernel("word", f"""{described}{ROW} %ok = call i1 @bit(ptr %a, i64 %k)
 br i1 %ok, label %read, label %put
read:
 %open = call i64 @number(ptr %i, i64 6)
 %x = call i32 @word(ptr %s, i64 %at, i64 %open, ptr %f)
 br label %put
put:
 %y = phi i32 [0, %do], [%x, %read]
 %pd = getelementptr i32, ptr %d, i64 %k
 store i32 %y, ptr %pd""", "p", 1, "f5")  # fmt: skip
    found["described"] = kernel("described", " %s = call ptr @column(ptr %i, ptr %f)\n %y = ptrtoint ptr %s to i64\n"
                                 " %pd = getelementptr i64, ptr %d, i64 %k\n store i64 %y, ptr %pd", "", 1)  # fmt: skip
    found["rows"] = kernel("rows", f"{ROW} %pd = getelementptr i64, ptr %d, i64 %k\n store i64 %at, ptr %pd", "", 1)
    found["bound"] = kernel("bound", f"""{described}{ROW} %more = call i64 @number(ptr %i, i64 6)
 %at2 = add i64 %at, %more
 %here = add i64 %at2, %skip
 %ps = getelementptr i64, ptr %cells, i64 %here
 %y = load i64, ptr %ps
 %pd = getelementptr i64, ptr %d, i64 %k
 store i64 %y, ptr %pd""", "", 1, "f5")  # fmt: skip
    return found


def tables() -> dict[str, str]:
    found = {}
    body = """ %e = call ptr @table(ptr %i, ptr %f)
 %pa = getelementptr i32, ptr %a, i64 %k
 %w0 = load i32, ptr %pa
 %w = zext i32 %w0 to i64
 %pe = getelementptr i32, ptr %e, i64 %w
 %y = load i32, ptr %pe
 %pd = getelementptr i32, ptr %d, i64 %k
 store i32 %y, ptr %pd"""
    found["byword"] = kernel("byword", body, "p", 1, "f5")  # behind the last row stands what is no word
    for bits in (32, 64):
        body = f"{BY_WHAT} %pa = getelementptr i{bits}, ptr %a, i64 %k\n %x0 = load i{bits}, ptr %pa\n"
        body += (
            (" %x = sext i32 %x0 to i64\n" if bits == 32 else " %x = add i64 %x0, 0\n")
            + " %index = sub i64 %x, %low\n"
            + ENTRY
        )
        found[f"entry{bits}"] = kernel(f"entry{bits}", body, "p", 1)
    found["placed"] = kernel("placed", f""" %all = call ptr @table(ptr %i, ptr %f)
 %low = call i64 @number(ptr %i, i64 6)
 %size = call i64 @number(ptr %i, i64 7)
 %pb = getelementptr i32, ptr %b, i64 %k
 %w0 = load i32, ptr %pb
 %w = zext i32 %w0 to i64
 %e = call ptr @pointer(ptr %all, i64 %w)
 %lack = icmp eq ptr %e, null
 br i1 %lack, label %tell, label %look
tell:
 %f6 = getelementptr i64, ptr %f, i64 6
 store i64 1, ptr %f6
 %f7 = getelementptr i64, ptr %f, i64 7
 store i64 %w, ptr %f7
 br label %on
look:
 %pa = getelementptr i64, ptr %a, i64 %k
 %x = load i64, ptr %pa
 %index = sub i64 %x, %low
{ENTRY}""", "pp", 1, "f5")  # fmt: skip
    return found


def entries() -> dict[str, str]:
    """Entries of lists and ends of periods: the column's description stands in `a`, the number of the entry in `b`, and
    in `c` whether it is there."""
    head = f""" %pa = getelementptr i64, ptr %a, i64 %k
 %s1 = load i64, ptr %pa
 %s2 = inttoptr i64 %s1 to ptr
 %part = call i64 @number(ptr %i, i64 5)
 %s = getelementptr [{DESCRIBED} x i64], ptr %s2, i64 %part
 %pb = getelementptr i64, ptr %b, i64 %k
 %at = load i64, ptr %pb
 %ok = call i1 @bit(ptr %c, i64 %k)
 br i1 %ok, label %read, label %put
read:
 %cells = call ptr @pointer(ptr %s, i64 0)
 %skip = call i64 @number(ptr %s, i64 1)
 %here = add i64 %at, %skip
"""
    whole = " %px = getelementptr i64, ptr %cells, i64 %here\n %x = load i64, ptr %px\n"
    end = {
        bits: f" br label %put\nput:\n %y = phi i{bits} [0, %do], [%x, %read]\n"
        f" %pd = getelementptr i{bits}, ptr %d, i64 %k\n store i{bits} %y, ptr %pd"
        for bits in (32, 64)
    }
    bit = " br label %put\nput:\n %y = phi i1 [false, %do], [%x, %read]\n" + one_bit("%y")
    bodies = {
        "atwhole": head + whole + end[64],
        "atday": head + " %px = getelementptr i32, ptr %cells, i64 %here\n %x = load i32, ptr %px\n" + end[32],
        "attruth": head + " %x = call i1 @bit(ptr %cells, i64 %here)\n" + bit,
        "atword": head
        + " %open = call i64 @number(ptr %i, i64 6)\n"
        + " %x = call i32 @word(ptr %s, i64 %at, i64 %open, ptr %f)\n"
        + end[32],
        "atknown": head + " %x = call i1 @known(ptr %s, i64 %at)\n" + bit,
    }  # fmt: skip
    found = {name: kernel(name, body, "ppp", 1, "f5") for name, body in bodies.items()}
    found["total"] = kernel("total", """ %pa = getelementptr i64, ptr %a, i64 %k
 %s1 = load i64, ptr %pa
 %s = inttoptr i64 %s1 to ptr
 %pb = getelementptr i64, ptr %b, i64 %k
 %from = load i64, ptr %pb
 %pc = getelementptr i64, ptr %c, i64 %k
 %to = load i64, ptr %pc
 %skip = call i64 @number(ptr %s, i64 1)
 %cells = call ptr @pointer(ptr %s, i64 0)
 br label %next
next:
 %j = phi i64 [%from, %do], [%j2, %more]
 %sum = phi i64 [0, %do], [%sum2, %more]
 %go = icmp slt i64 %j, %to
 br i1 %go, label %more, label %put
more:
 %ok = call i1 @known(ptr %s, i64 %j)
 %here = add i64 %j, %skip
 %px = getelementptr i64, ptr %cells, i64 %here
 %x = load i64, ptr %px
 %z = select i1 %ok, i64 %x, i64 0
 %sum2 = add i64 %sum, %z
 %j2 = add i64 %j, 1
 br label %next
put:
 %pd = getelementptr i64, ptr %d, i64 %k
 store i64 %sum, ptr %pd""", "ppp", 1, "f5")  # fmt: skip
    return found
