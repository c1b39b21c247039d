"""Whole answers, kept as long as what they stand on: who asks the same again is handed the same bytes.

Only of routes that say so in their `opt`, and that answer from nothing but the request, readers and what notes itself in `Grounds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gazouillis.infra.grounds import Grounds
from gazouillis.infra.memory import Shelf
from gazouillis.infra.secrets import new_token
from gazouillis.infra.weight import weight

KEPT = {"kept": True}
"""For a route's `opt`: its answers may be given again."""
FLOWS = {"flows": True}
"""For a route's `opt`: what comes piece by piece, or is packed already."""

Headers = list[tuple[bytes, bytes]]
Key = tuple[Any, ...]

OVERHEAD = 1_000
"""Bytes of the objects that hold an answer together."""


class Answer:
    """`body` without the word that is another one each time; `asker`: whose requests are counted when it is given."""

    __slots__ = ("_parts", "asker", "grounds", "headers", "is_heavier", "packed")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]], body: bytes, grounds: Grounds, asker: str) -> None:
        self.headers = list(headers)
        self.grounds = grounds
        self.asker = asker
        self.packed: tuple[Headers, bytes] | None = None
        """Headers and body for those who unpack, once somebody did."""
        self.is_heavier = False
        """Since it was weighed."""
        self._parts = body.split(grounds.fresh.encode()) if grounds.fresh else [body]

    def weigh(self) -> int:
        """In bytes, with its packing, and with what it stands on: that is held here even when nobody else holds it any more."""
        self.is_heavier = False
        packed = weight(self.packed) if self.packed else 0
        return OVERHEAD + weight(self.headers) + weight(self._parts) + packed + self.grounds.weight

    @property
    def is_constant(self) -> bool:
        return len(self._parts) == 1

    @property
    def body(self) -> bytes:
        return self._parts[0] if self.is_constant else new_token().encode().join(self._parts)


ANSWERS: Shelf[Key, Answer] = Shelf("answers", 64_000_000, Answer.weigh)
"""By what was chosen from the request (`asked.key`)."""


def says(scope: Any, opt: Mapping[str, bool]) -> bool:
    """Whether the route that answered this has one of the above."""
    return "route_handler" in scope and opt.items() <= scope["route_handler"].opt.items()
