import pytest

from gazouillis.accounts import apps, tokens
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub import channels
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import home_channel
from tests.support.people import words
from tests.support.streams import asgi_scope, event_stream, open_stream

USER = "/api/v1/streaming/user"
LOCAL = "/api/v1/streaming/public/local"


async def test_a_post_arrives_where_its_author_is_followed(running_site, alice, bob):
    await bob.follows(alice)
    await running_site.run_until_idle()
    async with open_stream(running_site, USER, bob.token) as stream:
        await alice.posts("who is in Lyon?")
        await running_site.run_until_idle()

        event, status = await stream.event()

    assert (event, words(status)) == ("update", "who is in Lyon?")


async def test_the_home_is_in_memory_when_the_headers_of_its_stream_are_sent_so_no_post_after_them_is_missed(running_site, alice, bob):
    await bob.follows(alice)
    await running_site.run_until_idle()
    async with event_stream(running_site.app, asgi_scope("http", USER, bob.token)) as stream:
        assert running_site.site.the(Homes).rings.slot(AccountId(int(bob.id))) is not None
        await alice.posts("who is in Lyon?")
        await running_site.run_until_idle()

        event, status = await stream.event()

    assert (event, words(status)) == ("update", "who is in Lyon?")


async def test_a_stream_has_the_headers_of_an_event_stream(running_site, bob):
    async with open_stream(running_site, USER, bob.token) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers
        assert "no-store" in stream.headers["cache-control"]


async def test_the_token_may_be_sent_in_the_query(running_site, alice, bob):
    async with open_stream(running_site, f"{USER}/notification?access_token={alice.token}") as stream:
        await bob.posts("hello @alice")
        await running_site.run_until_idle()

        event, notification = await stream.event()

    assert (event, notification["type"], words(notification["status"])) == ("notification", "mention", "hello @alice")


async def test_a_direct_message_is_a_notification_for_the_addressee_and_an_update_for_nobody(running_site, alice, bob, carol):
    await carol.follows(alice)
    await bob.follows(alice)
    await running_site.run_until_idle()
    async with (
        open_stream(running_site, USER, alice.token) as own,
        open_stream(running_site, USER, carol.token) as stranger,
        open_stream(running_site, USER, bob.token) as named,
    ):
        await alice.posts("@bob between us", visibility="direct")
        await running_site.run_until_idle()

        event, notification = await named.event()
        assert await stranger.has_no_events()
        assert await own.has_no_events()

    assert (event, words(notification["status"])) == ("notification", "@bob between us")


async def test_a_deletion_is_sent_with_the_id(running_site, alice, bob):
    await bob.follows(alice)
    status = await alice.posts("oops")
    await running_site.run_until_idle()
    async with open_stream(running_site, USER, bob.token) as stream:
        await alice.deletes(status)
        await running_site.run_until_idle()

        assert await stream.event() == ("delete", status["id"])


@pytest.mark.parametrize("visibility", ["public", "direct"])
async def test_a_deletion_is_sent_to_mentioned_accounts_that_do_not_follow(running_site, alice, bob, carol, visibility):
    await bob.posts("@alice hello", visibility="direct")  # so that the answer is no request
    status = await alice.posts("@bob oops", visibility=visibility)
    await running_site.run_until_idle()
    async with open_stream(running_site, USER, bob.token) as named, open_stream(running_site, USER, carol.token) as stranger:
        await alice.deletes(status)
        await running_site.run_until_idle()

        assert await named.event() == ("delete", status["id"])
        assert await stranger.has_no_events()


async def test_a_deletion_is_not_sent_to_a_mentioned_account_that_mutes_its_author(running_site, alice, bob):
    status = await alice.posts("@bob oops")
    await bob.mutes(alice)
    await running_site.run_until_idle()
    async with open_stream(running_site, USER, bob.token) as named:
        await alice.deletes(status)
        await running_site.run_until_idle()

        assert await named.has_no_events()


