"""The results of a run: a Markdown table to read, and JSON to compare runs with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench import machine, targets
from bench.figures import Figure, Limit
from bench.folders import Folder
from bench.machine import Machine

HEAD = (
    "what",
    "figure",
    "CPU s per 1,000",
    "p50 / p99 ms",
    "RSS / USS MB",
    "limit",
    "of it: by figure, by CPU",
    "of others",
    "target",
    "reached",
)


class Taken(msgspec.Struct, frozen=True):
    """A run, as it is stored in `bench/results`."""

    at: datetime
    commit: str
    command: str
    machine: Machine
    accounts: int
    statuses: int
    database: str
    figures: list[Figure]


def taken(folder: Folder, command: str, figures: list[Figure]) -> Taken:
    database = folder.database.partition(":")[0] or "sqlite"
    return Taken(datetime.now(UTC), machine.commit(), command, machine.this_one(), folder.accounts, folder.statuses, database, figures)


def keep(measured: Taken, place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{measured.at:%Y-%m-%dT%H%M}-{measured.commit}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=2))
    return path


def markdown(measured: Taken) -> str:
    on = measured.machine
    heading = (
        f"{measured.at:%Y-%m-%d %H:%M} UTC, commit {measured.commit}, {measured.accounts:,} accounts, {measured.statuses:,} statuses, "
        f"{measured.database}; {on.cpu}, {on.cores} cores, {on.memory_gb} GB, {on.system}, Python {on.python}; `{measured.command}`"
    )
    rows = [HEAD, tuple("---" for _ in HEAD), *map(_row, measured.figures)]
    return "\n".join([heading, "", *(f"| {' | '.join(cells)} |" for cells in rows)])


def line(figure: Figure) -> str:
    """One figure, printed while the run goes on."""
    return f"  {figure.part}: {figure.title}: {_number(figure.value)} {figure.unit}, {_shares(figure.limits[0])} of its limit"


def _row(figure: Figure) -> tuple[str, ...]:
    aims, (first, *others) = targets.of(figure), figure.limits
    percentiles = [figure.measures[name] for name in ("p50_ms", "p99_ms") if name in figure.measures]
    memory = [figure.memory.rss / 1e6, figure.memory.uss / 1e6] if figure.memory else []
    cpu = f", CPU {_number(first.cpu_ms)}" if first.cpu_ms is not None else ""
    return (
        f"{figure.part}: {figure.title}",
        f"{_number(figure.value)} {figure.unit}",
        _number(figure.cpu_ms) if figure.cpu_ms is not None else "",
        " / ".join(map(_number, percentiles)),
        " / ".join(map(_number, memory)),
        f"{first.name}: {_number(first.value)} {figure.unit}{cpu}",
        _shares(first),
        "<br>".join(f"{one.name}: {_shares(one)}" for one in others),
        "<br>".join(one.words for one in aims),
        "<br>".join("yes" if one.is_reached(figure) else "**no**" for one in aims),
    )


def _shares(limit: Limit) -> str:
    return ", ".join(_percent(one) for one in (limit.share, limit.cpu_share) if one is not None)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %" if share >= 0.1 else f"{share * 100:.1f} %"


def _number(value: float) -> str:
    """With three significant digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.4f}"
