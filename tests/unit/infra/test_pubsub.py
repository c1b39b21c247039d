import asyncio
from contextlib import suppress

import pytest

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.pubsub import channels
from gazouillis.infra.pubsub.channels import Channel, PubSub, Subscriber

HOME, LOCAL = Channel("home", 1), Channel("local")


class RecordingSubscriber(Subscriber):
    def __init__(self, broadcaster, *channels):
        super().__init__(broadcaster, channels)
        self.received = []
        self.is_disconnected = False

    def end(self):
        self.is_disconnected = True


class DirectBroadcaster:
    async def broadcast(self, message, subscribers):
        for one in subscribers:
            one.received.append((message.kind, message.id))


class BlockedBroadcaster(DirectBroadcaster):
    """Delivers nothing until it is released."""

    def __init__(self):
        self.released = asyncio.Event()

    async def broadcast(self, message, subscribers):
        await self.released.wait()
        await super().broadcast(message, subscribers)


class FailingBroadcaster:
    async def broadcast(self, message, subscribers):
        raise ValueError


class InterruptedBroadcaster(DirectBroadcaster):
    """The database that it needs is unavailable for two attempts."""

    def __init__(self):
        self.failures_left = 2

    async def broadcast(self, message, subscribers):
        if self.failures_left:
            self.failures_left -= 1
            raise Unavailable
        await super().broadcast(message, subscribers)


@pytest.fixture
async def pubsub():
    created = PubSub()
    yield created
    created.close()


async def event_loop_runs():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_message_reaches_only_the_subscribers_of_its_channels(pubsub):
    broadcaster = DirectBroadcaster()
    here, there = RecordingSubscriber(broadcaster, HOME), RecordingSubscriber(broadcaster, Channel("home", 2))
    pubsub.subscribe(here)
    pubsub.subscribe(there)

    pubsub.publish("update", 7, [HOME, LOCAL])
    await event_loop_runs()

    assert (here.received, there.received) == ([("update", 7)], [])
    assert list(pubsub.subscribed("home")) == [1, 2]


async def test_messages_keep_their_order_when_there_are_more_subscribers_than_one_round_serves(pubsub, monkeypatch):
    monkeypatch.setattr(channels, "AT_ONCE", 2)
    broadcaster = DirectBroadcaster()
    subscribers = [RecordingSubscriber(broadcaster, LOCAL) for _ in range(5)]
    for one in subscribers:
        pubsub.subscribe(one)

    for number in range(3):
        pubsub.publish("update", number, [LOCAL])
    await event_loop_runs()

    assert [one.received for one in subscribers] == [[("update", 0), ("update", 1), ("update", 2)]] * 5


async def test_a_subscriber_with_a_full_queue_is_disconnected(pubsub, monkeypatch):
    monkeypatch.setattr(channels, "LONGEST_QUEUE", 3)
    broadcaster = BlockedBroadcaster()
    slow = RecordingSubscriber(broadcaster, LOCAL)
    pubsub.subscribe(slow)

    for number in range(5):
        pubsub.publish("update", number, [LOCAL])

    assert slow.is_disconnected
    assert not pubsub.has_subscribers(LOCAL)
    broadcaster.released.set()


async def test_a_broadcaster_that_fails_disconnects_its_own_subscribers_only(pubsub):
    failing, working = RecordingSubscriber(FailingBroadcaster(), LOCAL), RecordingSubscriber(DirectBroadcaster(), LOCAL)
    pubsub.subscribe(failing)
    pubsub.subscribe(working)

    pubsub.publish("update", 7, [LOCAL])
    await event_loop_runs()

    assert (failing.is_disconnected, working.is_disconnected) == (True, False)
    assert working.received == [("update", 7)]


async def test_a_disconnected_subscriber_receives_nothing_more(pubsub):
    subscriber = RecordingSubscriber(DirectBroadcaster(), HOME, LOCAL)
    pubsub.subscribe(subscriber)

    pubsub.disconnect(HOME)
    pubsub.publish("update", 7, [LOCAL])
    await event_loop_runs()

    assert (subscriber.is_disconnected, subscriber.received) == (True, [])


async def test_no_heartbeat_task_runs_without_subscribers():
    pubsub, subscriber = PubSub(), RecordingSubscriber(DirectBroadcaster(), LOCAL)
    pubsub.subscribe(subscriber)
    pubsub.unsubscribe(subscriber)
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)

    assert len(asyncio.all_tasks()) == 1


async def test_messages_wait_in_their_order_while_the_database_is_unavailable(pubsub, monkeypatch):
    monkeypatch.setattr(channels, "TRY_AGAIN", 0)
    subscriber = RecordingSubscriber(InterruptedBroadcaster(), HOME)
    pubsub.subscribe(subscriber)

    pubsub.publish("update", 1, [HOME])
    pubsub.publish("update", 2, [HOME])
    await event_loop_runs()

    assert (subscriber.received, subscriber.is_disconnected) == ([("update", 1), ("update", 2)], False)
