"""The response cache: a repeated request gets the same bytes until a dependency of the response has changed."""

import asyncio
import re

import pytest

from gazouillis.accounts import tokens
from gazouillis.infra.cache.responses import RESPONSES
from gazouillis.infra.settings import Settings
from tests.support.browser import Browser
from tests.support.clock import MovingClock
from tests.support.page import read
from tests.support.people import Refused
from tests.support.site import run_site

HOME, PUBLIC = "/api/v1/timelines/home", "/api/v1/timelines/public"
DRAFT_KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture
def is_cached(running_site):
    async def is_cached(client, path):
        """Whether the second of two responses comes from the cache."""
        await running_site.run_until_idle()
        first = await client.get(path)
        hits = running_site.site.db.cache.region(RESPONSES).hits
        second = await client.get(path)
        assert second.content == first.content
        return running_site.site.db.cache.region(RESPONSES).hits > hits

    return is_cached


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("path", [HOME, PUBLIC, "/api/v1/notifications", "/api/v1/timelines/tag/budapest", "/api/v1/favourites"])
async def test_a_list_is_cached(alice, bob, is_cached, path):
    await alice.follows(bob)
    await bob.posts("hello @alice #budapest")

    await is_cached(alice.client, path)

    assert await is_cached(alice.client, path)


@pytest.mark.usefixtures("on_sqlite")
async def test_a_post_of_an_account_not_followed_does_not_invalidate_a_home(running_site, alice, bob, carol, is_cached):
    await alice.follows(bob)
    await bob.posts("for alice")
    await is_cached(alice.client, HOME)
    await carol.posts("for nobody")
    await running_site.run_until_idle()
    hits = running_site.site.db.cache.region(RESPONSES).hits

    await alice.client.get(HOME)

    assert running_site.site.db.cache.region(RESPONSES).hits == hits + 1


@pytest.mark.parametrize("path", [HOME, PUBLIC])
async def test_a_post_is_in_the_next_response(alice, path):
    for number in range(3):
        await alice.client.get(path)
        await alice.posts(f"number {number}")

        assert (await alice.client.get(path)).json()[0]["content"] == f"<p>number {number}</p>"


async def test_the_first_post_of_a_followed_account_invalidates_a_home(running_site, alice, bob, carol):
    await alice.follows(bob, carol)
    await bob.posts("said before")
    seen = [await alice.get(HOME) for _ in range(3)]
    await carol.posts("good morning")

    assert [len(page) for page in (*seen, await alice.get(HOME))] == [1, 1, 1, 2]


async def test_each_viewer_gets_their_own_viewer_flags(running_site, alice, bob):
    status = await alice.posts("hello")
    await bob.favourites(status)
    path = f"/api/v1/statuses/{status['id']}"

    seen = [[(await one.client.get(path)).json()["favourited"] for one in (alice, bob)] for _ in range(3)]

    assert seen == [[False, True]] * 3


async def test_a_revoked_token_gets_no_cached_response(running_site, alice):
    await alice.client.get(HOME)
    await alice.client.get(HOME)
    async with running_site.site.db.write() as tx:
        await tokens.revoke_all(tx, alice.account_id)

    assert (await alice.client.get(HOME)).status_code == 401


async def test_an_error_is_not_cached(alice, bob):
    status = await bob.posts("for me", visibility="private")
    path = f"/api/v1/statuses/{status['id']}"
    with pytest.raises(Refused):
        await alice.get(path)
    await alice.follows(bob)

    assert (await alice.get(path))["id"] == status["id"]


async def test_a_cached_response_expires_when_a_mute_ends(running_site, alice, bob):
    await bob.posts("hello")
    await alice.post(f"/api/v1/accounts/{bob.id}/mute", duration=600)
    hidden = [(await alice.client.get(PUBLIC)).json() for _ in range(2)]
    running_site.clock.advance(minutes=11)

    assert hidden == [[], []]
    assert len((await alice.client.get(PUBLIC)).json()) == 1


async def test_compressed_and_plain_responses_are_equal(alice):
    for number in range(12):
        await alice.posts(f"{number}")
    gzipped = [await alice.client.get(HOME, headers={"Accept-Encoding": "gzip"}) for _ in range(3)]
    plain = [await alice.client.get(HOME, headers={"Accept-Encoding": "identity"}) for _ in range(3)]

    assert len({response.content for response in (*gzipped, *plain)}) == 1
    assert [response.headers.get("content-encoding") for response in (*gzipped, *plain)] == ["gzip"] * 3 + [None] * 3
    assert {response.headers["content-length"] for response in plain} == {str(len(plain[0].content))}
    assert {response.headers["link"] for response in (*gzipped, *plain)} == {plain[0].headers["link"]}


async def test_head_has_the_headers_of_get(alice):
    await alice.posts("hello")
    cached = [await alice.client.get(HOME) for _ in range(2)][-1]

    head = await alice.client.head(HOME)

    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", cached.headers["content-length"])


async def test_each_page_has_its_own_idempotency_key(running_site, alice):
    """With the same key, a post from the second page would count as a repetition of the first."""
    await alice.posts("hello")
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    pages = [(await browser.reads("/")).text for _ in range(4)]

    assert len({DRAFT_KEY.findall(page)[0] for page in pages}) == 4
    assert len({DRAFT_KEY.sub("", page) for page in pages[1:]}) == 1


async def test_relative_times_of_a_cached_page_are_current(running_site, alice):
    await alice.posts("hello")
    browser = Browser(running_site)
    ages = []
    for _ in range(3):
        running_site.clock.advance(minutes=1)
        ages += [re.search(r"\d+ min", (await browser.reads("/local")).text)[0] for _ in range(2)]

    assert ages == ["1 min", "1 min", "2 min", "2 min", "3 min", "3 min"]


async def test_a_flash_message_is_shown_once(running_site, alice):
    status = await alice.posts("hello")
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    await browser.reads("/")
    await browser.sends(f"/statuses/{status['id']}/delete", confirmed="yes")
    first, second = await browser.reads("/"), await browser.reads("/")

    assert ("set-cookie" in first.headers, "set-cookie" in second.headers) == (True, False)
    assert read(second) == []


async def test_concurrent_requests_read_the_current_state(alice):
    await alice.posts("first")
    responses = await asyncio.gather(
        *(alice.client.get(HOME) for _ in range(5)), alice.client.post("/api/v1/statuses", json={"status": "x"})
    )

    assert {response.status_code for response in responses} == {200}
    assert [len((await alice.client.get(HOME)).json()) for _ in range(2)] == [2, 2]


async def test_cached_responses_count_towards_rate_limits(tmp_path):
    async with run_site(Settings(data=tmp_path), MovingClock()) as running_site:
        alice = await running_site.person("alice")
        left = [int((await alice.client.get(HOME)).headers["X-RateLimit-Remaining"]) for _ in range(300)]
        refused = await alice.client.get(HOME)

    assert left == list(range(299, -1, -1))
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (429, "0")
