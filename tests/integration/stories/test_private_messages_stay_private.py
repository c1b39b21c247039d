"""No door shows a third person that two others write to each other: neither a visitor, nor a follower of both, nor the owner."""

import pytest

from gazouillis.accounts.models import Role
from tests.support.browser import Browser
from tests.support.crawler import OF_NOTHING, Crawler, addresses

pytestmark = pytest.mark.usefixtures("acquainted")

SECRET = "merlinpinpin"


@pytest.fixture
async def values_by_parameter(running_site, alice, bob, carol):
    """Alice and Bob write to each other in every way there is; Carol follows both, and named people are in what they write."""
    olive = await running_site.person("olive", role=Role.OWNER)
    for follower in (carol, olive):
        await follower.follows(alice, bob)
    question = await alice.posts("who knows a good doctor? @carol #doctor")
    first = await bob.posts(f"@alice {SECRET} one #{SECRET}", visibility="direct", in_reply_to_id=question["id"], spoiler_text=SECRET)
    second = await alice.posts(
        f"@bob and @carol {SECRET} two https://example.org/{SECRET}", visibility="direct", in_reply_to_id=first["id"]
    )
    await bob.edits(first, f"{SECRET} three, about @carol")
    await bob.favourites(second)
    await bob.bookmarks(second)
    await running_site.run_until_idle()
    [conversation] = await bob.get("/api/v1/conversations")
    people = [alice, bob, carol]
    return OF_NOTHING | {
        "handle": [f"@{one.name}" for one in people],
        "account_id": [one.id for one in people],
        "status_id": [question["id"], first["id"], second["id"]],
        "conversation_id": [conversation["id"]],
        "tag": [SECRET, "doctor"],
        "hashtag": [SECRET, "doctor"],
        "id": [first["id"]],
    }


def addresses_with_secret(responses):
    """The addresses of those responses that hold the secret, without those that were asked for it."""
    return sorted(
        {
            one.request.url.path
            for one in responses
            if SECRET in one.text.replace(str(one.request.url), "") and SECRET not in str(one.request.url)
        }
    )


@pytest.mark.parametrize("name", [pytest.param("", marks=pytest.mark.thorough), "carol", pytest.param("olive", marks=pytest.mark.thorough)])
async def test_no_page_shows_the_messages_of_others(running_site, values_by_parameter, name):
    browser = Browser(running_site)
    if name:
        await browser.was_signed_in(name)

    pages = await Crawler(browser, running_site.app, values_by_parameter).pages()

    assert len(pages) > 20
    assert addresses_with_secret(pages) == []


@pytest.mark.parametrize("name", ["carol", "olive", ""])
async def test_no_endpoint_shows_the_messages_of_others(running_site, values_by_parameter, carol, name):
    client = running_site.client() if not name else carol.client
    if name == "olive":
        browser = Browser(running_site)
        await browser.was_signed_in("olive")
        client = browser.client

    paths = {one for one in addresses(running_site.app, "GET", values_by_parameter) if one.startswith("/api/")}
    found = [await client.get(one) for one in sorted(paths)]
    found += [await client.get(f"/api/v2/search?q={word}") for word in (f"{SECRET[:-2]}", "three", f"from:bob {SECRET[:-1]}")]
    found += [await client.get(f"/api/v1/statuses?id[]={one}") for one in values_by_parameter["status_id"]]

    assert {one.status_code for one in found} & {200}
    assert addresses_with_secret(found) == []


async def test_the_two_of_them_read_all_of_it(running_site, values_by_parameter, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")

    pages = await Crawler(browser, running_site.app, values_by_parameter).pages()

    assert f"/messages/{values_by_parameter['conversation_id'][0]}" in addresses_with_secret(pages)
    assert "/api/v1/conversations" in addresses_with_secret([await alice.client.get("/api/v1/conversations")])
