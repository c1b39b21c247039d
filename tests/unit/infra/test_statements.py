from __future__ import annotations

import gc
from weakref import ref

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import pysqlite

from gazouillis.infra.database.statements import Statements
from gazouillis.infra.database.tables import events

NEWS = sa.select(events.c.id).where(events.c.kind.in_(sa.bindparam("kinds", expanding=True)), events.c.id > sa.bindparam("last"))


@pytest.fixture
def statements():
    return Statements(pysqlite.dialect(paramstyle="qmark"))


def test_a_statement_is_compiled_at_its_second_use(statements):
    asked = {"kinds": ["a"], "last": 1}

    assert statements.prepared(NEWS, asked) is None
    assert statements.prepared(NEWS, asked) is statements.prepared(NEWS, asked) is not None


def test_lists_of_similar_lengths_share_their_sql(statements):
    statements.prepared(NEWS, {"kinds": [], "last": 1})

    long, longer = ({"kinds": list(range(size)), "last": 1} for size in (12, 19))

    assert statements.prepared(NEWS, long) is statements.prepared(NEWS, longer)
    assert len(statements.prepared(NEWS, long).bind(long)) == 21


def test_a_missing_parameter_raises(statements):
    statements.prepared(NEWS, None)

    with pytest.raises(KeyError):
        statements.prepared(NEWS, {"kinds": ["a"]}).bind({"kinds": ["a"]})


def test_a_prepared_statement_is_dropped_with_its_statement(statements):
    built = NEWS.where(events.c.id < 9)
    for _ in range(3):
        statements.prepared(built, {"kinds": ["a"], "last": 1})
    trace = ref(built)

    del built
    gc.collect()

    assert trace() is None
