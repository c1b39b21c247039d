"""Whoever is in a block with one of those whom an extract quotes finds it at no door: no words, no notification, no number, no event.

Mallory, with the same streams, tracks and follows, finds it at each of them.
"""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.integration.web.test_live import open_page
from tests.support.browser import Browser
from tests.support.crawler import OF_NOTHING, Crawler, addresses
from tests.support.streams import open_stream, open_websocket

pytestmark = pytest.mark.usefixtures("acquainted")

SECRET = "merlinpinpin"
STREAMS = ("user", "user/notification", "public", "public/local", "track")
SOCKET = {"user": ("user",), "public": ("public",), "track": ("track",)}
NO_NEWS = "event: notification\ndata: 0\n\n"
LIVE = ("home", "local", "notifications", "track")


class Reader:
    """Somebody who follows Alice, with her bell on, and tracks the word. `finds` lists the doors at which it is found."""

    def __init__(self, running_site, person, track_id, feed):
        self.running_site, self.person = running_site, person
        self._track_id, self._feed = track_id, feed
        self._browser = Browser(running_site)

    @classmethod
    async def of(cls, running_site, person, alice):
        await person.follows(alice, notify=True)
        track = await person.post("/api/gazouillis/v1/tracks", query=SECRET, delivery="notify")
        browser = Browser(running_site)
        await browser.was_signed_in(person.name)
        await browser.sends(f"/tracks/{track['id']}/feed")
        feed = re.search(r'value="http://[^/"]+(/feeds/tracks/[^"]+)"', (await browser.reads(f"/tracks/{track['id']}")).text)
        reader = cls(running_site, person, track["id"], feed[1])
        reader._browser = browser
        return reader

    async def listens(self, stack):
        """Opens each kind of stream; returns them by name."""
        streams = {}
        for name in STREAMS:
            streams[name] = await stack.enter_async_context(open_stream(self.running_site, f"/api/v1/streaming/{name}", self.person.token))
        for name in SOCKET:
            path = f"/api/v1/streaming?stream={name}"
            streams[f"socket {name}"] = await stack.enter_async_context(open_websocket(self.running_site, path, self.person.token))
        for name in LIVE:
            path = f"/live/{name}/{self._track_id}" if name == "track" else f"/live/{name}"
            stream = await stack.enter_async_context(open_page(self._browser, self.running_site, path))
            streams[f"page {name}"] = stream
        for one in streams.values():
            await heard(one)
        return streams

    async def finds(self, named):
        """The doors at which the words are found: pages with all their links, the API, the feed and the archive."""
        await self.running_site.run_until_idle()
        names = OF_NOTHING | named | {"track_id": [self._track_id], "hashtag": ["secret"], "tag": ["secret"]}
        paths = [one for one in addresses(self.running_site.app, "GET", names) if one.startswith("/api/")]
        paths += [f"/api/v2/search?q={SECRET}&type=statuses", f"/api/v1/timelines/home?limit=40&q={SECRET}"]
        found = [await self.person.client.get(one) for one in paths]
        found += await Crawler(self._browser, self.running_site.app, names).pages(as_scripts=False)
        found += [await self._browser.client.get(f"/search?q={SECRET[:-1]}"), await self.running_site.client().get(self._feed)]
        places = {one.request.url.path for one in found if f"{SECRET} it is" in one.text}
        archive = ZipFile(BytesIO((await self._browser.sends("/settings/export")).content))
        assert not [one for one in archive.namelist() if f"{SECRET} it is".encode() in archive.read(one)]
        return places


async def heard(stream):
    """What a stream has sent since it was asked last, but for comments. A page also gets its number of unread notifications again: with
    the same number it tells nothing."""
    if hasattr(stream, "is_silent"):
        received = []
        while not stream.is_silent():
            received.append(await stream.receive())
        return received
    return [one for one in await stream.unread_events() if one != NO_NEWS]


async def unread(person):
    return tuple([(await person.get(f"/api/{version}/notifications/unread_count"))["count"] for version in ("v1", "v2")])


