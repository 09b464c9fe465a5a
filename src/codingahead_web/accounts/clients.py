"""From where does a request come, said without keeping it: a keyed digest of the address, and a coarse, expiring fingerprint.

Neither can be turned back into an address without the site's secret key, and a fingerprint cannot be compared across its four weeks.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from datetime import date

from django.conf import settings
from django.http import HttpRequest

FORTNIGHTS = 2  # weeks in a fingerprint's life: 2 fortnights
_ROBOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|facebookexternalhit|embedly|preview|monitor|scan|validator|lighthouse|headless|pingdom",
    re.IGNORECASE,
)


def address(request: HttpRequest) -> str:
    """The caller's address; that of the proxy's header only where the operator named how many proxies stand in front."""
    direct = str(request.META.get("REMOTE_ADDR") or "")
    if not settings.PROXIES:
        return direct
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return forwarded[-settings.PROXIES] if len(forwarded) >= settings.PROXIES else direct


def network(request: HttpRequest) -> str:
    """The address as a keyed digest: enough to count callers of one address, not to know it."""
    return keyed("network", _prefix(address(request)))


def pseudonym(request: HttpRequest) -> str:
    """The address as a private IPv6 address made of its digest, for libraries that insist on storing an address."""
    made = bytes.fromhex(keyed("pseudonym", _prefix(address(request))))[:15]
    return str(ipaddress.IPv6Address(b"\xfd" + made))


def fingerprint(request: HttpRequest, today: date) -> str:
    """Address, browser and language, digested with a salt that changes every four weeks."""
    told = "\n".join(
        request.META.get(name, "")
        for name in ("HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE", "HTTP_SEC_CH_UA", "HTTP_SEC_CH_UA_PLATFORM")
    )
    life = today.toordinal() // (FORTNIGHTS * 14)
    return keyed(f"fingerprint {life}", f"{_prefix(address(request))}\n{told}")


def is_robot(request: HttpRequest) -> bool:
    """Says so itself: search engines and link previews name themselves."""
    return bool(_ROBOT.search(request.META.get("HTTP_USER_AGENT", "")))


def is_prefetch(request: HttpRequest) -> bool:
    told = f"{request.META.get('HTTP_SEC_PURPOSE', '')} {request.META.get('HTTP_PURPOSE', '')} {request.META.get('HTTP_X_MOZ', '')}"
    return "prefetch" in told.lower() or "prerender" in told.lower()


def _prefix(text: str) -> str:
    """An IPv6 address by its network of 64 bits, which is what one household or office is given."""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def keyed(purpose: str, text: str) -> str:
    """A digest that cannot be turned back, nor compared with one made for another purpose."""
    key = hashlib.sha256(f"{settings.SECRET_KEY} {purpose}".encode()).digest()
    return hmac.new(key, text.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()[:40]