async def test_an_edit_is_sent_with_the_new_text(running_site, alice, bob):
    await bob.follows(alice)
    post = await alice.posts("helo")
    await running_site.run_until_idle()
    async with open_stream(running_site, USER, bob.token) as stream:
        await alice.edits(post, "hello")
        await running_site.run_until_idle()

        event, status = await stream.event()

    assert (event, words(status)) == ("status.update", "hello")


async def test_visitors_receive_public_statuses_only(running_site, alice):
    async with open_stream(running_site, LOCAL) as stream:
        await alice.posts("between us", visibility="private")
        await alice.posts("to all")
        await running_site.run_until_idle()

        event, status = await stream.event()

    assert (event, words(status)) == ("update", "to all")
    assert "favourited" not in status


async def test_statuses_of_muted_accounts_are_not_sent_on_a_public_stream(running_site, alice, mallory):
    await alice.mutes(mallory)
    async with open_stream(running_site, LOCAL, alice.token) as stream:
        await mallory.posts("buy my watches")
        await running_site.run_until_idle()

        assert await stream.has_no_events()


async def test_the_stream_of_a_hashtag_ignores_its_case(running_site, alice):
    async with open_stream(running_site, "/api/v1/streaming/hashtag?tag=lyon") as stream:
        await alice.posts("good morning")
        await alice.posts("who is in #Lyon?")
        await running_site.run_until_idle()

        _, status = await stream.event()

    assert words(status) == "who is in #Lyon?"


async def test_the_user_stream_needs_a_token(running_site, alice):
    async with open_stream(running_site, USER) as stream:
        assert stream.status == 401


async def test_a_stream_needs_its_scope(running_site):
    async with running_site.site.db.write() as tx:
        issued = await tokens.issue(tx, await apps.command_line(tx), None, {"read"})
    narrow = await running_site.person("dora", scopes="write")

    for token, status in ((issued.token, 401), (narrow.token, 403)):
        async with open_stream(running_site, USER, token) as stream:
            assert stream.status == status


async def test_a_stream_ends_when_the_server_stops(running_site, bob):
    async with open_stream(running_site, USER, bob.token) as stream:
        running_site.site.the(PubSub).close()

        assert await stream.line() is None


async def test_a_stream_ends_when_its_token_is_revoked(running_site, bob):
    async with open_stream(running_site, USER, bob.token) as stream:
        async with running_site.site.db.write() as tx:
            await tokens.revoke_all(tx, AccountId(int(bob.id)))
        await running_site.run_until_idle()

        assert await stream.line() is None


async def test_an_idle_stream_sends_heartbeats(running_site, bob, monkeypatch):
    monkeypatch.setattr(channels, "HEARTBEAT", 0.01)
    async with open_stream(running_site, USER, bob.token) as stream:
        assert await stream.line() == ":thump\n"


async def test_a_subscriber_receives_events_after_its_home_was_evicted(running_site, alice, bob, monkeypatch):
    monkeypatch.setattr(channels, "HEARTBEAT", 0.01)
    await bob.follows(alice)
    await running_site.run_until_idle()
    async with open_stream(running_site, USER, bob.token) as stream:
        running_site.site.the(Homes).invalidate(AccountId(int(bob.id)))
        await stream.line()
        await stream.line()
        await alice.posts("still there?")
        await running_site.run_until_idle()

        _, status = await stream.event()

    assert words(status) == "still there?"


async def test_a_closed_stream_leaves_no_subscriber(running_site, bob):
    async with open_stream(running_site, USER, bob.token):
        pass

    assert not running_site.site.the(PubSub).has_subscribers(home_channel(int(bob.id)))


@pytest.mark.parametrize("path", ["health", "public/remote", "public", "hashtag/local?tag=x"])
async def test_every_stream_opens(running_site, path):
    if path == "health":
        assert (await running_site.client().get("/api/v1/streaming/health")).text == "OK"
        return
    async with open_stream(running_site, f"/api/v1/streaming/{path}") as stream:
        assert stream.status == 200


async def test_the_stream_of_a_hashtag_needs_a_tag(running_site):
    refusal = await running_site.client().get("/api/v1/streaming/hashtag")

    assert (refusal.status_code, refusal.json()["field"]) == (422, "tag")
