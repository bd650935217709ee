"""PDFs that act when they are opened, lie about themselves, go in circles or swell."""

from __future__ import annotations

import zlib

from offered import CATALOG, DRAWING, PAGE, TREE, objects, pdf, stream


def every() -> dict[str, bytes]:
    """PDFs that act, lie, loop or swell."""
    bomb = zlib.compress(bytes(200 << 20), 9)
    twice = zlib.compress(bomb, 9)
    acting = {
        "javascript": b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>",
        "javascript, spelt": b"/Open#41ction<</S/J#61vaScript/JS(app.alert(1))>>",
        "javascript by name": b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(x)>>]>>>>",
        "launch": b"/OpenAction<</S/Launch/F(cmd.exe)>>",
        "uri": b"/OpenAction<</S/URI/URI(http://127.0.0.1:9/)>>",
        "submit": b"/OpenAction<</S/SubmitForm/F(http://127.0.0.1:9/)>>",
        "go elsewhere": b"/OpenAction<</S/GoToR/F(\\\\\\\\127.0.0.1\\\\x)/D[0/Fit]>>",
        "additional actions": b"/AA<</WC<</S/JavaScript/JS(x)>>>>",
        "embedded file": b"/Names<</EmbeddedFiles<</Names[(a.exe)<</F(a.exe)>>]>>>>",
        "portfolio": b"/Collection<</View/T>>",
        "xfa": b"/AcroForm<</XFA(<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><script>1</script></xdp:xdp>)/Fields[]>>",
        "rich media": b"/Extensions<</ADBE<</BaseVersion/1.7/ExtensionLevel 3>>>>",
    }
    made = {title: pdf(objects(catalog=CATALOG[:-2] + more + b">>")) for title, more in acting.items()}
    boxes = {
        "giant page": b"[0 0 1e30 1e30]",
        "page without size": b"[0 0 0 0]",
        "page of a line": b"[0 0 14400 0.001]",
        "page inside out": b"[60 30 0 0]",
        "page of words": b"[(a)(b)/c null]",
        "page of huge numbers": b"[-99999999999999999999 0 99999999999999999999 9]",
    }
    made |= {title: pdf(objects(page=PAGE.replace(b"[0 0 60 30]", box))) for title, box in boxes.items()}
    drawings = {
        "bomb": b"<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(bomb), bomb),
        "bomb in a bomb": b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n%b\nendstream"
        % (len(twice), twice),
        "filters upon filters": stream(DRAWING, b"/Filter[" + b"/ASCIIHexDecode" * 500 + b"]"),
        "a million lines": stream(b"0 0 m 60 30 l S\n" * 1_000_000, packed=True),
        "a million states": stream(b"q " * 1_000_000, packed=True),
        "deep brackets": stream(b"[" * 1_000_000, packed=True),
        "deep dictionaries": stream(b"<</a" * 300_000, packed=True),
        "a giant font": stream(b"BT /F 1e9 Tf (a) Tj ET"),
        "a picture in line": stream(b"BI /W 30000 /H 30000 /BPC 8 /CS /G ID x EI"),
        "negative length": b"<</Length -5>>\nstream\nx\nendstream",
        "length elsewhere": b"<</Length 4 0 R>>\nstream\nx\nendstream",
    }
    made |= {f"drawing: {title}": pdf(objects(drawing=drawing)) for title, drawing in drawings.items()}
    made |= _with_resources() | _built()
    return made


def _with_resources() -> dict[str, bytes]:
    """A page that uses a sixth object, which is not what it should be."""
    head = b"/Type/XObject/Subtype/Image/Width 30000/Height 30000/ColorSpace/DeviceGray/BitsPerComponent 8"
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 60 30]/Resources<</XObject<</X 6 0 R>>>>"
    tile = b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001/Resources<<>>"
    sixth = {
        "giant picture": stream(bytes(1 << 20), head, packed=True),
        "picture in jbig2": stream(b"\x97JB2" + bytes(90), head + b"/Filter/JBIG2Decode"),
        "picture in jpx": stream(b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(90), head + b"/Filter/JPXDecode"),
        "picture in fax": stream(bytes(90), head + b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 99999999>>"),
        "picture that masks itself": stream(bytes(90), head + b"/SMask 6 0 R"),
        "form that draws itself": stream(b"/X Do /X Do", form),
    }
    uses = PAGE.replace(b"/Font", b"/XObject<</X 6 0 R>>/Pattern<</P 6 0 R>>/Font")
    draws = stream(b"60 0 0 30 0 0 cm /X Do")
    made = {title: pdf([*objects(page=uses, drawing=draws), part]) for title, part in sixth.items()}
    tiles = stream(b"/Pattern cs /P scn 0 0 60 30 re f")
    made["tiles beyond number"] = pdf([*objects(page=uses, drawing=tiles), stream(b"0 0 1 1 re f", tile)])
    return made


def _built() -> dict[str, bytes]:
    """PDFs whose skeleton is wrong."""
    many = b" ".join([b"3 0 R"] * 10_000)
    chain = [b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent 2 0 R>>" % number for number in range(7, 3_000)]
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%b)/U(%b)/P -44>>/ID[(a)(a)]" % (b"o" * 32, b"u" * 32)
    good = pdf()
    at = int(good.split(b"startxref\n")[1].split()[0])
    inner = b"1 0 2 9 " + CATALOG + TREE
    return {
        "of 10,000 pages": pdf(objects(tree=b"<</Type/Pages/Kids[%b]/Count 10000>>" % many)),
        "of a billion pages": pdf(objects(tree=TREE.replace(b"/Count 1", b"/Count 1000000000"))),
        "of minus one page": pdf(objects(tree=TREE.replace(b"/Count 1", b"/Count -1"))),
        "pages in a circle": pdf(objects(tree=b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")),
        "pages 3,000 deep": pdf([*objects(tree=TREE.replace(b"3 0 R", b"6 0 R")), *chain, PAGE]),
        "page is its own parent": pdf(objects(page=PAGE.replace(b"/Parent 2 0 R", b"/Parent 3 0 R"))),
        "root is a number": pdf(objects(catalog=b"7")),
        "locked": pdf(trailer=locked),
        "locked by nobody knows what": pdf(trailer=b"/Encrypt<</Filter/Unknown/V 99>>"),
        "list of places in a circle": pdf(trailer=b"/Prev %d" % at),
        "list of places elsewhere": good.replace(b"startxref\n%d" % at, b"startxref\n99999999999999999999"),
        "objects in a stream of themselves": pdf(
            [*objects(), stream(inner, b"/Type/ObjStm/N 1000000/First 8/Extends 6 0 R")]
        ),
        "list as a bomb": pdf([*objects(), stream(bytes(50 << 20), b"/Type/XRef/Size 99999999/W[1 9 9]", packed=True)]),
        "without a list": good[:at],
        "without an end": good[:-6],
        "half": good[: len(good) // 2],
        "mark only": b"%PDF-1.7",
        "mark and noise": b"%PDF-1.7\n" + bytes(range(256)) * 40,
        "of version 99": pdf(head=b"%PDF-99.99\n"),
        "deep in brackets": pdf(objects(catalog=b"[" * 200_000)),
        "a million empty objects": b"%PDF-1.7\n" + b"1 0 obj\nendobj\n" * 1_000_000,
        "changed 5,000 times": good + b"trailer\n<<>>\nstartxref\n%d\n%%%%EOF\n" % at * 5_000,
    }
