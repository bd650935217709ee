"""Papers made for the tests: PDFs written byte by byte, mails and pages; no file of anybody is in the repository."""

from __future__ import annotations

import zlib
from email.message import EmailMessage


def pdf(*pages: str, extra: bytes = b"", root: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF with a page for each text, whose lines are drawn one below the other.

    Glyphs are the UTF-16 units of the text; a table back to Unicode makes them readable again, in any language.
    """
    objects = {1: b"<</Type/Catalog/Pages 2 0 R" + root + b">>"}
    kids = []
    for number, text in enumerate(pages):
        page, content = 10 + 2 * number, 11 + 2 * number
        kids.append(b"%d 0 R" % page)
        lines = b"".join(b"<%s> Tj 0 -16 Td " % line.encode("utf-16-be").hex().encode() for line in text.splitlines())
        drawn = b"BT /F1 12 Tf 50 780 Td " + lines + b"ET"
        objects[page] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents %d 0 R>>"
            % content
        )
        objects[content] = stream(drawn)
    objects[2] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(pages))
    objects[4] = b"<</Type/Font/Subtype/Type0/BaseFont/Any/Encoding/Identity-H/DescendantFonts[5 0 R]/ToUnicode 6 0 R>>"
    objects[5] = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Any/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/DW 1000/FontDescriptor 7 0 R>>"
    )
    objects[6] = stream(
        b"/CIDInit /ProcSet findresource begin begincmap /CMapName /Any def 1 begincodespacerange <0000> <ffff>"
        b" endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end"
    )
    objects[7] = (
        b"<</Type/FontDescriptor/FontName/Any/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200"
        b"/CapHeight 700/StemV 80>>"
    )
    return written(objects, extra, trailer)


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), more, data)


def packed(data: bytes) -> bytes:
    """A stream that unpacks to the data."""
    return stream(zlib.compress(data, 9), b"/Filter/FlateDecode")


def written(objects: dict[int, bytes], extra: bytes = b"", trailer: bytes = b"") -> bytes:
    """The objects as a file with its table."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    out += extra
    table = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, at in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, at)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, trailer, table)
    return bytes(out)


def scanned() -> bytes:
    """A PDF whose one page is a picture."""
    image = stream(
        bytes(100), b"/Type/XObject/Subtype/Image/Width 10/Height 10/ColorSpace/DeviceGray/BitsPerComponent 8"
    )
    return written(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
            4: image,
            5: stream(b"q 500 0 0 700 40 40 cm /I Do Q"),
        }
    )


def locked() -> bytes:
    """A PDF that says it is encrypted; nobody knows the password."""
    trailer = b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<%s>/U<%s>>>/ID[<00><00>]" % (
        b"11" * 32,
        b"22" * 32,
    )
    return pdf("Total 12.00 EUR", trailer=trailer)


def mail(
    body: str,
    *,
    subject: str = "Receipt",
    sender: str = "shop@example.org",
    date: str = "Wed, 4 Mar 2026 10:30:00 +0000",
    attached: tuple[tuple[str, bytes, str], ...] = (),
    transfer: str = "quoted-printable",
    html: str | None = None,
) -> bytes:
    """A mail; what is attached is (name, bytes, type)."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Date"] = sender, "me@example.org", subject, date
    message.set_content(body, cte=transfer)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, data, kind in attached:
        main, _, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()
