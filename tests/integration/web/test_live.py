import asyncio
from contextlib import asynccontextmanager

import pytest

from gazouillis.accounts import sessions
from gazouillis.infra.pubsub import channels
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import home_channel
from gazouillis.web.pages.live import OpenPages, StreamRequest
from gazouillis.web.pagination import LARGEST_ID
from tests.integration.streaming.listening import Connection, Listening
from tests.support.browser import Browser, leads_to


@asynccontextmanager
async def open_page(browser, town, address):
    """As a server would keep it: httpx waits for the end of an answer, and a stream has none."""
    request = browser.client.build_request("GET", address)
    scope = {
        "type": "http",
        "http_version": "1.1",
        "asgi": {"version": "3.0"},
        "method": "GET",
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 8000),
    }
    connection = Connection(town.app, scope)
    await connection.said.put({"type": "http.request", "body": b"", "more_body": False})
    start = await connection.message()
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    stream = Stream(connection, start["status"], headers)
    try:
        yield stream
    finally:
        await connection.said.put({"type": "http.disconnect"})
        await asyncio.wait_for(connection.task, 5)


class Stream(Listening):
    async def event(self):
        """("status", its id), ("delete", its id), ("notification", how many are unread)"""
        while (text := await self.line()) is not None:
            if text.startswith("event: "):
                told = dict(line.split(": ", 1) for line in text.splitlines() if line)
                return told["event"], told["data"]
        raise EOFError

    async def begins(self):
        """What a signed-in reader is told first: how many notifications wait."""
        assert await self.event() == ("notification", "0")


@pytest.fixture
async def bobs(town, bob):
    browser = Browser(town)
    await browser.signs_in("bob")
    return browser


async def test_what_somebody_followed_says_is_told_at_home(town, mine, alice, bob):
    await alice.follows(bob)
    await town.settle()
    async with open_page(mine, town, "/live/home") as stream:
        await stream.begins()
        said = await bob.posts("hello")
        await town.settle()

        assert await stream.event() == ("status", said["id"])


async def test_a_stream_is_not_packed(town, mine):
    async with open_page(mine, town, "/live/home") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers
        assert stream.headers["cache-control"] == "private, no-store"


async def test_what_came_between_the_page_and_the_stream_is_told(town, mine, alice, bob):
    await alice.follows(bob)
    shown = await bob.posts("on the page")
    missed = await bob.posts("just after")
    await town.settle()

    async with open_page(mine, town, f"/live/home?since_id={shown['id']}") as stream:
        assert await stream.event() == ("status", missed["id"])


async def test_a_lost_connection_goes_on_where_it_stopped(town, mine, alice):
    heard, missed = await alice.posts("heard"), await alice.posts("missed")
    mine.client.headers["Last-Event-ID"] = heard["id"]

    async with open_page(mine, town, "/live/local?since_id=0") as stream:
        assert await stream.event() == ("status", missed["id"])


async def test_what_the_reader_does_not_want_is_not_told(town, mine, alice, bob, carol):
    await alice.blocks(bob)
    async with open_page(mine, town, "/live/local") as stream:
        await stream.begins()
        await bob.posts("to nobody")
        said = await carol.posts("to all")
        await town.settle()

        assert await stream.event() == ("status", said["id"])


async def test_a_letter_is_told_as_a_notification_only(town, mine, alice, bob):
    await alice.follows(bob)
    async with open_page(mine, town, "/live/home") as stream:
        await town.settle()
        await stream.begins()
        await bob.posts("@alice between us", visibility="direct")
        await town.settle()

        assert await stream.event() == ("notification", "1")
        assert await stream.hears_nothing()


async def test_what_is_taken_back_is_told(town, mine, alice, bob):
    await alice.follows(bob)
    said = await bob.posts("oops")
    await town.settle()
    async with open_page(mine, town, "/live/home") as stream:
        await stream.begins()
        await bob.deletes(said)
        await town.settle()

        assert await stream.event() == ("delete", said["id"])


