"""The pages of lists of people: making one, reading it, changing it, and choosing the lists that hold somebody."""

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import read


@pytest.fixture
async def browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


async def made(browser, *handles, title="Lyon"):
    """The address of a list of these people."""
    path = leads_to(await browser.sends("/lists", title=title))
    for one in handles:
        await browser.sends(path, part="add", handle=one)
    return path.removesuffix("/edit")


async def test_a_list_is_made_filled_and_read(running_site, browser, alice, bob, carol):
    await alice.follows(bob, carol)
    assert "Your first list" in text(await browser.reads("/lists"))
    path = await made(browser)
    assert "Nobody is in this list yet" in text(await browser.reads(path))
    await browser.sends(f"{path}/edit", part="add", handle="@bob")
    assert "Nobody has said anything yet" in text(await browser.reads(path))
    await bob.posts("in Lyon")
    await carol.posts("elsewhere")
    await running_site.run_until_idle()

    page = await browser.reads(path)
    assert read(page) == ["in Lyon"]
    assert f"/live/list/{path.rpartition('/')[2]}" in page.text
    assert "1 person" in text(await browser.reads("/lists"))
    assert "@bob" in text(await browser.reads(f"{path}/edit"))
    await browser.sends(f"{path}/edit", part="remove", account_id=bob.id)
    assert read(await browser.reads(path)) == []


async def test_a_list_is_changed_and_deleted_after_a_question(browser, alice):
    path = await made(browser)
    await browser.sends(f"{path}/edit", part="change", title="Le chœur", replies_policy="none", exclusive="1")
    [one] = await alice.get("/api/v1/lists")
    assert (one["title"], one["replies_policy"], one["exclusive"]) == ("Le chœur", "none", True)
    await browser.sends(f"{path}/edit", part="change", title="Le chœur", replies_policy="followed")
    assert (await alice.get("/api/v1/lists"))[0]["exclusive"] is False

    assert "Delete the list Le chœur?" in text(await browser.sends(f"{path}/delete"))
    assert leads_to(await browser.sends(f"{path}/delete", confirmed="yes")) == "/lists"
    assert await alice.get("/api/v1/lists") == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"part": "add", "handle": "@carol"}, "You do not follow @carol: a list holds people whom you follow"),
        ({"part": "add", "handle": "nobody"}, "Nobody here bears this name"),
        ({"part": "change", "title": " ", "replies_policy": "list"}, "Give the list a name"),
        ({"part": "change", "title": "x", "replies_policy": "all"}, "Choose which replies it shows"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(browser, carol, fields, sentence):
    path = await made(browser)

    response = await browser.sends(f"{path}/edit", **fields)

    assert response.status_code == 422
    assert sentence in text(response)


async def test_the_menu_of_a_profile_leads_to_the_lists_that_hold_somebody(browser, alice, bob, carol):
    await alice.follows(bob)
    assert 'href="/@bob/lists"' in (await browser.reads("/@bob")).text
    assert "You have no list yet" in text(await browser.reads("/@bob/lists"))
    lyon, news = await made(browser), await made(browser, "@bob", title="News")
    number = lyon.rpartition("/")[2]

    assert leads_to(await browser.sends("/@bob/lists", **{f"list-{number}": "1", "list-1": "1"})) == "/@bob"
    assert [one["title"] for one in await alice.get(f"/api/v1/accounts/{bob.id}/lists")] == ["Lyon"]
    page = await browser.reads("/@bob/lists")
    assert page.text.count(" checked") == 1
    assert "News" in text(page)
    assert "follow carol first" in text(await browser.reads("/@carol/lists"))
    assert news != lyon


async def test_the_list_of_somebody_else_does_not_exist(running_site, browser, alice, bob):
    path = await made(browser)
    other = Browser(running_site)
    await other.was_signed_in("bob")

    assert [(await other.reads(one)).status_code for one in (path, f"{path}/edit", f"/live{path.replace('lists', 'list')}")] == [404] * 3
    assert (await other.sends(f"{path}/edit", part="change", title="mine", replies_policy="list")).status_code == 404
    assert (await other.sends(f"{path}/delete", confirmed="yes")).status_code == 404
    assert [one["title"] for one in await alice.get("/api/v1/lists")] == ["Lyon"]


async def test_the_pages_are_french_too(running_site, browser, alice, bob):
    await alice.follows(bob)
    path = await made(browser)

    for one in ("/lists", path, f"{path}/edit", "/@bob/lists"):
        page = await browser.client.get(one, headers={"Accept-Language": "fr"})
        assert page.status_code == 200
