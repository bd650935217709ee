"""How often somebody may ask in a minute: a key, or the network that a call without one comes from."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from recourse.api.models import Key
from recourse.api.refusals import refused
from recourse.desk import visitors
from recourse.desk.services import visits

OF_ADDRESS = 120  # a minute, without a key
OF_KEY = 600


def count(request: HttpRequest, key: Key | None, at: dt.datetime) -> None:
    """Count this call. Raises `Refused` with the seconds to wait."""
    who, most = (str(key.pk), OF_KEY) if key is not None else (visitors.network(request), OF_ADDRESS)
    seconds = visits.count(who=who, what="api", most=most, within=60, at=at)
    if seconds:
        raise refused(
            "too-many", f"more than {most} calls in this minute", f"本分钟内请求超过 {most} 次",
            Retry_After=str(seconds),
        )  # fmt: skip
