"""How often somebody may ask in a minute, counted in the database: all processes and machines count together."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db.models import F
from django.http import HttpRequest

from recourse.api.models import Key, Window
from recourse.api.refusals import refused

OF_ADDRESS = 120  # a minute, without a key
OF_KEY = 600


def count(request: HttpRequest, key: Key | None, at: dt.datetime) -> None:
    """Count this call. Raises `Refused` with the seconds to wait."""
    who, most = (str(key.pk), OF_KEY) if key is not None else (_address(request), OF_ADDRESS)
    minute, second = divmod(int(at.timestamp()), 60)
    here = Window.objects.filter(who=who, minute=minute)
    if not here.update(count=F("count") + 1):
        Window.objects.bulk_create([Window(who=who, minute=minute)], ignore_conflicts=True)
        here.update(count=F("count") + 1)
    if here.filter(count__gt=most).exists():
        raise refused(
            "too-many", f"more than {most} calls in this minute", f"本分钟内请求超过 {most} 次",
            Retry_After=str(60 - second),
        )  # fmt: skip


def tidy(at: dt.datetime) -> None:
    """Forget what is over."""
    Window.objects.filter(minute__lt=int(at.timestamp()) // 60 - 60).delete()


def _address(request: HttpRequest) -> str:
    """The address as signing in knows it, made unreadable with a key that no other installation has."""
    shown = get_adapter().get_client_ip(request)
    return hmac.new(settings.SECRET_KEY.encode(), f"api:{shown}".encode(), hashlib.sha256).hexdigest()
