"""Limits on open streams: a maximum for each address, and none at all when the process runs out of file descriptors.

Every stream keeps a connection, and so a file descriptor, open. An ordinary request needs one only for a moment.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any, cast

from gazouillis.infra.basics.errors import TooMany, Unavailable
from gazouillis.infra.basics.log_redaction import Throttled
from gazouillis.infra.basics.messages import _
from gazouillis.infra.files import file_descriptors
from gazouillis.infra.limits import client_network
from gazouillis.infra.site import HasSite

logger = logging.getLogger(__name__)

RETRY_AFTER = 60
"""Value of `Retry-After`, in seconds."""

Scope = Any
ENTERED = "gazouillis_entered"


class StreamLimits:
    """Counts the open streams of this process by address."""

    def __init__(self, per_address: int) -> None:
        """`per_address` 0: unlimited."""
        self._per_address = per_address
        self._open: Counter[str] = Counter()
        self._seldom = Throttled()

    def enter(self, address: str) -> None:
        """Counts one more. Raises `TooMany` beyond the limit, `Unavailable` when file descriptors run out."""
        if self._per_address and self._open[address] >= self._per_address:
            raise TooMany(_("Too many open streams; close some of them first"), retry_after=RETRY_AFTER)
        if file_descriptors.are_scarce():
            if self._seldom.has_come():
                logger.warning(
                    "Streams are refused: %d of %d files are open. Raise the limit (ulimit -n).",
                    file_descriptors.in_use(),
                    file_descriptors.limit(),
                )
            raise Unavailable(retry_after=RETRY_AFTER)
        self._open[address] += 1

    def leave(self, address: str) -> None:
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]

    def __len__(self) -> int:
        return self._open.total()


def enter(scope: Scope) -> None:
    """Called before the response of a stream starts. Raises as `StreamLimits.enter`."""
    streams, client = cast("HasSite", scope["litestar_app"]).site.the(StreamLimits), scope.get("client")
    address = client_network(client[0] if client else "")
    streams.enter(address)
    scope["state"][ENTERED] = streams, address


def leave(scope: Scope) -> None:
    """Called by the ASGI application when a request is over, however it ended. Does nothing for ordinary requests."""
    if entered := scope.get("state", {}).pop(ENTERED, None):
        streams, address = entered
        streams.leave(address)
