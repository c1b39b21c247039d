"""Whether one more stream may be opened: so many for each address, and none when the files that the process may open run short.

A stream is a connection, and a connection is a file. Who only visits needs one for a moment; who listens keeps one.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any, cast

from gazouillis.infra.basics.errors import TooMany, Unavailable
from gazouillis.infra.basics.log_redaction import Throttled
from gazouillis.infra.basics.messages import _
from gazouillis.infra.files import file_descriptors
from gazouillis.infra.limits import neighbourhood
from gazouillis.infra.site import HasSite

logger = logging.getLogger(__name__)

AGAIN_IN = 60
"""Seconds after which one of them may have been closed."""

Scope = Any
ENTERED = "gazouillis_entered"


class StreamLimits:
    def __init__(self, for_each: int) -> None:
        """0: as many as they like."""
        self._for_each = for_each
        self._open: Counter[str] = Counter()
        self._seldom = Throttled()

    def enter(self, address: str) -> None:
        if self._for_each and self._open[address] >= self._for_each:
            raise TooMany(_("Too many open streams; close some of them first"), retry_after=AGAIN_IN)
        if file_descriptors.are_short():
            if self._seldom.has_come():
                logger.warning(
                    "Streams are refused: %d of %d files are open. Raise the limit (ulimit -n).",
                    file_descriptors.in_use(),
                    file_descriptors.most(),
                )
            raise Unavailable(retry_after=AGAIN_IN)
        self._open[address] += 1

    def leave(self, address: str) -> None:
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]

    def __len__(self) -> int:
        return self._open.total()


def enter(scope: Scope) -> None:
    """Before an answer is begun that stays open."""
    streams, client = cast("HasSite", scope["litestar_app"]).site.the(StreamLimits), scope.get("client")
    address = neighbourhood(client[0] if client else "")
    streams.enter(address)
    scope["state"][ENTERED] = streams, address


def leave(scope: Scope) -> None:
    """Where the request came in, once it is over, however it ended."""
    if entered := scope.get("state", {}).pop(ENTERED, None):
        streams, address = entered
        streams.leave(address)
