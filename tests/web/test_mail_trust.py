"""SPF, DKIM and the alignment of DMARC, with name servers of our own."""

from __future__ import annotations

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric import rsa

from codingahead_web.consultant.trust import NoDns, is_local, judge

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.TraditionalOpenSSL, forms.NoEncryption())
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(forms.Encoding.DER, forms.PublicFormat.SubjectPublicKeyInfo)
).decode()
NAMES = {
    "s._domainkey.clinic.test": [f"v=DKIM1; k=rsa; p={PUBLIC}"],
    "s._domainkey.mail.clinic.test": [f"v=DKIM1; k=rsa; p={PUBLIC}"],
    "s._domainkey.evil.test": [f"v=DKIM1; k=rsa; p={PUBLIC}"],
    "_dmarc.clinic.test": ["v=DMARC1; p=reject"],
    "_dmarc.strict.test": ["v=DMARC1; p=reject; adkim=s; aspf=s"],
    "clinic.test": ["v=spf1 ip4:192.0.2.0/24 -all"],
    "strict.test": ["v=spf1 ip4:192.0.2.0/24 -all"],
    "evil.test": ["v=spf1 +all"],
}  # fmt: skip
GOOD, BAD = "192.0.2.5", "198.51.100.9"


def lookup(name: str) -> list[str]:
    return NAMES.get(name.lower(), [])


def signed(by: str, sender: str = "coder@clinic.test") -> bytes:
    raw = f"From: {sender}\r\nTo: code@consult.test\r\nSubject: 61624\r\nMessage-ID: <1@x>\r\n\r\nMUE?\r\n".encode()
    return dkim.sign(raw, b"s", by.encode(), PEM, include_headers=[b"from", b"subject"]) + raw if by else raw


@pytest.mark.parametrize(
    ("by", "sender", "envelope", "peer", "says"),
    [
        ("clinic.test", "coder@clinic.test", "other@elsewhere.test", BAD, "pass"),
        ("mail.clinic.test", "coder@clinic.test", "", BAD, "pass"),
        ("", "coder@clinic.test", "coder@clinic.test", GOOD, "pass"),
        ("", "coder@clinic.test", "coder@clinic.test", BAD, "fail"),
        ("evil.test", "coder@clinic.test", "x@evil.test", BAD, "fail"),
        ("", "coder@strict.test", "coder@strict.test", GOOD, "pass"),
        ("", "coder@unknown.test", "coder@unknown.test", BAD, "none"),
        ("", "", "coder@clinic.test", GOOD, "fail"),
    ],
)
def test_only_a_pass_that_is_aligned_with_the_visible_sender_counts(
    by: str, sender: str, envelope: str, peer: str, says: str
) -> None:
    assert judge(signed(by, sender), sender=sender, envelope=envelope, peer=peer, helo="mx.test", lookup=lookup) == says


def test_a_changed_mail_fails() -> None:
    raw = signed("clinic.test").replace(b"MUE?", b"Pay?")
    assert judge(raw, sender="coder@clinic.test", envelope="", peer=BAD, helo="mx.test", lookup=lookup) == "fail"


def test_without_name_servers_nothing_is_claimed() -> None:
    def silent(name: str) -> list[str]:
        raise NoDns

    raw = signed("clinic.test")
    assert (
        judge(raw, sender="coder@clinic.test", envelope="", peer=GOOD, helo="mx.test", lookup=silent) == "not_checked"
    )


def test_machines_that_are_trusted_are_known_by_their_network() -> None:
    networks = ["127.0.0.0/8", "::1/128"]
    assert is_local("127.0.0.1", networks)
    assert is_local("::ffff:127.0.0.1", networks)
    assert not is_local("192.0.2.1", networks)
    assert not is_local("127.0.0.1", [])
