"""Rate limits: counts requests per key and fixed window. A key names a rule and an account or address."""

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
_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as they appear behind NAT64: https://www.rfc-editor.org/rfc/rfc6052"""


class Allowance(msgspec.Struct, frozen=True):
    """What remains of a limit after this request; `remaining` is below zero when it is exceeded."""

    limit: int
    remaining: int
    resets_at: datetime
    resets_in: int = 0
    """Whole seconds until then, at least one."""

    @property
    def is_exceeded(self) -> bool:
        return self.remaining < 0


class Limits(Protocol):
    async def count(self, key: str, limit: int, window: timedelta) -> Allowance:
        """Counts one request under this key."""
        ...


class Unlimited:
    """For the setting `rate_limits = "off"`: counts nothing."""

    async def count(self, key: str, limit: int, window: timedelta) -> Allowance:
        return Allowance(limit, limit, datetime.now(UTC) + window, int(window.total_seconds()))


def client_network(address: str) -> str:
    """The network that counts as one client: an IPv4 address, or the /64 that an IPv6 household is given."""
    return _client_network(address[:LONGEST_ADDRESS])


@lru_cache(maxsize=10_000)
def _client_network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv4Address):
        return address
    inner = parsed.ipv4_mapped or parsed.sixtofour or (IPv4Address(int(parsed) & 0xFFFFFFFF) if parsed in _NAT64 else None)
    return str(inner or ip_network((int(parsed), 64), strict=False))


async def require(limits: Limits, key: str, limit: int, window: timedelta) -> Allowance:
    """Counts one request under this key. Raises `TooMany` when the limit is exceeded."""
    allowance = await limits.count(key, limit, window)
    if allowance.is_exceeded:
        raise TooMany.until(allowance.resets_at, allowance.resets_in)
    return allowance


class MemoryLimits:
    """Counts in memory. Windows start at round times, so that those that have ended are dropped together."""

    def __init__(self, clock: Clock, capacity: int = 100_000) -> None:
        self._clock = clock
        self._capacity = capacity
        self._windows: dict[float, dict[str, int]] = {}
        """Counts by key, grouped by the second in which their window ends."""

    async def count(self, key: str, limit: int, window: timedelta) -> Allowance:
        now = self._clock().timestamp()
        ends = (now // window.total_seconds() + 1) * window.total_seconds()
        count = self._count(key if len(key) <= LONGEST_KEY else _shortened(key), ends, now)
        return Allowance(limit, limit - count, datetime.fromtimestamp(ends, UTC), max(1, ceil(ends - now)))

    def _count(self, key: str, ends: float, now: float) -> int:
        counts = self._windows.get(ends)
        if counts is None:
            self._windows = {end: running for end, running in self._windows.items() if end > now}
            counts = self._windows[ends] = {}
        count = counts.get(key, 0) + 1
        if count == 1 and len(self) >= self._capacity:
            self._make_room()
        counts[key] = count
        return count

    def _make_room(self) -> None:
        """Drops keys with a single request first: a client with a thousand addresses must not erase the counts of the others."""
        for counts in self._windows.values():
            repeated = {key: count for key, count in counts.items() if count > 1}
            newest = list(repeated.items())[-self._capacity // (2 * len(self._windows)) :]
            counts.clear()
            counts.update(newest)

    def __len__(self) -> int:
        return sum(map(len, self._windows.values()))


def _shortened(key: str) -> str:
    """A digest in place of a long key, so that it takes no more memory than a short one."""
    return blake2b(key.encode(errors="replace"), digest_size=20).hexdigest()