async def test_notifications_are_counted_live(town, mine, alice, bob):
    async with open_page(mine, town, "/live/notifications") as stream:
        await stream.begins()
        await bob.follows(alice)
        await town.settle()

        assert await stream.event() == ("notification", "1")


async def test_a_visitor_hears_what_is_local(town, visitor, alice):
    async with open_page(visitor, town, "/live/local") as stream:
        await stream.line()
        said = await alice.posts("hello")
        await town.settle()

        assert await stream.event() == ("status", said["id"])


async def test_a_visitor_has_no_home(visitor):
    assert leads_to(await visitor.reads("/live/home")).startswith("/sign-in")


async def test_who_listens_has_a_home_in_memory(town, mine, alice):
    async with open_page(mine, town, "/live/home") as stream:
        await stream.begins()

        assert town.site.the(Homes).rings.slot(int(alice.id)) is not None


async def test_silence_is_broken_and_a_home_forgotten_is_taken_back(town, mine, alice, monkeypatch):
    monkeypatch.setattr(channels, "HEARTBEAT", 0.01)
    async with open_page(mine, town, "/live/home") as stream:
        await stream.begins()
        town.site.the(Homes).invalidate(int(alice.id))

        async with asyncio.timeout(5):
            while town.site.the(Homes).rings.slot(int(alice.id)) is None:
                assert (await stream.line()).startswith(":")


async def test_signing_out_ends_what_was_open(town, mine):
    async with open_page(mine, town, "/live/home") as stream:
        await stream.begins()
        await mine.sends("/sign-out")
        await town.settle()

        while await stream.line() is not None:
            pass


async def test_the_server_stops_without_waiting(town, mine):
    async with open_page(mine, town, "/live/home") as stream:
        await stream.begins()
        town.site.the(PubSub).close()

        assert await stream.line() is None


async def test_who_leaves_is_forgotten(town, mine, alice):
    async with open_page(mine, town, "/live/home") as stream:
        await stream.begins()

    assert not town.site.the(PubSub).has_subscribers(home_channel(int(alice.id)))


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
async def test_the_end_of_what_is_not_public_is_not_told_on_the_local_page(town, mine, alice, bob, carol, visibility):
    await alice.follows(bob)
    said = await bob.posts("@carol oops", visibility=visibility)
    public = await bob.posts("oops again")
    await town.settle()
    async with open_page(mine, town, "/live/local") as stream:
        await stream.begins()
        await bob.deletes(said)
        await bob.deletes(public)
        await town.settle()

        assert await stream.event() == ("delete", public["id"])


async def test_who_is_blocked_while_a_page_is_open_is_heard_no_more(town, mine, alice, bob):
    await alice.follows(bob)
    said = await bob.posts("hello")
    await town.settle()
    async with open_page(mine, town, "/live/home") as home, open_page(mine, town, "/live/local") as local:
        await home.begins()
        await local.begins()
        await bob.blocks(alice)
        await bob.deletes(said)
        await bob.posts("hello again")
        await town.settle()

        assert await home.hears_nothing()
        assert await local.hears_nothing()


async def test_a_session_that_ended_while_the_page_asked_for_news_gets_none(town, mine, alice, bob):
    async with town.site.db.read() as reader:
        signed_in = await sessions.by_token(reader, mine.client.cookies["session"])
    async with town.site.db.write() as tx:
        await sessions.end_all(tx, alice.account_id)
    await town.settle()
    sent, gone = [], asyncio.Event()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    stream = StreamRequest(home_channel(alice.account_id), alice.account_id, signed_in.session.id, LARGEST_ID)
    serving = asyncio.create_task(town.site.the(OpenPages).serve(stream, receive, send))
    await asyncio.sleep(0.05)
    await bob.posts("hello @alice")
    await town.settle()
    gone.set()
    await serving

    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
