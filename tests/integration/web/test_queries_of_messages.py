"""The lists of conversations and of requests, and a conversation, make a fixed number of queries, however long they are."""

import pytest

from tests.support.browser import Browser
from tests.support.query_count import recorded_queries

FEW, MANY = 2, 9


async def strangers_write(running_site, names, *, followed_by=None):
    for name in names:
        one = await running_site.person(name)
        if followed_by is not None:
            await followed_by.follows(one)
        await one.posts("@alice hello", visibility="direct")


async def conversations(running_site, alice, count, start):
    await strangers_write(running_site, [f"friend{number}" for number in range(start, start + count)], followed_by=alice)
    return "/messages"


async def requests(running_site, alice, count, start):
    await strangers_write(running_site, [f"stranger{number}" for number in range(start, start + count)])
    return "/messages/requests"


async def requests_of_apps(running_site, alice, count, start):
    await requests(running_site, alice, count, start)
    return "/api/v1/notifications/requests?limit=40"


async def conversations_of_apps(running_site, alice, count, start):
    await conversations(running_site, alice, count, start)
    return "/api/v1/conversations?limit=40"


async def messages(running_site, alice, count, start):
    if not start:
        await (await running_site.person("bob")).follows(alice)
    for number in range(count):
        await alice.posts(f"@bob {number}", visibility="direct")
    [conversation] = await alice.get("/api/v1/conversations")
    return f"/messages/{conversation['id']}"


@pytest.mark.parametrize("grow", [conversations, requests, conversations_of_apps, requests_of_apps, messages])
async def test_more_of_them_cost_no_more_queries(running_site, alice, monkeypatch, grow):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")

    async def queries(start, count):
        path = await grow(running_site, alice, count, start)
        await running_site.run_until_idle()
        asking = alice.client if path.startswith("/api") else browser.client
        await asking.get(path)
        running_site.site.db.cache.clear()
        with recorded_queries(running_site.site, monkeypatch) as made:
            page = await asking.get(f"{path}{'&' if '?' in path else '?'}number={start}")
        assert page.status_code == 200
        return len(made), page.text

    few, _ = await queries(0, FEW)
    many, page = await queries(FEW, MANY)

    assert page.count("hello") >= MANY or grow is messages
    assert many == few
