import asyncio
from contextlib import suppress

import pytest

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.pubsub import channels
from gazouillis.infra.pubsub.channels import Channel, PubSub, Subscriber

HOME, TOWN = Channel("home", 1), Channel("town")


class Ear(Subscriber):
    def __init__(self, broadcaster, *channels):
        super().__init__(broadcaster, channels)
        self.subscribed = []
        self.is_let_go = False

    def end(self):
        self.is_let_go = True


class Plain:
    async def broadcast(self, message, subscribers):
        for one in subscribers:
            one.subscribed.append((message.kind, message.id))


class Patient(Plain):
    """Waits with what it tells."""

    def __init__(self):
        self.may_speak = asyncio.Event()

    async def broadcast(self, message, subscribers):
        await self.may_speak.wait()
        await super().broadcast(message, subscribers)


class Hoarse:
    async def broadcast(self, message, subscribers):
        raise ValueError


class Interrupted(Plain):
    """What it needs to know is away for a while."""

    def __init__(self):
        self.times = 2

    async def broadcast(self, message, subscribers):
        if self.times:
            self.times -= 1
            raise Unavailable
        await super().broadcast(message, subscribers)


@pytest.fixture
async def site_live():
    made = PubSub()
    yield made
    made.close()


async def passes():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_listens_elsewhere_hears_nothing(site_live):
    broadcaster = Plain()
    here, there = Ear(broadcaster, HOME), Ear(broadcaster, Channel("home", 2))
    site_live.subscribe(here)
    site_live.subscribe(there)

    site_live.publish("update", 7, [HOME, TOWN])
    await passes()

    assert (here.subscribed, there.subscribed) == ([("update", 7)], [])
    assert list(site_live.subscribed("home")) == [1, 2]


async def test_news_come_in_their_order_to_more_than_are_told_at_once(site_live, monkeypatch):
    monkeypatch.setattr(channels, "AT_ONCE", 2)
    broadcaster = Plain()
    ears = [Ear(broadcaster, TOWN) for _ in range(5)]
    for one in ears:
        site_live.subscribe(one)

    for number in range(3):
        site_live.publish("update", number, [TOWN])
    await passes()

    assert [one.subscribed for one in ears] == [[("update", 0), ("update", 1), ("update", 2)]] * 5


async def test_who_falls_too_far_behind_is_let_go(site_live, monkeypatch):
    monkeypatch.setattr(channels, "LONGEST_QUEUE", 3)
    broadcaster = Patient()
    slow = Ear(broadcaster, TOWN)
    site_live.subscribe(slow)

    for number in range(5):
        site_live.publish("update", number, [TOWN])

    assert slow.is_let_go
    assert not site_live.has_subscribers(TOWN)
    broadcaster.may_speak.set()


async def test_a_door_that_fails_lets_its_own_listeners_go_and_no_others(site_live):
    deaf, well = Ear(Hoarse(), TOWN), Ear(Plain(), TOWN)
    site_live.subscribe(deaf)
    site_live.subscribe(well)

    site_live.publish("update", 7, [TOWN])
    await passes()

    assert (deaf.is_let_go, well.is_let_go) == (True, False)
    assert well.subscribed == [("update", 7)]


async def test_who_is_dismissed_hears_no_more(site_live):
    ear = Ear(Plain(), HOME, TOWN)
    site_live.subscribe(ear)

    site_live.disconnect(HOME)
    site_live.publish("update", 7, [TOWN])
    await passes()

    assert (ear.is_let_go, ear.subscribed) == (True, [])


async def test_nothing_beats_for_nobody():
    quiet, ear = PubSub(), Ear(Plain(), TOWN)
    quiet.subscribe(ear)
    quiet.unsubscribe(ear)
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)

    assert len(asyncio.all_tasks()) == 1


async def test_what_cannot_be_told_now_is_told_later_in_its_order_and_nobody_is_let_go(site_live, monkeypatch):
    monkeypatch.setattr(channels, "TRY_AGAIN", 0)
    ear = Ear(Interrupted(), HOME)
    site_live.subscribe(ear)

    site_live.publish("update", 1, [HOME])
    site_live.publish("update", 2, [HOME])
    await passes()

    assert (ear.subscribed, ear.is_let_go) == ([("update", 1), ("update", 2)], False)
