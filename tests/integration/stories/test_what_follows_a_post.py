"""The worker processes many events in one batch, with the same result as one by one."""

from __future__ import annotations

import asyncio
from collections import Counter

import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph import queries as graph
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.paging import Window
from gazouillis.infra.event_log import job_queue
from gazouillis.notifications import notify
from gazouillis.notifications.tables import notifications
from gazouillis.search import queries as search
from tests.support.query_plans import plans

BREAK, REPAIR = (
    sa.text(f"alter table {one} rename to {other}")
    for one, other in (("searched_statuses", "lost_statuses"), ("lost_statuses", "searched_statuses"))
)


async def found(running_site, words):
    async with running_site.site.db.long_read() as reader:
        return len(await search.statuses(reader, words, None, Window()))


async def tags_found(running_site, tag):
    async with running_site.site.db.long_read() as reader:
        return await search.tags(reader, tag, 10)


async def test_statuses_of_one_batch_are_notified_and_found(running_site, alice, bob, carol):
    await carol.follows(alice, notify=True)
    for _ in range(3):
        await alice.posts("good morning @bob #lyon")
        await bob.posts("and to you #Lyon #lyon @bob")
    await running_site.run_until_idle()

    assert Counter(await bob.notified_of()) == {"mention by alice": 3}
    assert Counter(await carol.notified_of()) == {"status by alice": 3}
    assert await found(running_site, "morning") == 3
    assert await tags_found(running_site, "lyon") == [("lyon", 6)]


async def test_a_thousand_followers_are_notified_in_batches_between_which_others_read(running_site, alice, bob, monkeypatch):
    pieces, turns = [], 0
    create_batch = notify._create_batch

    async def recorded(tx, drafts, **choices):
        pieces.append((turns, len(drafts)))
        await create_batch(tx, drafts, **choices)

    monkeypatch.setattr(notify, "_create_batch", recorded)
    await bob.follows(alice, notify=True)
    await copies(running_site, bob, 999)
    await alice.posts("good morning")
    settling = asyncio.create_task(running_site.run_until_idle())
    while not settling.done():
        await asyncio.sleep(0)
        turns += 1

    async with running_site.site.db.read() as reader:
        assert await reader.value(sa.select(sa.func.count()).select_from(notifications).where(notifications.c.kind == "status")) == 1000
    turn_of_pieces, sizes = zip(*((turn, count) for turn, count in pieces if count > 1), strict=True)
    assert sizes == (notify.AT_ONCE,) * (1000 // notify.AT_ONCE)
    assert len({*turn_of_pieces}) == len(sizes)


async def copies(running_site, person, count):
    """Inserts `count` more accounts like this person, with the same follows."""
    async with running_site.site.db.write() as tx:
        account = await tx.one(sa.select(accounts).where(accounts.c.id == person.account_id))
        follow = await tx.one(sa.select(follows).where(follows.c.follower_id == person.account_id))
        ids = [tx.new_id() for _ in range(count)]
        names = [{"id": one, "handle": f"copy{one}", "username": f"copy{one}"} for one in ids]
        await tx.run(sa.insert(accounts), [{**account._mapping, **name} for name in names])
        await tx.run(sa.insert(follows), [{**follow._mapping, "follower_id": one} for one in ids])


async def test_a_status_deleted_before_the_worker_ran_leaves_no_trace(running_site, alice, bob):
    kept = await alice.posts("good morning @bob #lyon")
    await alice.deletes(await alice.posts("good evening @bob #lyon"))
    await running_site.run_until_idle()

    assert [one["status"]["id"] for one in await bob.notifications()] == [kept["id"]]
    assert await found(running_site, "good") == 1
    assert await tags_found(running_site, "lyon") == [("lyon", 1)]


async def test_a_failing_reaction_delays_no_other_and_is_retried(running_site, clock, alice, bob):
    async with running_site.site.db.write() as tx:
        await tx.run(BREAK)
    await alice.posts("good morning @bob #lyon")
    await alice.posts("good evening @bob #lyon")
    await running_site.run_until_idle()
    assert await bob.notified_of() == ["mention by alice"] * 2

    async with running_site.site.db.write() as tx:
        await tx.run(REPAIR)
    clock.now += job_queue.retry_delay(1)
    await running_site.run_until_idle()

    assert await found(running_site, "good") == 2
    assert await tags_found(running_site, "lyon") == [("lyon", 2)]
    assert await bob.notified_of() == ["mention by alice"] * 2


async def test_followers_who_want_notifications_are_found_by_an_index(running_site, alice, database_kind):
    if database_kind == "postgresql":
        return
    async with running_site.site.db.read() as reader:
        steps = await plans(reader, lambda registration: graph.notified_followers(registration, [AccountId(int(alice.id))]))

    assert steps == ["SEARCH follows USING INDEX follows_that_notify (followed_id=?)"]
