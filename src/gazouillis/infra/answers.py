"""Whole answers, kept as long as what they stand on: who asks the same again is handed the same bytes.

Only of routes that say so in their `opt`, and that answer from nothing but the request, readers and what notes itself in `Grounds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gazouillis.infra.grounds import Grounds
from gazouillis.infra.memory import Shelf
from gazouillis.infra.secrets import new_token

KEPT = {"kept": True}
"""For a route's `opt`: its answers may be given again."""
FLOWS = {"flows": True}
"""For a route's `opt`: what comes piece by piece, or is packed already."""

Headers = list[tuple[bytes, bytes]]
Key = tuple[Any, ...]

ASKED_BY = frozenset({b"authorization", b"cookie", b"accept-language", b"hx-request"})
"""The headers of a request that make another answer."""
OVERHEAD = 8_000
"""Bytes that an answer weighs beside its body, with what it stands on; and a quarter of the body, for its packing."""


class Answer:
    """`body` without the word that is another one each time; `asker`: whose requests are counted when it is given."""

    __slots__ = ("_parts", "asker", "grounds", "headers", "packed")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]], body: bytes, grounds: Grounds, asker: str) -> None:
        self.headers = list(headers)
        self.grounds = grounds
        self.asker = asker
        self.packed: tuple[Headers, bytes] | None = None
        """Headers and body for those who unpack, once somebody did."""
        self._parts = body.split(grounds.fresh.encode()) if grounds.fresh else [body]

    @property
    def weight(self) -> int:
        return OVERHEAD + sum(map(len, self._parts)) * 5 // 4

    @property
    def is_constant(self) -> bool:
        return len(self._parts) == 1

    @property
    def body(self) -> bytes:
        return self._parts[0] if self.is_constant else new_token().encode().join(self._parts)


ANSWERS: Shelf[Key, Answer] = Shelf("answers", 64_000_000)
"""Weighs bytes."""


def says(scope: Any, opt: Mapping[str, bool]) -> bool:
    """Whether the route that answered this has one of the above."""
    return "route_handler" in scope and opt.items() <= scope["route_handler"].opt.items()


def key(scope: Any) -> Key:
    """All of a GET that an answer depends on."""
    return (scope["path"], scope["query_string"], *[header for header in scope["headers"] if header[0] in ASKED_BY])
