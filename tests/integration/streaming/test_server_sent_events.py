import pytest

from gazouillis.accounts import apps, tokens
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub import channels
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import home_channel
from tests.integration.streaming.listening import listening
from tests.support.people import words

USER = "/api/v1/streaming/user"
LOCAL = "/api/v1/streaming/public/local"


async def test_a_post_arrives_where_its_author_is_followed(town, alice, bob):
    await bob.follows(alice)
    await town.settle()
    async with listening(town, USER, bob.token) as stream:
        await alice.posts("who is in Lyon?")
        await town.settle()

        event, status = await stream.event()

    assert (event, words(status)) == ("update", "who is in Lyon?")


async def test_a_stream_is_what_it_says_it_is(town, bob):
    async with listening(town, USER, bob.token) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers
        assert "no-store" in stream.headers["cache-control"]


async def test_the_token_may_stand_in_the_address(town, alice, bob):
    async with listening(town, f"{USER}/notification?access_token={alice.token}") as stream:
        await bob.posts("hello @alice")
        await town.settle()

        event, notification = await stream.event()

    assert (event, notification["type"], words(notification["status"])) == ("notification", "mention", "hello @alice")


async def test_ones_own_direct_message_arrives_at_oneself_alone(town, alice, bob, carol):
    await carol.follows(alice)
    await bob.follows(alice)
    await town.settle()
    async with (
        listening(town, USER, alice.token) as own,
        listening(town, USER, carol.token) as stranger,
        listening(town, USER, bob.token) as named,
    ):
        await alice.posts("@bob between us", visibility="direct")
        await town.settle()

        event, status = await own.event()
        told, _notification = await named.event()
        assert await stranger.hears_nothing()

    assert (event, words(status), told) == ("update", "@bob between us", "notification")


async def test_what_is_taken_back_is_told_by_its_id(town, alice, bob):
    await bob.follows(alice)
    said = await alice.posts("oops")
    await town.settle()
    async with listening(town, USER, bob.token) as stream:
        await alice.deletes(said)
        await town.settle()

        assert await stream.event() == ("delete", said["id"])


@pytest.mark.parametrize("visibility", ["public", "direct"])
async def test_a_deletion_is_told_to_those_it_named_who_do_not_follow(town, alice, bob, carol, visibility):
    said = await alice.posts("@bob oops", visibility=visibility)
    await town.settle()
    async with listening(town, USER, bob.token) as named, listening(town, USER, carol.token) as stranger:
        await alice.deletes(said)
        await town.settle()

        assert await named.event() == ("delete", said["id"])
        assert await stranger.hears_nothing()


async def test_a_deletion_is_not_told_to_somebody_named_who_mutes_its_author(town, alice, bob):
    said = await alice.posts("@bob oops")
    await bob.mutes(alice)
    await town.settle()
    async with listening(town, USER, bob.token) as named:
        await alice.deletes(said)
        await town.settle()

        assert await named.hears_nothing()


async def test_an_edit_arrives_with_the_words_of_now(town, alice, bob):
    await bob.follows(alice)
    said = await alice.posts("helo")
    await town.settle()
    async with listening(town, USER, bob.token) as stream:
        await alice.edits(said, "hello")
        await town.settle()

        event, status = await stream.event()

    assert (event, words(status)) == ("status.update", "hello")


async def test_visitors_hear_what_is_said_to_everybody(town, alice):
    async with listening(town, LOCAL) as stream:
        await alice.posts("between us", visibility="private")
        await alice.posts("to all")
        await town.settle()

        event, status = await stream.event()

    assert (event, words(status)) == ("update", "to all")
    assert "favourited" not in status


async def test_those_who_are_muted_are_not_heard_on_a_public_stream(town, alice, mallory):
    await alice.mutes(mallory)
    async with listening(town, LOCAL, alice.token) as stream:
        await mallory.posts("buy my watches")
        await town.settle()

        assert await stream.hears_nothing()


async def test_a_tag_is_heard_alone_whatever_its_case(town, alice):
    async with listening(town, "/api/v1/streaming/hashtag?tag=lyon") as stream:
        await alice.posts("good morning")
        await alice.posts("who is in #Lyon?")
        await town.settle()

        _, status = await stream.event()

    assert words(status) == "who is in #Lyon?"


async def test_a_stream_of_ones_own_needs_a_token(town, alice):
    async with listening(town, USER) as stream:
        assert stream.status == 401


async def test_a_stream_needs_its_scope(town):
    async with town.site.db.write() as tx:
        issued = await tokens.issue(tx, await apps.command_line(tx), None, {"read"})
    narrow = await town.person("dora", scopes="write")

    for token, status in ((issued.token, 401), (narrow.token, 403)):
        async with listening(town, USER, token) as stream:
            assert stream.status == status


async def test_a_stream_ends_when_the_server_stops(town, bob):
    async with listening(town, USER, bob.token) as stream:
        town.site.the(PubSub).close()

        assert await stream.line() is None


async def test_a_stream_ends_when_its_token_is_taken_back(town, bob):
    async with listening(town, USER, bob.token) as stream:
        async with town.site.db.write() as tx:
            await tokens.revoke_all(tx, AccountId(int(bob.id)))
        await town.settle()

        assert await stream.line() is None


async def test_silence_is_interrupted_so_that_the_dead_are_noticed(town, bob, monkeypatch):
    monkeypatch.setattr(channels, "HEARTBEAT", 0.01)
    async with listening(town, USER, bob.token) as stream:
        assert await stream.line() == ":thump\n"


async def test_who_listens_is_remembered_when_others_took_their_place(town, alice, bob, monkeypatch):
    monkeypatch.setattr(channels, "HEARTBEAT", 0.01)
    await bob.follows(alice)
    await town.settle()
    async with listening(town, USER, bob.token) as stream:
        town.site.the(Homes).invalidate(AccountId(int(bob.id)))
        await stream.line()
        await stream.line()
        await alice.posts("still there?")
        await town.settle()

        _, status = await stream.event()

    assert words(status) == "still there?"


async def test_nobody_is_listened_for_after_they_left(town, bob):
    async with listening(town, USER, bob.token):
        pass

    assert not town.site.the(PubSub).has_subscribers(home_channel(int(bob.id)))


@pytest.mark.parametrize("path", ["health", "public/remote", "public", "hashtag/local?tag=x"])
async def test_every_stream_opens(town, path):
    if path == "health":
        assert (await town.client().get("/api/v1/streaming/health")).text == "OK"
        return
    async with listening(town, f"/api/v1/streaming/{path}") as stream:
        assert stream.status == 200


async def test_a_tag_must_be_named(town):
    refusal = await town.client().get("/api/v1/streaming/hashtag")

    assert (refusal.status_code, refusal.json()["field"]) == (422, "tag")
