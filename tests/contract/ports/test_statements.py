"""A prepared statement binds and reads exactly as SQLAlchemy does, for every column type."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gazouillis.infra.database.tables import SERIAL, Moment
from gazouillis.infra.database.transactions import insert_or_ignore

THINGS = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(80), unique=True),
    sa.Column("words", sa.Text),
    sa.Column("small", sa.SmallInteger),
    sa.Column("number", sa.Integer, nullable=False, default=7),
    sa.Column("large", sa.BigInteger),
    sa.Column("is_true", sa.Boolean),
    sa.Column("body", sa.LargeBinary),
    sa.Column("seen_at", Moment),
)
CACHEABLE = [column for column in THINGS.c if column.name != "id"]
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
VALUES = {
    "words": TEXTS,
    "small": st.integers(-(2**15), 2**15 - 1),
    "number": st.integers(-(2**31), 2**31 - 1),
    "large": st.integers(-(2**63), 2**63 - 1),
    "is_true": st.booleans(),
    "body": st.binary(max_size=20),
    "seen_at": st.datetimes(timezones=st.just(UTC)),
}
ROWS = st.fixed_dictionaries({name: one if name == "number" else st.none() | one for name, one in VALUES.items()})
TIMES = 3
"""Run three times: the first use goes through SQLAlchemy, later ones through the prepared statement."""


@pytest.fixture
async def things(db):
    await db.run_sync(lambda connection: THINGS.metadata.create_all(connection))
    return db


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
async def test_every_type_is_written_and_read_as_by_sqlalchemy(things, row):
    insert, select = sa.insert(THINGS), sa.select(*CACHEABLE).order_by(THINGS.c.id)
    async with things.write() as tx:
        await tx.run(sa.delete(THINGS))
        for _ in range(TIMES):
            await tx.run(insert, {"name": None, **row})

        for _ in range(TIMES):
            found = await tx.all(select)
            assert [dict(one._mapping) for one in found] == [{"name": None, **row}] * TIMES
            assert [list(one) for one in found] == [[None, *(row[name] for name in VALUES)]] * TIMES
            assert await tx.one(select) == found[0]
        for column in CACHEABLE:
            one = sa.select(column).order_by(THINGS.c.id)
            for _ in range(TIMES):
                assert await tx.values(one) == [row.get(column.name)] * TIMES
                assert await tx.value(one) == row.get(column.name)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 60), max_size=45), max_size=6))
async def test_lists_of_any_length_select_their_rows(things, wanted):
    select = sa.select(THINGS.c.number).where(THINGS.c.number.in_(sa.bindparam("numbers", expanding=True))).order_by(THINGS.c.number)
    others = sa.select(THINGS.c.number).where(THINGS.c.number.not_in(sa.bindparam("numbers", expanding=True))).order_by(THINGS.c.number)
    async with things.write() as tx:
        await tx.run(sa.delete(THINGS))
        await tx.run(sa.insert(THINGS), [{"number": one} for one in range(50)])

        for numbers in wanted:
            named = {"numbers": numbers}
            assert await tx.values(select, named) == sorted(one for one in set(numbers) if one < 50)
            assert await tx.values(others, named) == [one for one in range(50) if one not in numbers]


async def test_a_list_of_moments_works_between_other_parameters(things):
    moments = [datetime(2009, 5, day, tzinfo=UTC) for day in range(1, 5)]
    select = (
        sa.select(THINGS.c.seen_at)
        .where(THINGS.c.number > sa.bindparam("least"))
        .where(THINGS.c.seen_at.in_(sa.bindparam("moments", expanding=True)), THINGS.c.words == "kept")
        .order_by(THINGS.c.id)
        .limit(sa.bindparam("limit"))
    )
    async with things.write() as tx:
        await tx.run(sa.insert(THINGS), [{"number": place, "words": "kept", "seen_at": one} for place, one in enumerate(moments)])

        for _ in range(TIMES):
            assert await tx.values(select, {"least": 0, "moments": moments, "limit": 2}) == moments[1:3]


async def test_a_column_that_is_left_out_gets_its_default(things):
    insert = sa.insert(THINGS)
    async with things.write() as tx:
        for _ in range(TIMES):
            await tx.run(insert, {"words": "once"})
        await tx.run(insert, [{"words": "many"}, {"words": "many"}])
        await tx.run(insert, {"number": 1})

        assert await tx.values(sa.select(THINGS.c.number).order_by(THINGS.c.id)) == [7] * (TIMES + 2) + [1]


async def test_it_returns_how_many_rows_it_changed(things):
    insert, change = insert_or_ignore(THINGS), sa.update(THINGS).values(words="changed").where(THINGS.c.name == sa.bindparam("called"))
    async with things.write() as tx:
        for place in range(TIMES):
            assert await tx.run(insert, {"name": str(place), "number": 1}) == 1
            assert await tx.run(insert, {"name": "0", "number": 1}) == 0
            assert await tx.run(change, {"called": "0"}) == 1
            assert await tx.run(change, {"called": "nobody"}) == 0


async def test_two_columns_of_one_name_are_both_in_the_row(things):
    other = THINGS.alias()
    select = sa.select(THINGS.c.number, other.c.number, THINGS.c.large.label("count")).join(other, other.c.id == THINGS.c.id)
    async with things.write() as tx:
        await tx.run(sa.insert(THINGS), {"number": 3, "large": 1})

        for _ in range(TIMES):
            row = await tx.one(select)
            assert (list(row), row.number, row.count) == ([3, 3, 1], 3, 1)


async def test_a_broken_constraint_raises_the_same_error(things):
    insert = sa.insert(THINGS)
    async with things.write() as tx:
        await tx.run(insert, {"name": "a", "number": 1})
        for _ in range(TIMES):
            with suppress(sa.exc.IntegrityError):
                async with tx.savepoint():
                    await tx.run(insert, {"name": "a", "number": 2})
                raise AssertionError
            with suppress(sa.exc.IntegrityError):
                async with tx.savepoint():
                    await tx.run(insert, [{"name": "b", "number": 2}, {"name": "a", "number": 2}])
                raise AssertionError

        assert await tx.values(sa.select(THINGS.c.number)) == [1]
