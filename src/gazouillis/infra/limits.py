"""How often somebody may ask: a count per key and window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Protocol

import msgspec

from gazouillis.infra.clock import Clock
from gazouillis.infra.errors import TooMany


class Allowance(msgspec.Struct, frozen=True):
    """What is left after this request; `remaining` below zero: one too many."""

    limit: int
    remaining: int
    resets_at: datetime
    resets_in: int = 0
    """In whole seconds, at least one."""

    @property
    def is_exceeded(self) -> bool:
        return self.remaining < 0


class Limits(Protocol):
    async def spend(self, key: str, limit: int, window: timedelta) -> Allowance: ...


class Unlimited:
    """For those who switched limits off: nothing is counted."""

    async def spend(self, key: str, limit: int, window: timedelta) -> Allowance:
        return Allowance(limit, limit, datetime.now(UTC) + window, int(window.total_seconds()))


@lru_cache(maxsize=10_000)
def neighbourhood(address: str) -> str:
    """Whom we count as one: an IPv4 address, or the network of 64 bits that an IPv6 home is given."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


async def require(limits: Limits, key: str, limit: int, window: timedelta) -> Allowance:
    """One more under this key, unless it is one too many."""
    allowance = await limits.spend(key, limit, window)
    if allowance.is_exceeded:
        raise TooMany(retry_after=allowance.resets_in)
    return allowance


class MemoryLimits:
    """Windows begin at round times, so one sweep forgets all those that ended."""

    def __init__(self, clock: Clock, largest: int = 100_000) -> None:
        self._clock = clock
        self._largest = largest
        self._counts: dict[tuple[str, float], int] = {}

    async def spend(self, key: str, limit: int, window: timedelta) -> Allowance:
        now = self._clock().timestamp()
        ends = (now // window.total_seconds() + 1) * window.total_seconds()
        count = self._counts.get((key, ends), 0) + 1
        if count == 1 and len(self._counts) >= self._largest:
            self._sweep(now)
        self._counts[key, ends] = count
        return Allowance(limit, limit - count, datetime.fromtimestamp(ends, UTC), max(1, ceil(ends - now)))

    def _sweep(self, now: float) -> None:
        alive = {place: count for place, count in self._counts.items() if place[1] > now}
        newest = list(alive.items())[-self._largest // 2 :]
        self._counts = dict(newest)
