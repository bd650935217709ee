"""What all operations share, in LLVM's text: bits, cells, division, words; and the loop that does one after another."""

from __future__ import annotations

BLOCK = 1024  # orders, a multiple of 64
NOTHING = -(1 << 31)  # an entry of a table that is none
DESCRIBED = 5  # numbers for a column
FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)  # of the hash of a word, see `@word`
LANES = 16

SHARED = f"""
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare <{LANES} x double> @llvm.floor.v{LANES}f64(<{LANES} x double>)

define internal i64 @number(ptr %p, i64 %k) alwaysinline {{
 %q = getelementptr i64, ptr %p, i64 %k
 %x = load i64, ptr %q
 ret i64 %x
}}
define internal ptr @pointer(ptr %p, i64 %k) alwaysinline {{
 %q = getelementptr ptr, ptr %p, i64 %k
 %x = load ptr, ptr %q
 ret ptr %x
}}
define internal ptr @place(ptr %i, ptr %f, i64 %k) alwaysinline {{
 %base = load ptr, ptr %f
 %o = call i64 @number(ptr %i, i64 %k)
 %p = getelementptr i8, ptr %base, i64 %o
 ret ptr %p
}}
define internal ptr @column(ptr %i, ptr %f) alwaysinline {{
 %all = call ptr @pointer(ptr %f, i64 1)
 %k = call i64 @number(ptr %i, i64 5)
 %p = getelementptr [{DESCRIBED} x i64], ptr %all, i64 %k
 ret ptr %p
}}
define internal ptr @table(ptr %i, ptr %f) alwaysinline {{
 %all = call ptr @pointer(ptr %f, i64 2)
 %k = call i64 @number(ptr %i, i64 5)
 %p = call ptr @pointer(ptr %all, i64 %k)
 ret ptr %p
}}
define internal i1 @bit(ptr %p, i64 %i) alwaysinline {{
 %b = lshr i64 %i, 3
 %q = getelementptr i8, ptr %p, i64 %b
 %x = load i8, ptr %q
 %m = trunc i64 %i to i8
 %n = and i8 %m, 7
 %s = lshr i8 %x, %n
 %t = trunc i8 %s to i1
 ret i1 %t
}}
define internal i1 @known(ptr %d, i64 %i) alwaysinline {{
 %p = call ptr @pointer(ptr %d, i64 2)
 %all = icmp eq ptr %p, null
 br i1 %all, label %yes, label %look
look:
 %o = call i64 @number(ptr %d, i64 1)
 %at = add i64 %i, %o
 %x = call i1 @bit(ptr %p, i64 %at)
 ret i1 %x
yes:
 ret i1 true
}}
define internal i128 @divided(i128 %a, i128 %b) {{
 %ah = lshr i128 %a, 64
 %bh = lshr i128 %b, 64
 %h = or i128 %ah, %bh
 %short = icmp eq i128 %h, 0
 br i1 %short, label %quick, label %slow
quick:
 %a64 = trunc i128 %a to i64
 %b64 = trunc i128 %b to i64
 %q64 = udiv i64 %a64, %b64
 %q = zext i64 %q64 to i128
 ret i128 %q
slow:
 br label %next
next:
 %i = phi i32 [127, %slow], [%i2, %next]
 %rest = phi i128 [0, %slow], [%rest3, %next]
 %found = phi i128 [0, %slow], [%found2, %next]
 %wide = zext i32 %i to i128
 %bits = lshr i128 %a, %wide
 %bit = and i128 %bits, 1
 %twice = shl i128 %rest, 1
 %rest2 = or i128 %twice, %bit
 %fits = icmp uge i128 %rest2, %b
 %less = sub i128 %rest2, %b
 %rest3 = select i1 %fits, i128 %less, i128 %rest2
 %more = shl i128 %found, 1
 %one = zext i1 %fits to i128
 %found2 = or i128 %more, %one
 %i2 = sub i32 %i, 1
 %over = icmp eq i32 %i, 0
 br i1 %over, label %end, label %next
end:
 ret i128 %found2
}}
define internal i64 @down64(i64 %a, i64 %b) alwaysinline {{
 %some = icmp sgt i64 %b, 0
 %c = select i1 %some, i64 %b, i64 1
 %q = sdiv i64 %a, %c
 %m = mul i64 %q, %c
 %r = sub i64 %a, %m
 %s = ashr i64 %r, 63
 %f = add i64 %q, %s
 ret i64 %f
}}
define internal i128 @down128(i128 %a, i128 %b0) {{
 %some = icmp sgt i128 %b0, 0
 %b = select i1 %some, i128 %b0, i128 1
 %below = icmp slt i128 %a, 0
 br i1 %below, label %under, label %up
up:
 %q = call i128 @divided(i128 %a, i128 %b)
 ret i128 %q
under:
 %c = sub i128 %b, 1
 %d = sub i128 %c, %a
 %e = call i128 @divided(i128 %d, i128 %b)
 %g = sub i128 0, %e
 ret i128 %g
}}
define internal i1 @alike(ptr %a, ptr %b, i64 %size) {{
entry:
 br label %next
next:
 %i = phi i64 [0, %entry], [%j, %same]
 %j = add i64 %i, 8
 %go = icmp ule i64 %j, %size
 br i1 %go, label %look, label %yes
look:
 %p = getelementptr i8, ptr %a, i64 %i
 %q = getelementptr i8, ptr %b, i64 %i
 %x = load i64, ptr %p, align 1
 %y = load i64, ptr %q, align 1
 %eq = icmp eq i64 %x, %y
 br i1 %eq, label %same, label %no
same:
 br label %next
yes:
 ret i1 true
no:
 ret i1 false
}}
define internal i32 @word(ptr %d, i64 %i, i64 %open, ptr %f) alwaysinline {{
entry:
 %p = call ptr @pointer(ptr %d, i64 0)
 %o = call i64 @number(ptr %d, i64 1)
 %at = add i64 %i, %o
 %v = getelementptr [2 x i64], ptr %p, i64 %at
 %head = load i64, ptr %v
 %v2 = getelementptr i64, ptr %v, i64 1
 %inline = load i64, ptr %v2
 %size = and i64 %head, 4294967295
 %long = icmp ugt i64 %size, 12
 br i1 %long, label %far, label %here
far:
 %k = and i64 %inline, 4294967295
 %from = lshr i64 %inline, 32
 %texts = call ptr @pointer(ptr %d, i64 4)
 %buffer = call ptr @pointer(ptr %texts, i64 %k)
 %far1 = getelementptr i8, ptr %buffer, i64 %from
 %last = sub i64 %size, 8
 %lastp = getelementptr i8, ptr %far1, i64 %last
 %far2 = load i64, ptr %lastp, align 1
 br label %here
here:
 %text = phi ptr [null, %entry], [%far1, %far]
 %tail = phi i64 [%inline, %entry], [%far2, %far]
 %h1 = mul i64 %head, {FACTORS[0] - (1 << 64)}
 %h2 = mul i64 %tail, {FACTORS[1] - (1 << 64)}
 %h3 = xor i64 %h1, %h2
 %h4 = lshr i64 %h3, 32
 %h5 = xor i64 %h3, %h4
 %tables = call ptr @pointer(ptr %f, i64 2)
 %slots = call ptr @pointer(ptr %tables, i64 0)
 %mask = call i64 @number(ptr %tables, i64 1)
 br label %probe
probe:
 %h = phi i64 [%h5, %here], [%h6, %other]
 %k1 = and i64 %h, %mask
 %s = getelementptr [4 x i64], ptr %slots, i64 %k1
 %number = call i64 @number(ptr %s, i64 3)
 %empty = icmp eq i64 %number, 0
 br i1 %empty, label %lost, label %check
check:
 %s0 = call i64 @number(ptr %s, i64 0)
 %e0 = icmp eq i64 %s0, %head
 %s1 = call i64 @number(ptr %s, i64 1)
 %e1 = icmp eq i64 %s1, %tail
 %e = and i1 %e0, %e1
 br i1 %e, label %deep, label %other
deep:
 br i1 %long, label %compare, label %found
compare:
 %s2 = call ptr @pointer(ptr %s, i64 2)
 %eq = call i1 @alike(ptr %text, ptr %s2, i64 %size)
 br i1 %eq, label %found, label %other
other:
 %h6 = add i64 %h, 1
 br label %probe
found:
 %n = trunc i64 %number to i32
 ret i32 %n
lost:
 %must = icmp ne i64 %open, 0
 br i1 %must, label %tell, label %none
tell:
 %da = ptrtoint ptr %d to i64
 %f6 = getelementptr i64, ptr %f, i64 6
 store i64 %da, ptr %f6
 %f7 = getelementptr i64, ptr %f, i64 7
 store i64 %i, ptr %f7
 ret i32 0
none:
 ret i32 0
}}
"""

