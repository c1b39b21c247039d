"""The response cache: whole HTTP responses, sent again while their dependencies have not changed.

Only routes marked `CACHEABLE` use it. Their handlers may use nothing but the request, readers, and values that record themselves in
`Dependencies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from gazouillis.infra.cache.dependencies import Dependencies
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.secrets import new_token

CACHEABLE = {"cacheable": True}
"""For a route's `opt`: its responses may be cached."""
STREAMED = {"streamed": True}
"""For a route's `opt`: its responses are sent in parts, or already compressed; they are passed on unchanged."""

Headers = list[tuple[bytes, bytes]]
Key = tuple[Any, ...]

OVERHEAD = 1_000
"""Bytes of the objects around the headers and the body."""
_HEADER, _PART = 150, 50
"""Bytes that a header, and a part of the body, take beside their text."""


class CachedResponse:
    """`requester` is the key under which a request answered from the cache counts against the rate limit.

    A nonce in the body is cut out, and replaced by a new one each time the body is sent.
    """

    __slots__ = ("_parts", "compressed", "dependencies", "headers", "is_heavier", "requester")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]], body: bytes, dependencies: Dependencies, requester: str) -> None:
        self.headers = list(headers)
        self.dependencies = dependencies
        self.requester = requester
        self.compressed: tuple[Headers, bytes] | None = None
        """Headers and body compressed with gzip; None until a client that accepts gzip has asked."""
        self.is_heavier = False
        """Whether it has grown since `weigh` was called last."""
        self._parts = body.split(dependencies.nonce.encode()) if dependencies.nonce else [body]

    def weigh(self) -> int:
        """In bytes, with the compressed form and the dependencies: the response keeps the values it depends on in memory."""
        self.is_heavier = False
        compressed = _weight(self.compressed[0], [self.compressed[1]]) if self.compressed else 0
        return OVERHEAD + _weight(self.headers, self._parts) + compressed + self.dependencies.weight

    @property
    def is_constant(self) -> bool:
        """Whether the body contains no nonce."""
        return len(self._parts) == 1

    @property
    def body(self) -> bytes:
        return self._parts[0] if self.is_constant else new_token().encode().join(self._parts)


def _weight(headers: Headers, parts: list[bytes]) -> int:
    """Only lengths are added: `weight.weight` would visit every header, for each response that is cached."""
    return len(headers) * _HEADER + len(parts) * _PART + sum(map(len, chain(parts, *headers)))


RESPONSES: CacheRegion[Key, CachedResponse] = CacheRegion("responses", 64_000_000, CachedResponse.weigh)
"""By the parts of the request that a response may depend on (`response_key.key`)."""


def has_opt(scope: Any, opt: Mapping[str, bool]) -> bool:
    """Whether the route of this request has `CACHEABLE` or `STREAMED` in its `opt`. False before a route was found."""
    return "route_handler" in scope and opt.items() <= scope["route_handler"].opt.items()
