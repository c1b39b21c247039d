"""Who is refused a stream, and whose stream ends."""

from urllib.parse import urlencode

import pytest

from gazouillis.accounts import apps, tokens
from gazouillis.accounts.tables import accounts
from gazouillis.api.caller import by_token
from gazouillis.api.streams import OpenStream, Streams, choose
from gazouillis.infra.pubsub.server_sent_events import ConnectionWriter
from tests.integration.streaming.listening import connected, listening
from tests.support.people import words
from tests.support.site import account_of

STREAMING = "/api/v1/streaming"
EVERY_STREAM = {
    "user": "user",
    "user:notification": "user/notification",
    "public": "public",
    "public:local": "public/local",
    "public:remote": "public/remote",
    "hashtag": "hashtag?tag=x",
    "hashtag:local": "hashtag/local?tag=x",
}
MAY_LISTEN = {
    "read": set(EVERY_STREAM),
    "read:statuses": set(EVERY_STREAM) - {"user:notification"},
    "read:notifications": {"user:notification"},
    "write:statuses": set(),
    "read:accounts follow push": set(),
}


@pytest.fixture
def token(town, alice):
    async def issued(scopes, account_id=alice.account_id):
        async with town.site.db.write() as tx:
            return (await tokens.issue(tx, await apps.command_line(tx), account_id, scopes.split())).token

    return issued


@pytest.mark.parametrize("scopes", MAY_LISTEN)
async def test_each_stream_asks_for_its_scope(town, token, scopes):
    shown = await token(scopes)
    for name, path in EVERY_STREAM.items():
        async with listening(town, f"{STREAMING}/{path}", shown) as stream:
            assert stream.status == (200 if name in MAY_LISTEN[scopes] else 403), name


@pytest.mark.parametrize("scopes", MAY_LISTEN)
async def test_each_stream_asks_for_its_scope_on_a_socket(town, token, scopes):
    async with connected(town, STREAMING, await token(scopes)) as socket:
        for name in EVERY_STREAM.keys() - MAY_LISTEN[scopes]:
            await socket.says(type="subscribe", stream=name, tag="x")
            assert (await socket.hears())["status"] == 403, name
        for name in MAY_LISTEN[scopes]:
            await socket.says(type="subscribe", stream=name, tag="x")
        assert socket.is_silent()


async def test_an_app_without_anybody_may_listen_to_what_is_public(town, token):
    shown = await token("read", None)
    async with connected(town, STREAMING, shown) as socket, listening(town, f"{STREAMING}/public", shown) as stream:
        await socket.says(type="subscribe", stream="user")
        assert ((await socket.hears())["status"], stream.status) == (401, 200)


async def test_notifications_are_only_for_tokens_that_may_read_them(town, token, alice, bob):
    async with (
        listening(town, f"{STREAMING}/user", await token("read:statuses")) as without,
        listening(town, f"{STREAMING}/user", await token("read:statuses read:notifications")) as with_them,
    ):
        await bob.posts("hello @alice")
        await town.settle()

        assert (await with_them.event())[0] == "notification"
        assert await without.hears_nothing()


@pytest.mark.parametrize(
    "wish",
    [
        {"stream": "hashtag"},
        {"stream": "hashtag", "tag": ""},
        {"stream": "hashtag", "tag": "#"},
        {"stream": "hashtag", "tag": "  "},
        {"stream": "hashtag", "tag": "\u200b"},
        {"stream": "hashtag", "tag": "\uff03"},
        {"stream": "hashtag:local"},
        {"stream": "list"},
        {"stream": "list", "list": "1"},
        {"stream": "public:everything"},
        {"stream": "Public"},
        {"stream": "home"},
        {"stream": ""},
    ],
)
async def test_what_names_no_stream_is_an_error_and_no_other_stream(town, alice, bob, wish):
    async with connected(town, STREAMING, bob.token) as subscribing, connected(town, f"{STREAMING}?{urlencode(wish)}") as asking:
        await subscribing.says(type="subscribe", **wish)
        await alice.posts("to #all")
        await town.settle()

        heard = [await subscribing.hears()] + ([await asking.hears()] if wish["stream"] else [])

        assert {(tuple(sorted(one)), one["status"]) for one in heard} == {(("error", "status"), 400)}
        assert subscribing.is_silent()
        assert asking.is_silent()


async def test_a_refusal_is_said_in_the_readers_language(town):
    async with connected(town, f"{STREAMING}?stream=hashtag", language="fr") as socket:
        assert (await socket.hears())["error"] == "Nommez un mot-clé"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("hashtag", 422),
        ("hashtag/local?tag=", 422),
        ("hashtag?tag=%23", 422),
        ("hashtag?tag=%E2%80%8B", 422),
        ("list", 422),
        ("list?list=1", 404),
    ],
)
async def test_what_names_no_stream_is_an_error_over_events_too(town, path, status):
    async with listening(town, f"{STREAMING}/{path}") as stream:
        assert stream.status == status


async def test_a_tag_may_be_written_with_its_sign(town, alice):
    async with listening(town, f"{STREAMING}/hashtag?tag=%23Lyon") as stream:
        await alice.posts("in #lyon")
        await town.settle()

        assert words((await stream.event())[1]) == "in #lyon"


async def test_a_socket_that_listens_to_nothing_yet_ends_with_its_token(town, alice, bob):
    async with connected(town, STREAMING, bob.token) as socket:
        async with town.site.db.write() as tx:
            await tokens.revoke_all(tx, bob.account_id)
        await town.settle()

        assert (await socket.hears())["type"] == "websocket.close"
        await socket.says(type="subscribe", stream="user")
        await bob_is_mentioned(town, alice)
        assert socket.is_silent()


@pytest.mark.parametrize("cause", ["revoked", "suspended"])
async def test_a_token_taken_back_while_a_stream_was_asked_for_opens_none(town, alice, bob, cause):
    async with town.site.db.read() as reader:
        caller = await by_token(reader, bob.token)
    async with town.site.db.write() as tx:
        if cause == "revoked":
            await tokens.revoke_all(tx, bob.account_id)
        else:
            await tx.run(accounts.update().where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))
    await town.settle()
    sent = []

    async def send(message):
        sent.append(message)

    writer = ConnectionWriter(send)
    await OpenStream(town.site.the(Streams), choose("user", caller), writer).open()
    writer.start()
    await bob_is_mentioned(town, alice)

    assert sent == [{"type": "http.response.body", "body": b"", "more_body": False}]


async def test_who_is_suspended_opens_no_stream(town, bob):
    async with town.site.db.write() as tx:
        await tx.run(accounts.update().where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))
    assert (await account_of(town.site, bob)).suspended_at
    async with listening(town, f"{STREAMING}/public", bob.token) as stream, connected(town, STREAMING, bob.token) as socket:
        assert (stream.status, socket.code) == (403, 4401)


async def bob_is_mentioned(town, alice):
    await alice.posts("hello @bob")
    await town.settle()
