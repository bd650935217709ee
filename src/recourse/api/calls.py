"""A writing call is done once, however often it is sent: its Idempotency-Key stands for what it did.

What a call wrote and the note that it is done are kept in one transaction, or neither is. A call that was refused, or
that broke, has done nothing and leaves nothing: the same key may be sent again, corrected or not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import transaction

from recourse.api import shapes
from recourse.api.asked import Answer
from recourse.api.models import Call, CallState, Key
from recourse.api.reading import canonical
from recourse.api.refusals import Refused, refused
from recourse.api.schemas import KEY
from recourse.bilingual import Words

LEASE = dt.timedelta(seconds=120)  # longer than the slowest call: a bulk of 1,000 purchases takes a second or two


@dataclass(frozen=True)
class Named:
    """A writing call: whose, under which Idempotency-Key, to which address, with which body."""

    key: Key
    name: str
    method: str
    path: str
    body: Any


def named(text: str) -> str:
    """The Idempotency-Key of a header. Raises `Refused` where it is none."""
    if not text:
        raise refused(
            "no-idempotency-key", "the header is missing", "缺少该请求头", where="Idempotency-Key",
            right=Words("a new id for each thing you want done, such as a UUID", "每件事使用一个新的标识，例如 UUID"),
        )  # fmt: skip
    most = KEY["maxLength"]
    if any(shapes.problems(text, KEY)):
        raise refused(
            "no-idempotency-key", "this cannot be a key", "该值不能作为标识", where="Idempotency-Key",
            right=Words(f"1 to {most} printable characters of ASCII", f"1 至 {most} 个可打印的 ASCII 字符"),
        )  # fmt: skip
    return text


def once(call: Named, at: dt.datetime, do: Callable[[], Answer]) -> Answer:
    """Do it, or answer as it was answered. Raises `Refused` for another body, or while it is being done."""
    row = _claim(call, at)
    if row.state == CallState.DONE:
        return Answer(row.answer, row.status or 200, again=True)
    mine = Call.objects.filter(pk=row.pk, token=row.token, state=CallState.RUNNING)
    try:
        with transaction.atomic():
            answer = do()
            kept = mine.update(state=CallState.DONE, status=answer.status, answer=answer.data)
            _need(kept)
    except BaseException:
        mine.delete()
        raise
    return answer


def _claim(call: Named, at: dt.datetime) -> Call:
    """The row of the call: ours to do where its token is ours, else done already."""
    digest = hashlib.sha256(canonical(call.body)).hexdigest()
    new = Call(
        institution_id=call.key.institution_id, key=call.key, name=call.name, method=call.method, path=call.path,
        digest=digest, token=uuid4(), until=at + LEASE,
    )  # fmt: skip
    Call.objects.bulk_create([new], ignore_conflicts=True)
    row = Call.objects.filter(key=call.key, name=call.name, method=call.method, path=call.path).first()
    if row is None:  # it was refused a moment ago, and is gone
        raise _running(1)
    if row.digest != digest:
        raise refused(
            "key-used-otherwise", "it was sent before with another body", "此前曾以不同的正文发送",
            where="Idempotency-Key", right=Words("a new key for a new call", "新的请求请使用新的标识"),
        )  # fmt: skip
    if row.state == CallState.DONE or row.token == new.token:
        return row
    if row.until > at:
        raise _running(max(1, int((row.until - at).total_seconds())))
    took = Call.objects.filter(pk=row.pk, token=row.token, state=CallState.RUNNING)
    if not took.update(token=new.token, until=new.until):
        raise _running(1)
    row.token = new.token
    return row


def _need(kept: int) -> None:
    """Another may have taken over after our time was up: what it did counts, and what we did is undone."""
    if not kept:
        raise _running(1)


def _running(seconds: int) -> Refused:
    return refused(
        "still-running", "it is being done at this moment", "该请求正在处理",
        where="Idempotency-Key", right=Words("send it again later", "请稍后重试"), Retry_After=str(min(seconds, 30)),
    )  # fmt: skip
