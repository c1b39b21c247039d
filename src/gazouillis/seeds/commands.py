"""Runs `gazouillis seed village` and `gazouillis seed load`: opens a site, shows progress, writes the tokens to a file."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from gazouillis.doctor import open_or_explain
from gazouillis.infra.settings import Settings
from gazouillis.seeds import load, village
from gazouillis.seeds.crowd import Crowd


async def seed_village(settings: Settings) -> bool:
    """Returns whether it was seeded; False: the village is there already."""
    clock = village.StoryClock()
    async with open_or_explain(settings, clock) as site:
        return await village.seed(site, clock)


async def seed_load(settings: Settings, wanted: Crowd, tokens_file: Path | None) -> int:
    """Returns how many rows were written. `tokens_file` gets a line `name token` for each account that can sign in."""
    async with open_or_explain(settings) as site:
        with _Bars() as bars:
            rows = await load.load(site, wanted, bars)
        if tokens_file:
            issued = await load.issue_tokens(site, wanted)
            _write_secret(tokens_file, "".join(f"{name} {token}\n" for name, token in issued.items()))
    return rows


def _write_secret(path: Path, secret: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(secret, encoding="utf-8")


class _Bars(Bar):
    """Progress bars on stderr, one after the other, each with the estimated time left."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        super().__init__(*columns, console=Console(stderr=True))

    def begin(self, what: str, total: int | None) -> None:
        self._finish()
        self._current = self.add_task(what, total=total)

    def advance_by(self, steps: int) -> None:
        self.advance(self._current, steps)

    def stop(self) -> None:
        self._finish()
        super().stop()

    def _finish(self) -> None:
        if self.tasks:
            self.update(self._current, total=self.tasks[-1].completed or 1, completed=self.tasks[-1].completed or 1)
