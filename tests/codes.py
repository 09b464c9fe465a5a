"""The codes of a code generator, worked out apart from the program."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time


def code_now(secret: str) -> str:
    """RFC 6238 with SHA-1, thirty seconds, six digits."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"
