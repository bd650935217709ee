"""Tasks for the limited process: makes of a stranger's file pictures or words in which nothing else can travel.

Each task answers with a line of JSON (what the copies are, and what is to be said) and then the copies themselves.
"""

from __future__ import annotations

import io
import json
import math
import time
from typing import TYPE_CHECKING, Any

from recourse.bilingual import Words
from recourse.exhibits import plain
from recourse.exhibits.decoding import decoded, visible
from recourse.exhibits.refusals import TooMuch, Unreadable

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

SIDE = 1_600  # pixels of the longer side of a shown picture
PIXELS = 50_000_000  # of a picture as it was handed in; one of exactly so many is still read
PAGES = 20  # of a PDF
CHARACTERS = 500_000  # of a text
_ROOM = 40 << 20  # bytes of all copies of one file
_ENOUGH = 4.0  # seconds of the processor, after which no further page is begun
_LARGEST_ZOOM = 4.0  # pixels a point: a small page is not blown up

_PIXELS = Words(
    f"this picture is larger than {PIXELS // 1_000_000} million pixels", f"此图片超过 {PIXELS // 10_000} 万像素"
)
_SMALLER = Words("send a smaller copy of it", "请改交较小的副本")
_LOCKED = Words("this PDF is locked with a password", "此 PDF 已用密码锁定")
_UNLOCK = Words("save it without a password, or send pictures of its pages", "请去除密码后另存，或改交各页截图")
_NO_PAGE = Words("this PDF has no page that can be shown", "此 PDF 没有可显示的页面")
_MOVING = Words("it moves; only its first picture is shown", "此为动图，仅显示第一帧")


def picture(data: bytes, form: str) -> bytes:
    """The first frame as a picture of its own, upright, without any of what was written beside it."""
    from PIL import Image, ImageOps  # noqa: PLC0415  the other tasks do without it

    Image.MAX_IMAGE_PIXELS = None  # here it is we who count them

    with Image.open(io.BytesIO(data), formats=[form]) as opened:
        if opened.width * opened.height > PIXELS:
            raise TooMuch(_PIXELS, hint=_SMALLER)
        notes = [_MOVING] if getattr(opened, "n_frames", 1) > 1 else []
        turned = _turn(opened.getexif().get(0x0112))
        opened.draft(None, (SIDE, SIDE))
        opened.load()
        small = _flat(ImageOps.contain(_eight_bits(opened), (SIDE, SIDE)) if max(opened.size) > SIDE else opened)
        upright = small if turned is None else small.transpose(turned)
    return _packed([_png(upright)], notes)


def _turn(said: object) -> Any:
    """The turn that sets a picture upright, by the number that cameras write."""
    from PIL.Image import Transpose  # noqa: PLC0415

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return turns.get(said) if isinstance(said, int) else None


def _eight_bits(image: Image) -> Image:
    """Pictures with more than eight bits a channel, or with a palette, as ones that can be made smaller."""
    if image.mode.startswith(("I", "F")):
        return image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA") if image.mode in {"P", "PA", "1"} else image


def _flat(image: Image) -> Image:
    """Grey or in three colours, on white: what is seen through is the paper."""
    from PIL import Image as Pictures  # noqa: PLC0415

    image = _eight_bits(image)
    if image.mode in {"L", "RGB"}:
        return image
    if "A" not in image.mode and "a" not in image.mode:
        return image.convert("RGB")
    paper = Pictures.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return paper.convert("RGB")


def _png(image: Image) -> tuple[str, int, int, bytes]:
    """A PNG made of the pixels alone: a picture that was opened carries its notes along when it is saved."""
    from PIL import Image as Pictures  # noqa: PLC0415

    fresh = Pictures.frombytes(image.mode, image.size, image.tobytes())
    out = io.BytesIO()
    fresh.save(out, "PNG", compress_level=4)
    return "image/png", fresh.width, fresh.height, out.getvalue()


def pdf(data: bytes, pages: int = PAGES) -> bytes:
    """The first pages as pictures. Scripts, attachments and links in the file are not run, opened or followed."""
    document = _opened(data)
    total = len(document)
    made: list[tuple[str, int, int, bytes]] = []
    damaged = 0
    for number in range(min(total, pages)):
        if sum(len(copy[3]) for copy in made) > _ROOM or (made and time.process_time() > _ENOUGH):
            break
        try:
            made.append(_drawn(document[number]))
        except (RuntimeError, ValueError, OverflowError):
            damaged += 1
    if not made:
        raise Unreadable(_NO_PAGE)
    notes = []
    if len(made) + damaged < total:
        notes.append(
            Words(f"the first {len(made)} of {total} pages are shown", f"共 {total} 页，仅显示前 {len(made)} 页")
        )
    if damaged:
        notes.append(Words(f"{damaged} pages cannot be drawn", f"有 {damaged} 页无法绘制"))
    return _packed(made, notes)


def _opened(data: bytes) -> PdfDocument:
    import pypdfium2  # noqa: PLC0415  the other tasks do without it

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise Unreadable(_LOCKED, hint=_UNLOCK) from None
        raise
    document.init_forms()  # what was filled in is part of the page; this PDFium runs no scripts
    return document


def _drawn(page: PdfPage) -> tuple[str, int, int, bytes]:
    width, height = page.get_size()
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise ValueError("a page without a size")
    bitmap = page.render(scale=min(SIDE / max(width, height), _LARGEST_ZOOM))
    drawn = _png(bitmap.to_pil().convert("RGB"))
    bitmap.close()
    page.close()
    return drawn


def words(data: bytes, form: str) -> bytes:
    """The text of a mail, a page or a text file, with nothing in it that acts instead of being seen."""
    notes = []
    if form == "mail":
        text = plain.mail(data)
    elif form == "html":
        text = plain.page_of(data)
    else:
        found = decoded(data)
        text = found.text
        if not found.sure:
            notes.append(
                Words(
                    f"read as {found.encoding}, which the file does not say",
                    f"按 {found.encoding} 编码读取，文件未注明编码",
                )
            )
    text = visible(text)
    if len(text) > CHARACTERS:
        notes.append(Words(f"the first {CHARACTERS} characters are shown", f"仅显示前 {CHARACTERS} 个字符"))
    copy = text[:CHARACTERS].encode("utf-8", "replace")
    return _packed([("text/plain", 0, 0, copy)], notes)


def _packed(made: list[tuple[str, int, int, bytes]], notes: list[Words]) -> bytes:
    copies = [{"mime": mime, "width": width, "height": height, "size": len(data)} for mime, width, height, data in made]
    head = json.dumps({"copies": copies, "notes": [list(note) for note in notes]}).encode()
    return b"".join((head, b"\n", *(data for _, _, _, data in made)))
