"""Is the sender who he says he is? SPF (RFC 7208), DKIM (RFC 6376) and the alignment that DMARC asks for (RFC 7489, section 3.1).

DNS is a port: `lookup(name)` gives the TXT texts of a name and raises `NoDns` when no server answers. Without DNS nothing is claimed.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Any

import dkim
import dns.exception
import dns.resolver
import spf
from django.conf import settings

Lookup = Callable[[str], list[str]]
PASS, FAIL, NONE, NOT_CHECKED, LOCAL = "pass", "fail", "none", "not_checked", "local"


class NoDns(Exception):
    """No name server answered."""


def is_local(peer: str, networks: Sequence[str]) -> bool:
    """Whether a machine that the operator trusts hands the mail in."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in ipaddress.ip_network(n, strict=False) for n in networks)


def judge(raw: bytes, *, sender: str, envelope: str, peer: str, helo: str, lookup: Lookup) -> str:
    """'pass' when an SPF or DKIM pass is aligned with the domain of From; 'fail', 'none' or 'not_checked' otherwise."""
    domain = sender.rpartition("@")[2]
    if not domain:
        return FAIL
    try:
        record = _record(domain, lookup)
        strict = dict(re.findall(r"\b(aspf|adkim)\s*=\s*([rs])", record))
        signed = _signed_by(raw, lookup)
        if any(_aligned(domain, d, strict.get("adkim", "r")) for d in signed):
            return PASS
        by_path, path = _path(envelope, peer, helo, lookup)
        if by_path == "pass" and _aligned(domain, path, strict.get("aspf", "r")):
            return PASS
    except NoDns:
        return NOT_CHECKED
    except Exception:
        return NONE
    return FAIL if record or by_path == "fail" else NONE


def judged_by_server(told: str) -> str:
    """The topmost Authentication-Results (RFC 8601), when the operator says that the mailbox's own server or the provider writes it."""
    if not settings.MAIL_TRUSTS_SERVER:
        return NOT_CHECKED
    found = re.search(r"\bdmarc=(\w+)", told, re.IGNORECASE)
    return {"pass": PASS, "fail": FAIL}.get(found[1].lower(), NONE) if found else NONE


def resolver(timeout: float = 4.0) -> Lookup:
    """The name servers of this machine."""
    asked = dns.resolver.Resolver()
    asked.lifetime = timeout

    def lookup(name: str) -> list[str]:
        try:
            return [b"".join(r.strings).decode("latin-1") for r in asked.resolve(name, "TXT")]
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise NoDns from error

    return lookup


def _record(domain: str, lookup: Lookup) -> str:
    for name in dict.fromkeys((domain, _registered(domain))):
        found = [t for t in lookup(f"_dmarc.{name}") if t.lower().startswith("v=dmarc1")]
        if found:
            return found[0].lower()
    return ""


def _signed_by(raw: bytes, lookup: Lookup) -> list[str]:
    """Domains whose signature over the mail holds and covers From."""
    domains = []
    message = dkim.DKIM(raw, minkey=1024)
    for at in range(min(sum(name.lower() == b"dkim-signature" for name, _ in message.headers), 5)):
        if _holds(message, at, lookup):
            domains.append(message.domain.decode("ascii", "replace").lower())
    return domains


def _holds(message: Any, at: int, lookup: Lookup) -> bool:
    def texts(name: bytes | str, timeout: int = 5) -> bytes | None:
        asked = name.decode("ascii") if isinstance(name, bytes) else name
        found = lookup(asked.rstrip("."))
        return found[0].encode("latin-1") if found else None

    try:
        return bool(message.verify(at, dnsfunc=texts))
    except (dkim.DKIMException, ValueError, UnicodeError):
        return False


def _path(envelope: str, peer: str, helo: str, lookup: Lookup) -> tuple[str, str]:
    """SPF of the envelope's sender, or of the greeting when there is none."""
    domain = envelope.rpartition("@")[2].lower() or helo.lower()
    if not domain or not peer:
        return "none", domain
    query = _Query(peer, envelope or f"postmaster@{helo}", helo, lookup)
    return str(query.check()[0]), domain


class _Query(spf.query):  # type: ignore[misc]
    """pyspf with our port: address records are asked of it as 'A name' only where a record needs them."""

    def __init__(self, peer: str, sender: str, helo: str, lookup: Lookup) -> None:
        super().__init__(i=peer, s=sender, h=helo, timeout=4, querytime=8)
        self._lookup = lookup

    def dns_txt(self, domainname: str, rr: str = "TXT", ignore_void: bool = False) -> list[bytes]:
        return [t.encode("latin-1") for t in self._lookup(domainname.rstrip("."))]


def _aligned(domain: str, other: str, mode: str) -> bool:
    if mode == "s":
        return domain == other
    return bool(other) and _registered(domain) == _registered(other)


def _registered(domain: str) -> str:
    """The organisational domain, by the short list of two-part suffixes in wide use; a wrong guess can only be too strict or ask once more."""
    parts = domain.lower().rstrip(".").split(".")
    two = (
        len(parts) > 2
        and len(parts[-1]) == 2
        and parts[-2] in ("co", "com", "org", "net", "ac", "gov", "edu", "nhs", "ltd", "or", "ne")
    )
    return ".".join(parts[-3:] if two else parts[-2:])
