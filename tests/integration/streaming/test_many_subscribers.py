import pytest

from gazouillis.api import streams
from gazouillis.statuses.audience import seen_by
from gazouillis.statuses.views import views
from tests.support.people import words
from tests.support.streams import open_stream

USER = "/api/v1/streaming/user"
PUBLIC = "/api/v1/streaming/public"


async def test_a_post_is_not_sent_to_those_who_mute_its_author(running_site, alice, bob, carol, mallory):
    await alice.mutes(mallory)
    async with (
        open_stream(running_site, PUBLIC, alice.token) as alices_stream,
        open_stream(running_site, PUBLIC, bob.token) as bobs_stream,
        open_stream(running_site, PUBLIC) as a_visitors,
    ):
        await mallory.posts("buy my watches")
        await carol.posts("good morning")
        await running_site.run_until_idle()

        assert words((await alices_stream.event())[1]) == "good morning"
        for stream in (bobs_stream, a_visitors):
            assert [words((await stream.event())[1]) for _ in range(2)] == ["buy my watches", "good morning"]


async def test_an_edited_direct_message_is_not_sent_to_followers(running_site, alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)
    direct = await alice.posts("@bob between us", visibility="direct")
    await running_site.run_until_idle()
    async with open_stream(running_site, USER, bob.token) as bobs_stream, open_stream(running_site, USER, carol.token) as carols_stream:
        await alice.edits(direct, "@bob between us two")
        await running_site.run_until_idle()

        assert words((await bobs_stream.event())[1]) == "@bob between us two"
        assert await carols_stream.has_no_events()


async def test_an_event_is_rendered_once_for_all_viewers_with_the_same_view(running_site, alice, bob, carol, mallory, monkeypatch):
    rendered = []
    rendered_message = streams.RenderedMessage
    monkeypatch.setattr(streams, "RenderedMessage", lambda *given: rendered.append(1) or rendered_message(*given))
    for one in (bob, carol, mallory):
        await one.follows(alice)
    await running_site.run_until_idle()
    async with (
        open_stream(running_site, USER, alice.token) as her_own,
        open_stream(running_site, USER, bob.token) as one,
        open_stream(running_site, USER, carol.token) as another,
        open_stream(running_site, USER, mallory.token) as third,
    ):
        await alice.posts("hello")
        await running_site.run_until_idle()
        received = [(await stream.event())[1] for stream in (one, another, third)]
        own = (await her_own.event())[1]

    assert received[0] == received[1] == received[2]
    assert ("pinned" in received[0], "pinned" in own) == (False, True)
    assert len(rendered) == 2


async def test_each_subscriber_receives_their_own_favourites(running_site, alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)
    status = await alice.posts("helo")
    await bob.favourites(status)
    await running_site.run_until_idle()
    async with open_stream(running_site, USER, bob.token) as bobs_stream, open_stream(running_site, USER, carol.token) as carols_stream:
        await alice.edits(status, "hello")
        await running_site.run_until_idle()

        assert (await bobs_stream.event())[1]["favourited"] is True
        assert (await carols_stream.event())[1]["favourited"] is False


async def test_a_home_loaded_again_sends_the_events_of_its_statuses(running_site, alice, bob, carol):
    await carol.follows(alice, bob)
    stranger = await running_site.person("dora")
    status = await stranger.posts("repeat this")
    first = await alice.reblogs(status)
    await running_site.run_until_idle()
    async with open_stream(running_site, USER, carol.token) as carols_stream:
        await bob.reblogs(status)
        await running_site.run_until_idle()
        await alice.unreblogs(status)
        await running_site.run_until_idle()
        await alice.posts("still there?")
        await running_site.run_until_idle()

        assert await carols_stream.event() == ("delete", first["id"])
        assert words((await carols_stream.event())[1]) == "still there?"


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
async def test_seen_by_equals_the_views_of_each_viewer(running_site, alice, bob, carol, mallory, visibility):
    """With followers, mutes and blocks between the viewers and the author."""
    follower, muting, blocking = [await running_site.person(name) for name in ("fay", "mia", "ben")]
    for one in (bob, follower, muting):
        await one.follows(alice)
    await muting.mutes(alice)
    await blocking.blocks(alice)
    await alice.blocks(mallory)
    status = await alice.posts("hello @carol and @mallory #lyon", visibility=visibility)
    if visibility == "direct":  # to carol it is a request, which no stream sends, until she accepts it
        [request] = await carol.get("/api/v1/notifications/requests")
        await carol.post(f"/api/v1/notifications/requests/{request['id']}/accept")
    else:
        await follower.favourites(status)
        await bob.bookmarks(status)
    message = [int(status["id"])]
    if visibility in {"public", "unlisted"}:
        message.append(int((await bob.reblogs(status))["id"]))
    everybody = [None, *(one.account_id for one in (alice, bob, carol, mallory, follower, muting, blocking))]

    async with running_site.site.db.read() as reader:
        for one in message:
            alone = {viewer: await views(reader, [one], viewer, hides_muted=True) for viewer in everybody}
            assert await seen_by(reader, one, everybody) == {viewer: seen[0] for viewer, seen in alone.items() if seen}
