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
    parameters = {"kinds": ["a"], "last": 1}

    assert statements.prepared(NEWS, parameters) is None
    assert statements.prepared(NEWS, parameters) is statements.prepared(NEWS, parameters) is not None


def test_lists_of_similar_lengths_share_their_sql(statements):
    statements.prepared(NEWS, {"kinds": [], "last": 1})

    long, longer = ({"kinds": list(range(size)), "last": 1} for size in (12, 19))

    assert statements.prepared(NEWS, long) is statements.prepared(NEWS, longer)
    assert len(statements.prepared(NEWS, long).bind(long)) == 21


@pytest.mark.parametrize("first", [True, False])
def test_a_list_used_with_in_and_with_not_in_raises(statements, first):
    """Empty, `id NOT IN (…)` would be false for all rows."""
    ids = sa.bindparam("ids", expanding=True)
    conditions = [events.c.id.in_(ids), events.c.id.not_in(ids)]
    both = sa.select(events.c.id).where(sa.or_(*(conditions if first else reversed(conditions))))
    statements.prepared(both, {"ids": []})

    with pytest.raises(ValueError, match="IN and with NOT IN"):
        statements.prepared(both, {"ids": []})


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
