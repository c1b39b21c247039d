"""Blocked domains through the API and the pages: how they are written, listed and undone."""

import pytest

from tests.support.browser import Browser, leads_to, text

DOMAINS = "/api/v1/domain_blocks"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("there.test", "there.test"),
        ("  THERE.Test. ", "there.test"),
        ("https://there.test/@dave?x#y", "there.test"),
        ("@dave@there.test", "there.test"),
        ("dave@There.test", "there.test"),
        ("https://dave:secret@there.test", "there.test"),
        ("there.test:443", "there.test"),
        ("there.test:8443", "there.test:8443"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("xn--BCHER-kva.example", "xn--bcher-kva.example"),
    ],
)
async def test_a_domain_is_kept_as_it_stands_in_handles(alice, typed, meant):
    await alice.post(DOMAINS, domain=typed)

    assert await alice.get(DOMAINS) == [meant]
    assert (await alice.client.request("DELETE", DOMAINS, json={"domain": typed})).status_code == 200
    assert await alice.get(DOMAINS) == []


NO_DOMAINS = (
    *("", "  ", "@", "https://", "there", "there..test", "-there.test", "there test.org", "there_is.test"),
    *("there.test:0", "there.test:x", "a" * 300 + ".test", "x" * 5000, "localhost:8000"),
)


@pytest.mark.parametrize("typed", NO_DOMAINS)
async def test_what_is_no_domain_of_another_server_is_refused_beside_the_field(running_site, alice, typed):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")

    refused = await alice.client.post(DOMAINS, json={"domain": typed})
    page = await browser.sends("/settings/domains", domain=typed)

    assert (refused.status_code, [*refused.json()["details"]]) == (422, ["domain"])
    assert page.status_code == 422
    assert 'id="domain-error"' in page.text
    assert (await alice.client.post(DOMAINS, json={})).status_code == 422
    assert await alice.get(DOMAINS) == []


async def test_domains_are_listed_by_pages_the_last_first(alice, bob):
    for number in range(5):
        await alice.post(DOMAINS, domain=f"d{number}.test")
    await alice.post(DOMAINS, domain="d0.test")

    first = await alice.client.get(DOMAINS, params={"limit": 3})
    older = first.links["next"]["url"]

    assert first.json() == ["d4.test", "d3.test", "d2.test"]
    assert (await alice.client.get(older)).json() == ["d1.test", "d0.test"]
    assert await bob.get(DOMAINS) == []


async def test_the_page_blocks_and_unblocks(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")

    done = await browser.sends("/settings/domains", domain="There.test")
    assert leads_to(done) == "/settings/domains"
    assert "there.test" in text(await browser.reads("/settings/domains"))

    await browser.sends("/settings/domains/there.test/unblock")
    assert "You have not blocked any server." in text(await browser.reads("/settings/domains"))
    asked = await browser.sends("/settings/domains/there.test/block")
    assert "Block all of there.test?" in text(asked)
    assert await alice.get(DOMAINS) == []
    await browser.sends("/settings/domains/there.test/block", confirmed="yes")
    assert await alice.get(DOMAINS) == ["there.test"]


async def test_only_the_scope_of_blocks_blocks_a_domain(running_site, alice):
    assert (await running_site.client().get(DOMAINS)).status_code == 401
    assert (await running_site.client().post(DOMAINS, json={"domain": "there.test"})).status_code == 401
