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
async def bobs_browser(town, bob):
    browser = Browser(town)
    await browser.signs_in("bob")
    return browser


async def test_a_status_of_a_followed_account_is_sent_to_home(town, alices_browser, alice, bob):
    await alice.follows(bob)
    await town.settle()
    async with open_page(alices_browser, town, "/live/home") as stream:
        await stream.begins()
        said = await bob.posts("hello")
        await town.settle()

        assert await stream.event() == ("status", said["id"])


async def test_a_stream_is_not_compressed(town, alices_browser):
    async with open_page(alices_browser, town, "/live/home") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers
        assert stream.headers["cache-control"] == "private, no-store"


async def test_statuses_between_the_page_and_the_stream_are_sent(town, alices_browser, alice, bob):
    await alice.follows(bob)
    shown = await bob.posts("on the page")
    missed = await bob.posts("just after")
    await town.settle()

    async with open_page(alices_browser, town, f"/live/home?since_id={shown['id']}") as stream:
        assert await stream.event() == ("status", missed["id"])


async def test_a_reconnection_continues_after_the_last_event_id(town, alices_browser, alice):
    heard, missed = await alice.posts("heard"), await alice.posts("missed")
    alices_browser.client.headers["Last-Event-ID"] = heard["id"]

    async with open_page(alices_browser, town, "/live/local?since_id=0") as stream:
        assert await stream.event() == ("status", missed["id"])


async def test_statuses_of_blocked_accounts_are_not_sent(town, alices_browser, alice, bob, carol):
    await alice.blocks(bob)
    async with open_page(alices_browser, town, "/live/local") as stream:
        await stream.begins()
        await bob.posts("to nobody")
        said = await carol.posts("to all")
        await town.settle()

        assert await stream.event() == ("status", said["id"])


async def test_a_direct_status_is_sent_as_a_notification_only(town, alices_browser, alice, bob):
    await alice.follows(bob)
    async with open_page(alices_browser, town, "/live/home") as stream:
        await town.settle()
        await stream.begins()
        await bob.posts("@alice between us", visibility="direct")
        await town.settle()

        assert await stream.event() == ("notification", "1")
        assert await stream.hears_nothing()


async def test_a_deletion_is_sent(town, alices_browser, alice, bob):
    await alice.follows(bob)
    said = await bob.posts("oops")
    await town.settle()
    async with open_page(alices_browser, town, "/live/home") as stream:
        await stream.begins()
        await bob.deletes(said)
        await town.settle()

        assert await stream.event() == ("delete", said["id"])


async def test_notifications_are_counted_live(town, alices_browser, alice, bob):
    async with open_page(alices_browser, town, "/live/notifications") as stream:
        await stream.begins()
        await bob.follows(alice)
        await town.settle()

        assert await stream.event() == ("notification", "1")


async def test_a_visitor_gets_local_statuses(town, visitor, alice):
    async with open_page(visitor, town, "/live/local") as stream:
        await stream.line()
        said = await alice.posts("hello")
        await town.settle()

        assert await stream.event() == ("status", said["id"])


async def test_a_visitor_has_no_home(visitor):
    assert leads_to(await visitor.reads("/live/home")).startswith("/sign-in")


async def test_an_open_home_page_keeps_its_timeline_in_memory(town, alices_browser, alice):
    async with open_page(alices_browser, town, "/live/home") as stream:
        await stream.begins()

        assert town.site.the(Homes).rings.slot(int(alice.id)) is not None


async def test_heartbeats_are_sent_and_bring_a_dropped_timeline_back(town, alices_browser, alice, monkeypatch):
    monkeypatch.setattr(channels, "HEARTBEAT", 0.01)
    async with open_page(alices_browser, town, "/live/home") as stream:
        await stream.begins()
        town.site.the(Homes).invalidate(int(alice.id))

        async with asyncio.timeout(5):
            while town.site.the(Homes).rings.slot(int(alice.id)) is None:
                assert (await stream.line()).startswith(":")


async def test_signing_out_ends_open_streams(town, alices_browser):
    async with open_page(alices_browser, town, "/live/home") as stream:
        await stream.begins()
        await alices_browser.sends("/sign-out")
        await town.settle()

        while await stream.line() is not None:
            pass


async def test_open_streams_end_when_the_server_stops(town, alices_browser):
    async with open_page(alices_browser, town, "/live/home") as stream:
        await stream.begins()
        town.site.the(PubSub).close()

        assert await stream.line() is None


async def test_a_closed_page_is_unsubscribed(town, alices_browser, alice):
    async with open_page(alices_browser, town, "/live/home") as stream:
        await stream.begins()

    assert not town.site.the(PubSub).has_subscribers(home_channel(int(alice.id)))


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
async def test_the_deletion_of_a_status_that_is_not_public_is_not_sent_to_local(town, alices_browser, alice, bob, carol, visibility):
    await alice.follows(bob)
    said = await bob.posts("@carol oops", visibility=visibility)
    public = await bob.posts("oops again")
    await town.settle()
    async with open_page(alices_browser, town, "/live/local") as stream:
        await stream.begins()
        await bob.deletes(said)
        await bob.deletes(public)
        await town.settle()

        assert await stream.event() == ("delete", public["id"])


async def test_nothing_is_sent_of_an_account_that_blocks_the_viewer_meanwhile(town, alices_browser, alice, bob):
    await alice.follows(bob)
    said = await bob.posts("hello")
    await town.settle()
    async with open_page(alices_browser, town, "/live/home") as home, open_page(alices_browser, town, "/live/local") as local:
        await home.begins()
        await local.begins()
        await bob.blocks(alice)
        await bob.deletes(said)
        await bob.posts("hello again")
        await town.settle()

        assert await home.hears_nothing()
        assert await local.hears_nothing()


async def test_a_session_that_ended_before_the_stream_opened_gets_nothing(town, alices_browser, alice, bob):
    async with town.site.db.read() as reader:
        signed_in = await sessions.by_token(reader, alices_browser.client.cookies["session"])
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
