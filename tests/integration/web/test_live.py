import asyncio
from contextlib import asynccontextmanager

import pytest

from gazouillis.accounts import sessions
from gazouillis.infra.basics.ids import LARGEST_ID
from gazouillis.infra.pubsub import channels
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.search.tracks.reactions import EDITED, HIT, track_channel
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import home_channel
from gazouillis.web.pages.live import OpenPages, StreamRequest
from tests.support.browser import Browser, leads_to
from tests.support.streams import EventStream, asgi_scope, event_stream


@asynccontextmanager
async def open_page(browser, running_site, address):
    """Opens a stream with the cookies and headers of a browser. httpx would wait for the end of the response."""
    headers = browser.client.build_request("GET", address).headers.raw
    scope = asgi_scope("http", address, "") | {"headers": [(name.lower(), value) for name, value in headers]}
    async with event_stream(running_site.app, scope, PageStream) as stream:
        yield stream


class PageStream(EventStream):
    async def event(self):
        """("status", its id), ("delete", its id), ("notification", how many are unread)"""
        while (text := await self.line()) is not None:
            if text.startswith("event: "):
                fields = dict(line.split(": ", 1) for line in text.splitlines() if line)
                return fields["event"], fields["data"]
        raise EOFError

    async def skip_unread_count(self):
        """The first event of a signed-in reader is the number of unread notifications."""
        assert await self.event() == ("notification", "0")


@pytest.fixture
async def bobs_browser(running_site, bob):
    browser = Browser(running_site)
    await browser.signs_in("bob")
    return browser


async def test_a_status_of_a_followed_account_is_sent_to_home(running_site, alices_browser, alice, bob):
    await alice.follows(bob)
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await stream.skip_unread_count()
        status = await bob.posts("hello")
        await running_site.run_until_idle()

        assert await stream.event() == ("status", status["id"])


async def test_a_stream_is_not_compressed(running_site, alices_browser):
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers
        assert stream.headers["cache-control"] == "private, no-store"


async def test_statuses_between_the_page_and_the_stream_are_sent(running_site, alices_browser, alice, bob):
    await alice.follows(bob)
    shown = await bob.posts("on the page")
    missed = await bob.posts("just after")
    await running_site.run_until_idle()

    async with open_page(alices_browser, running_site, f"/live/home?since_id={shown['id']}") as stream:
        assert await stream.event() == ("status", missed["id"])


async def test_a_reconnection_continues_after_the_last_event_id(running_site, alices_browser, alice):
    heard, missed = await alice.posts("heard"), await alice.posts("missed")
    alices_browser.client.headers["Last-Event-ID"] = heard["id"]

    async with open_page(alices_browser, running_site, "/live/local?since_id=0") as stream:
        assert await stream.event() == ("status", missed["id"])


async def test_statuses_of_blocked_accounts_are_not_sent(running_site, alices_browser, alice, bob, carol):
    await alice.blocks(bob)
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, "/live/local") as stream:
        await stream.skip_unread_count()
        await bob.posts("to nobody")
        status = await carol.posts("to all")
        await running_site.run_until_idle()

        assert await stream.event() == ("status", status["id"])


async def test_a_page_of_hits_counts_only_what_it_may_show(running_site, alices_browser, alice, bob, carol):
    track = await alice.post("/api/gazouillis/v1/tracks", query="orage")
    refused, shown = await bob.posts("un orage"), await carol.posts("un orage")
    await running_site.run_until_idle()
    await bob.client.patch("/api/gazouillis/v1/limits", json={"who_may_track": "nobody"})

    async with open_page(alices_browser, running_site, f"/live/track/{track['id']}?since_id=0") as stream:
        assert await stream.event() == ("status", shown["id"])
        await stream.skip_unread_count()
        for kind in (HIT, EDITED):
            for status in (refused, shown):
                running_site.site.the(PubSub).publish(kind, int(status["id"]), [track_channel(int(track["id"]))])

        assert [await stream.event() for _one in range(2)] == [("status", shown["id"]), ("edit", shown["id"])]


async def test_a_direct_status_is_told_by_the_numbers_of_unread_only(running_site, alices_browser, alice, bob):
    await alice.follows(bob)
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await running_site.run_until_idle()
        await stream.skip_unread_count()
        await bob.posts("@alice between us", visibility="direct")
        await running_site.run_until_idle()

        [conversation] = await alice.get("/api/v1/conversations")
        assert await stream.event() == ("messages", f"1 {conversation['id']}")
        assert await stream.event() == ("notification", "0"), "pages count it with the messages"
        assert await stream.has_no_events()


async def test_a_deletion_is_sent(running_site, alices_browser, alice, bob):
    await alice.follows(bob)
    status = await bob.posts("oops")
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await stream.skip_unread_count()
        await bob.deletes(status)
        await running_site.run_until_idle()

        assert await stream.event() == ("delete", status["id"])


