"""Fuzzing of the API, the pages, raw HTTP and WebSockets: `python -m tests.contract.fuzz --minutes 10`.

Every response but a 5xx is accepted. Meanwhile other readers must still be answered quickly.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path

import click

from tests.contract.fuzz.run import fuzz
from tests.contract.fuzz.stalls import stacks
from tests.contract.server_process import run_server


@click.command()
@click.option("--minutes", type=float, default=10.0, show_default=True)
@click.option("--seed", type=int, default=None, help="Repeat the requests of an earlier run.")
def main(minutes: float, seed: int | None) -> None:
    """Send random and malformed requests; look for 5xx responses, slow responses and memory leaks."""
    chosen = random.randrange(2**32) if seed is None else seed
    click.echo(f"seed {chosen}")
    with tempfile.TemporaryDirectory() as folder, run_server(Path(folder) / "data") as server:
        report = asyncio.run(fuzz(server, minutes * 60, chosen))
    click.echo(str(report))
    click.echo("\n".join([line for line in report.log.splitlines() if "all other writes waited" in line][:20]))
    click.echo(stacks(report.log))
    if not report.is_good:
        click.echo(report.log[max(0, report.log.find("Traceback") - 500) :][:6000])
    sys.exit(0 if report.is_good else 1)


if __name__ == "__main__":
    main()
