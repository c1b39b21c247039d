"""Closes streams that the client library Mastodon.py has opened."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

TIMEOUT = 20
"""Seconds."""


def close_stream(stream: Any, post: Callable[[], object]) -> None:
    """`stream.close` blocks until the next message arrives. `post` must cause one, so that nobody waits for the server's next heartbeat."""
    closing = Thread(target=stream.close)
    closing.start()
    post()
    closing.join(TIMEOUT)
    assert not closing.is_alive()
