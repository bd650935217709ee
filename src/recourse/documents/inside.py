"""What is done with a stranger's file inside the limited process: the text of a PDF, a mail, a page or a picture.

Every function takes bytes and returns JSON as bytes; nothing here is to be called on a stranger's file elsewhere.
"""

from __future__ import annotations

import json
import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from recourse.bilingual import Words
from recourse.documents.markup import marked_up
from recourse.exhibits import encodings
from recourse.exhibits.kinds import kind
from recourse.exhibits.refusals import TooMuch, Unreadable

LOCKED = Words("this PDF is locked with a password", "此 PDF 已加密")
UNLOCK = Words("save it without the password and give that", "请另存为不加密的文件后再提交")
DAMAGED = Words("this PDF is damaged or cut off", "此 PDF 已损坏或不完整")
AGAIN = Words("save it anew, or give a picture and type what it says", "请重新保存，或改交图片并手工填写内容")
NO_PAGES = Words("this PDF has no pages", "此 PDF 没有页面")
DEEP = Words("this mail holds too many mails inside one another", "此邮件嵌套层数过多")
FORWARD = Words("give the mail itself, or copy its text", "请提交原邮件，或复制其正文")
NO_EYES = Words("pictures cannot be read here", "此处无法识别图片")
UNSEEN = Words("this picture could not be read", "无法识别此图片")
TYPE_IT = Words("type what the picture says; it is kept as it is", "请手工填写图片内容；图片将原样保存")

_HEADS = ("From", "Date", "Subject", "To")
_LONGEST_HEAD = 300
_WRITTEN_PARTS = ("text/plain", "text/html")


def pdf(data: bytes, *, pages: int, characters: int) -> bytes:
    """The text of the first `pages` pages: {text, pages, read, pictures (of which nothing can be read)}."""
    import pypdfium2  # noqa: PLC0415  only here, in the process that may die of it

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise Unreadable(LOCKED, hint=UNLOCK) from None
        raise Unreadable(DAMAGED, hint=AGAIN) from None
    total = len(document)
    if not total:
        raise Unreadable(NO_PAGES, hint=AGAIN)
    texts: list[str] = []
    left, read, pictures = characters, 0, 0
    for number in range(min(total, pages)):
        if left <= 0:
            break
        try:
            page = document[number]
            written = page.get_textpage()
            text = written.get_text_range(0, min(written.count_chars(), left)) if written.count_chars() else ""
        except pypdfium2.PdfiumError:  # one page may be broken and the others whole
            continue
        read += 1
        left -= len(text)
        texts.append(text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-").replace("\0", ""))
        if not text.strip():
            found = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
            pictures += next(iter(found), None) is not None
    return _said({"text": "\n\f\n".join(texts), "pages": total, "read": read, "pictures": pictures})


def mail(data: bytes, *, parts: int, characters: int) -> bytes:
    """Heads, body and the list of what is attached: {heads, text, attachments: [{name, kind, size, part}], more}."""
    message = _message(data)
    attachments: list[dict[str, Any]] = []
    plain: list[str] = []
    pages: list[str] = []
    more = False
    for number, part in enumerate(message.walk()):
        if number >= parts:
            more = True
            break
        if part.is_multipart():
            continue
        name = _name(part)
        payload = _payload(part)
        if part.get_content_type() in _WRITTEN_PARTS and not name and part.get_content_disposition() != "attachment":
            found = encodings.decode(payload, part.get_content_charset())
            text = "" if found is None else found.text[:characters]
            (plain if part.get_content_type() == "text/plain" else pages).append(text)
        else:
            attachments.append({"name": name, "kind": kind(payload).value, "size": len(payload), "part": number})
    body = "\n".join(plain).strip() or "\n".join(marked_up(page).text for page in pages)
    heads = {head: _head(message, head) for head in _HEADS}
    return _said({"heads": heads, "text": body[:characters], "attachments": attachments, "more": more})


def attached(data: bytes, *, part: int) -> bytes:
    """The bytes of one part of a mail, by the number that `mail` gave it."""
    for number, one in enumerate(_message(data).walk()):
        if number == part:
            return _payload(one)
    return b""


def page(data: bytes, *, characters: int) -> bytes:
    """The text of a page and its blocks of structured data: {text, title, blocks, sure}."""
    said = marked_up(data[:4096].decode("latin-1")).charset
    found = encodings.decode(data, said)
    if found is None:
        raise Unreadable(Words("this page is not text", "此网页不是文本"), hint=AGAIN)
    read = marked_up(found.text)
    return _said(
        {"text": read.text[:characters], "title": read.title, "blocks": read.blocks, "sure": found.sure,
         "cut": len(read.text) > characters}
    )  # fmt: skip


def picture(data: bytes, *, characters: int) -> bytes:
    """The text of a picture, where the extra `ocr` is installed: {text}. Says so where it is not."""
    os.environ.update(
        dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    )  # the process may have no threads
    try:
        from rapidocr import RapidOCR  # noqa: PLC0415
    except ImportError:
        raise Unreadable(NO_EYES, hint=TYPE_IT) from None
    one = {f"EngineConfig.onnxruntime.{name}_op_num_threads": 1 for name in ("intra", "inter")}
    try:
        found = RapidOCR(params=one)(data)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  it fails in many ways on what is no picture, or none that it knows
        raise Unreadable(UNSEEN, hint=TYPE_IT) from None
    lines = getattr(found, "txts", None) or ()
    return _said({"text": "\n".join(str(line) for line in lines)[:characters]})


def _said(found: dict[str, Any]) -> bytes:
    return json.dumps(found).encode()


def _message(data: bytes) -> EmailMessage:
    try:
        return message_from_bytes(data, policy=policy.default)
    except RecursionError:
        raise TooMuch(DEEP, hint=FORWARD) from None


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _name(part: EmailMessage) -> str:
    """The name of an attachment; a name in raw bytes is read like any text of unknown encoding."""
    try:
        name = part.get_filename() or ""
    except Exception:  # noqa: BLE001  the header parser fails in many ways on broken names
        return "?"
    if any("\udc80" <= char <= "\udcff" for char in name):
        found = encodings.decode(name.encode("utf-8", "surrogateescape"))
        name = found.text if found is not None else "?"
    return "".join(char for char in name if char.isprintable())[:_LONGEST_HEAD]


def _head(message: EmailMessage, name: str) -> str:
    try:
        text = str(message.get(name) or "")
    except Exception:  # noqa: BLE001  a broken head shall not lose the mail
        return ""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_LONGEST_HEAD]
