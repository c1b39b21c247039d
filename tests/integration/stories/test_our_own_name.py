"""A server with an accented domain, café.fr: its accounts are found under every spelling of the handle, at every door."""

import msgspec
import pytest

from gazouillis import administration
from gazouillis.infra.database.paging import Window
from gazouillis.search import queries as search
from tests.support.browser import Browser, leads_to
from tests.support.people import PASSWORD, words
from tests.support.site import account_of, run_site

SPELLINGS = ["@yan@café.fr", "@YAN@CAFÉ.FR", "@Yan@xn--caf-dma.fr", "＠yan＠café.fr"]


@pytest.fixture
async def running_site(settings, clock):
    async with run_site(msgspec.structs.replace(settings, domain="café.fr"), clock) as running_site:
        yield running_site


@pytest.fixture
async def yan(running_site):
    return await running_site.person("yan")


@pytest.fixture
def browser(running_site):
    browser = Browser(running_site)
    browser.client.base_url = "https://localhost.local"
    return browser


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_the_handle_in_a_status_is_a_mention(yan, alice, spelling):
    status = await alice.posts(f"hello {spelling}!")

    assert [one["acct"] for one in status["mentions"]] == ["yan"]
    assert await yan.notified_of() == ["mention by alice"]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_the_handle_in_a_bio_or_a_field_is_a_link(yan, alice, spelling):
    change = {"note": spelling, "fields_attributes": [{"name": "friend", "value": spelling}]}
    own = (await alice.client.patch("/api/v1/accounts/update_credentials", json=change)).json()

    for html in (own["note"], own["fields"][0]["value"]):
        assert 'href="https://café.fr/@yan"' in html


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_search_lookup_and_from_find_the_account(yan, alice, spelling):
    await yan.posts("tea")
    await alice.posts("tea")

    assert (await alice.get("/api/v1/accounts/lookup", acct=spelling))["acct"] == "yan"
    assert [one["acct"] for one in await alice.get("/api/v1/accounts/search", q=spelling)] == ["yan"]
    assert [one["acct"] for one in (await alice.get("/api/v2/search", q=spelling))["accounts"]] == ["yan"]
    found = (await alice.get("/api/v2/search", q=f"tea from:{spelling}"))["statuses"]
    assert [one["account"]["acct"] for one in found] == ["yan"]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_pages_redirect_to_the_canonical_url_and_search_shows_the_account(yan, browser, spelling):
    status = await yan.posts("hello")
    await yan.running_site.run_until_idle()

    for handle in {spelling, spelling.lower()} - {"＠yan＠café.fr"}:
        assert leads_to(await browser.client.get(f"/{handle}")) == "/@yan"
        assert leads_to(await browser.client.get(f"/{handle}/{status['id']}")) == f"/@yan/{status['id']}"
    assert "<span>@yan</span>" in (await browser.client.get("/search", params={"q": spelling})).text


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_the_handle_signs_in(yan, browser, spelling):
    assert leads_to(await browser.signs_in(spelling, PASSWORD)) == "/"


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_the_command_line_finds_the_account(yan, running_site, spelling):
    async with running_site.site.db.read() as reader:
        assert (await administration.local_account(reader, spelling, running_site.site.settings)).username == "yan"


async def test_a_full_handle_finds_no_other_account(yan, alice, running_site):
    await running_site.person("yannick")
    await running_site.run_until_idle()

    async with running_site.site.db.long_read() as reader:
        assert len(await search.accounts(reader, "@yan", None, 5, authority="café.fr")) == 2
        assert len(await search.accounts(reader, "@yan@café.fr", None, 5, authority="café.fr")) == 1
        assert await search.accounts(reader, "@yan@there.test", None, 5, authority="café.fr") == []
        assert await search.statuses(reader, "from:@yan@there.test", None, Window(), authority="café.fr") == []


async def test_search_understands_every_url_that_the_server_hands_out(yan, alice, browser):
    status = await yan.posts("hello")
    reply = await alice.replies(status, "@yan oui")
    account = await account_of(yan.running_site.site, yan)
    page = f"https://café.fr/@yan/{status['id']}"
    await yan.running_site.run_until_idle()

    for address in (
        page,
        f"{page}/",
        f"{page}?x=y",
        page.replace("https", "http"),
        page.replace("café.fr", "XN--CAF-DMA.FR"),
        status["uri"],
    ):
        assert [words(one) for one in (await alice.get("/api/v2/search", q=address))["statuses"]] == ["hello"]
        assert ">hello</p>" in (await browser.client.get("/search", params={"q": address})).text.replace("<p>", ">")
    pointed = (await alice.get("/api/v2/search", q=f"{page}#s{reply['id']}"))["statuses"]
    assert [words(one) for one in pointed] == ["@yan oui", "hello"]
    for address in (
        "https://café.fr/@yan",
        "HTTP://CAFÉ.FR/@Yan/",
        "https://café.fr/@yan@café.fr?x",
        f"https://café.fr/users/{account.id}",
    ):
        assert [one["acct"] for one in (await alice.get("/api/v2/search", q=address))["accounts"]] == ["yan"]
        assert "<span>@yan</span>" in (await browser.client.get("/search", params={"q": address})).text


async def test_the_url_of_a_hidden_status_finds_nothing(yan, alice, carol):
    status = await yan.posts("@carol between us", visibility="direct")

    assert (await alice.get("/api/v2/search", q=status["url"]))["statuses"] == []
    assert (await alice.get("/api/v2/search", q=status["uri"]))["statuses"] == []
