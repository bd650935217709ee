"""Bad files, made by hand: what somebody hands in who wants to break in, to fill the disk, or to make a reader wait."""

from __future__ import annotations

import base64
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import NamedTuple

import acting
from offered import exif, jpeg, mail, pdf, pixels, saved, webp

SCRIPT = b"<script>alert(document.domain)</script>"


class Bad(NamedTuple):
    """A file, the name it comes under, and whether it may be taken at all (if so, it must be shown harmlessly)."""

    name: str
    data: bytes
    taken: bool


def zipped(*names: str, data: bytes = b"hello", **options: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name in names:
            box.writestr(name, data)
    return out.getvalue()


def tarred() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as box:
        box.addfile(tarfile.TarInfo("a"))
    return out.getvalue()


def piece(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def drawn(width: int, height: int, rows: bytes, *more: bytes, depth: int = 8, colour: int = 0, lace: int = 0) -> bytes:
    """A PNG that says it is so wide and high, whatever its rows are."""
    head = piece(b"IHDR", struct.pack(">2L5B", width, height, depth, colour, 0, 0, lace))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + piece(b"IDAT", zlib.compress(rows, 9)) + piece(b"IEND", b"")


def of(size: int, data: bytes) -> bytes:
    """A JPEG whose head lies about its size."""
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">2H", size, size) + data[at + 9 :]


PLAIN_JPEG = saved(pixels(), "JPEG")
PLAIN_PNG = saved(pixels(), "PNG")


def pretending() -> dict[str, Bad]:
    """What is called one thing and is another."""
    program = b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0" + bytes(100)
    refused = {
        "exe as pdf": ("voucher.pdf", program),
        "exe with two endings": ("voucher.pdf.exe", program),
        "dos program": ("a.png", b"MZ" + bytes(80)),
        "elf": ("photo.png", b"\x7fELF" + bytes(60)),
        "mach-o": ("a.jpg", b"\xcf\xfa\xed\xfe" + bytes(60)),
        "java class": ("a.pdf", b"\xca\xfe\xba\xbe\0\0\0\x34"),
        "wasm": ("a.pdf", b"\0asm\x01\0\0\0"),
        "dex": ("a.pdf", b"dex\n035\0" + bytes(40)),
        "lnk": ("letter.txt", b"L\0\0\0\x01\x14\x02\0" + bytes(60)),
        "flash": ("a.pdf", b"CWS\x0a" + bytes(60)),
        "chm": ("help.pdf", b"ITSF\x03\0\0\0" + bytes(60)),
        "pickle": ("data.json", b"\x80\x04\x95\x1c\0\0\0\0\0\0\0\x8c\x05posix."),
        "shell": ("letter.txt", b"#!/bin/sh\nrm -rf ~\n"),
        "batch": ("letter.txt", b"@echo off\r\ndel *.*\r\n"),
        "visual basic": ("letter.txt", b"Option Explicit\r\nDim x\r\n"),
        "registry": ("letter.txt", b"Windows Registry Editor Version 5.00\r\n"),
        "registry in utf-16": ("letter.txt", "Windows Registry Editor Version 5.00\r\n".encode("utf-16")),
        "internet shortcut": ("letter.txt", b"[InternetShortcut]\r\nURL=file://evil/x\r\n"),
        "desktop entry": ("letter.txt", b"[Desktop Entry]\nExec=sh\n"),
        "php": ("photo.jpg", b"<?php system($_GET['c']); ?>"),
        "php after xml": ("a.txt", b"<?xml version='1.0'?><?php x(); ?>"),
        "asp": ("a.txt", b"<%@ Page Language='C#' %>"),
        "script host": ("a.txt", b"<job id='x'><script language='JScript'>1</script></job>"),
        "postscript": ("a.pdf", b"%!PS-Adobe-3.0\n{loop} loop"),
        "dos eps": ("a.pdf", b"\xc5\xd0\xd3\xc6" + bytes(30)),
        "docx as pdf": ("a.pdf", zipped("[Content_Types].xml", "word/document.xml")),
        "docm": ("a.docx", zipped("[Content_Types].xml", "word/vbaProject.bin")),
        "xlsm": ("a.xlsx", zipped("[Content_Types].xml", "xl/vbaProject.bin")),
        "odt": ("a.odt", zipped("mimetype", "content.xml", "META-INF/manifest.xml")),
        "epub": ("a.epub", zipped("mimetype", "META-INF/container.xml")),
        "doc": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "rtf": ("a.txt", rb"{\rtf1{\object\objdata 0105}}"),
        "svg as png": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        "svg in xml": ("a.svg", b"<?xml version='1.0'?>\n<!-- x --><!DOCTYPE svg><x:svg xmlns:x='y'/>"),
        "svg deep in xml": ("a.xml", b"<a><b><svg onload='x'></svg></b></a>"),
        "xml": ("a.txt", b"<?xml version='1.0'?><Invoice/>"),
        "entity bomb": (
            "a.xml",
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b '" + b"x" * 999 + b"'>]><bomb>&b;&b;</bomb>",
        ),
        "gif": ("a.png", saved(pixels(), "GIF")),
        "tiff": ("a.jpg", saved(pixels(), "TIFF")),
        "bmp": ("a.jpg", saved(pixels(), "BMP")),
        "ico": ("a.png", saved(pixels(), "ICO")),
        "avif": ("a.heic", saved(pixels(), "AVIF")),
        "jpeg 2000": ("a.jpg", saved(pixels(), "JPEG2000")),
        "psd": ("a.jpg", b"8BPS\0\x01" + bytes(60)),
        "film": ("a.heic", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"),
        "matroska": ("a.pdf", b"\x1aE\xdf\xa3" + bytes(60)),
        "avi": ("a.webp", b"RIFF\0\0\1\0AVI LIST"),
        "wav": ("a.webp", b"RIFF\0\0\1\0WAVEfmt "),
        "mp3": ("a.pdf", b"ID3\x03\0\0\0\0\0\0"),
        "ogg": ("a.pdf", b"OggS\0\x02" + bytes(20)),
        "midi": ("a.pdf", b"MThd\0\0\0\x06\0\1"),
        "noise": ("a.pdf", bytes(range(256)) * 9),
        "zeros": ("a.txt", bytes(5000)),
        "nothing": ("a.pdf", b""),
        "too large": ("a.txt", b"a" * ((20 << 20) + 1)),
    }
    taken = {
        "pdf as exe": ("voucher.exe", pdf()),
        "png as pdf": ("voucher.pdf", PLAIN_PNG),
        "jpeg as html": ("voucher.html", PLAIN_JPEG),
        "html as pdf": ("voucher.pdf", b"<!DOCTYPE html><p>Paid 199" + SCRIPT),
        "text as js": ("a.js", b"alert(1)\n"),
        "text as hta": ("a.hta", b"Good day"),
        "mail as png": ("a.png", mail()),
        "half a mark": ("a.png", b"\x89PN"),
        "largest": ("a.txt", b"a " * (10 << 20)),
    }
    return _all(refused, taken)


def _all(refused: dict[str, tuple[str, bytes]], taken: dict[str, tuple[str, bytes]]) -> dict[str, Bad]:
    no = {title: Bad(*each, taken=False) for title, each in refused.items()}
    return no | {title: Bad(*each, taken=True) for title, each in taken.items()}


NAMES = [
    "../../../../etc/passwd", "..\\..\\windows\\system32\\x.pdf", "C:\\Users\\me\\CON", "/etc/shadow.pdf", "a/b/c/.htaccess",
    "voucher\u202efdp.exe", "vou\u200bcher\u2066.pdf", "a\r\nSet-Cookie: admin=1\r\n\r\n<b>.pdf", "a\0.pdf", 'a";filename="b.exe',
    "con.pdf", "LPT1.pdf", "com¹.pdf", "NUL", "aux .pdf", "a.pdf...", "a.pdf   ", "a.pdf::$DATA", "-rf.pdf", "--help", "~", "$(id).pdf",
    "`id`.pdf", "a|b&c;d.pdf", "%2e%2e%2fetc.pdf", "．．／etc.pdf", "a" * 5000 + ".pdf", "é" * 3000, "a.pdf" + "x" * 300, "", " ", "...",
    ".pdf", "a" + "\u0301" * 500 + ".pdf", "\ud800\udfff.pdf", "\U000e0041\U000e0042.pdf", "\u3164.pdf", "=cmd|'/c calc'!A1.csv",
    "<img src=x onerror=alert(1)>.pdf", "a\u2028b.pdf", "\ufeffa.pdf", "a\x1b[2J.pdf", ".git/config", "desktop.ini", "index.html",
]  # fmt: skip


def named() -> dict[str, Bad]:
    """Good files with bad names."""
    return {f"name {number}": Bad(name, b"Good day, I want my money back.", True) for number, name in enumerate(NAMES)}


def pictures() -> dict[str, Bad]:
    """Pictures that are too large, or lie, or do not end."""
    text = piece(b"zTXt", b"k\0\0" + zlib.compress(bytes(100 << 20), 9))
    colours = piece(b"iCCP", b"k\0\0" + zlib.compress(bytes(100 << 20), 9))
    frames = [pixels(8, seed) for seed in range(60)]
    order = jpeg().replace(b"\x01\x12\0\x03\0\0\0\x01\0\x01", b"\x01\x12\0\x03\0\0\0\x01\0\x63")
    wide = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\xff\xff\xff\x0f" + bytes(9)
    taken = {
        "png of 900 million pixels": drawn(30_000, 30_000, bytes(1000)),
        "png of 4 million million pixels": drawn(0x7FFFFFFF, 2000, b""),
        "png flood in one bit": drawn(20_000, 20_000, bytes(2501 * 20_000), depth=1),
        "png just small enough": drawn(7_000, 7_000, bytes(7_001 * 7_000)),
        "png in 16 bits": drawn(64, 64, bytes(129 * 64), depth=16),
        "png in 64 bits a pixel": drawn(64, 64, bytes(513 * 64), depth=16, colour=6),
        "png says more than it has": drawn(3_000, 3_000, bytes(100)),
        "png has more than it says": drawn(2, 2, bytes(30 << 20)),
        "png without a size": drawn(0, 0, b"\0"),
        "png of negative size": drawn(0x80000000, 1, b"\0"),
        "png of no known colour": drawn(9, 9, bytes(99), colour=9),
        "png of no known depth": drawn(9, 9, bytes(99), depth=77),
        "png with a palette it has not": drawn(9, 9, bytes(99), colour=3),
        "png interlaced": drawn(9, 9, bytes(99), lace=1),
        "png with a text bomb": drawn(9, 9, bytes(99), text),
        "png with a colour bomb": drawn(9, 9, bytes(99), colours),
        "png with 5000 texts": drawn(9, 9, bytes(99), *[piece(b"tEXt", b"k\0v")] * 5000),
        "png with a wrong sum": PLAIN_PNG[:40] + b"\xff" + PLAIN_PNG[41:],
        "png head only": PLAIN_PNG[:33],
        "png mark only": PLAIN_PNG[:8],
        "png cut": PLAIN_PNG[:-300],
        "png with a piece of 4 GB": PLAIN_PNG[:33] + b"\xff\xff\xff\xffIDAT",
        "png that moves": saved(frames[0], "PNG", save_all=True, append_images=frames[1:]),
        "jpeg mark only": b"\xff\xd8\xff",
        "jpeg cut": PLAIN_JPEG[:400],
        "jpeg of 4 billion pixels": of(65_500, PLAIN_JPEG),
        "jpeg of 49 million pixels": of(7_000, PLAIN_JPEG),
        "jpeg of no pixels": of(0, PLAIN_JPEG),
        "jpeg in four colours": saved(pixels().convert("CMYK"), "JPEG"),
        "jpeg in steps": saved(pixels(), "JPEG", progressive=True),
        "jpeg with 2000 scans": _scans(2_000),
        "jpeg with an impossible turn": order,
        "jpeg with a loop in its notes": _looped(),
        "jpeg of many": saved(pixels(), "MPO", save_all=True, append_images=frames[:5]),
        "jpeg comments only": b"\xff\xd8" + b"\xff\xfe\xff\xff" + bytes(65_533) * 2,
        "webp cut": webp()[:60],
        "webp mark only": b"RIFF\xff\xff\xff\xffWEBP",
        "webp of 268 million pixels": wide,
        "webp that moves": saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
        "webp with a wrong length": b"RIFF\xff\xff\xff\x7f" + webp()[8:],
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
        "heic with a long head": b"\xff\xff\xff\xffftypheic" + bytes(200),
    }
    return _all({}, {title: ("a.png", data) for title, data in taken.items()})


def _scans(count: int) -> bytes:
    """A progressive JPEG that paints its last scan again and again."""
    data = saved(pixels(), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + b"\xff\xd9"


def _looped() -> bytes:
    notes = bytearray(exif().tobytes())
    return (
        PLAIN_JPEG[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 22) + notes + b"\0\0\0\x08" * 5 + PLAIN_JPEG[2:]
    )


def documents() -> dict[str, Bad]:
    """PDFs that act, lie, loop or swell."""
    return _all({}, {f"pdf {title}": ("a.pdf", data) for title, data in acting.every().items()})


def boxes() -> dict[str, Bad]:
    """Archives of every sort; none is opened, so none can do harm, and none is taken."""
    good = zipped("a.txt")
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    every = {
        "zip": good,
        "zip bomb": zipped("a", data=bytes(30 << 20)),
        "zip in zip": zipped("a.zip", data=zipped("b.zip", data=good)),
        "zip with a path": zipped("../../../etc/cron.d/x"),
        "zip with many": zipped(*[f"{number}" for number in range(3_000)]),
        "zip empty": zipped(),
        "zip cut": good[:40],
        "zip of 64 bits": good[:-22] + end,
        "zip behind words": b"Good day\n" + good,
        "zip behind a picture, commented": PLAIN_PNG + good[:-2] + b"\x05\0hello",
        "zip with a false end inside its comment": good[:-2] + b"\x20\0" + b"PK\x05\x06" + bytes(28),
        "jar": zipped("META-INF/MANIFEST.MF", "A.class"),
        "apk": zipped("AndroidManifest.xml", "classes.dex"),
        "rar": b"Rar!\x1a\x07\x01\0" + bytes(30),
        "7z": b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(30),
        "gzip": b"\x1f\x8b\x08\0" + bytes(30),
        "bzip2": b"BZh91AY&SY" + bytes(30),
        "xz": b"\xfd7zXZ\0" + bytes(30),
        "zstd": b"\x28\xb5\x2f\xfd" + bytes(30),
        "tar": tarred(),
        "cab": b"MSCF\0\0\0\0" + bytes(30),
        "iso": bytes(0x8001) + b"CD001" + bytes(30),
        "disk image": b"x" + bytes(2_000) + b"koly" + bytes(508),
        "deb": b"!<arch>\ndebian-binary",
        "winmail": b"\x78\x9f\x3e\x22" + bytes(30),
    }
    return _all({title: ("a.pdf", data) for title, data in every.items()}, {})


def double() -> dict[str, Bad]:
    """Files with two readings: the worse one counts."""
    good, box = pdf(), zipped("a.txt")
    refused = {
        "pdf and zip": good + box,
        "png and zip": PLAIN_PNG + box,
        "jpeg and zip": PLAIN_JPEG + box,
        "webp and zip": webp() + box,
        "mail and zip": mail() + box,
        "pdf and jar": good + zipped("A.class"),
        "pdf and rar": good + b"Rar!\x1a\x07\x01\0",
        "jpeg and 7z": PLAIN_JPEG + b"7z\xbc\xaf\x27\x1c\0\x04",
        "program and pdf": b"MZ" + bytes(80) + good,
        "shell and pdf": b"#!/bin/sh\n" + good,
        "javascript and pdf": b"/*" + good + b"*/alert(1)",
        "words and pdf": b"x=1;//\n" + good,
        "noise and pdf": b"\x01\xff\xfe\x02" + good,
        "javascript and gif": b"GIF89a/*" + bytes(30) + b"*/=1;alert(1)",
        "javascript and jpeg": b"\xff\xd8\xff\xe0\x2f\x2a" + bytes(0x2F2A) + b"*/=alert(1)/*" + PLAIN_JPEG[2:],
        "javascript and webp": b"RIFF/*" + webp()[6:] + b"*/=alert(1)",
        "php in a jpeg": PLAIN_JPEG[:2] + b"\xff\xfe\0\x20<?php system($_GET[0]); ?>  " + PLAIN_JPEG[2:],
        "php behind a png": PLAIN_PNG + b"<?PHP x ?>",
        "php behind a pdf": good + b"<?php x ?>",
        "tar and pdf": b"%PDF-1.7\n" + bytes(248) + b"ustar\x0000" + good,
        "page and pdf": b"<html><body>" + good,
        "pdf and page": b"%PDF-1.7\n<html><body>" + SCRIPT + good,
        "pdf with a page behind": good + SCRIPT,
        "page in a png": drawn(9, 9, bytes(99), piece(b"tEXt", b"k\0<html>" + SCRIPT)),
        "page behind a jpeg": PLAIN_JPEG + b"<svg onload=alert(1)>",
        "pdf in a png": PLAIN_PNG[:33] + piece(b"tEXt", good) + PLAIN_PNG[33:],
        "pdf in a jpeg": PLAIN_JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(good) + 2) + good + PLAIN_JPEG[2:],
    }
    taken = {
        "film behind a jpeg": PLAIN_JPEG + b"\0\0\0\x18ftypisom" + bytes(99),
    }
    return _all({k: ("a.pdf", v) for k, v in refused.items()}, {k: ("a.pdf", v) for k, v in taken.items()})


def texts() -> dict[str, Bad]:
    """Words that would be more than words."""
    taken = {
        "script": b"Good day " + SCRIPT,
        "handler": b"Good day <img src=x onerror=alert(1)>",
        "link": b"<a href='javascript:alert(1)'>my voucher</a>",
        "page in utf-16": "<html><script>alert(1)</script>".encode("utf-16"),
        "page in utf-7": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "xhtml": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><script>1</script></html>",
        "styled xml": b"<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><a/>",
        "formula": b"name,sum\n=cmd|'/c calc'!A1,1\n",
        "terminal codes": b"Good day \x1b[2J\x1b]0;x\x1b\\",
        "turned around": "pay \u202e000,1\u202c now".encode(),
        "hidden letters": "pay\u2066\U000e0041 now".encode(),
        "long line": b"a" * (5 << 20),
        "open comments": b"<!--" * 200_000,
        "open elements": b"<p" * 500_000,
        "elements in elements": b"<div>" * 200_000,
        "open declarations": b"<![" * 200_000,
        "json without end": b"[" * 500_000 + b"]" * 500_000,
        "json of one number": b"[" + b"9" * 900_000 + b"]",
        "table of commas": b"," * 900_000 + b"\n" + b"," * 900_000,
        "table of quotes": b'"' * 500_001,
    }
    return _all({}, {f"text: {title}": ("a.txt", data) for title, data in taken.items()})


HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Refund\r\nMIME-Version: 1.0\r\n"


def mails() -> dict[str, Bad]:
    """Mails that nest, swell or speak with two tongues."""
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1_000))
    within = b"Content-Type: message/rfc822\r\n\r\nFrom: a@b\r\n" * 1_000
    mixed = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
    taken = {
        "1,000 deep": HEAD + nested + b"hi",
        "1,000 mails deep": HEAD + within + b"\r\nhi",
        "of 100,000 parts": HEAD + mixed + part * 100_000 + b"--b--",
        "without boundary": HEAD + b"Content-Type: multipart/mixed\r\n\r\nhi",
        "with an endless boundary": HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 60_000 + b"\r\n\r\nhi",
        "with a head of 60,000 letters": HEAD + b"X-A: " + b"a" * 60_000 + b"\r\n\r\nhi",
        "with 20,000 encoded words": HEAD + b"Cc: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\nhi",
        "with a line smuggled in": HEAD + b"Cc: =?utf-8?q?a=0D=0ABcc:_x@y?=\r\n\r\nhi",
        "with broken base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n!!!!=QQ=====",
        "with a broken encoded word": HEAD + b"Cc: =?utf-8?b?Q?= =?x?y?z?=\r\n\r\nhi",
        "in no known charset": HEAD + b"Content-Type: text/plain; charset=x-none\r\n\r\nhi \xff",
        "in a charset that acts": HEAD
        + b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\x1b[2J \\N{DEGREE SIGN}",
        "in a charset that is slow": HEAD
        + b"Content-Type: text/plain; charset=punycode\r\n\r\n"
        + b"a" * 99_999
        + b"-zz",
        "in a charset that is no text": HEAD + b"Content-Type: text/plain; charset=zlib_codec\r\n\r\nhi",
        "with a program": HEAD
        + mixed
        + b"--b\r\nContent-Type: application/x-msdownload\r\nContent-Disposition: attachment; filename*=utf-8''..%2F%E2%80%AEfdp.exe"
        + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(b"MZ" + bytes(99))
        + b"\r\n--b--",
        "with a page only": HEAD + b"Content-Type: text/html\r\n\r\n<p>hi" + SCRIPT + b"<img src=http://127.0.0.1:9/x>",
        "with two types": HEAD + b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n" + SCRIPT,
        "with uuencoding": HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\n#0V%T\n`\nend\n",
        "with noise": HEAD + b"\r\n" + bytes(range(256)) * 100,
        "saved page": b"From: <Saved by x>\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + mixed + b"--b\r\n\r\n" + SCRIPT,
    }
    return _all({}, {f"mail {title}": ("a.eml", data) for title, data in taken.items()})


GROUPS: tuple[Callable[[], dict[str, Bad]], ...] = (pretending, named, pictures, documents, boxes, double, texts, mails)
