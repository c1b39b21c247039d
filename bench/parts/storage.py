"""Part `storage`: bytes on disk for each status, with its indexes and related rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from bench import database
from bench.figures import Figure, cost_limit
from bench.plan import Plan

PEOPLE = ("accounts", "users", "follows", "searched_accounts")
"""Tables that are not about statuses. They are left out, with their indexes."""
_PAGES = """
    select coalesce(m.tbl_name, s.name), sum(s.pgsize), sum(s.payload)
    from dbstat s left join sqlite_master m on m.name = s.name where s.aggregate = true group by 1
"""
_RELATIONS = "select relname, pg_total_relation_size(oid), 0 from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"


def measure(plan: Plan) -> Iterator[Figure]:
    plan.say("storage: counting pages")
    title = "a status, with its indexes, mentions, tags, favourites, notifications and words to search"
    count = database.query(plan.folder, "select count(*) from statuses")[0][0]
    if plan.folder.database:
        sizes = {str(name): int(size) for name, size, _ in database.query(plan.folder, _RELATIONS)}
        payload = int(database.query(plan.folder, "select sum(pg_column_size(statuses.*)) from statuses")[0][0])
    else:
        try:
            found = database.query(plan.folder, _PAGES)
        except sqlite3.OperationalError as fault:
            raise LookupError("this SQLite cannot count pages by table: it was made without dbstat") from fault
        sizes = {str(name): int(size) for name, size, _ in found}
        payload = next(int(one) for name, _, one in found if name == "statuses")
    taken = sum(size for name, size in sizes.items() if not name.startswith(PEOPLE)) / count
    yield Figure(
        key="storage/status",
        title=title,
        value=taken,
        unit="B",
        limits=(cost_limit("its row alone, packed", mine=taken, limit=payload / count),),
        measures={name: size / count for name, size in sizes.items()},
    )