async def test_notifications_are_counted_live(running_site, alices_browser, alice, bob):
    async with open_page(alices_browser, running_site, "/live/notifications") as stream:
        await stream.skip_unread_count()
        await bob.follows(alice)
        await running_site.run_until_idle()

        assert await stream.event() == ("notification", "1")


async def test_a_visitor_gets_local_statuses(running_site, visitor, alice):
    async with open_page(visitor, running_site, "/live/local") as stream:
        await stream.line()
        status = await alice.posts("hello")
        await running_site.run_until_idle()

        assert await stream.event() == ("status", status["id"])


async def test_a_visitor_has_no_home(visitor):
    assert leads_to(await visitor.reads("/live/home")).startswith("/sign-in")


async def test_an_open_home_page_keeps_its_timeline_in_memory(running_site, alices_browser, alice):
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await stream.skip_unread_count()

        assert running_site.site.the(Homes).rings.slot(int(alice.id)) is not None


async def test_heartbeats_are_sent_and_bring_a_dropped_timeline_back(running_site, alices_browser, alice, monkeypatch):
    monkeypatch.setattr(channels, "HEARTBEAT", 0.01)
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await stream.skip_unread_count()
        running_site.site.the(Homes).invalidate(int(alice.id))

        async with asyncio.timeout(5):
            while running_site.site.the(Homes).rings.slot(int(alice.id)) is None:
                assert (await stream.line()).startswith(":")


async def test_signing_out_ends_open_streams(running_site, alices_browser):
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await stream.skip_unread_count()
        await alices_browser.sends("/sign-out")
        await running_site.run_until_idle()

        while await stream.line() is not None:
            pass


async def test_open_streams_end_when_the_server_stops(running_site, alices_browser):
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await stream.skip_unread_count()
        running_site.site.the(PubSub).close()

        assert await stream.line() is None


async def test_a_closed_page_is_unsubscribed(running_site, alices_browser, alice):
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await stream.skip_unread_count()

    assert not running_site.site.the(PubSub).has_subscribers(home_channel(int(alice.id)))


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
async def test_the_deletion_of_a_status_that_is_not_public_is_not_sent_to_local(
    running_site, alices_browser, alice, bob, carol, visibility
):
    await alice.follows(bob)
    status = await bob.posts("@carol oops", visibility=visibility)
    public = await bob.posts("oops again")
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, "/live/local") as stream:
        await stream.skip_unread_count()
        await bob.deletes(status)
        await bob.deletes(public)
        await running_site.run_until_idle()

        assert await stream.event() == ("delete", public["id"])


async def test_nothing_is_sent_of_an_account_that_blocks_the_viewer_meanwhile(running_site, alices_browser, alice, bob):
    await alice.follows(bob)
    status = await bob.posts("hello")
    await running_site.run_until_idle()
    async with (
        open_page(alices_browser, running_site, "/live/home") as home,
        open_page(alices_browser, running_site, "/live/local") as local,
    ):
        await home.skip_unread_count()
        await local.skip_unread_count()
        await bob.blocks(alice)
        await bob.deletes(status)
        await bob.posts("hello again")
        await running_site.run_until_idle()

        assert await home.has_no_events()
        assert await local.has_no_events()


async def test_a_session_that_ended_before_the_stream_opened_gets_nothing(running_site, alices_browser, alice, bob):
    async with running_site.site.db.read() as reader:
        signed_in = await sessions.by_token(reader, alices_browser.client.cookies["session"])
    async with running_site.site.db.write() as tx:
        await sessions.end_all(tx, alice.account_id)
    await running_site.run_until_idle()
    sent, gone = [], asyncio.Event()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    stream = StreamRequest(home_channel(alice.account_id), alice.account_id, signed_in.session.id, LARGEST_ID)
    serving = asyncio.create_task(running_site.site.the(OpenPages).serve(stream, receive, send))
    await asyncio.sleep(0.05)
    await bob.posts("hello @alice")
    await running_site.run_until_idle()
    gone.set()
    await serving

    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


@pytest.mark.parametrize("page", ["/live/notifications", "/live/home"])
async def test_an_open_page_is_told_that_notifications_were_read(running_site, alices_browser, alice, bob, page):
    await bob.follows(alice)
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, page) as stream:
        assert await stream.event() == ("notification", "1")
        await alices_browser.reads("/notifications")
        await running_site.run_until_idle()

        assert await stream.event() == ("notification", "0")


async def test_an_open_page_is_told_that_the_notifications_of_a_muted_account_do_not_count(running_site, alices_browser, alice, bob):
    await bob.favourites(await alice.posts("hello"))
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        assert await stream.event() == ("notification", "1")
        await alice.mutes(bob)
        await running_site.run_until_idle()

        assert await stream.event() == ("notification", "0")