LOOP = f"""
define i64 @decide(ptr %program, i64 %size, ptr %f, i64 %rows) {{
entry:
 %f4 = getelementptr i64, ptr %f, i64 4
 %f5 = getelementptr i64, ptr %f, i64 5
 %first = load i64, ptr %f4
 br label %block
block:
 %row = phi i64 [%first, %entry], [%next, %done]
 %left = sub i64 %rows, %row
 %some = icmp sgt i64 %left, 0
 br i1 %some, label %begin, label %end
begin:
 %whole = icmp sgt i64 %left, {BLOCK}
 %n = select i1 %whole, i64 {BLOCK}, i64 %left
 store i64 %row, ptr %f4
 store i64 %n, ptr %f5
 br label %step
step:
 %k = phi i64 [0, %begin], [%k2, %go]
 %more = icmp ult i64 %k, %size
 br i1 %more, label %go, label %check
go:
 %i = getelementptr [8 x i64], ptr %program, i64 %k
 %do = load ptr, ptr %i
 call void %do(ptr %i, ptr %f)
 %k2 = add i64 %k, 1
 br label %step
check:
 %lost = call i64 @number(ptr %f, i64 6)
 %stop = icmp ne i64 %lost, 0
 br i1 %stop, label %end, label %done
done:
 %next = add i64 %row, {BLOCK}
 br label %block
end:
 ret i64 %row
}}
define void @release(ptr %a) {{
 %r = getelementptr i64, ptr %a, i64 8
 store ptr null, ptr %r
 %block = call ptr @pointer(ptr %a, i64 9)
 %free = load ptr, ptr %block
 call void %free(ptr %block)
 ret void
}}
"""
