"""What was measured, beside what could have been."""

from __future__ import annotations

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """What the same machine does, in the same minutes, when nothing but the unavoidable is done. A share of 1: at the limit."""

    name: str
    value: float
    share: float
    cpu_ms: float | None = None
    cpu_share: float | None = None

    @property
    def sure_share(self) -> float:
        """By rate and by CPU, whichever says less: on a shared machine either may flatter."""
        return self.share if self.cpu_share is None else min(self.share, self.cpu_share)


class Memory(msgspec.Struct, frozen=True):
    """In bytes: resident, and what only this process holds."""

    rss: int
    uss: int


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    """`reads/home`: by it the targets find their figure."""
    title: str
    value: float
    unit: str
    limits: tuple[Limit, ...]
    """The first is the one that targets are shares of."""
    cpu_ms: float | None = None
    """CPU milliseconds of the server for one request: the same number as CPU seconds for a thousand."""
    memory: Memory | None = None
    measures: dict[str, float] = {}
    """More of the same run: `p50_ms`, `p99_ms`."""

    @property
    def part(self) -> str:
        return self.key.partition("/")[0]

    def measure(self, name: str) -> float:
        match name:
            case "value":
                return self.value
            case "share":
                return self.limits[0].sure_share
            case "share_of_rate":
                return self.limits[0].share
            case _:
                return self.measures[name]


def rate_limit(name: str, *, mine: float, limit: float, my_cpu_ms: float | None = None, cpu_ms: float | None = None) -> Limit:
    """More is better."""
    return Limit(name, limit, mine / limit, cpu_ms, _cpu_share(my_cpu_ms, cpu_ms))


def cost_limit(name: str, *, mine: float, limit: float, my_cpu_ms: float | None = None, cpu_ms: float | None = None) -> Limit:
    """Less is better: of milliseconds, of bytes."""
    return Limit(name, limit, limit / mine, cpu_ms, _cpu_share(my_cpu_ms, cpu_ms))


def _cpu_share(mine: float | None, limit: float | None) -> float | None:
    return None if mine is None or limit is None else limit / max(mine, 0.001)
