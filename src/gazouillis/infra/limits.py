"""How often somebody may ask: a count per key and window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network
from math import ceil
from typing import Protocol

import msgspec

from gazouillis.infra.basics.clock import Clock
from gazouillis.infra.basics.errors import TooMany

LONGEST_ADDRESS = 64
LONGEST_KEY = 80
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Those who have IPv4 alone, as they are seen through NAT64: https://www.rfc-editor.org/rfc/rfc6052"""


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
    async def count(self, key: str, limit: int, window: timedelta) -> Allowance: ...


class Unlimited:
    """For those who switched limits off: nothing is counted."""

    async def count(self, key: str, limit: int, window: timedelta) -> Allowance:
        return Allowance(limit, limit, datetime.now(UTC) + window, int(window.total_seconds()))


def client_network(address: str) -> str:
    """Whom we count as one: an IPv4 address, or the network of 64 bits that an IPv6 home is given."""
    return _client_network(address[:LONGEST_ADDRESS])


@lru_cache(maxsize=10_000)
def _client_network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return address
    inner = parsed.ipv4_mapped or parsed.sixtofour or (IPv4Address(int(parsed) & 0xFFFFFFFF) if parsed in _TRANSLATED else None)
    return str(inner or ip_network((int(parsed), 64), strict=False))


async def require(limits: Limits, key: str, limit: int, window: timedelta) -> Allowance:
    """One more under this key, unless it is one too many."""
    allowance = await limits.count(key, limit, window)
    if allowance.is_exceeded:
        raise TooMany.until(allowance.resets_at, allowance.resets_in)
    return allowance


class MemoryLimits:
    """Windows begin at round times, so those that ended are forgotten together."""

    def __init__(self, clock: Clock, largest: int = 100_000) -> None:
        self._clock = clock
        self._largest = largest
        self._windows: dict[float, dict[str, int]] = {}
        """Counts by key, by the second in which their window ends."""

    async def count(self, key: str, limit: int, window: timedelta) -> Allowance:
        now = self._clock().timestamp()
        ends = (now // window.total_seconds() + 1) * window.total_seconds()
        count = self._count(key if len(key) <= LONGEST_KEY else _shortened(key), ends, now)
        return Allowance(limit, limit - count, datetime.fromtimestamp(ends, UTC), max(1, ceil(ends - now)))

    def _count(self, key: str, ends: float, now: float) -> int:
        counts = self._windows.get(ends)
        if counts is None:
            self._windows = {end: counted for end, counted in self._windows.items() if end > now}
            counts = self._windows[ends] = {}
        count = counts.get(key, 0) + 1
        if count == 1 and len(self) >= self._largest:
            self._make_room()
        counts[key] = count
        return count

    def _make_room(self) -> None:
        """Those who asked once are forgotten first: whoever comes under a thousand names does not wipe out the count of the others."""
        for counts in self._windows.values():
            often = {key: count for key, count in counts.items() if count > 1}
            newest = list(often.items())[-self._largest // (2 * len(self._windows)) :]
            counts.clear()
            counts.update(newest)

    def __len__(self) -> int:
        return sum(map(len, self._windows.values()))


def _shortened(key: str) -> str:
    """Keys of any length are counted, and take no more room than a short one."""
    return blake2b(key.encode(errors="replace"), digest_size=20).hexdigest()
