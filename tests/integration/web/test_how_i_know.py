"""The page that says how one knows somebody, and the link to it on the profile."""

import re

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.query_count import recorded_queries

LIMITS = "/api/gazouillis/v1/limits"
LINK = 'href="/@carol/how-i-know"'


@pytest.fixture
async def browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


@pytest.fixture
async def chain(alice, bob, carol):
    await bob.client.patch(LIMITS, json={"links_others": True})
    await alice.follows(bob)
    await bob.follows(carol)


def shown(page):
    """The handles of the chains, in the order of the page."""
    return re.findall(r'<a href="/@(\w+)"><img', text(page))


async def test_the_profile_leads_to_the_chains_with_faces_and_names_as_links(browser, chain):
    assert LINK in text(await browser.reads("/@carol"))

    page = await browser.reads("/@carol/how-i-know")

    assert shown(page) == ["alice", "bob", "carol"]
    assert "Each follows the next." in text(page)
    assert page.headers["x-robots-tag"] == "noindex"


async def test_whom_i_follow_whom_i_block_and_myself_i_need_not_ask_for(browser, alice, bob, carol):
    await alice.follows(carol)
    await bob.blocks(alice)

    assert LINK not in text(await browser.reads("/@carol"))
    assert shown(await browser.reads("/@carol/how-i-know")) == ["alice", "carol"]
    assert "/how-i-know" not in text(await browser.reads("/@bob")) + text(await browser.reads("/@alice"))
    assert "chose not to see each other" in text(await browser.reads("/@bob/how-i-know"))
    assert leads_to(await browser.reads("/@alice/how-i-know")) == "/@alice"


async def test_without_a_chain_the_page_says_so_and_names_nobody(browser, alice, bob, carol):
    await alice.follows(bob)
    await bob.follows(carol)

    page = await browser.reads("/@carol/how-i-know")

    assert (shown(page), "No chain to show" in text(page), "@bob" in text(page)) == ([], True, False)


async def test_the_page_leads_to_the_box_by_which_one_agrees_and_the_box_works(browser, carol):
    assert 'href="/settings/limits#links_others">Agree to be one' in text(await browser.reads("/@carol/how-i-know"))

    await browser.sends("/settings/limits", links_others="1")

    assert 'name="links_others" value="1" checked' in text(await browser.reads("/settings/limits"))
    assert "You agreed too" in text(await browser.reads("/@carol/how-i-know"))
    await browser.sends("/settings/limits")
    assert 'name="links_others" value="1" checked' not in text(await browser.reads("/settings/limits"))


async def test_visitors_sign_in_first_and_names_are_found_as_elsewhere(running_site, browser, carol):
    visitor = await Browser(running_site).reads("/@carol/how-i-know")

    assert leads_to(visitor).startswith("/sign-in")
    assert LINK not in text(await Browser(running_site).reads("/@carol"))
    assert leads_to(await browser.reads("/@CAROL/how-i-know")) == "/@carol/how-i-know"
    for nobody in ("@nobody", "carol", "@%00", "@" + "x" * 300):
        assert (await browser.reads(f"/{nobody}/how-i-know")).status_code == 404


@pytest.mark.usefixtures("on_sqlite")
async def test_a_profile_with_the_link_is_still_answered_from_the_response_cache(running_site, browser, chain, monkeypatch):
    """It is read often: the chains have a page of their own."""
    await running_site.run_until_idle()
    for _ in range(2):
        await browser.reads("/@carol")
    with recorded_queries(running_site.site, monkeypatch) as queries:
        assert LINK in text(await browser.reads("/@carol"))
    assert queries == []