@pytest.fixture
async def extract(running_site, alice, bob, carol, mallory):
    """Asked for by Alice, and not agreed to yet. Carol and Mallory are to read it."""
    first = await alice.posts(f"@bob shall we open {SECRET}? #secret", visibility="direct")
    second = await bob.replies(first, f"@alice {SECRET} it is", visibility="direct")
    [conversation] = await alice.get("/api/v1/conversations")
    asked = await alice.post(f"/api/v1/conversations/{conversation['id']}/extracts", message_ids=[first["id"], second["id"]])
    return asked["id"]


@pytest.fixture
async def readers(running_site, alice, carol, mallory, extract):
    return [await Reader.of(running_site, one, alice) for one in (carol, mallory)]


def places(status_id, *people):
    return {"status_id": [status_id], "account_id": [one.id for one in people], "handle": [f"@{one.name}" for one in people]}


@pytest.mark.parametrize("blocker", [pytest.param("the reader", marks=pytest.mark.thorough), "the quoted"])
async def test_whoever_is_in_a_block_when_it_is_published_finds_it_nowhere(
    running_site, extract, readers, alice, bob, carol, mallory, blocker
):
    await (carol.blocks(bob) if blocker == "the reader" else bob.blocks(carol))
    await carol.follows(mallory)
    await running_site.run_until_idle()
    blocked, other = readers
    async with AsyncExitStack() as stack:
        carols, mallorys = await blocked.listens(stack), await other.listens(stack)
        published = (await bob.post(f"/api/v1/extracts/{extract}/agree"))["status_id"]
        await running_site.run_until_idle()
        assert {name for name, one in mallorys.items() if not await heard(one)} == set()
        await mallory.reblogs({"id": published})
        await mallory.favourites({"id": published})
        await running_site.run_until_idle()
        assert {name for name, one in carols.items() if await heard(one)} == set()

        assert [await unread(one) for one in (carol, mallory)] == [(0, 0), (2, 2)]
        assert await carol.get("/api/v1/notifications", **{"types[]": ["status", "track"]}) == []
        named = places(published, alice, bob, mallory)
        assert await blocked.finds(named) == set()
        doors = {"/api/v1/timelines/home", "/api/v1/timelines/public", f"/api/v1/statuses/{published}", "/", "/local", "/@alice"}
        assert doors <= await other.finds(named)

        for one in mallorys.values():
            await heard(one)
        await alice.post(f"/api/v1/extracts/{extract}/withdraw")
        await running_site.run_until_idle()
        assert {name for name, one in mallorys.items() if await heard(one)} >= {
            "user",
            "public",
            "track",
            "socket track",
            "page home",
            "page track",
        }
        assert {name for name, one in carols.items() if await heard(one)} == set()


@pytest.mark.parametrize("blocker", [pytest.param("the reader", marks=pytest.mark.thorough), "the quoted"])
async def test_whoever_comes_into_a_block_afterwards_finds_it_nowhere_any_more(
    running_site, extract, readers, alice, bob, carol, mallory, blocker
):
    blocked, _other = readers
    published = (await bob.post(f"/api/v1/extracts/{extract}/agree"))["status_id"]
    for act in (carol.favourites, carol.bookmarks, carol.reblogs):
        await act({"id": published})
    await mallory.reblogs({"id": published})
    await running_site.run_until_idle()
    named = places(published, alice, bob, carol, mallory)
    assert await unread(carol) == (1, 1)
    kinds = {"types[]": ["status", "track"]}
    assert len(await carol.get("/api/v1/notifications", **kinds)) == 2
    assert {"/api/v1/favourites", "/api/v1/bookmarks", "/favourites", "/bookmarks"} <= await blocked.finds(named)

    await (carol.blocks(bob) if blocker == "the reader" else bob.blocks(carol))
    await running_site.run_until_idle()

    async with AsyncExitStack() as stack:
        carols = await blocked.listens(stack)
        assert await unread(carol) == (0, 0)
        assert await carol.get("/api/v1/notifications", **kinds) == []
        assert await blocked.finds(named) == set()
        await alice.post(f"/api/v1/extracts/{extract}/withdraw")
        await running_site.run_until_idle()
        assert {name for name, one in carols.items() if await heard(one)} == set()
