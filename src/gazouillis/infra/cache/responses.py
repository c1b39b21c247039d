"""Whole answers, kept as long as what they stand on: who asks the same again is handed the same bytes.

Only of routes that say so in their `opt`, and that answer from nothing but the request, readers and what notes itself in `Grounds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gazouillis.infra.cache.dependencies import Dependencies
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.cache.weight import weight
from gazouillis.infra.secrets import new_token

CACHEABLE = {"kept": True}
"""For a route's `opt`: its answers may be given again."""
STREAMED = {"flows": True}
"""For a route's `opt`: what comes piece by piece, or is packed already."""

Headers = list[tuple[bytes, bytes]]
Key = tuple[Any, ...]

OVERHEAD = 1_000
"""Bytes of the objects that hold an answer together."""


class CachedResponse:
    """`body` without the word that is another one each time; `asker`: whose requests are counted when it is given."""

    __slots__ = ("_parts", "compressed", "dependencies", "headers", "is_heavier", "requester")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]], body: bytes, dependencies: Dependencies, requester: str) -> None:
        self.headers = list(headers)
        self.dependencies = dependencies
        self.requester = requester
        self.compressed: tuple[Headers, bytes] | None = None
        """Headers and body for those who unpack, once somebody did."""
        self.is_heavier = False
        """Since it was weighed."""
        self._parts = body.split(dependencies.nonce.encode()) if dependencies.nonce else [body]

    def weigh(self) -> int:
        """In bytes, with its packing, and with what it stands on: that is held here even when nobody else holds it any more."""
        self.is_heavier = False
        compressed = weight(self.compressed) if self.compressed else 0
        return OVERHEAD + weight(self.headers) + weight(self._parts) + compressed + self.dependencies.weight

    @property
    def is_constant(self) -> bool:
        return len(self._parts) == 1

    @property
    def body(self) -> bytes:
        return self._parts[0] if self.is_constant else new_token().encode().join(self._parts)


RESPONSES: CacheRegion[Key, CachedResponse] = CacheRegion("responses", 64_000_000, CachedResponse.weigh)
"""By what was chosen from the request (`asked.key`)."""


def has_opt(scope: Any, opt: Mapping[str, bool]) -> bool:
    """Whether the route that answered this has one of the above."""
    return "route_handler" in scope and opt.items() <= scope["route_handler"].opt.items()
