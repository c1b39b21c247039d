"""The body of a request in chunks, for tests of what is read of it."""

from __future__ import annotations

from collections.abc import AsyncIterator


class ChunkedBody:
    """`read`: how many chunks were read."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.read += 1
            yield piece
