"""A newcomer's first minutes: something to track, five people, a hello, each of which may be skipped; and what happens next."""

from __future__ import annotations

import pytest

from gazouillis.accounts import options
from gazouillis.accounts.options import SiteOptions
from tests.support.browser import Browser, leads_to, text
from tests.support.page import value_of
from tests.support.stays import LYON, lives

NINA = {"username": "nina", "email": "nina@example.org", "password": "correct horse battery"}


def main_of(page):
    return text(page).partition("<main")[2].partition("</main")[0]


@pytest.fixture
async def nina(running_site):
    """The browser of somebody who has just signed up."""
    async with running_site.site.db.write() as tx:
        await options.change(tx, SiteOptions(registrations="open", is_set_up=True))
    browser = Browser(running_site)
    assert leads_to(await browser.sends("/sign-up", **NINA)) == "/start"
    return browser


async def says(browser, page, **changes):
    """Sends the form of the hello, as a browser does that is on this page."""
    sent = await browser.reads(page)
    fields = {"status": value_of(sent, "status"), "idempotency_key": value_of(sent, "idempotency_key")} | changes
    browser.client.headers["Referer"] = f"http://localhost:8000{page}"
    try:
        return await browser.sends("/statuses", **fields)
    finally:
        del browser.client.headers["Referer"]


async def test_the_three_steps_lead_to_a_track_five_people_and_a_hello(running_site, nina, alice):
    people = [await running_site.person(f"person{number}") for number in range(7)]
    for one in people:
        await one.posts("Il pleut à Lyon")
    await running_site.run_until_idle()

    assert leads_to(await nina.sends("/tracks?next=/start?step=people", query="Lyon")) == "/start?step=people"
    page = main_of(await nina.reads("/start?step=people"))
    offered = [one for one in people if f'name="follow_{one.id}" value="1" checked' in page]
    assert len(offered) == 5
    assert page.count("active here") == 5
    answer = await nina.sends("/start/people", **{f"follow_{one.id}": "1" for one in offered[:4]})
    assert leads_to(answer) == "/start?step=hello"
    page = await nina.reads("/start?step=hello")
    assert "4 more people" in text(page)
    assert value_of(page, "status").startswith("Hello! I am nina")
    assert leads_to(await says(nina, "/start?step=hello")) == "/start?step=then"

    after = main_of(await nina.reads("/start?step=then"))
    assert "Your hello is said" in after
    assert "<bdi>Lyon</bdi>" in after
    assert "Hello! I am nina" in "".join(await alice.local())
    counts = await alice.get("/api/v1/accounts/lookup", acct="nina")
    assert (counts["following_count"], counts["statuses_count"]) == (4, 1)


async def test_every_step_can_be_skipped(nina):
    for step, following in (("track", "people"), ("people", "hello"), ("hello", "then")):
        assert f'href="/start?step={following}">Skip this</a>' in main_of(await nina.reads(f"/start?step={step}"))
    assert "You have said nothing yet" in main_of(await nina.reads("/start?step=then"))
    assert (await nina.reads("/start?step=more")).status_code == 404


async def test_an_empty_home_leads_there(nina):
    assert 'href="/start"' in main_of(await nina.reads("/"))


async def test_the_examples_are_ones_town_and_what_is_talked_about(alices_browser, alice, bob, carol):
    for one in (bob, carol):
        await one.posts("#soupe")
    await lives(alice, LYON)

    page = main_of(await alices_browser.reads("/start"))
    for query in ("Lyon", "#soupe"):
        assert f'name="query" value="{query}"' in page


async def test_the_hello_is_in_ones_language_and_proposed_once(running_site, french_visitor, alice):
    await french_visitor.was_signed_in("alice")
    proposed = value_of(await french_visitor.reads("/start?step=hello"), "status")
    assert proposed.startswith("Bonjour\xa0! Je suis alice")

    await says(french_visitor, "/start?step=hello", status="Bonjour d’Alice")
    assert value_of(await french_visitor.reads("/start?step=hello"), "status") == ""


async def test_a_post_written_elsewhere_leads_home(alices_browser):
    assert leads_to(await says(alices_browser, "/compose", status="hello")) == "/"


async def test_nobody_ticked_or_too_many_are_refused_in_words(alices_browser, alice):
    response = await alices_browser.sends("/start/people")
    assert (response.status_code, "Choose somebody" in text(response)) == (422, True)
    response = await alices_browser.sends("/start/people", **{f"follow_{number}": "1" for number in range(1, 60)})
    assert (response.status_code, "At most 40 people at once" in text(response)) == (422, True)


async def test_who_blocked_one_or_is_gone_is_passed_over_and_twice_changes_nothing(alices_browser, alice, bob, carol):
    await carol.blocks(alice)
    ticked = {f"follow_{one.id}": "1" for one in (alice, bob, carol)} | {
        "follow_99999999999999999999": "1",
        "follow_0x1": "1",
        "follow_77": "1",
    }
    for _time in range(2):
        assert leads_to(await alices_browser.sends("/start/people", **ticked)) == "/start?step=hello"

    assert [one["username"] for one in await alice.get(f"/api/v1/accounts/{alice.id}/following")] == ["bob"]


async def test_a_track_leads_to_pages_of_this_server_only(alices_browser):
    response = await alices_browser.sends("/tracks?next=https://elsewhere.example/", query="soupe")
    assert leads_to(response).startswith("/")
    assert "elsewhere" not in leads_to(response)
