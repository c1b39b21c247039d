"""The migrations create exactly the tables that the code declares."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.log_tail import Position
from gazouillis.infra.database import schema
from gazouillis.infra.database.migrations.upgrade import scripts
from gazouillis.infra.database.tables import metadata
from gazouillis.infra.event_log import log
from gazouillis.search.events import AccountsIndexOutdated, StatusesIndexOutdated
from tests.support.databases import database_at, fresh_database_url

# SQLAlchemy cannot read SQLite's indexes of expressions. They are compared on PostgreSQL.
pytestmark = pytest.mark.filterwarnings("ignore:.*expression-based index")


@pytest.fixture
async def empty(database_kind):
    async with fresh_database_url(database_kind, has_tables=False) as url:
        db = database_at(url)
        await db.open()
        yield db
        await db.close()


def is_ours(_object, name, kind, _is_reflected, _compared_to):
    return kind != "table" or not re.match(r"searched_(statuses|accounts)", name)


async def differences(db):
    found = []

    def compare(connection):
        options = {"include_object": is_ours, "compare_type": True}
        found.extend(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    await db.run_sync(compare)
    return found


def test_the_newest_revision_is_the_one_the_code_expects():
    assert scripts().get_heads() == [schema.NEWEST]


async def test_an_empty_database_gets_every_table(empty):
    await schema.prepare(empty)

    assert await schema.revision(empty) == schema.NEWEST
    assert await differences(empty) == []


async def test_preparing_again_changes_nothing(empty):
    await schema.prepare(empty)
    await schema.prepare(empty)

    assert await differences(empty) == []


async def test_a_database_of_a_later_version_is_refused_unchanged(empty):
    def age(connection):
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")

    await schema.prepare(empty)
    await empty.run_sync(age)

    with pytest.raises(Conflict, match="9999"):
        await schema.prepare(empty)


async def test_a_failed_upgrade_is_rolled_back(empty, monkeypatch):
    def fail(connection):
        upgrade(connection)
        raise ZeroDivisionError

    upgrade = schema.upgrade.upgrade
    monkeypatch.setattr(schema.upgrade, "upgrade", fail)
    with pytest.raises(ZeroDivisionError):
        await schema.prepare(empty)

    assert await schema.revision(empty) is None


def migrate_to(connection, revision):
    known = scripts()
    context = MigrationContext.configure(connection, opts={"fn": lambda present, _context: known._upgrade_revs(revision, present)})
    with Operations.context(context):
        context.run_migrations()


async def test_queued_jobs_run_by_functions_whose_modules_were_renamed(empty):
    def age(connection):
        migrate_to(connection, "0010")
        for name in ("web.letters.on_account_registered", "web.letters_of.another", "accounts.password.on_password_forgotten"):
            row = {"reaction": f"gazouillis.{name}", "key": "", "kind": "", "body": b"", "run_at": 0, "attempts": 0, "fault": ""}
            connection.execute(sa.insert(sa.table("jobs", *map(sa.column, row))), row)

    await empty.run_sync(age)

    await schema.prepare(empty)

    async with empty.read() as reader:
        waiting = await reader.values(sa.text("select reaction from jobs order by id"))
    assert [one.removeprefix("gazouillis.") for one in waiting] == [
        "web.emails.on_account_registered",
        "web.letters_of.another",
        "accounts.password.on_password_forgotten",
    ]


async def test_an_old_search_index_is_marked_as_outdated(empty):
    def age(connection):
        migrate_to(connection, "0006")
        connection.exec_driver_sql("insert into searched_statuses (rowid, words, tags) values (7, '', '')")
        connection.exec_driver_sql("insert into searched_accounts (rowid, words) values (7, '')")

    await empty.run_sync(age)

    await schema.prepare(empty)

    async with empty.read() as reader:
        assert [one.event for one in await log.after(reader, Position())] == [StatusesIndexOutdated(), AccountsIndexOutdated()]


async def test_private_messages_of_before_are_gathered_into_conversations(empty):
    def age(connection):
        migrate_to(connection, "0023")
        account = {"username": "", "handle": "", "created_at": 0}
        for number in (1, 2, 3):
            _insert(connection, "accounts", {**account, "id": number, "username": f"p{number}", "handle": f"p{number}"})
        written = [(10, 1, 3, [2]), (11, 2, 3, [1, 2]), (12, 1, 3, [2, 3]), (13, 1, 0, [2]), (14, 3, 3, [3])]
        for identifier, author, visibility, mentioned in written:
            _insert(
                connection, "statuses", {"id": identifier, "account_id": author, "visibility": visibility, "conversation_id": identifier}
            )
            for one in mentioned:
                _insert(connection, "mentions", {"status_id": identifier, "account_id": one})

    await empty.run_sync(age)

    await schema.prepare(empty)

    async with empty.read() as reader:
        conversations = await reader.all(sa.text("select id, people from conversations order by id"))
        people = await reader.all(sa.text("select conversation_id, account_id, last_status_id from participants order by 1, 2"))
        messages = await reader.values(sa.text("select count(*) from messages"))
    assert [tuple(one) for one in conversations] == [(10, "1,2"), (12, "1,2,3"), (14, "3")]
    assert [tuple(one) for one in people] == [(10, 1, 11), (10, 2, 11), (12, 1, 12), (12, 2, 12), (12, 3, 12), (14, 3, 14)]
    assert messages == [2 + 2 + 3 + 1]


def _insert(connection, name, values):
    """Columns that must not be null and are not given are empty: the tables are those of the code, without its defaults."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    empty = {one.name: b"" if one.type.python_type is bytes else one.type.python_type() for one in table.columns if not one.nullable}
    connection.execute(table.insert(), empty | values)
