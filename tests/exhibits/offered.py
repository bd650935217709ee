"""Good files, made anew: what an honest learner hands in, small, and with a mark in every place that can talk."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

CANARY = "N48.8583-E2.2944"  # a position that must not reach a reader


def pixels(side: int = 48, seed: int = 1) -> Image.Image:
    """A picture with something in it."""
    return Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(side * side * 3)).resize(
        (side, side // 2)
    )


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif(turned: int = 1) -> Image.Exif:
    """What a telephone writes: its name, when, how it was held, and where it stood."""
    notes = Image.Exif()
    notes[0x0112], notes[0x010F], notes[0x010E] = turned, CANARY, CANARY
    notes[0x8825] = {1: "N", 2: (48.0, 51.0, 29.0), 3: "E", 4: (2.0, 17.0, 40.0), 27: CANARY.encode()}
    return notes


def colours() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def jpeg(turned: int = 1) -> bytes:
    made = saved(
        pixels(),
        "JPEG",
        exif=exif(turned),
        icc_profile=colours(),
        comment=CANARY.encode(),
        xmp=f"<x>{CANARY}</x>".encode(),
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\x10" + CANARY.encode()
    return made[:2] + b"\xff\xed" + (len(iptc) + 2).to_bytes(2, "big") + iptc + made[2:]


def png() -> bytes:
    told = PngInfo()
    told.add_text("Comment", CANARY)
    told.add_text("Secret", CANARY, zip=True)
    told.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY}</x>")
    return saved(pixels(), "PNG", pnginfo=told, exif=exif(), icc_profile=colours()) + CANARY.encode()


def webp() -> bytes:
    return saved(pixels(), "WEBP", exif=exif(), icc_profile=colours(), xmp=f"<x>{CANARY}</x>".encode())


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
TREE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 60 30]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
DRAWING = b"BT /F 9 Tf 5 10 Td (Paid 199.00) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(data: bytes, about: bytes = b"", packed: bool = False) -> bytes:
    """A stream of a PDF, packed or as it is."""
    body = zlib.compress(data, 9) if packed else data
    return b"<<%b%b/Length %d>>\nstream\n%b\nendstream" % (
        about,
        b"/Filter/FlateDecode" if packed else b"",
        len(body),
        body,
    )


def objects(**changed: bytes) -> list[bytes]:
    """The five objects of a PDF of one page, some of them replaced."""
    parts = {"catalog": CATALOG, "tree": TREE, "page": PAGE, "drawing": stream(DRAWING), "font": FONT}
    return list((parts | changed).values())


def pdf(parts: list[bytes] | None = None, trailer: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF with its list of places right; the first object is its root."""
    out, places = bytearray(head), []
    for number, part in enumerate(parts or objects(), 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, start)
    return bytes(out)


def mail() -> bytes:
    return (
        "From: =?utf-8?b?5byg5LiJ?= <zhang@example.org>\r\nTo: school@example.org\r\nSubject: Refund of order A-17\r\n"
        "Date: Sun, 22 Nov 2026 09:00:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n"
        "--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n请退款 199 元。\r\n--b1\r\n"
        "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcK\r\n--b1--\r\n"
    ).encode()


GOOD: dict[str, Callable[[], bytes]] = {"pdf": pdf, "png": png, "jpeg": jpeg, "webp": webp, "mail": mail}
