"""The command of the benchmark, `python -m bench`: see bench/README.md."""

from __future__ import annotations

import resource
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from rich.console import Console

from bench import folders, report, shelf
from bench.figures import Figure
from bench.parts import ONLY_WHEN_NAMED, PARTS
from bench.plan import TOY, Part, Plan, Say, Scale
from bench.targets import ACCOUNTS

STATUSES_PER_ACCOUNT = 20
SEEDED_IN = Path("data/bench")
RESULTS = Path(__file__).parent / "results"
OPEN_FILES = 20_000
SHELF = "shelf"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("parts", nargs=-1, type=click.Choice([*PARTS, SHELF]))
@click.option("--accounts", type=click.IntRange(2), default=ACCOUNTS, show_default=True)
@click.option("--statuses", type=click.IntRange(1), help="In all.  [default: 20 for each account]")
@click.option("--sizes", help="Numbers of accounts that the part `sizes` compares.  [default: 1000,100000,1000000]")
@click.option("--seconds", type=float, default=Scale().seconds, show_default=True, help="Of each measurement.")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=SEEDED_IN, show_default=True, help="Where seeded folders are kept."
)
@click.option("--database", default="", help="A PostgreSQL URL: an empty database, or one that this bench has seeded.")
@click.option("--in-place", is_flag=True, help="Work in the seeded folder, not in a copy: what is written stays there.")
@click.option("--results", type=click.Path(path_type=Path, file_okay=False), default=RESULTS, help="Where the JSON is written.")
@click.option("--toy", is_flag=True, help="Everything once and short, to see that it works.")
def main(
    parts: tuple[str, ...],
    accounts: int,
    statuses: int | None,
    sizes: str | None,
    seconds: float,
    data: Path,
    database: str,
    results: Path,
    *,
    in_place: bool,
    toy: bool,
) -> None:
    """Measure the parts named, or all. `shelf` is a simulation, which measures nothing."""
    if SHELF in parts:
        shelf.main([], standalone_mode=False)
        parts = tuple(one for one in parts if one != SHELF)
        if not parts:
            return
    _allow_many_files()
    scale = TOY if toy else Scale(seconds=seconds)
    chosen = {name: part for name, part in PARTS.items() if name in parts or (not parts and (name not in ONLY_WHEN_NAMED or sizes))}
    with _progress() as say:
        say(f"seeding {accounts:,} accounts, unless they are there")
        folder = folders.seeded(data, accounts, statuses or accounts * STATUSES_PER_ACCOUNT, database)
        lend = folders.itself if in_place else folders.copied
        plan = Plan(folder, scale, say, lend, data, _sizes(sizes or "1000,100000,1000000"))
        figures = _measured(plan, chosen)
    taken = report.taken(folder, shlex.join(["python", "-m", "bench", *sys.argv[1:]]), figures)
    click.echo(report.markdown(taken))
    click.echo(f"Written to {report.keep(taken, results)}", err=True)


def _measured(plan: Plan, chosen: dict[str, Part]) -> list[Figure]:
    """After Ctrl-C: the figures measured so far."""
    figures: list[Figure] = []
    with suppress(KeyboardInterrupt), plan.lend(plan.folder) as folder:
        for part in chosen.values():
            for figure in part(plan.within(folder)):
                figures.append(figure)
                click.echo(report.line(figure), err=True)
    return figures


def _sizes(text: str) -> tuple[tuple[int, int], ...]:
    """`1000,100000:500000`: two sizes, the second with 500,000 statuses."""
    pairs = [one.partition(":") for one in text.split(",")]
    return tuple((int(accounts), int(statuses or int(accounts) * STATUSES_PER_ACCOUNT)) for accounts, _, statuses in pairs)


@contextmanager
def _progress() -> Iterator[Say]:
    console = Console(stderr=True)
    with console.status("") as status:

        def say(what: str) -> None:
            status.update(what) if console.is_terminal else click.echo(what, err=True)

        yield say


def _allow_many_files() -> None:
    """Raises the limit of open files, for this process and those that it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


if __name__ == "__main__":
    main()
