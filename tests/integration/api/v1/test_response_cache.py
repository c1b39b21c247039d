"""Who asks the same again is handed the same bytes, until anything they stand on is different."""

import asyncio
import re

import pytest

from gazouillis.infra.cache.responses import RESPONSES
from gazouillis.infra.settings import Settings
from tests.support.browser import Browser
from tests.support.clock import MovingClock
from tests.support.page import read
from tests.support.people import Refused
from tests.support.site import running

HOME, PUBLIC = "/api/v1/timelines/home", "/api/v1/timelines/public"
DRAFT_KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture
def given_again(town):
    async def given_again(client, path):
        """Whether the second of two answers was kept."""
        await town.settle()
        first = await client.get(path)
        hits = town.site.db.cache.region(RESPONSES).hits
        second = await client.get(path)
        assert second.content == first.content
        return town.site.db.cache.region(RESPONSES).hits > hits

    return given_again


@pytest.fixture
def on_sqlite(town):
    if town.site.db.dialect != "sqlite":
        pytest.skip("only SQLite tells at once whether anything was committed")


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("path", [HOME, PUBLIC, "/api/v1/notifications", "/api/v1/timelines/tag/budapest", "/api/v1/favourites"])
async def test_a_list_is_kept(alice, bob, given_again, path):
    await alice.follows(bob)
    await bob.posts("hello @alice #budapest")

    await given_again(alice.client, path)

    assert await given_again(alice.client, path)


@pytest.mark.usefixtures("on_sqlite")
async def test_a_post_by_somebody_else_leaves_a_home_as_it_was(town, alice, bob, carol, given_again):
    await alice.follows(bob)
    await bob.posts("for alice")
    await given_again(alice.client, HOME)
    await carol.posts("for nobody")
    await town.settle()
    hits = town.site.db.cache.region(RESPONSES).hits

    await alice.client.get(HOME)

    assert town.site.db.cache.region(RESPONSES).hits == hits + 1


@pytest.mark.parametrize("path", [HOME, PUBLIC])
async def test_what_was_just_said_is_there_at_once(alice, path):
    for number in range(3):
        await alice.client.get(path)
        await alice.posts(f"number {number}")

        assert (await alice.client.get(path)).json()[0]["content"] == f"<p>number {number}</p>"


async def test_a_first_word_arrives_in_a_home_that_was_kept(town, alice, bob, carol):
    await alice.follows(bob, carol)
    await bob.posts("said before")
    seen = [await alice.get(HOME) for _ in range(3)]
    await carol.posts("good morning")

    assert [len(page) for page in (*seen, await alice.get(HOME))] == [1, 1, 1, 2]


async def test_each_is_shown_their_own(town, alice, bob):
    said = await alice.posts("hello")
    await bob.favourites(said)
    path = f"/api/v1/statuses/{said['id']}"

    seen = [[(await one.client.get(path)).json()["favourited"] for one in (alice, bob)] for _ in range(3)]

    assert seen == [[False, True]] * 3


async def test_a_token_taken_back_opens_nothing_any_more(town, alice):
    await alice.client.get(HOME)
    await alice.client.get(HOME)
    async with town.site.db.write() as tx:
        from gazouillis.accounts import tokens

        await tokens.revoke_all(tx, alice.account_id)

    assert (await alice.client.get(HOME)).status_code == 401


async def test_a_fault_is_not_kept(alice, bob):
    said = await bob.posts("for me", visibility="private")
    path = f"/api/v1/statuses/{said['id']}"
    with pytest.raises(Refused):
        await alice.get(path)
    await alice.follows(bob)

    assert (await alice.get(path))["id"] == said["id"]


async def test_who_is_muted_for_a_while_comes_back_at_that_minute(town, alice, bob):
    await bob.posts("hello")
    await alice.post(f"/api/v1/accounts/{bob.id}/mute", duration=600)
    hidden = [(await alice.client.get(PUBLIC)).json() for _ in range(2)]
    town.clock.advance(minutes=11)

    assert hidden == [[], []]
    assert len((await alice.client.get(PUBLIC)).json()) == 1


async def test_those_who_unpack_and_those_who_do_not_read_the_same(alice):
    for number in range(12):
        await alice.posts(f"{number}")
    packed = [await alice.client.get(HOME, headers={"Accept-Encoding": "gzip"}) for _ in range(3)]
    plain = [await alice.client.get(HOME, headers={"Accept-Encoding": "identity"}) for _ in range(3)]

    assert len({answer.content for answer in (*packed, *plain)}) == 1
    assert [answer.headers.get("content-encoding") for answer in (*packed, *plain)] == ["gzip"] * 3 + [None] * 3
    assert {answer.headers["content-length"] for answer in plain} == {str(len(plain[0].content))}
    assert {answer.headers["link"] for answer in (*packed, *plain)} == {plain[0].headers["link"]}


async def test_head_says_what_get_would(alice):
    await alice.posts("hello")
    kept = [await alice.client.get(HOME) for _ in range(2)][-1]

    head = await alice.client.head(HOME)

    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", kept.headers["content-length"])


async def test_no_two_pages_have_the_same_draft(town, alice):
    """Else what is written on the second would be taken for the first, said twice."""
    await alice.posts("hello")
    browser = Browser(town)
    await browser.was_signed_in("alice")
    pages = [(await browser.reads("/")).text for _ in range(4)]

    assert len({DRAFT_KEY.findall(page)[0] for page in pages}) == 4
    assert len({DRAFT_KEY.sub("", page) for page in pages[1:]}) == 1


async def test_a_page_says_how_long_ago_it_is_now(town, alice):
    await alice.posts("hello")
    browser = Browser(town)
    ages = []
    for _ in range(3):
        town.clock.advance(minutes=1)
        ages += [re.search(r"\d+ min", (await browser.reads("/local")).text)[0] for _ in range(2)]

    assert ages == ["1 min", "1 min", "2 min", "2 min", "3 min", "3 min"]


async def test_a_flash_is_said_once(town, alice):
    said = await alice.posts("hello")
    browser = Browser(town)
    await browser.was_signed_in("alice")
    await browser.reads("/")
    await browser.sends(f"/statuses/{said['id']}/delete")
    first, second = await browser.reads("/"), await browser.reads("/")

    assert ("set-cookie" in first.headers, "set-cookie" in second.headers) == (True, False)
    assert read(second) == []


async def test_many_at_once_read_what_is_there(alice):
    await alice.posts("first")
    answers = await asyncio.gather(*(alice.client.get(HOME) for _ in range(5)), alice.client.post("/api/v1/statuses", json={"status": "x"}))

    assert {answer.status_code for answer in answers} == {200}
    assert [len((await alice.client.get(HOME)).json()) for _ in range(2)] == [2, 2]


async def test_requests_are_counted_all_the_same(tmp_path):
    async with running(Settings(data=tmp_path), MovingClock()) as town:
        alice = await town.person("alice")
        left = [int((await alice.client.get(HOME)).headers["X-RateLimit-Remaining"]) for _ in range(300)]
        refused = await alice.client.get(HOME)

    assert left == list(range(299, -1, -1))
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (429, "0")
