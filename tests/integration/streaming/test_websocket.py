import json

from gazouillis.infra.pubsub.channels import PubSub
from tests.integration.streaming.listening import connected
from tests.support.people import words

STREAMING = "/api/v1/streaming"


async def test_a_post_arrives_on_a_socket(town, alice, bob):
    await bob.follows(alice)
    await town.settle()
    async with connected(town, f"{STREAMING}?stream=user&access_token={bob.token}") as socket:
        await alice.posts("who is in Lyon?")
        await town.settle()

        told = await socket.hears()

    assert (told["stream"], told["event"], words(json.loads(told["payload"]))) == (["user"], "update", "who is in Lyon?")


async def test_a_browser_shows_its_token_as_a_protocol(town, bob):
    async with connected(town, f"{STREAMING}?stream=user", protocol=bob.token) as socket:
        assert socket.accepted["type"] == "websocket.accept"
        assert socket.accepted["subprotocol"] == bob.token


async def test_a_token_nobody_knows_is_refused_at_the_door(town):
    async with connected(town, f"{STREAMING}?stream=user&access_token=guess") as socket:
        assert (socket.accepted["type"], socket.code) == ("websocket.close", 4401)


async def test_an_app_chooses_what_it_listens_to(town, alice, bob):
    async with connected(town, STREAMING, bob.token) as socket:
        await socket.says(type="subscribe", stream="hashtag", tag="lyon")
        await alice.posts("in #lyon")
        await town.settle()

        told = await socket.hears()

    assert told["stream"] == ["hashtag", "lyon"]


async def test_what_an_app_has_left_is_not_told(town, alice, bob):
    async with connected(town, f"{STREAMING}?stream=public", bob.token) as socket:
        await socket.says(type="unsubscribe", stream="public")
        await socket.says(type="subscribe", stream="public:local")
        await alice.posts("hello")
        await town.settle()

        told = await socket.hears()

    assert told["stream"] == ["public:local"]


async def test_visitors_are_told_what_they_may_not_hear(town):
    async with connected(town, STREAMING) as socket:
        await socket.says(type="subscribe", stream="user")
        await socket.says(type="nonsense")

        assert "error" in await socket.hears()


async def test_a_socket_is_closed_when_the_server_stops(town, bob):
    async with connected(town, f"{STREAMING}?stream=user", bob.token) as socket:
        town.site.the(PubSub).close()

        assert await socket.hears() == {"type": "websocket.close", "code": 1001, "reason": ""}
