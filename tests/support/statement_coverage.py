"""Which tests run which SQL statements, so that tests that repeat the statements of others can be left out on PostgreSQL.

`pytest --statements FOLDER` records it; `python -m tests.support.statement_coverage FOLDER` then prints, for each file of tests of a door,
its seconds and how many statements no other room's tests run. Those with none may be in `TESTS_ABOVE_SQL` (`parts.py`).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from weakref import ref

import click
import msgspec
import pytest
import sqlalchemy as sa

from gazouillis.infra.database.statements import Prepared, Statements

DOORS = ("tests/integration/api/", "tests/integration/web/")
MOST_REMEMBERED = 20_000


class Recorded(msgspec.Struct):
    """By test: digests of the statements that it ran, and its seconds."""

    statements: dict[str, list[str]] = {}
    seconds: dict[str, float] = {}


class Recorder:
    """A plugin of pytest that records the statements of each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._test = ""
        self._digests: dict[int, tuple[ref[sa.Executable], str]] = {}
        self._statements: defaultdict[str, set[str]] = defaultdict(set)
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._watch()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        found = Recorded({test: sorted(some) for test, some in self._statements.items()}, dict(self._seconds))
        if found.statements:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = os.environ.get("PYTEST_XDIST_WORKER", "all")
            (self._folder / f"{name}.json").write_bytes(msgspec.json.encode(found))

    def _watch(self) -> None:
        prepared = Statements.prepared

        def recording(statements: Statements, statement: sa.Executable, parameters: Mapping[str, Any] | None) -> Prepared | None:
            self._statements[self._test].add(self._digest(statement, statements._dialect))
            return prepared(statements, statement, parameters)

        Statements.prepared = recording  # type: ignore[assignment, method-assign]

    def _digest(self, statement: sa.Executable, dialect: sa.Dialect) -> str:
        known = self._digests.get(id(statement))
        if known is not None and known[0]() is statement:
            return known[1]
        if len(self._digests) >= MOST_REMEMBERED:
            self._digests.clear()
        text = str(statement.compile(dialect=dialect)) if isinstance(statement, sa.ClauseElement) else repr(statement)
        digest = sha256(text.encode()).hexdigest()[:12]
        self._digests[id(statement)] = (ref(statement), digest)
        return digest


def add_option(parser: pytest.Parser) -> None:
    parser.addoption("--statements", type=Path, metavar="FOLDER", help="record there which test runs which SQL statements")


def configure(config: pytest.Config) -> None:
    if folder := config.getoption("--statements"):
        config.pluginmanager.register(Recorder(folder.absolute()))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
def main(folder: Path) -> None:
    """Print which files of tests of doors run statements that no other room's tests run."""
    recorded = [msgspec.json.decode(one.read_bytes(), type=Recorded) for one in sorted(folder.glob("*.json"))]
    for own, seconds, file in sorted(_of_doors(recorded)):
        click.echo(f"{own:4d} own statements {seconds:7.1f} s  {file}")


def _of_doors(recorded: list[Recorded]) -> Iterator[tuple[int, float, str]]:
    """(statements that no other room runs, seconds, file)"""
    by_file: defaultdict[str, set[str]] = defaultdict(set)
    seconds: defaultdict[str, float] = defaultdict(float)
    for one in recorded:
        for test, statements in one.statements.items():
            by_file[test.partition("::")[0]].update(statements)
        for test, time in one.seconds.items():
            seconds[test.partition("::")[0]] += time
    of_rooms = set().union(*(some for file, some in by_file.items() if not file.startswith(DOORS)))
    return ((len(some - of_rooms), seconds[file], file) for file, some in by_file.items() if file.startswith(DOORS))


if __name__ == "__main__":
    main()