@pytest.fixture
async def question(running_site, alice):
    status = await alice.posts("who is in Lyon?")
    await running_site.run_until_idle()
    return status


async def test_an_open_conversation_is_told_of_replies_at_any_depth(running_site, alices_browser, question, bob, carol):
    async with open_page(alices_browser, running_site, f"/live/thread/{question['id']}?since_id={question['id']}") as stream:
        await stream.skip_unread_count()
        reply = await bob.replies(question, "@alice me!")
        await running_site.run_until_idle()
        assert await stream.event() == ("status", reply["id"])
        deeper = await carol.replies(reply, "@bob really?")
        await running_site.run_until_idle()

        events = [await stream.event() for _ in range(2)]
        assert ("status", deeper["id"]) in events


async def test_an_open_conversation_is_told_of_edits_and_deletions(running_site, alices_browser, question, bob):
    reply = await bob.replies(question, "me!")
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, f"/live/thread/{question['id']}?since_id={reply['id']}") as stream:
        await stream.skip_unread_count()
        await bob.edits(reply, "not me")
        await running_site.run_until_idle()
        assert await stream.event() == ("edit", reply["id"])
        await bob.deletes(reply)
        await running_site.run_until_idle()

        assert await stream.event() == ("delete", reply["id"])


async def test_replies_between_the_page_and_its_stream_are_sent(running_site, alices_browser, question, bob):
    reply = await bob.replies(question, "me!")
    await running_site.run_until_idle()

    async with open_page(alices_browser, running_site, f"/live/thread/{question['id']}?since_id={question['id']}") as stream:
        assert await stream.event() == ("status", reply["id"])


async def test_replies_that_one_may_not_read_are_not_announced(running_site, alices_browser, alice, question, bob, carol):
    await alice.blocks(bob)
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, f"/live/thread/{question['id']}?since_id={question['id']}") as stream:
        await stream.skip_unread_count()
        await carol.replies(question, "between us", visibility="private")
        status = await carol.replies(question, "to all")
        await running_site.run_until_idle()

        assert await stream.event() == ("status", status["id"])


async def test_the_conversation_of_a_status_that_one_may_not_read_is_not_streamed(running_site, alices_browser, visitor, question, bob):
    hidden = await bob.posts("for my followers", visibility="private")

    assert (await alices_browser.reads(f"/live/thread/{hidden['id']}")).status_code == 404
    assert (await alices_browser.reads("/live/thread/1")).status_code == 404
    assert leads_to(await visitor.reads(f"/live/thread/{question['id']}")).startswith("/sign-in")


async def test_an_edit_is_sent_to_home(running_site, alices_browser, alice, bob):
    await alice.follows(bob)
    status = await bob.posts("helo")
    await running_site.run_until_idle()
    async with open_page(alices_browser, running_site, "/live/home") as stream:
        await stream.skip_unread_count()
        await bob.edits(status, "hello")
        await running_site.run_until_idle()

        assert await stream.event() == ("edit", status["id"])


async def test_an_edited_status_is_rendered_alone_for_the_script(alices_browser, question, bob):
    hidden = await bob.posts("for my followers", visibility="private")
    assert leads_to(await alices_browser.reads(f"/statuses/{question['id']}")) == f"/@alice/{question['id']}"
    alices_browser.client.headers["X-Fragment"] = "true"

    part = await alices_browser.reads(f"/statuses/{question['id']}")

    assert part.text.strip().startswith("<article")
    assert "who is in Lyon?" in part.text
    assert (await alices_browser.reads(f"/statuses/{hidden['id']}")).status_code == 404


@pytest.mark.parametrize("path", ["/", "/local", "/notifications"])
async def test_new_entries_are_announced_on_the_first_page_only(alices_browser, alice, bob, path):
    await alice.follows(bob)
    status = await bob.posts("@alice hello")

    first, older = await alices_browser.reads(path), await alices_browser.reads(f"{path}?max_id={status['id']}")

    assert 'id="new"' in first.text
    assert 'id="new"' not in older.text
    assert 'data-stream="/live/notifications"' in older.text


@pytest.mark.parametrize("path", ["/settings/profile", "/about", "/@alice", "/search", "/compose"])
async def test_every_page_of_a_member_opens_one_stream(alices_browser, visitor, path):
    assert (await alices_browser.reads(path)).text.count("data-stream=") == 1
    assert "data-stream=" not in (await visitor.reads(path)).text


async def test_a_stream_of_an_ended_session_is_refused_without_a_page(visitor):
    visitor.client.headers["Accept"] = "text/event-stream"

    assert (await visitor.reads("/live/notifications")).status_code == 401
