"""The tail and the worker: events are handled in order and once, also after faults and beside other processes."""

import asyncio

import pytest

from gazouillis import tail, worker
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.events import PasswordResetRequested, ProfileChanged
from gazouillis.app import add_serving_parts, open_site
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.log_tail import Position
from gazouillis.infra.event_log import log
from gazouillis.statuses import publish as publishing
from gazouillis.statuses.events import StatusPublished
from gazouillis.statuses.models import Draft, Terms
from gazouillis.worker import Loops

LAST_OF_OTHERS = 401


async def test_the_loops_stop_when_an_event_arrives_at_the_same_time(settings):
    """`asyncio.wait_for` once lost a cancellation in the same turn as the wake-up, and the server never stopped."""
    async with open_site(settings) as site:
        add_serving_parts(site)
        loops = site.the(Loops)
        await loops.start()
        await asyncio.sleep(0.1)
        site.db.on_events()

        stopped, _running = await asyncio.wait([asyncio.create_task(loops.stop())], timeout=5)

        assert stopped


async def test_events_committed_during_reactions_are_handled_by_the_same_follower(running_site, alice, monkeypatch, database_kind):
    if database_kind != "sqlite":
        pytest.skip("on PostgreSQL a read does not follow the log to its end")
    handled, may_go_on = [], asyncio.Event()

    async def react(_site, event):
        handled.append(event.status_id)
        await may_go_on.wait()

    async def read():
        async with running_site.site.db.read():
            return

    await running_site.run_until_idle()
    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {StatusPublished: (react,)})
    published = [await publish(running_site, alice, "first")]
    following = asyncio.create_task(read())
    await asyncio.sleep(0)
    published.append(await publish(running_site, alice, "second"))
    await read()
    may_go_on.set()
    await following

    assert handled == published


async def test_events_left_by_a_cancelled_read_are_handled_by_the_loop(running_site, alice, monkeypatch, database_kind):
    """Only the next read learns of a commit. If it is cancelled, the loop still handles the event."""
    if database_kind != "sqlite":
        pytest.skip("on PostgreSQL the loop follows by itself")
    handled: list[int] = []

    async def react(_site, event):
        handled.append(event.status_id)

    async def interrupted(_site, _event):
        raise asyncio.CancelledError

    follower = tail.Tail(running_site.site)
    await follower.start()
    published = await publish(running_site, alice, "first")
    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {StatusPublished: (interrupted,)})
    with pytest.raises(asyncio.CancelledError):
        async with running_site.site.db.read():
            pass
    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {StatusPublished: (react,)})

    assert await follower.catch_up()
    assert handled == [published]
    assert not await follower.catch_up()


async def test_events_of_two_processes_are_handled_in_the_order_of_the_log(settings, monkeypatch):
    """While this process writes all the time, and afterwards, when only the other one does."""
    handled: list[int] = []

    async def react(_site, event):
        handled.append(event.account_id)

    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {ProfileChanged: (react,)})
    async with open_site(settings) as own_site, open_site(settings) as other_site:
        follower = tail.Tail(own_site)
        await follower.start()
        for number in range(0, 400, 4):
            await emit(own_site, number)
            if number % 40 == 0:
                for one, site in enumerate((other_site, own_site, other_site), start=1):
                    await emit(site, number + one)
            async with own_site.db.read():
                pass
        await emit(own_site, 400)
        await emit(other_site, LAST_OF_OTHERS)
        await asyncio.sleep(0.01)
        async with asyncio.timeout(10):
            while LAST_OF_OTHERS not in handled:
                await asyncio.sleep(0.001)
                await follower.catch_up()
        async with other_site.db.read() as reader:
            written = [one.event.account_id for one in await log.after(reader, Position(), 1000)]

    assert handled == written


async def emit(site, number):
    async with site.db.write() as tx:
        await tx.emit(ProfileChanged(AccountId(number)))


async def test_a_worker_pauses_only_once_it_has_caught_up(running_site, alice):
    await running_site.run_until_idle()
    follower = worker.Worker(running_site.site)
    for number in range(worker.BATCH + 1):
        await publish(running_site, alice, f"number {number}")

    assert await follower.catch_up()
    assert follower.pause == 0

    assert await follower.catch_up()
    assert follower.pause == worker.PAUSE


async def test_a_worker_does_not_pause_while_jobs_are_due(running_site, alice):
    await running_site.run_until_idle()
    follower = worker.Worker(running_site.site)
    async with running_site.site.db.write() as tx:
        await tx.emit(PasswordResetRequested(alice.account_id))

    assert await follower.catch_up()
    assert follower.pause == 0

    await follower.catch_up()
    assert follower.pause == worker.PAUSE


async def publish(running_site, person, text):
    async with running_site.site.db.write() as tx:
        author = await accounts.by_id(tx, person.account_id)
        published = await publishing.publish(tx, author, Draft(text), Terms("http://localhost:8000", 140))
    return published.status.id
