"""The files of attachments as they are served: ranges, validators, caching, and nothing that a browser would run."""

from __future__ import annotations

import pytest

from tests.support.browser import Browser
from tests.support.media import photo, video


@pytest.fixture
async def film(alice):
    status = await alice.posts("look", media_ids=[(await alice.uploads(video(), "film.mp4"))["id"]])
    return status["media_attachments"][0]["url"]


@pytest.fixture
async def letter(alice, bob):
    """The address of a picture that alice sent to bob alone, as bob's pages show it."""
    await bob.follows(alice)
    status = await alice.posts("@bob", visibility="direct", media_ids=[(await alice.uploads(photo()))["id"]])
    return status["media_attachments"][0]["url"].partition("?")[0]


async def test_a_browser_that_plays_a_video_gets_the_bytes_it_asks_for(visitor, film):
    whole = await visitor.client.get(film)
    size = len(whole.content)

    for asked, first, last in (
        ("bytes=0-1", 0, 1),
        ("bytes=5-", 5, size - 1),
        ("bytes=-7", size - 7, size - 1),
        ("bytes=0-999999999", 0, size - 1),
    ):
        part = await visitor.client.get(film, headers={"Range": asked})

        assert part.status_code == 206, asked
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert part.headers["content-length"] == str(last - first + 1)
        assert part.content == whole.content[first : last + 1]
        assert part.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=a-b", "bytes=-", "lines=0-1", "bytes=0-1,5-6", "bytes=9-2", "", "bytes=-" + "9" * 30])
async def test_a_range_that_cannot_be_read_gets_the_whole_file(visitor, film, asked):
    answer = await visitor.client.get(film, headers={"Range": asked})

    assert (answer.status_code, "content-range" in answer.headers) == (200, False)


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
async def test_a_range_behind_the_end_is_not_satisfiable(visitor, film, asked):
    size = (await visitor.client.head(film)).headers["content-length"]

    answer = await visitor.client.get(film, headers={"Range": asked})

    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")


async def test_a_range_of_another_version_gets_the_whole_file(visitor, film):
    etag = (await visitor.client.head(film)).headers["etag"]

    same = await visitor.client.get(film, headers={"Range": "bytes=0-1", "If-Range": etag})
    other = await visitor.client.get(film, headers={"Range": "bytes=0-1", "If-Range": '"other"'})

    assert (same.status_code, other.status_code) == (206, 200)


async def test_a_head_request_tells_the_size_without_the_file(visitor, film):
    answer, whole = await visitor.client.head(film), await visitor.client.get(film)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(whole.content))


async def test_a_public_file_is_fetched_once(visitor, film):
    first = await visitor.client.get(film)
    again = await visitor.client.get(film, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == first.headers["cache-control"]


async def test_a_sealed_file_is_kept_by_no_cache(running_site, visitor, letter):
    bob = Browser(running_site)
    await bob.was_signed_in("bob")
    found = await bob.client.get(letter)

    answers = [
        found,
        await bob.client.head(letter),
        await bob.client.get(letter, headers={"Range": "bytes=0-1"}),
        await bob.client.get(letter, headers={"Range": "bytes=999999999-"}),
        await bob.client.get(letter, headers={"If-None-Match": found.headers["etag"]}),
    ]
    refused = await visitor.client.get(letter)

    assert [one.status_code for one in answers] == [200, 200, 206, 416, 304]
    assert {one.headers["cache-control"] for one in answers} == {"private, no-store"}
    assert (refused.status_code, refused.headers["cache-control"]) == (404, "private, no-cache")


async def test_an_address_that_was_signed_for_an_app_is_kept_by_no_cache(running_site, alice, bob):
    """No header `Authorization` comes with it, so nothing but the answer itself keeps shared caches from handing it on."""
    await bob.follows(alice)
    status = await alice.posts("@bob", visibility="direct", media_ids=[(await alice.uploads(video(), "film.mp4"))["id"]])
    [film] = (await bob.get(f"/api/v1/statuses/{status['id']}"))["media_attachments"]
    nobody = running_site.client()

    for address in (film["url"], film["preview_url"]):
        found = await nobody.get(address)
        answers = [
            found,
            await nobody.head(address),
            await nobody.get(address, headers={"Range": "bytes=0-1"}),
            await nobody.get(address, headers={"Range": "bytes=999999999-"}),
            await nobody.get(address, headers={"If-None-Match": found.headers["etag"]}),
            await nobody.get(address[:-1]),
        ]

        assert [one.status_code for one in answers] == [200, 200, 206, 416, 304, 404]
        assert {one.headers["cache-control"] for one in answers[:-1]} == {"private, no-store"}
        assert "public" not in answers[-1].headers["cache-control"]


async def test_nothing_that_is_served_can_run(running_site, visitor, film, letter):
    bob = Browser(running_site)
    await bob.was_signed_in("bob")
    for answer in (await visitor.client.get(film), await bob.client.get(letter)):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"] == "inline"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers


async def test_web_apps_of_other_places_may_show_files_and_send_no_cookie(visitor, film):
    assert (await visitor.client.get(film)).headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("wrong", ["original.webp", "original", "other.mp4", "..%2f..%2fsecrets.json", "original.mp4.html"])
async def test_only_the_exact_address_of_a_file_works(visitor, film, wrong):
    assert (await visitor.client.get(film.rpartition("/")[0] + "/" + wrong)).status_code == 404


@pytest.mark.parametrize("wrong", ["0", "abc", "-1", "9" * 30, "1%2f2"])
async def test_an_attachment_that_never_was_is_not_found(visitor, wrong):
    assert (await visitor.reads(f"/media/{wrong}/original.jpg")).status_code == 404


async def test_a_file_that_the_store_has_lost_is_not_found(running_site, visitor, film):
    for one in (running_site.site.settings.data / "attachments").rglob("*.mp4"):
        one.unlink()

    assert (await visitor.client.get(film)).status_code == 404
