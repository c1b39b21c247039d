"""Whom one might follow: the page, the first page of newcomers, the empty home page and apps, and how suggestions are dismissed."""

from __future__ import annotations

import pytest

from gazouillis.accounts import options
from gazouillis.accounts.options import SiteOptions
from tests.support.browser import Browser, leads_to, text
from tests.support.people import PASSWORD


@pytest.fixture
async def alices_browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


def main_of(page):
    return text(page).partition("<main")[2].partition("</main")[0]


async def suggested_to(person):
    return [one["account"]["acct"] for one in await person.get("/api/v2/suggestions")]


async def test_the_page_gives_each_person_with_the_reason_and_a_button_to_follow(alices_browser, running_site, alice, bob, carol):
    dora = await running_site.person("dora")
    await alice.follows(bob)
    await bob.follows(carol)
    await dora.follows(alice)
    await running_site.run_until_idle()

    page = main_of(await alices_browser.reads("/suggestions"))

    for person, reason in ((carol, "followed by bob"), (dora, "follows you")):
        assert f'formaction="/accounts/{person.id}/follow"' in page
        assert page.count(reason) == 1
    assert f"/accounts/{bob.id}/" not in page


async def test_a_dismissed_suggestion_comes_back_nowhere(alices_browser, running_site, alice, bob):
    await bob.follows(alice)
    await bob.posts("hello")
    assert f"/suggestions/{bob.id}/dismiss" in main_of(await alices_browser.reads("/suggestions"))

    assert leads_to(await alices_browser.sends(f"/suggestions/{bob.id}/dismiss")) == "/suggestions"

    page = text(await alices_browser.reads("/suggestions"))
    assert "bob will not be suggested to you again" in page
    for path in ("/suggestions", "/start?step=people", "/"):
        page = text(await alices_browser.reads(path))
        assert f'formaction="/accounts/{bob.id}/follow"' not in page
        assert f"follow_{bob.id}" not in page
    assert await suggested_to(alice) == []


async def test_a_script_is_answered_with_a_sentence_in_place_of_the_person(alices_browser, bob):
    alices_browser.client.headers["X-Fragment"] = "true"

    part = await alices_browser.sends(f"/suggestions/{bob.id}/dismiss")

    assert part.text.startswith(f'<p class="dismissed" id="suggested-{bob.id}" role="status">bob will not be suggested')


async def test_only_ones_own_suggestions_are_dismissed(running_site, alice, bob, carol):
    await carol.follows(alice, bob)

    assert (await alice.client.delete(f"/api/v1/suggestions/{carol.id}")).json() == {}
    assert (await alice.client.delete(f"/api/v1/suggestions/{carol.id}")).status_code == 200

    assert await suggested_to(alice) == []
    assert await suggested_to(bob) == ["carol"]


@pytest.mark.parametrize("account_id", ["1", "abc", "9" * 30])
async def test_an_unknown_person_cannot_be_dismissed(alices_browser, alice, account_id):
    assert (await alices_browser.sends(f"/suggestions/{account_id}/dismiss")).status_code == 404
    assert (await alice.client.delete(f"/api/v1/suggestions/{account_id}")).status_code == 404


async def test_apps_are_told_the_source_of_each_suggestion(running_site, alice, bob, carol):
    dora = await running_site.person("dora")
    await alice.follows(bob)
    await bob.follows(carol)
    await dora.follows(alice)

    found = {one["account"]["acct"]: (one["source"], one["sources"]) for one in await alice.get("/api/v2/suggestions")}

    assert found == {"carol": ("past_interactions", ["friends_of_friends"]), "dora": ("past_interactions", [])}
    assert {one["acct"] for one in await alice.get("/api/v1/suggestions")} == {"carol", "dora"}
    assert len(await alice.get("/api/v1/suggestions", limit=1)) == 1


async def test_visitors_have_no_suggestions(running_site, alice):
    visitor = Browser(running_site)

    assert leads_to(await visitor.reads("/suggestions")) == "/sign-in?next=/suggestions"
    assert leads_to(await visitor.reads("/start")) == "/sign-in?next=/start"
    assert (await running_site.client().get("/api/v2/suggestions")).status_code == 401
    assert (await running_site.client().delete(f"/api/v1/suggestions/{alice.id}")).status_code == 401


async def test_whoever_posted_this_month_is_suggested_to_a_newcomer_and_not_later(running_site, clock, alice, bob):
    await bob.posts("hello")
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    await running_site.run_until_idle()

    assert "active here" in main_of(await browser.reads("/"))

    clock.advance(days=31)
    await running_site.run_until_idle()
    assert "active here" not in main_of(await browser.reads("/"))


async def test_a_newcomer_says_hello_and_follows_on_the_first_page(running_site, alice):
    await alice.posts("hello")
    newcomer = Browser(running_site)
    await newcomer.reads("/sign-up")
    async with running_site.site.db.write() as tx:
        await options.change(tx, SiteOptions(registrations="open", is_set_up=True))

    response = await newcomer.sends("/sign-up", username="nina", email="nina@example.org", password="correct horse battery")

    assert leads_to(response) == "/start"
    assert f'name="follow_{alice.id}"' in main_of(await newcomer.reads("/start?step=people"))
    assert 'action="/statuses"' in main_of(await newcomer.reads("/start?step=hello"))
    assert 'href="/">Go to my home</a>' in main_of(await newcomer.reads("/start"))


async def test_a_visitor_who_wants_to_follow_somebody_is_led_to_them_after_signing_in(running_site, alice, bob):
    visitor = Browser(running_site)
    assert 'href="/sign-in?next=/%40bob"' in (await visitor.reads("/@bob")).text

    form = await visitor.reads("/sign-in?next=/%40bob")
    assert 'name="next" value="/@bob"' in form.text
    response = await visitor.sends("/sign-in", login="alice", password=PASSWORD, next="/@bob")

    assert leads_to(response) == "/@bob"
    assert f'formaction="/accounts/{bob.id}/follow"' in (await visitor.reads("/@bob")).text
