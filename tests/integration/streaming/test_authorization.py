"""Authorization of streams: which tokens may subscribe, and which streams end when a token is revoked."""

from urllib.parse import urlencode

import pytest

from gazouillis.accounts import apps, tokens
from gazouillis.accounts.tables import accounts
from gazouillis.api.caller import by_token
from gazouillis.api.streams import OpenStream, Streams, choose
from gazouillis.infra.pubsub.server_sent_events import ConnectionWriter
from tests.support.people import words
from tests.support.site import account_of
from tests.support.streams import open_stream, open_websocket

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
STREAMS_BY_SCOPE = {
    "read": set(EVERY_STREAM),
    "read:statuses": set(EVERY_STREAM) - {"user:notification"},
    "read:notifications": {"user:notification"},
    "write:statuses": set(),
    "read:accounts follow push": set(),
}


@pytest.fixture
def token(running_site, alice):
    async def issued(scopes, account_id=alice.account_id):
        async with running_site.site.db.write() as tx:
            return (await tokens.issue(tx, await apps.command_line(tx), account_id, scopes.split())).token

    return issued


@pytest.mark.parametrize("scopes", STREAMS_BY_SCOPE)
async def test_each_stream_needs_its_scope(running_site, token, scopes):
    issued = await token(scopes)
    for name, path in EVERY_STREAM.items():
        async with open_stream(running_site, f"{STREAMING}/{path}", issued) as stream:
            assert stream.status == (200 if name in STREAMS_BY_SCOPE[scopes] else 403), name


@pytest.mark.parametrize("scopes", STREAMS_BY_SCOPE)
async def test_each_stream_needs_its_scope_on_a_websocket(running_site, token, scopes):
    async with open_websocket(running_site, STREAMING, await token(scopes)) as socket:
        for name in EVERY_STREAM.keys() - STREAMS_BY_SCOPE[scopes]:
            await socket.send(type="subscribe", stream=name, tag="x")
            assert (await socket.receive())["status"] == 403, name
        for name in STREAMS_BY_SCOPE[scopes]:
            await socket.send(type="subscribe", stream=name, tag="x")
        assert socket.is_silent()


async def test_the_token_of_an_app_alone_may_open_public_streams(running_site, token):
    issued = await token("read", None)
    async with (
        open_websocket(running_site, STREAMING, issued) as socket,
        open_stream(running_site, f"{STREAMING}/public", issued) as stream,
    ):
        await socket.send(type="subscribe", stream="user")
        assert ((await socket.receive())["status"], stream.status) == (401, 200)


async def test_notifications_are_only_for_tokens_that_may_read_them(running_site, token, alice, bob):
    async with (
        open_stream(running_site, f"{STREAMING}/user", await token("read:statuses")) as without,
        open_stream(running_site, f"{STREAMING}/user", await token("read:statuses read:notifications")) as with_them,
    ):
        await bob.posts("hello @alice")
        await running_site.run_until_idle()

        assert (await with_them.event())[0] == "notification"
        assert await without.has_no_events()


@pytest.mark.parametrize(
    "parameters",
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
async def test_an_invalid_stream_is_an_error_on_a_websocket(running_site, alice, bob, parameters):
    async with (
        open_websocket(running_site, STREAMING, bob.token) as subscribing,
        open_websocket(running_site, f"{STREAMING}?{urlencode(parameters)}") as asking,
    ):
        await subscribing.send(type="subscribe", **parameters)
        await alice.posts("to #all")
        await running_site.run_until_idle()

        received = [await subscribing.receive()] + ([await asking.receive()] if parameters["stream"] else [])

        expected = 404 if "1" in parameters.values() else 400
        assert {(tuple(sorted(one)), one["status"]) for one in received} == {(("error", "status"), expected)}
        assert subscribing.is_silent()
        assert asking.is_silent()


async def test_an_error_is_in_the_language_of_the_reader(running_site):
    async with open_websocket(running_site, f"{STREAMING}?stream=hashtag", language="fr") as socket:
        assert (await socket.receive())["error"] == "Nommez un mot-clé"


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
async def test_an_invalid_event_stream_is_an_error(running_site, path, status):
    async with open_stream(running_site, f"{STREAMING}/{path}") as stream:
        assert stream.status == status


async def test_a_tag_may_be_given_with_its_number_sign(running_site, alice):
    async with open_stream(running_site, f"{STREAMING}/hashtag?tag=%23Lyon") as stream:
        await alice.posts("in #lyon")
        await running_site.run_until_idle()

        assert words((await stream.event())[1]) == "in #lyon"


async def test_a_websocket_without_subscriptions_ends_with_its_token(running_site, alice, bob):
    async with open_websocket(running_site, STREAMING, bob.token) as socket:
        async with running_site.site.db.write() as tx:
            await tokens.revoke_all(tx, bob.account_id)
        await running_site.run_until_idle()

        assert (await socket.receive())["type"] == "websocket.close"
        await socket.send(type="subscribe", stream="user")
        await bob_is_mentioned(running_site, alice)
        assert socket.is_silent()


@pytest.mark.parametrize("cause", ["revoked", "suspended"])
async def test_a_token_revoked_while_its_stream_opens_opens_none(running_site, alice, bob, cause):
    async with running_site.site.db.read() as reader:
        caller = await by_token(reader, bob.token)
    async with running_site.site.db.write() as tx:
        if cause == "revoked":
            await tokens.revoke_all(tx, bob.account_id)
        else:
            await tx.run(accounts.update().where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))
    await running_site.run_until_idle()
    sent = []

    async def send(message):
        sent.append(message)

    writer = ConnectionWriter(send)
    await OpenStream(running_site.site.the(Streams), choose("user", caller), writer).open()
    writer.start()
    await bob_is_mentioned(running_site, alice)

    assert sent == [{"type": "http.response.body", "body": b"", "more_body": False}]


async def test_a_suspended_account_opens_no_stream(running_site, bob):
    async with running_site.site.db.write() as tx:
        await tx.run(accounts.update().where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))
    assert (await account_of(running_site.site, bob)).suspended_at
    async with (
        open_stream(running_site, f"{STREAMING}/public", bob.token) as stream,
        open_websocket(running_site, STREAMING, bob.token) as socket,
    ):
        assert (stream.status, socket.code) == (403, 4401)


async def bob_is_mentioned(running_site, alice):
    await alice.posts("hello @bob")
    await running_site.run_until_idle()
