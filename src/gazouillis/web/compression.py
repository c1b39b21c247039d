"""Bodies packed by gzip for those who unpack them, by Intel's ISA-L: https://github.com/pycompression/python-isal

Ten times cheaper than zlib, and a tenth less small (decision 0018). What flows piece by piece is left alone, and what is packed already.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from isal import isal_zlib

SMALLEST = 600
"""In bytes: less fits in one packet anyway."""
LEVEL = 2
GZIP = 31
"""zlib's number for its own largest window in gzip's wrapping."""

Headers = list[tuple[bytes, bytes]]


def accepts_gzip(scope: Any) -> bool:
    """Whether who asks can unpack."""
    for name, value in scope["headers"]:  # noqa: SIM110 (a third of the time of `any`, and each request asks)
        if name == b"accept-encoding" and b"gzip" in value:
            return True
    return False


def is_worth_compressing(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bool:
    return len(body) >= SMALLEST and all(name != b"content-encoding" for name, _value in headers)


def compressed(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> tuple[Headers, bytes]:
    """Headers and body as they are then sent."""
    small = isal_zlib.compress(body, LEVEL, GZIP)
    headers = list(headers)
    varies = b", ".join(filter(None, (dict(headers).get(b"vary"), b"Accept-Encoding")))
    kept = [(name, value) for name, value in headers if name not in {b"content-length", b"vary"}]
    return [*kept, (b"content-length", b"%d" % len(small)), (b"content-encoding", b"gzip"), (b"vary", varies)], small
