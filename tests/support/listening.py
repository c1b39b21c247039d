"""What the streams of Mastodon.py need in a test."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

PATIENCE = 20


def let_go(stream: Any, say_something: Callable[[], object]) -> None:
    """Closing waits for the next word on the stream: one is said meanwhile, instead of waiting for the server's next heartbeat."""
    closing = Thread(target=stream.close)
    closing.start()
    say_something()
    closing.join(PATIENCE)
    assert not closing.is_alive()
