"""Home timelines as apps read them: which statuses appear, how often, and when."""

from __future__ import annotations

from tests.support.people import Person


async def test_authors_read_their_own_status_before_the_worker_has_run(alice: Person) -> None:
    await alice.home()

    await alice.posts("hello")

    response = await alice.client.get("/api/v1/timelines/home")
    assert len(response.json()) == 1


async def test_a_status_read_before_its_event_arrived_is_not_shown_twice(alice: Person, bob: Person) -> None:
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


async def test_a_status_reblogged_by_several_appears_once_a_day(alice: Person, bob: Person, carol: Person, mallory: Person) -> None:
    await alice.follows(bob, carol)
    status = await mallory.posts("anyone for coffee?")
    await bob.reblogs(status)
    await carol.reblogs(status)

    assert await alice.home() == ["RT mallory: anyone for coffee?"]


async def test_a_muted_account_comes_back_when_the_mute_expires(alice: Person, bob: Person) -> None:
    await alice.follows(bob)
    await bob.posts("noise")
    await alice.mutes(bob, duration=60)
    assert await alice.home() == []

    bob.running_site.clock.advance(minutes=2)
    await bob.posts("music")

    assert await alice.home() == ["music", "noise"]


async def test_a_reply_to_a_followed_but_muted_account_is_shown(alice: Person, bob: Person, carol: Person) -> None:
    await alice.follows(bob)
    await alice.follows(carol)
    await alice.mutes(carol)
    assert await alice.home() == []
    question = await carol.posts("who is in Lyon?")

    await bob.replies(question, "@carol me!")

    assert await alice.home() == ["@carol me!"]


async def test_the_repost_of_a_hidden_reply_takes_no_place_in_home(alice: Person, bob: Person, carol: Person, mallory: Person) -> None:
    await bob.follows(alice, mallory, carol)
    said = await alice.posts("hello")
    insult = await mallory.replies(said, "@alice you fool")
    await carol.reblogs(insult)
    assert await bob.home(limit=1) == ["@alice you fool"]

    await alice.post(f"/api/v1/statuses/{insult['id']}/hide_reply")
    await mallory.reblogs(insult)

    assert await bob.home(limit=1) == ["hello"]
    assert await mallory.home(limit=1) == ["@alice you fool"]

    await alice.post(f"/api/v1/statuses/{insult['id']}/show_reply")
    assert await bob.home(limit=1) == ["@alice you fool"]
