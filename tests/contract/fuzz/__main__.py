"""Requests nobody would send, to every door: `python -m tests.contract.fuzz --minutes 10`.

Any answer is good but one of the 500s, or none; and meanwhile everybody else must hardly notice.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path

import click

from tests.contract.fuzz.run import fuzz
from tests.contract.served import served


@click.command()
@click.option("--minutes", type=float, default=10.0, show_default=True)
@click.option("--seed", type=int, default=None, help="Imagine again what was imagined before.")
def main(minutes: float, seed: int | None) -> None:
    """Ten minutes of requests nobody would send, looking for a 5xx, a slow answer or a leak."""
    chosen = random.randrange(2**32) if seed is None else seed
    click.echo(f"seed {chosen}")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "data") as place:
        report = asyncio.run(fuzz(place, minutes * 60, chosen))
    click.echo(str(report))
    if not report.is_good:
        click.echo(report.log[max(0, report.log.find("Traceback") - 500) :][:6000])
    sys.exit(0 if report.is_good else 1)


if __name__ == "__main__":
    main()
