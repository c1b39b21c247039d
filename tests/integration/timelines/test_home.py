from __future__ import annotations

from tests.support.people import Person


async def test_who_has_just_written_reads_it_before_anything_else_is_done(alice: Person) -> None:
    await alice.home()

    await alice.posts("hello")

    unsettled = await alice.client.get("/api/v1/timelines/home")
    assert len(unsettled.json()) == 1


async def test_a_status_read_early_is_not_shown_twice(alice: Person, bob: Person) -> None:
    await alice.follows(bob)
    await alice.home()
    await bob.posts("first")
    await alice.posts("second")
    await alice.client.get("/api/v1/timelines/home")

    assert await alice.home() == ["second", "first"]


async def test_a_reply_to_a_stranger_stays_out_of_home(alice: Person, bob: Person, carol: Person) -> None:
    await bob.follows(alice)
    question = await carol.posts("who is in Lyon?")

    await alice.replies(question, "@carol me!")

    assert await bob.home() == []
    assert await carol.notified_of() == ["mention by alice"]


async def test_a_status_repeated_by_several_comes_once_a_day(alice: Person, bob: Person, carol: Person, mallory: Person) -> None:
    await alice.follows(bob, carol)
    said = await mallory.posts("anyone for coffee?")
    await bob.reblogs(said)
    await carol.reblogs(said)

    assert await alice.home() == ["RT mallory: anyone for coffee?"]


async def test_a_muted_account_comes_back_when_its_time_is_over(alice: Person, bob: Person) -> None:
    await alice.follows(bob)
    await bob.posts("noise")
    await alice.mutes(bob, duration=60)
    assert await alice.home() == []

    bob.town.clock.advance(minutes=2)
    await bob.posts("music")

    assert await alice.home() == ["music", "noise"]


async def test_a_reply_to_somebody_followed_but_muted_is_read(alice: Person, bob: Person, carol: Person) -> None:
    await alice.follows(bob)
    await alice.follows(carol)
    await alice.mutes(carol)
    assert await alice.home() == []
    question = await carol.posts("who is in Lyon?")

    await bob.replies(question, "@carol me!")

    assert await alice.home() == ["@carol me!"]
