import json

from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import home_channel
from tests.support.people import words
from tests.support.streams import open_websocket

STREAMING = "/api/v1/streaming"


async def test_a_post_arrives_on_a_websocket(running_site, alice, bob):
    await bob.follows(alice)
    await running_site.run_until_idle()
    async with open_websocket(running_site, f"{STREAMING}?stream=user&access_token={bob.token}") as socket:
        await alice.posts("who is in Lyon?")
        await running_site.run_until_idle()

        message = await socket.receive()

    assert (message["stream"], message["event"], words(json.loads(message["payload"]))) == (["user"], "update", "who is in Lyon?")


async def test_the_stream_named_in_the_address_is_subscribed_when_the_connection_is_accepted(running_site, alice, bob):
    await bob.follows(alice)
    await running_site.run_until_idle()
    async with open_websocket(running_site, f"{STREAMING}?stream=user&access_token={bob.token}", pause=0) as socket:
        assert running_site.site.the(Homes).rings.slot(AccountId(int(bob.id))) is not None
        assert running_site.site.the(PubSub).has_subscribers(home_channel(AccountId(int(bob.id))))
        await alice.posts("who is in Lyon?")
        await running_site.run_until_idle()

        message = await socket.receive()

    assert (message["event"], words(json.loads(message["payload"]))) == ("update", "who is in Lyon?")


async def test_the_token_may_be_sent_as_the_subprotocol(running_site, bob):
    async with open_websocket(running_site, f"{STREAMING}?stream=user", protocol=bob.token) as socket:
        assert socket.accepted["type"] == "websocket.accept"
        assert socket.accepted["subprotocol"] == bob.token


async def test_an_unknown_token_closes_the_websocket(running_site):
    async with open_websocket(running_site, f"{STREAMING}?stream=user&access_token=guess") as socket:
        assert (socket.accepted["type"], socket.code) == ("websocket.close", 4401)


async def test_an_app_subscribes_to_streams(running_site, alice, bob):
    async with open_websocket(running_site, STREAMING, bob.token) as socket:
        await socket.send(type="subscribe", stream="hashtag", tag="lyon")
        await alice.posts("in #lyon")
        await running_site.run_until_idle()

        message = await socket.receive()

    assert message["stream"] == ["hashtag", "lyon"]


async def test_no_event_is_sent_after_unsubscribing(running_site, alice, bob):
    async with open_websocket(running_site, f"{STREAMING}?stream=public", bob.token) as socket:
        await socket.send(type="unsubscribe", stream="public")
        await socket.send(type="subscribe", stream="public:local")
        await alice.posts("hello")
        await running_site.run_until_idle()

        message = await socket.receive()

    assert message["stream"] == ["public:local"]


async def test_a_subscription_that_needs_a_token_is_an_error_for_visitors(running_site):
    async with open_websocket(running_site, STREAMING) as socket:
        await socket.send(type="subscribe", stream="user")
        await socket.send(type="nonsense")

        assert "error" in await socket.receive()


async def test_a_websocket_is_closed_when_the_server_stops(running_site, bob):
    async with open_websocket(running_site, f"{STREAMING}?stream=user", bob.token) as socket:
        running_site.site.the(PubSub).close()

        assert await socket.receive() == {"type": "websocket.close", "code": 1001, "reason": ""}
