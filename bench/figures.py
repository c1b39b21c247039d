"""A figure of the benchmark, with the limits it is compared with."""

from __future__ import annotations

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """What the same machine reaches in the same minutes with only the unavoidable work. `share`: the part of it that we reach; 1: all."""

    name: str
    value: float
    share: float
    cpu_ms: float | None = None
    cpu_share: float | None = None

    @property
    def sure_share(self) -> float:
        """The smaller share, of rate or of CPU: on a shared machine either of them may be too favourable."""
        return self.share if self.cpu_share is None else min(self.share, self.cpu_share)


class Memory(msgspec.Struct, frozen=True):
    """In bytes: the resident set, and the part unique to this process."""

    rss: int
    uss: int


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    """Such as `reads/homes`. Targets refer to it."""
    title: str
    value: float
    unit: str
    limits: tuple[Limit, ...]
    """Targets are shares of the first one."""
    cpu_ms: float | None = None
    """CPU milliseconds of the server for one request: the same number as CPU seconds for a thousand."""
    memory: Memory | None = None
    measures: dict[str, float] = {}
    """Other values of the same run, such as `p50_ms` and `p99_ms`."""

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
    """For figures where more is better."""
    return Limit(name, limit, mine / limit, cpu_ms, _cpu_share(my_cpu_ms, cpu_ms))


def cost_limit(name: str, *, mine: float, limit: float, my_cpu_ms: float | None = None, cpu_ms: float | None = None) -> Limit:
    """For figures where less is better, such as milliseconds and bytes."""
    return Limit(name, limit, limit / mine, cpu_ms, _cpu_share(my_cpu_ms, cpu_ms))


def _cpu_share(mine: float | None, limit: float | None) -> float | None:
    return None if mine is None or limit is None else limit / max(mine, 0.001)
