"""A write that keeps all others waiting is logged, with the code that made it."""

from __future__ import annotations

import asyncio
import time

import pytest

from gazouillis.infra.database import slow_writes

pytestmark = pytest.mark.usefixtures("on_sqlite")


@pytest.fixture(autouse=True)
def a_tenth_of_a_second_is_slow(monkeypatch):
    monkeypatch.setattr(slow_writes, "SLOW", 0.1)


async def test_a_transaction_that_takes_long_is_logged_with_its_place(running_site, caplog):
    async def dawdle():
        async with running_site.site.db.write():
            await asyncio.sleep(0.15)

    await dawdle()

    [message] = [one.getMessage() for one in caplog.records if one.name == slow_writes.__name__]
    assert "all other writes waited" in message
    assert message.endswith("test_slow_writes.test_a_transaction_that_takes_long_is_logged_with_its_place.<locals>.dawdle")


async def test_a_slow_disk_is_logged(running_site, alice, caplog, monkeypatch):
    database = running_site.site.db
    execute = database._writer.execute

    def execute_slowly(sql):
        if sql == "COMMIT":
            time.sleep(0.15)
        execute(sql)

    monkeypatch.setattr(database._writer, "execute", execute_slowly)
    await alice.client.post("/api/v1/statuses", json={"status": "hello"})

    messages = [one.getMessage() for one in caplog.records if one.name == slow_writes.__name__]
    assert messages
    assert all(one.startswith("The disk took") for one in messages)
