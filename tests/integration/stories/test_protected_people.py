"""Protected people: what names a child is not for everybody by accident, from pages and from apps."""

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.forms import forms
from tests.support.media import photo
from tests.support.page import chosen, value_of


@pytest.fixture
async def family(alice, bob):
    """Bob and Alice follow each other; he is in her circle."""
    await bob.follows(alice)
    await alice.follows(bob)
    return await alice.has_circle(bob, name="Family")


@pytest.fixture
async def browser(running_site, alice, family):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


@pytest.fixture
async def protects(browser):
    async def protect(audience="mutuals", people="Zoé, Zouzou\nJean-Luc"):
        assert leads_to(await browser.sends(PATH, people=people, audience=audience)) == PATH

    return protect


PATH = "/settings/protected-people"


async def test_the_form_comes_back_once_with_fewer_readers_and_says_why(browser, protects, alice, family):
    await protects(f"circle:{family}")

    page = await browser.sends("/statuses", status="ZOE is one year old", visibility="public")

    assert page.status_code == 422
    assert "You name Zoé, whom you protect" in text(page)
    assert "“Family”" in text(page)
    assert (chosen(page, "visibility"), value_of(page, "status")) == (f"circle:{family}", "ZOE is one year old")
    assert await alice.profile(alice) == []
    await browser.sends("/statuses", **_fields(page))
    assert [one["audience"] for one in await alice.get(f"/api/v1/accounts/{alice.id}/statuses")] == ["circle"]


async def test_the_author_may_publish_for_everybody_all_the_same(browser, protects, alice):
    await protects()
    page = await browser.sends("/statuses", status="Zoé won the race", visibility="unlisted")
    assert "for mutuals now" in text(page)

    await browser.sends("/statuses", **_fields(page) | {"visibility": "public"})

    assert [one["visibility"] for one in await alice.get(f"/api/v1/accounts/{alice.id}/statuses")] == ["public"]


@pytest.mark.parametrize("visibility", ["private", "mutuals"])
async def test_a_post_for_some_people_is_not_asked_about(browser, protects, alice, visibility):
    await protects()

    assert leads_to(await browser.sends("/statuses", status="Zoé sleeps", visibility=visibility)) == "/"


async def test_the_script_of_the_composer_is_told_the_audience_to_choose(browser, protects, family):
    await protects(f"circle:{family}")

    browser.client.headers["Accept"] = "application/json"
    refused = await browser.sends("/statuses", status="Zoé", visibility="public")

    assert refused.status_code == 422
    assert (refused.json()["visibility"], refused.json()["warned"]) == (f"circle:{family}", "1")
    other = (await browser.sends("/statuses", status=" ", visibility="public")).json()
    assert (other["visibility"], other["warned"]) == ("", "")


@pytest.mark.parametrize(
    "said",
    [
        {"status": "zouzou sleeps"},
        {"status": "hello", "spoiler_text": "about Zoé"},
        {"status": "#JEAN_LUC", "spoiler_text": "jean luc"},
        {"status": "zoe", "visibility": "unlisted"},
    ],
)
async def test_an_app_publishes_for_fewer_people_and_is_told_in_its_answer(protects, alice, bob, carol, said):
    await protects()

    status = await alice.post("/api/v1/statuses", **said)

    assert (status["visibility"], status["audience"]) == ("private", "mutuals")
    assert len(await bob.profile(alice)) == 1
    assert await carol.profile(alice) == await carol.local() == []


async def test_the_description_of_a_photo_counts(protects, alice, family):
    await protects(f"circle:{family}")
    picture = await alice.uploads(photo(), description="Zoé in the garden")

    status = await alice.posts("summer", media_ids=[picture["id"]])

    assert status["audience"] == "circle"


async def test_part_of_a_word_is_no_name(protects, alice):
    await protects(people="Al")

    assert (await alice.posts("also all the best"))["visibility"] == "public"


async def test_a_deleted_circle_leaves_mutuals(protects, alice, family):
    await protects(f"circle:{family}")
    await alice.client.delete(f"/api/v1/circles/{family}")

    assert (await alice.posts("Zoé"))["audience"] == "mutuals"


async def test_an_edit_by_an_app_that_brings_a_name_in_makes_the_post_narrower(protects, alice, carol):
    await protects()
    said, named = await alice.posts("hello"), await alice.posts("hello world")

    edited = await alice.edits(said, "hello Zoé")

    assert edited["visibility"] == "private"
    assert await carol.profile(alice) == ["hello world"]
    assert (await alice.edits(named, "hello everybody"))["visibility"] == "public"


async def test_an_edit_on_the_page_is_asked_about_once(browser, protects, alice):
    await protects()
    said = await alice.posts("hello")

    page = await browser.sends(f"/statuses/{said['id']}/edit", status="hello Zoé")
    assert (page.status_code, "everybody can read this post" in text(page)) == (422, True)
    await browser.sends(f"/statuses/{said['id']}/edit", **_fields(page))

    assert await alice.profile(alice) == ["hello Zoé"]
    assert leads_to(await browser.sends(f"/statuses/{said['id']}/edit", status="hello Zoé again"))


async def test_nobody_else_learns_of_the_names(running_site, protects, alice, bob):
    await protects()
    other = Browser(running_site)
    await other.was_signed_in("bob")

    assert "Jean-Luc" not in (await other.reads(PATH)).text
    assert "Jean-Luc" not in (await bob.client.get(f"/api/v1/accounts/{alice.id}")).text
    assert (await bob.posts("Zoé"))["visibility"] == "public"


async def test_names_are_shown_again_and_taken_back(browser, protects, alice, family):
    await protects(f"circle:{family}")
    page = await browser.reads(PATH)
    assert (value_of(page, "people"), chosen(page, "audience")) == ("Zoé, Zouzou\nJean-Luc", f"circle:{family}")

    many, long = "\n".join(map(str, range(21))), "a" * 61
    faults = [("people", "!!!"), ("people", many), ("people", long), ("audience", "public"), ("audience", "circle:7")]
    for field, wrong in faults:
        page = await browser.sends(PATH, **{"people": "Zoé", "audience": "mutuals"} | {field: wrong})
        assert (page.status_code, f'id="{field}-error"' in page.text) == (422, True)
    await protects(people="")
    assert (await alice.posts("Zoé"))["visibility"] == "public"


def _fields(page):
    """Those of the composer on the page, as a browser sends them."""
    [composer] = [one for one in forms(page) if "warned" in one.values]
    return composer.fields
