import asyncio
from contextlib import suppress

import pytest

from gazouillis.infra import live
from gazouillis.infra.errors import Unavailable
from gazouillis.infra.live import Channel, Listener, Live

HOME, TOWN = Channel("home", 1), Channel("town")


class Ear(Listener):
    def __init__(self, voice, *channels):
        super().__init__(voice, channels)
        self.heard = []
        self.is_let_go = False

    def end(self):
        self.is_let_go = True


class Plain:
    async def tell(self, news, listeners):
        for one in listeners:
            one.heard.append((news.kind, news.id))


class Patient(Plain):
    """Waits with what it tells."""

    def __init__(self):
        self.may_speak = asyncio.Event()

    async def tell(self, news, listeners):
        await self.may_speak.wait()
        await super().tell(news, listeners)


class Hoarse:
    async def tell(self, news, listeners):
        raise ValueError


class Interrupted(Plain):
    """What it needs to know is away for a while."""

    def __init__(self):
        self.times = 2

    async def tell(self, news, listeners):
        if self.times:
            self.times -= 1
            raise Unavailable
        await super().tell(news, listeners)


@pytest.fixture
async def site_live():
    made = Live()
    yield made
    made.close()


async def passes():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_listens_elsewhere_hears_nothing(site_live):
    voice = Plain()
    here, there = Ear(voice, HOME), Ear(voice, Channel("home", 2))
    site_live.listen(here)
    site_live.listen(there)

    site_live.tell("update", 7, [HOME, TOWN])
    await passes()

    assert (here.heard, there.heard) == ([("update", 7)], [])
    assert list(site_live.heard("home")) == [1, 2]


async def test_news_come_in_their_order_to_more_than_are_told_at_once(site_live, monkeypatch):
    monkeypatch.setattr(live, "AT_ONCE", 2)
    voice = Plain()
    ears = [Ear(voice, TOWN) for _ in range(5)]
    for one in ears:
        site_live.listen(one)

    for number in range(3):
        site_live.tell("update", number, [TOWN])
    await passes()

    assert [one.heard for one in ears] == [[("update", 0), ("update", 1), ("update", 2)]] * 5


async def test_who_falls_too_far_behind_is_let_go(site_live, monkeypatch):
    monkeypatch.setattr(live, "LONGEST_QUEUE", 3)
    voice = Patient()
    slow = Ear(voice, TOWN)
    site_live.listen(slow)

    for number in range(5):
        site_live.tell("update", number, [TOWN])

    assert slow.is_let_go
    assert not site_live.has_listeners(TOWN)
    voice.may_speak.set()


async def test_a_door_that_fails_lets_its_own_listeners_go_and_no_others(site_live):
    deaf, well = Ear(Hoarse(), TOWN), Ear(Plain(), TOWN)
    site_live.listen(deaf)
    site_live.listen(well)

    site_live.tell("update", 7, [TOWN])
    await passes()

    assert (deaf.is_let_go, well.is_let_go) == (True, False)
    assert well.heard == [("update", 7)]


async def test_who_is_dismissed_hears_no_more(site_live):
    ear = Ear(Plain(), HOME, TOWN)
    site_live.listen(ear)

    site_live.dismiss(HOME)
    site_live.tell("update", 7, [TOWN])
    await passes()

    assert (ear.is_let_go, ear.heard) == (True, [])


async def test_nothing_beats_for_nobody():
    quiet, ear = Live(), Ear(Plain(), TOWN)
    quiet.listen(ear)
    quiet.leave(ear)
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)

    assert len(asyncio.all_tasks()) == 1


async def test_what_cannot_be_told_now_is_told_later_in_its_order_and_nobody_is_let_go(site_live, monkeypatch):
    monkeypatch.setattr(live, "TRY_AGAIN", 0)
    ear = Ear(Interrupted(), HOME)
    site_live.listen(ear)

    site_live.tell("update", 1, [HOME])
    site_live.tell("update", 2, [HOME])
    await passes()

    assert (ear.heard, ear.is_let_go) == ([("update", 1), ("update", 2)], False)
