"""One status and all that follows from it: timelines, notifications, search and streams in one short story."""

from __future__ import annotations

from tests.support.people import Person
from tests.support.site import RunningSite
from tests.support.streams import open_stream

WORDS = "In Budapest for two days, @bob! #Budapest"


async def test_a_post_reaches_everyone(running_site: RunningSite, alice: Person, bob: Person, carol: Person, mallory: Person) -> None:
    await carol.follows(alice)
    await mallory.follows(alice)
    await alice.blocks(mallory)

    status = await alice.posts(WORDS)

    assert await alice.home() == [WORDS]
    assert await carol.home() == [WORDS]
    assert await bob.home() == []
    assert await bob.notified_of() == ["mention by alice"]
    assert await bob.local() == [WORDS]
    assert [one["id"] for one in await bob.get("/api/v1/timelines/tag/budapest")] == [status["id"]]
    assert [one["id"] for one in (await carol.get("/api/v2/search", q="BUDAPEST two", type="statuses"))["statuses"]] == [status["id"]]
    assert await mallory.home() == []
    assert await mallory.profile(alice) == []


async def test_each_open_stream_receives_it_once(running_site: RunningSite, alice: Person, bob: Person, carol: Person) -> None:
    await carol.follows(alice)
    await running_site.run_until_idle()

    async with (
        open_stream(running_site, "/api/v1/streaming/user", carol.token) as carols_stream,
        open_stream(running_site, "/api/v1/streaming/public/local") as a_visitors,
        open_stream(running_site, "/api/v1/streaming/user/notification", bob.token) as bobs_stream,
    ):
        await alice.posts(WORDS)
        await running_site.run_until_idle()

        received = [await stream.event() for stream in (carols_stream, a_visitors, bobs_stream)]
        assert [event for event, _ in received] == ["update", "update", "notification"]
        for stream in (carols_stream, a_visitors, bobs_stream):
            assert await stream.has_no_events()
