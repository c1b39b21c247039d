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


async def test_the_loops_stop_even_as_something_happens(settings):
    """`asyncio.wait_for` once lost the cancellation that came in the same turn as the wake, and the server never ended."""
    async with open_site(settings) as site:
        add_serving_parts(site)
        loops = site.the(Loops)
        await loops.start()
        await asyncio.sleep(0.1)
        site.db.on_events()

        stopped, _running = await asyncio.wait([asyncio.create_task(loops.stop())], timeout=5)

        assert stopped


async def test_what_is_committed_while_others_react_is_followed_by_whoever_is_at_it(town, alice, monkeypatch, database_kind):
    if database_kind != "sqlite":
        pytest.skip("on PostgreSQL nobody follows the log to its end before reading")
    heard, may_go_on = [], asyncio.Event()

    async def react(_site, event):
        heard.append(event.status_id)
        await may_go_on.wait()

    async def read():
        async with town.site.db.read():
            return

    await town.settle()
    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {StatusPublished: (react,)})
    said = [await publish(town, alice, "first")]
    following = asyncio.create_task(read())
    await asyncio.sleep(0)
    said.append(await publish(town, alice, "second"))
    await read()
    may_go_on.set()
    await following

    assert heard == said


async def test_who_fails_while_following_leaves_the_rest_to_the_loop(town, alice, monkeypatch, database_kind):
    """That something was committed is told to the next reader only; the loop looks again, whatever became of that one."""
    if database_kind != "sqlite":
        pytest.skip("on PostgreSQL the loop follows by itself")
    heard: list[int] = []

    async def react(_site, event):
        heard.append(event.status_id)

    async def interrupted(_site, _event):
        raise asyncio.CancelledError

    follower = tail.Tail(town.site)
    await follower.start()
    said = await publish(town, alice, "first")
    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {StatusPublished: (interrupted,)})
    with pytest.raises(asyncio.CancelledError):
        async with town.site.db.read():
            pass
    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {StatusPublished: (react,)})

    assert await follower.catch_up()
    assert heard == [said]
    assert not await follower.catch_up()


async def test_what_another_process_says_is_heard_in_its_place_while_this_one_writes_all_the_time(settings, monkeypatch):
    """And afterwards, when only the other one does."""
    heard: list[int] = []

    async def react(_site, event):
        heard.append(event.account_id)

    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {ProfileChanged: (react,)})
    async with open_site(settings) as here, open_site(settings) as there:
        follower = tail.Tail(here)
        await follower.start()
        for number in range(0, 400, 4):
            await say(here, number)
            if number % 40 == 0:
                for one, site in enumerate((there, here, there), start=1):
                    await say(site, number + one)
            async with here.db.read():
                pass
        await say(here, 400)
        await say(there, LAST_OF_OTHERS)
        await asyncio.sleep(0.01)
        async with asyncio.timeout(10):
            while LAST_OF_OTHERS not in heard:
                await asyncio.sleep(0.001)
                await follower.catch_up()
        async with there.db.read() as reader:
            written = [one.event.account_id for one in await log.after(reader, Position(), 1000)]

    assert heard == written


async def say(site, number):
    async with site.db.write() as tx:
        await tx.emit(ProfileChanged(AccountId(number)))


async def test_a_worker_rests_when_it_has_caught_up_and_not_while_there_is_more(town, alice):
    await town.settle()
    follower = worker.Worker(town.site)
    for number in range(worker.BATCH + 1):
        await publish(town, alice, f"number {number}")

    assert await follower.catch_up()
    assert follower.pause == 0

    assert await follower.catch_up()
    assert follower.pause == worker.PAUSE


async def test_a_worker_does_not_rest_while_jobs_are_due(town, alice):
    await town.settle()
    follower = worker.Worker(town.site)
    async with town.site.db.write() as tx:
        await tx.emit(PasswordResetRequested(alice.account_id))

    assert await follower.catch_up()
    assert follower.pause == 0

    await follower.catch_up()
    assert follower.pause == worker.PAUSE


async def publish(town, person, text):
    async with town.site.db.write() as tx:
        author = await accounts.by_id(tx, person.account_id)
        published = await publishing.publish(tx, author, Draft(text), Terms("http://localhost:8000", 140))
    return published.status.id
