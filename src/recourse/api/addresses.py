"""Where endpoints may be: public machines by HTTPS, and nothing inside of anybody's house."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from recourse.bilingual import Words
from recourse.problems import Problem

Resolve = Callable[[str, int], list[str]]
_INSIDE = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


def check(url: str) -> SplitResult:
    """The parts of an address that may be called. Raises `Problem`."""
    wrong = Problem(
        Words("this is no address that can be called", "此地址无法调用"), field="url",
        hint=Words("https://example.org/hooks, without a name and password in it", "形如 https://example.org/hooks，不含用户名与密码"),
    )  # fmt: skip
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise wrong from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= 500
    if not plain or parts.scheme != "https" or not parts.hostname or parts.username or parts.password or parts.fragment:
        raise wrong
    if port != 443 and port < 1024:
        raise Problem(Words("this port belongs to another service", "该端口属于其他服务"), field="url",
                      hint=Words("443, or 1024 and above", "443 或 1024 以上"))  # fmt: skip
    try:
        public = is_public(parts.hostname)
    except ValueError:
        public = "." in parts.hostname.rstrip(".")  # a name, which is looked up at each delivery
    if not public:
        raise Problem(Words("this address is not reached from outside", "该地址无法从外部访问"), field="url",
                      hint=Words("a name or an address of the public network", "公共网络上的域名或地址"))  # fmt: skip
    return parts


def is_public(address: str) -> bool:
    """Whether an IP address, or one that hides in it, is of the public network. `ValueError` if it is none."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in net for net in _INSIDE) or found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


def public(host: str, port: int, resolve: Resolve) -> str:
    """An address of that host to connect to. Raises `OSError` where any of its addresses is not public.

    The connection goes to this very address: a name that answers otherwise a moment later changes nothing.
    """
    found = resolve(host, port)
    if not found or not all(is_public(one) for one in found):
        raise OSError("not a public address")
    return found[0]


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, as this machine finds them."""
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
