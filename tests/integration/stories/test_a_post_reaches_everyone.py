"""One post, and all that follows from it: the tour of the house in one page."""

from __future__ import annotations

from tests.integration.streaming.listening import listening
from tests.support.people import Person
from tests.support.site import Town

WORDS = "In Budapest for two days, @bob! #Budapest"


async def test_a_post_reaches_everyone(town: Town, alice: Person, bob: Person, carol: Person, mallory: Person) -> None:
    await carol.follows(alice)
    await mallory.follows(alice)
    await alice.blocks(mallory)

    said = await alice.posts(WORDS)

    assert await alice.home() == [WORDS]
    assert await carol.home() == [WORDS]
    assert await bob.home() == []
    assert await bob.notified_of() == ["mention by alice"]
    assert await bob.local() == [WORDS]
    assert [one["id"] for one in await bob.get("/api/v1/timelines/tag/budapest")] == [said["id"]]
    assert [one["id"] for one in (await carol.get("/api/v2/search", q="BUDAPEST two", type="statuses"))["statuses"]] == [said["id"]]
    assert await mallory.home() == []
    assert await mallory.profile(alice) == []


async def test_whoever_listens_hears_it_once(town: Town, alice: Person, bob: Person, carol: Person) -> None:
    await carol.follows(alice)
    await town.settle()

    async with (
        listening(town, "/api/v1/streaming/user", carol.token) as hers,
        listening(town, "/api/v1/streaming/public/local") as a_visitors,
        listening(town, "/api/v1/streaming/user/notification", bob.token) as his,
    ):
        await alice.posts(WORDS)
        await town.settle()

        heard = [await stream.event() for stream in (hers, a_visitors, his)]
        assert [event for event, _ in heard] == ["update", "update", "notification"]
        for stream in (hers, a_visitors, his):
            assert await stream.hears_nothing()
