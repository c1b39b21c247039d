"""A block, or the block of a domain, hides two people from each other at every door: one table of addresses, asked for both of them."""

import re

import pytest

from tests.support.another_server import move_to_another_server
from tests.support.browser import Browser
from tests.support.media import photo

DOMAIN = "there.test"
KINDS = ("block", "domain")

API = """
/api/v1/timelines/home
/api/v1/timelines/public
/api/v1/timelines/public?local=true
/api/v1/timelines/public?only_media=true
/api/v1/timelines/tag/lilas
/api/v1/accounts/{carol}/statuses
/api/v1/accounts/{carol}/followers
/api/v1/accounts/{carol}/following
/api/v1/accounts/{other}/statuses
/api/v1/accounts/{other}/followers
/api/v1/accounts/{other}/following
/api/v1/accounts/search?q=zebra
/api/v1/accounts/search?q={name}
/api/v1/statuses/{theirs}
/api/v1/statuses?id[]={theirs}&id[]={answer}
/api/v1/statuses/{theirs}/context
/api/v1/statuses/{theirs}/source
/api/v1/statuses/{theirs}/history
/api/v1/statuses/{theirs}/favourited_by
/api/v1/statuses/{carols}/context
/api/v1/statuses/{carols}/favourited_by
/api/v1/statuses/{carols}/reblogged_by
/api/v1/favourites
/api/v1/bookmarks
/api/v1/notifications
/api/v2/notifications
/api/v1/notifications?types[]=follow
/api/v1/conversations
/api/v1/suggestions
/api/v2/suggestions
/api/v1/directory?local=true
/api/v2/search?q=zebra
/api/v2/search?q=zebra{name}&type=statuses
/api/v2/search?q=@{name}
/api/v2/search?q=http://localhost:8000/@{name}
/api/v2/search?q=http://localhost:8000/@{name}/{theirs}
/api/v1/follow_requests
""".split()

PAGES = """
/
/local
/tags/lilas
/@carol
/@carol/media
/@carol/followers
/@carol/following
/@carol/{carols}
/@carol/{carols}/favourites
/@carol/{carols}/reblogs
/@{name}/{theirs}
/@{name}/{theirs}/edits
/@{name}/{theirs}/favourites
/notifications
/mentions
/favourites
/bookmarks
/messages
/suggestions
/directory
/search?q=zebra
/search?q=zebra&type=accounts
/search?q=zebra&type=statuses
/search?q=@{name}
/compose/complete?q=@{name}
/statuses/{theirs}
/live/thread/{theirs}
""".split()


@pytest.fixture
async def village(running_site, alice, mallory, carol):
    """Alice and Mallory do all that leaves a trace of one at the other, and Carol knows both."""
    said = {}
    for one in (alice, mallory):
        await one.client.patch("/api/v1/accounts/update_credentials", json={"display_name": f"zebra {one.name}", "discoverable": True})
        await one.follows(carol)
        await carol.follows(one)
    carols = await carol.posts("who knows the #lilas?")
    for one, other in ((alice, mallory), (mallory, alice)):
        await one.follows(other)
        picture = await one.uploads(photo())
        said[one.name] = await one.posts(f"zebra{one.name} #lilas", media_ids=[picture["id"]])
        said["answer " + one.name] = await one.replies(carols, f"zebra{one.name} answers")
        await one.posts(f"zebra{one.name} for followers", visibility="private")
        await one.favourites(carols)
        await one.reblogs(carols)
    for one, other in ((alice, mallory), (mallory, alice)):
        await one.favourites(said[other.name])
        await one.bookmarks(said[other.name])
        await one.reblogs(said[other.name])
        await one.replies(said[other.name], f"@{other.name} zebra{one.name} to you")
        await one.posts(f"@{other.name} zebra{one.name} psst", visibility="direct")
    await carol.reblogs(said["alice"])
    await carol.reblogs(said["mallory"])
    await running_site.run_until_idle()
    for one in (alice, mallory):
        assert "zebra" in (await one.client.get("/api/v1/timelines/home")).text
    return said, carols


