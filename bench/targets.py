"""The targets of the figures, for two cores, 100,000 accounts, 2,000,000 statuses, SQLite and one server process."""

from __future__ import annotations

import msgspec

from bench.figures import Figure

ACCOUNTS, STATUSES = 100_000, 2_000_000


class Target(msgspec.Struct, frozen=True, kw_only=True):
    figure: str
    """The key of the figure."""
    words: str
    """The target as the table shows it."""
    measure: str = "value"
    at_least: float = float("-inf")
    at_most: float = float("inf")

    def is_reached(self, figure: Figure) -> bool:
        return self.at_least <= figure.measure(self.measure) <= self.at_most


def _share(figure: str, share: float, measure: str = "share") -> Target:
    return Target(figure=figure, words=f"≥ {share:.0%} of the limit".replace("%", " %"), measure=measure, at_least=share)


TARGETS = (
    _share("reads/home_of_one", 0.60),
    _share("reads/homes", 0.60),
    _share("reads/homes_gzip", 0.60),
    _share("reads/homes_while_posting", 0.60),
    _share("reads/public", 0.40),
    _share("reads/tag", 0.40),
    _share("reads/profile", 0.40),
    _share("reads/thread", 0.40),
    _share("reads/status", 0.40),
    _share("reads/notifications", 0.40),
    _share("reads/page", 0.25),
    Target(figure="cold/home", words="p99 < 15 ms", measure="p99_ms", at_most=15),
    _share("posting/durable", 0.40, "share_of_rate"),
    Target(figure="posting/durable", words="p99 < 50 ms", measure="p99_ms", at_most=50),
    Target(figure="fanout/400", words="≥ 1 million/s", at_least=1),
    Target(figure="fanout/10000", words="≥ 5 million/s", at_least=5),
    Target(figure="fanout/served", words="placed < 100 ms", at_most=100),
    Target(figure="fanout/reads", words="p99 < 100 ms", at_most=100),
    Target(figure="live/home", words="p99 < 100 ms", measure="p99_ms", at_most=100),
    Target(figure="live/local", words="p99 < 100 ms", measure="p99_ms", at_most=100),
    Target(figure="live/memory", words="< 20 kB", at_most=20),
    Target(figure="paths/search", words="p95 < 200 ms", measure="p95_ms", at_most=200),
    Target(figure="tracks/match", words="< 50 µs", at_most=50),
    Target(figure="start/first_answer", words="< 2 s", at_most=2000),
    Target(figure="start/memory", words="< 120 MB", at_most=120),
    Target(figure="storage/status", words="< 1 kB", at_most=1000),
    Target(figure="sizes/homes", words="± 20 % from size to size", measure="growth", at_most=1.2),
    Target(figure="sizes/home_of_one", words="± 20 % from size to size", measure="growth", at_most=1.2),
)


def of(figure: Figure) -> list[Target]:
    return [one for one in TARGETS if one.figure == figure.key]
