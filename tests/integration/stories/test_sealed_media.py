"""Files of statuses that are not for everybody have no address that works by itself: at no door, for no version of the file."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.browser import Browser
from tests.support.crawler import OF_NOTHING, Crawler, addresses
from tests.support.media import photo, video
from tests.support.people import PASSWORD
from tests.support.streams import open_stream

ADDRESS = re.compile(r"(?:http://localhost:8000)?/media/[0-9]+/[\w.]+(?:\?[^\"\s<>\\,]*)?")
SIGNED = "signature="


@pytest.fixture
async def sealed(alice, bob):
    """What alice showed to bob alone, or to followers, of whom bob is one; in every place where a status can appear."""
    await bob.follows(alice, notify=True)
    private = await alice.posts(
        "for friends #sealed", visibility="private", media_ids=[await uploaded(alice, "red"), await uploaded(alice, "gold")]
    )
    direct = await alice.posts("@bob for you", visibility="direct", media_ids=[(await alice.uploads(video(), "film.mp4"))["id"]])
    edited = await alice.posts("@bob look", visibility="private", media_ids=[await uploaded(alice, "green")])
    await alice.edits(edited, "@bob look", media_ids=[await uploaded(alice, "blue")])
    for one in (private, direct, edited):
        await bob.favourites(one)
        await bob.bookmarks(one)
    await alice.reblogs(private)
    await alice.replies(private, "@bob and this", visibility="private", media_ids=[await uploaded(alice, "navy")])
    return [private["id"], direct["id"], edited["id"]]


@pytest.fixture
async def emitted(running_site, alice, bob, sealed):
    """Every address of a file that any page, API response or stream gave bob."""
    values = OF_NOTHING | {"handle": ["@alice", "@bob"], "status_id": sealed, "account_id": [alice.id, bob.id], "tag": ["sealed"]}
    browser = await signed_in(running_site, "bob")
    found = {one for page in await Crawler(browser, running_site.app, values).pages() for one in in_text(page)}
    for path in addresses(running_site.app, "GET", values, under=("/api",)):
        found |= set(in_text(await bob.client.get(path)))
    found |= set(in_text(await bob.client.get("/api/v2/search", params={"q": "friends"})))
    async with open_stream(running_site, "/api/v1/streaming/user", bob.token) as stream:
        await alice.posts("@bob again", visibility="private", media_ids=[await uploaded(alice, "olive")])
        await running_site.run_until_idle()
        for _event in range(2):
            found |= set(ADDRESS.findall(await stream.line()))
    return found


@pytest.fixture
async def rendered_addresses(running_site, bob, sealed):
    """Addresses of files that pages and the API gave bob."""
    browser, found = await signed_in(running_site, "bob"), set[str]()
    for path in ("/", "/@alice/media", "/notifications", *(f"/@alice/{one}" for one in sealed)):
        found |= set(in_text(await browser.reads(path)))
    for path in (
        "/api/v1/timelines/home",
        "/api/v1/notifications",
        *(f"/api/v1/statuses/{one}{path}" for one in sealed for path in ("", "/history")),
    ):
        found |= set(in_text(await bob.client.get(path)))
    return found


@pytest.mark.thorough
async def test_no_address_works_for_nobody_or_a_stranger_but_one_that_an_app_was_given(running_site, bob, mallory, emitted):
    of_pages, of_apps = {one for one in emitted if SIGNED not in one}, {one for one in emitted if SIGNED in one}
    assert {variant(one) for one in of_pages} >= {"original", "small", "fallback", "poster"}
    assert {variant(one) for one in of_apps} >= {"original", "fallback"}
    assert len({attachment(one) for one in of_apps}) >= 6, (
        "two of the first, one of the second, two of the third, a reply, and a message of the stream"
    )

    for who in (running_site.client(), mallory.client, (await signed_in(running_site, "mallory")).client):
        assert await statuses(who, of_pages | {without_signature(one) for one in of_apps}) == {404}
    assert await statuses((await signed_in(running_site, "bob")).client, of_pages) == {200}
    assert await statuses(running_site.client(), of_apps) == {200}


async def test_a_changed_address_works_for_nobody(running_site, alice, mallory, rendered_addresses):
    for one in [one for one in rendered_addresses if SIGNED in one]:
        for changed in (
            re.sub(r"viewer=\d+", f"viewer={alice.id}", one),
            re.sub(r"until=\d+", "until=99999999999", one),
            re.sub(r"until=\d+", "until=", one),
            re.sub(r"until=\d+", "until=²", one),
            one[:-1] + ("A" if one[-1] != "A" else "B"),
            one.replace("original", "small") if "original" in one else one.replace("fallback", "original"),
            re.sub(r"/media/\d+/", f"/media/{other(rendered_addresses, one)}/", one),
        ):
            assert (await running_site.client().get(changed)).status_code == 404, changed


@pytest.mark.parametrize("what", ["the time", "a block", "deletion of the statuses", "deletion of the account"])
async def test_every_address_ends(running_site, alice, bob, rendered_addresses, sealed, clock, what):
    match what:
        case "the time":
            clock.advance(seconds=901)
        case "a block":
            await alice.blocks(bob)
        case "deletion of the statuses":
            while statuses := await alice.get(f"/api/v1/accounts/{alice.id}/statuses"):
                for one in statuses:
                    await alice.client.delete(f"/api/v1/statuses/{one['id']}")
            for one in sealed:
                await alice.client.delete(f"/api/v1/statuses/{one}")
        case "deletion of the account":
            await requested_deletion(running_site, "bob")

    still = await working(running_site.client(), rendered_addresses)
    if what != "the time":  # bob may look again, with his session
        again = running_site.client() if what == "deletion of the account" else (await signed_in(running_site, "bob")).client
        still |= await working(again, rendered_addresses)
    assert still == set()


@pytest.mark.parametrize("before", ["public", "private"])
async def test_narrowing_a_status_closes_its_addresses_for_who_may_not_see_it_now(running_site, alice, bob, carol, before):
    for one in (bob, carol):
        await one.follows(alice)
    circle = await alice.has_circle(carol)
    status = await alice.posts("look", visibility=before, media_ids=[await uploaded(alice, "red")])
    browsers = [await signed_in(running_site, one) for one in ("bob", "carol")]
    of_bob, of_carol = [set(in_text(await one.client.get(f"/api/v1/statuses/{status['id']}"))) for one in (bob, carol)]
    of_pages = set(in_text(await browsers[0].reads(f"/@alice/{status['id']}")))
    assert len(of_bob) >= 2
    assert await statuses(browsers[0].client, of_pages) == await statuses(running_site.client(), of_bob | of_carol) == {200}

    await alice.narrows(status, "circle", circle_id=circle)

    assert await statuses(browsers[0].client, of_pages | of_bob) == {404}
    assert await statuses(running_site.client(), of_bob | of_pages) == {404}
    assert await statuses(browsers[1].client, of_pages) == {200}
    if before == "private":
        assert await statuses(running_site.client(), of_carol) == {200}
    again = set(in_text(await carol.client.get(f"/api/v1/statuses/{status['id']}")))
    assert await statuses(running_site.client(), again) == {200}


async def test_an_unfollowed_friend_keeps_what_was_addressed_to_them(running_site, alice, bob, rendered_addresses):
    await alice.post(f"/api/v1/accounts/{bob.id}/remove_from_followers")

    still = await working(running_site.client(), rendered_addresses)

    named = {attachment(one) for one in still}
    assert 0 < len(named) < len({attachment(one) for one in rendered_addresses if SIGNED in one})
    for one in rendered_addresses - still:
        assert (await running_site.client().get(one)).status_code == 404
    await alice.blocks(bob)
    assert await working(running_site.client(), rendered_addresses) == set()


async def test_a_file_is_its_owners_until_it_is_posted(running_site, alice, mallory, clock):
    mine = await alice.uploads(photo())
    sealed = [mine["url"], mine["preview_url"]]
    plain = {without_signature(one) for one in sealed}

    assert await statuses(running_site.client(), sealed) == {200}
    assert await statuses(running_site.client(), plain) == {404}
    assert await statuses((await signed_in(running_site, "mallory")).client, plain) == {404}
    assert await statuses((await signed_in(running_site, "alice")).client, plain) == {200}
    clock.advance(seconds=901)
    assert await statuses(running_site.client(), sealed) == {404}


async def test_two_viewers_of_one_cached_status_get_different_addresses(running_site, alice, bob, carol):
    for one in (bob, carol):
        await one.follows(alice)
    status = await alice.posts("for friends", visibility="private", media_ids=[await uploaded(alice, "red")])
    path = f"/api/v1/statuses/{status['id']}"

    seen = [(await one.client.get(path)).json()["media_attachments"][0]["url"] for one in (bob, carol, bob, alice)]

    assert [viewer_of(one) for one in seen] == [bob.id, carol.id, bob.id, alice.id]
    async with (
        open_stream(running_site, "/api/v1/streaming/user", bob.token) as one,
        open_stream(running_site, "/api/v1/streaming/user", carol.token) as two,
    ):
        await alice.posts("again", visibility="private", media_ids=[await uploaded(alice, "blue")])
        await running_site.run_until_idle()
        streamed = [(await stream.event())[1]["media_attachments"][0]["url"] for stream in (one, two)]
    assert [viewer_of(one) for one in streamed] == [bob.id, carol.id]


async def test_a_cached_answer_never_holds_an_address_that_has_ended(running_site, alice, bob, clock):
    await bob.follows(alice)
    await alice.posts("for friends", visibility="private", media_ids=[await uploaded(alice, "red")])
    await bob.get("/api/v1/timelines/home")

    for _step in range(20):
        clock.advance(seconds=100)
        [status] = (await bob.client.get("/api/v1/timelines/home")).json()
        assert (await running_site.client().get(status["media_attachments"][0]["url"])).status_code == 200
        assert int(re.findall(r"until=(\d+)", status["media_attachments"][0]["url"])[0]) - clock.now.timestamp() > 400


async def test_the_same_photo_posted_to_all_opens_nothing(running_site, alice, bob, mallory):
    await bob.follows(alice)
    await alice.posts("@bob", visibility="direct", media_ids=[await uploaded(alice, "red")])
    [sealed] = [one["media_attachments"][0] for one in [(await bob.notifications())[0]["status"]]]
    public = (await mallory.posts("mine", media_ids=[await uploaded(mallory, "red")]))["media_attachments"][0]

    assert (await running_site.client().get(public["url"])).status_code == 200
    assert (await running_site.client().get(without_signature(sealed["url"]))).status_code == 404
    name = (await running_site.client().get(public["url"])).headers["etag"].strip('"')
    assert (await running_site.client().get(f"/media/{name}.jpg")).status_code == 404


async def uploaded(person, colour):
    return (await person.uploads(photo(colour)))["id"]


async def signed_in(running_site, name):
    browser = Browser(running_site)
    await browser.was_signed_in(name)
    return browser


async def requested_deletion(running_site, name):
    answer = await (await signed_in(running_site, name)).sends("/settings/delete", password=PASSWORD)
    assert answer.is_redirect


def in_text(answer: httpx.Response) -> list[str]:
    is_text = answer.headers.get("content-type", "").startswith(("text/html", "application/json"))
    return [unescape(one) for one in ADDRESS.findall(answer.text)] if is_text else []


async def statuses(client, wanted):
    return {(await client.get(one)).status_code for one in wanted}


async def working(client, wanted):
    return {one for one in wanted if (await client.get(one)).status_code != 404}


def variant(address):
    return urlsplit(address).path.rpartition("/")[2].partition(".")[0]


def attachment(address):
    return urlsplit(address).path.split("/")[2]


def other(rendered_addresses, address):
    return next(attachment(one) for one in sorted(rendered_addresses) if attachment(one) != attachment(address))


def without_signature(address):
    return address.partition("?")[0]


def viewer_of(address):
    return re.findall(r"viewer=(\d+)", address)[0]