async def _separate(running_site, kind, alice, mallory):
    if kind == "block":
        await alice.blocks(mallory)
    else:
        await move_to_another_server(running_site, mallory, DOMAIN)
        await alice.post("/api/v1/domain_blocks", domain=f"https://{DOMAIN.upper()}./")
    await running_site.run_until_idle()


@pytest.mark.parametrize("kind", KINDS)
async def test_neither_finds_a_trace_of_the_other_at_any_door(running_site, village, alice, mallory, carol, kind):
    said, carols = village
    await _separate(running_site, kind, alice, mallory)

    leaks = []
    for viewer, other in ((alice, mallory), (mallory, alice)):
        known = {
            "other": other.id,
            "name": other.name,
            "carol": carol.id,
            "theirs": said[other.name]["id"],
            "answer": said["answer " + other.name]["id"],
            "carols": carols["id"],
        }
        for path in API:
            leaks += _traces(viewer, other, path, await viewer.client.get(path.format(**known)))
        listed = (await viewer.client.get("/api/v1/notifications")).json()
        counted = (await viewer.client.get("/api/v1/notifications/unread_count")).json()["count"]
        leaks += [f"{viewer.name} counts {counted} notifications of {len(listed)}"] if counted != len(listed) else []
        if kind == "domain" and viewer is mallory:
            continue  # nobody of another server has a session here
        browser = Browser(running_site)
        await browser.was_signed_in(viewer.name)
        for path in PAGES:
            leaks += _traces(viewer, other, path, await browser.reads(path.format(**known)))
    assert "\n".join(leaks) == ""


def _traces(viewer, other, path, response):
    """The words of the other, and the name that stands wherever the account is shown. One's own posts may still mention the handle."""
    if response.status_code in {403, 404, 410}:
        return []
    asked = re.sub(r'(?:value|content|href|action|formaction)="[^"]*"|<title>.*?</title>', "", response.text)
    found = [one for one in (f"zebra{other.name}", f"zebra {other.name}") if one in asked]
    return [f"{viewer.name} reads {found} at {path} ({response.status_code})"] if found or response.status_code >= 400 else []


@pytest.mark.parametrize("kind", KINDS)
async def test_follows_end_both_ways(running_site, village, alice, mallory, kind):
    await _separate(running_site, kind, alice, mallory)

    [relation] = await alice.get("/api/v1/accounts/relationships", id=mallory.id)

    assert (relation["following"], relation["followed_by"]) == (False, False)
    assert (relation["blocking"], relation["domain_blocking"]) == (kind == "block", kind == "domain")
    assert (await alice.client.post(f"/api/v1/accounts/{mallory.id}/follow")).status_code == 403
    assert (await alice.get("/api/v1/accounts/verify_credentials"))["followers_count"] == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_everything_is_found_again_after_the_block(running_site, village, alice, mallory, kind):
    said, carols = village
    await _separate(running_site, kind, alice, mallory)
    assert f"zebra{mallory.name}" not in str(await alice.thread(carols))

    if kind == "block":
        await alice.post(f"/api/v1/accounts/{mallory.id}/unblock")
    else:
        await alice.client.request("DELETE", "/api/v1/domain_blocks", json={"domain": DOMAIN})

    assert f"zebra{mallory.name}" in str(await alice.thread(carols))
    assert (await alice.client.get(f"/api/v1/statuses/{said['mallory']['id']}")).status_code == 200


async def test_a_blocked_account_does_not_fetch_the_sealed_photo_any_more(running_site, alice, mallory):
    await mallory.follows(alice)
    picture = await alice.uploads(photo())
    said = await alice.posts("for followers", visibility="private", media_ids=[picture["id"]])
    [shown] = (await mallory.get(f"/api/v1/statuses/{said['id']}"))["media_attachments"]
    address = shown["url"].removeprefix("http://localhost:8000")
    assert (await running_site.client().get(address)).status_code == 200

    await alice.blocks(mallory)
    await running_site.run_until_idle()

    assert (await running_site.client().get(address)).status_code in {403, 404}
