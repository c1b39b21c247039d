"""Log lines about writes that keep all others waiting: SQLite has one writer at a time."""

from __future__ import annotations

import logging
from types import FrameType

logger = logging.getLogger(__name__)

SLOW = 1.0
"""Seconds from which a write transaction, or its commit, is logged."""


def transaction_ended(seconds: float, place: FrameType | None) -> None:
    """`seconds`: how long the transaction kept the lock. `place`: the code that opened it."""
    if seconds >= SLOW:
        where = f"{place.f_globals.get('__name__')}.{place.f_code.co_qualname}" if place else "unknown"
        logger.warning("A write transaction took %.1f s, and all other writes waited for it: %s", seconds, where)


def commit_ended(seconds: float, transactions: int) -> None:
    """`seconds`: how long the disk took to make the batch durable (fsync)."""
    if seconds >= SLOW:
        logger.warning("The disk took %.1f s for one commit (transactions: %d), and all other writes waited for it", seconds, transactions)
