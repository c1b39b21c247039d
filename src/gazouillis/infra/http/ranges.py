"""Byte ranges of a request: https://www.rfc-editor.org/rfc/rfc9110#section-14"""

from __future__ import annotations

import re

import msgspec


class ByteRange(msgspec.Struct, frozen=True):
    """The bytes from `start` to before `stop` of a file of `size` bytes."""

    start: int
    stop: int
    size: int

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.stop - 1}/{self.size}"


class NotSatisfiable(Exception):
    """The file has no byte of the range."""


def requested(header: str, size: int) -> ByteRange | None:
    """None: the whole file is to be sent, since no single range is asked for that can be read. Raises `NotSatisfiable`."""
    found = _ONE_RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if not length:
            raise NotSatisfiable
        return ByteRange(size - length, size, size)
    start, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if last < start and found[2]:
        return None
    if start >= size:
        raise NotSatisfiable
    return ByteRange(start, min(last + 1, size), size)


_ONE_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})", re.ASCII | re.IGNORECASE)
