"""Who asks, as it is counted: a name that is made unreadable with a key that no other installation has."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest

NETWORK = 64  # bits of an IPv6 address that are one household's


def unreadable(name: str) -> str:
    """The name as it is kept."""
    return hmac.new(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hexdigest()


def network(request: HttpRequest) -> str:
    """From which network the request comes, unreadable: the address as signing in knows it, or its household."""
    shown = ipaddress.ip_address(get_adapter().get_client_ip(request))
    household = ipaddress.ip_network(f"{shown}/{NETWORK}", strict=False) if shown.version == 6 else shown
    return unreadable(f"address:{household}")
