"""Operations on numbers and truths: arithmetic, comparison, choice, width."""

from __future__ import annotations

from itertools import product

from recourse.rules.emit.kernels.loops import BITS, kernel, loaded, mask, one_bit, stored, vector
from recourse.rules.emit.kernels.shared import BLOCK, LANES

_COMPARED = {"lt": "slt", "le": "sle", "eq": "eq"}


def numbers() -> dict[str, str]:
    found = {}
    for bits, (one, other) in product((32, 64, 128), (("p", "p"), ("p", "s"), ("s", "p"))):
        if bits == 128 and "s" in (one, other):
            continue
        lanes, type_ = vector(bits)
        ready = f"{loaded('a', bits, one)}\n{loaded('b', bits, other)}\n"
        way = f"{bits}{one}{other}"
        for name in ("add", "sub", "mul"):
            body = f"{ready} %y = {name} {type_} %xa, %xb\n{stored(bits)}"
            found[f"{name}{way}"] = kernel(f"{name}{way}", body, one + other, lanes)
        for name, sign in (("min", "slt"), ("max", "sgt")):
            body = f"{ready} %c = icmp {sign} {type_} %xa, %xb\n"
            body += f" %y = select {'i1' if lanes == 1 else '<16 x i1>'} %c, {type_} %xa, {type_} %xb\n{stored(bits)}"
            found[f"{name}{way}"] = kernel(f"{name}{way}", body, one + other, lanes)
        for name, sign in _COMPARED.items():
            body = f"{ready} %y = icmp {sign} {type_} %xa, %xb\n{BITS if lanes > 1 else one_bit('%y')}"
            found[f"{name}{way}"] = kernel(f"{name}{way}", body, one + other, lanes)
        if bits == 32:
            continue
        if bits == 64:
            scalar = "\n".join(
                f" %p{x} = getelementptr i64, ptr %{x}, i64 %k\n %x{x} = load i64, ptr %p{x}"
                if kind == "p" else f" %x{x} = call i64 @number(ptr %i, i64 5)"
                for x, kind in (("a", one), ("b", other))
            )  # fmt: skip
            body = f"{scalar}\n %y = call i64 @down64(i64 %xa, i64 %xb)\n"
            body += " %pd = getelementptr i64, ptr %d, i64 %k\n store i64 %y, ptr %pd"
        else:
            body = f"{ready} %y = call i128 @down128(i128 %xa, i128 %xb)\n{stored(bits)}"
        found[f"floor{way}"] = kernel(f"floor{way}", body, one + other, 1)
    for bits, (one, other) in product((32, 64), (("p", "p"), ("p", "s"), ("s", "p"))):  # exact: below 53 bits
        lanes, type_ = vector(bits)
        way = f"{bits}{one}{other}"
        real = f"<{LANES} x double>"
        body = f"{loaded('a', bits, one)}\n{loaded('b', bits, other)}\n"
        body += f" %fa = sitofp {type_} %xa to {real}\n %fb = sitofp {type_} %xb to {real}\n"
        body += f" %q = fdiv {real} %fa, %fb\n %g = call {real} @llvm.floor.v{LANES}f64({real} %q)\n"
        body += f" %z = fptosi {real} %g to {type_}\n %y = freeze {type_} %z\n{stored(bits)}"
        found[f"quot{way}"] = kernel(f"quot{way}", body, one + other, lanes)
    body = f"""{loaded("a", 32, "p")}
 %l = zext <16 x i32> %xa to <16 x i64>
{loaded("m", 64, "s", 5)}
{loaded("n", 64, "s", 6)}
 %z = mul <16 x i64> %l, %xm
 %q = lshr <16 x i64> %z, %xn
 %y = trunc <16 x i64> %q to <16 x i32>
{stored(32)}"""
    found["part"] = kernel("part", body, "p")  # by a written number: times a number, and so many bits less
    return found


def chosen() -> dict[str, str]:
    found = {}
    for bits, (one, other) in product((32, 64, 128), product("ps", "ps")):
        if bits == 128 and "s" in (one, other):
            continue
        lanes, type_ = vector(bits)
        body = f"{mask('a', lanes)}\n{loaded('b', bits, one, 5)}\n{loaded('c', bits, other, 6)}\n"
        body += f" %y = select {'i1' if lanes == 1 else '<16 x i1>'} %ma, {type_} %xb, {type_} %xc\n{stored(bits)}"
        found[f"sel{bits}{one}{other}"] = kernel(f"sel{bits}{one}{other}", body, f"p{one}{other}", lanes)
    return found


def widths() -> dict[str, str]:
    found = {}
    for small, large in ((32, 64), (32, 128), (64, 128)):
        lanes = 1 if large == 128 else LANES
        a, b = (f"<{lanes} x i{bits}>" if lanes > 1 else f"i{bits}" for bits in (small, large))
        for name, from_, to, verb in (("wide", small, large, "sext"), ("cut", large, small, "trunc")):
            x, y = (a, b) if verb == "sext" else (b, a)
            body = f" %pa = getelementptr i{from_}, ptr %a, i64 %k\n %xa = load {x}, ptr %pa\n"
            body += f" %y = {verb} {x} %xa to {y}\n"
            body += f" %pd = getelementptr i{to}, ptr %d, i64 %k\n store {y} %y, ptr %pd"
            found[f"{name}{small}_{large}"] = kernel(f"{name}{small}_{large}", body, "p", lanes)
    written = (
        " %l0 = call i64 @number(ptr %i, i64 5)\n %h0 = call i64 @number(ptr %i, i64 6)\n %l = zext i64 %l0 to i128\n"
    )
    written += " %h1 = zext i64 %h0 to i128\n %h = shl i128 %h1, 64\n %y = or i128 %l, %h\n"
    found["fill128"] = kernel("fill128", written + stored(128), "", 1)
    found["fill64"] = kernel("fill64", loaded("a", 64, "s") + "\n" + stored(64, "%xa"), "s")
    found["fill32"] = kernel("fill32", loaded("a", 32, "s") + "\n" + stored(32, "%xa"), "s")
    return found


def truths() -> dict[str, str]:
    load = "\n".join(f" %p{x} = getelementptr i64, ptr %{x}, i64 %k\n %x{x} = load <16 x i64>, ptr %p{x}" for x in "ab")
    more = " %pc = getelementptr i64, ptr %c, i64 %k\n %xc = load <16 x i64>, ptr %pc\n"
    put = " %pd = getelementptr i64, ptr %d, i64 %k\n store <16 x i64> %y, ptr %pd"
    ones = "<" + ", ".join(["i64 -1"] * 16) + ">"
    bodies = {
        "and": f"{load}\n %y = and <16 x i64> %xa, %xb\n{put}",
        "or": f"{load}\n %y = or <16 x i64> %xa, %xb\n{put}",
        "less": f"{load}\n %z = xor <16 x i64> %xb, {ones}\n %y = and <16 x i64> %xa, %z\n{put}",
        "same": f"{load}\n %z = xor <16 x i64> %xa, %xb\n %y = xor <16 x i64> %z, {ones}\n{put}",
        "pick": f"{load}\n{more} %u = and <16 x i64> %xa, %xb\n %v = xor <16 x i64> %xa, {ones}\n"
                f" %w = and <16 x i64> %v, %xc\n %y = or <16 x i64> %u, %w\n{put}",
    }  # fmt: skip
    return {
        name: kernel(name, body, "ppp" if name == "pick" else "pp", 16, str(BLOCK // 64))
        for name, body in bodies.items()
    }
