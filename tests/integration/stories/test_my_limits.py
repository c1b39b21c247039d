"""One's own limits: who may mention, find, list, read the town. The same at every door, and told to nobody."""

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import read
from tests.support.people import words


@pytest.fixture
async def sets(running_site, alice):
    """Saves Alice's limits by the form of the page."""
    browser = Browser(running_site)
    await browser.was_signed_in("alice")

    async def save(**chosen):
        saved = await browser.sends("/settings/limits", **{f"who_may_{act}": who for act, who in chosen.items()})
        assert leads_to(saved) == "/settings/limits"
        return browser

    return save


async def test_a_mention_by_somebody_who_may_not_is_only_a_text(sets, alice, bob, carol):
    browser = await sets(mention="followed")
    await alice.follows(bob)

    quiet = await carol.posts("@alice look here")
    await bob.posts("@alice hello")

    assert await alice.notified_of() == ["mention by bob"]
    assert read(await browser.reads("/mentions")) == ["@alice hello"]
    assert (await alice.get("/api/v1/notifications/unread_count"))["count"] == 1
    assert words(await bob.get(f"/api/v1/statuses/{quiet['id']}")) == "@alice look here"
    assert quiet["mentions"][0]["acct"] == "alice"


@pytest.mark.parametrize(
    ("who", "notified"),
    [
        ("everyone", ["bob", "carol", "mallory"]),
        ("followers", ["bob", "carol"]),
        ("followed", ["carol", "mallory"]),
        ("mutuals", ["carol"]),
        ("nobody", []),
    ],
)
async def test_each_choice_admits_whom_it_says(sets, alice, bob, carol, mallory, who, notified):
    """Bob follows Alice, Alice follows Mallory, Carol and Alice follow each other."""
    browser = await sets(mention=who)
    await bob.follows(alice)
    await carol.follows(alice)
    await alice.follows(carol, mallory)

    for person in (bob, carol, mallory):
        await person.posts(f"@alice it is {person.name}")

    assert sorted(one.split()[-1] for one in await alice.notified_of() if one.startswith("mention")) == notified
    assert sorted(one.split()[-1] for one in read(await browser.reads("/mentions"))) == notified


async def test_an_edit_mentions_nobody_who_does_not_want_it(sets, alice, carol):
    await sets(mention="followers")
    said = await carol.posts("hello")

    await carol.edits(said, "hello @alice")

    assert await alice.notified_of() == []


async def test_whom_i_addressed_reaches_me(sets, alice, carol, mallory):
    browser = await sets(mention="nobody")
    asked = await alice.posts("@carol what do you think?")

    await carol.replies(asked, "@alice good")
    await mallory.replies(asked, "@alice bad")

    assert await alice.notified_of() == ["mention by carol"]
    assert read(await browser.reads("/mentions")) == ["@alice good"]


async def test_a_private_message_is_not_a_mention(sets, alice, bob):
    await sets(mention="nobody")
    await alice.follows(bob)

    await bob.posts("@alice psst", visibility="direct")

    assert len(await alice.get("/api/v1/conversations")) == 1


async def test_who_may_not_find_me_finds_me_by_my_whole_name_only(running_site, sets, alice, bob, carol):
    await sets(find="followers")
    await bob.follows(alice)
    await carol.follows(bob)
    await alice.posts("hello")

    async def finds(person, typed):
        return [one["acct"] for one in (await person.get("/api/v2/search", q=typed))["accounts"]]

    assert [await finds(person, "ali") for person in (alice, bob, carol)] == [["alice"], ["alice"], []]
    assert await finds(carol, "@alice") == ["alice"]
    await sets(find="mutuals")
    assert await finds(bob, "ali") == []
    await alice.follows(bob)
    assert await finds(bob, "ali") == ["alice"]
    await sets(find="followed")
    assert [await finds(person, "ali") for person in (bob, carol)] == [["alice"], []]
    await sets(find="nobody")
    assert [await finds(person, "ali") for person in (bob, carol)] == [[], []]

    for path in ("/api/v1/directory", "/api/v1/suggestions"):
        assert "alice" not in [one["acct"] for one in await carol.get(path)]
    visitor = Browser(running_site)
    assert "/@alice" not in text(await visitor.reads("/directory"))
    assert (await visitor.reads("/@alice")).headers["x-robots-tag"] == "noindex"


async def test_people_i_follow_are_suggested_me_and_others_are_not(sets, alice, bob, carol):
    await sets(find="followed")
    await alice.follows(bob)
    await carol.follows(bob)

    assert "alice" in [one["acct"] for one in await bob.get("/api/v1/suggestions")]
    assert "alice" not in [one["acct"] for one in await carol.get("/api/v1/suggestions")]
    await sets(find="nobody")
    assert "alice" not in [one["acct"] for one in await bob.get("/api/v1/suggestions")]


async def test_an_app_that_hides_the_account_and_shows_it_again_agrees_with_the_page(sets, alice):
    browser = await sets(find="mutuals")
    assert (await alice.get("/api/v1/accounts/verify_credentials"))["discoverable"] is False

    await alice.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": True})
    assert _chosen(text(await browser.reads("/settings/limits")), "find") == "everyone"
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": False})
    assert _chosen(text(await browser.reads("/settings/limits")), "find") == "mutuals"


async def test_the_town_is_read_only_by_whom_it_is_meant_for(running_site, sets, alice, bob):
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"location": "Kolozsvár"})
    await sets(town="followed")
    await alice.follows(bob)
    friend, stranger, visitor = (Browser(running_site) for _ in range(3))
    await friend.was_signed_in("bob")
    await running_site.person("dora")
    await stranger.was_signed_in("dora")

    await running_site.run_until_idle()
    assert "Kolozsvár" in text(await friend.reads("/@alice"))
    assert "Kolozsvár" in text(await friend.reads("/notifications"))
    for browser in (stranger, visitor):
        for path in ("/@alice", "/directory", "/suggestions"):
            assert "Kolozsvár" not in text(await browser.reads(path))
    assert (await bob.get("/api/v2/search", q="kolozsvar"))["accounts"] == []


async def test_nobody_is_put_into_a_circle_against_their_will(sets, alice, bob, carol):
    circle = await bob.has_circle(alice)
    await sets(list="followed")
    other = await bob.has_circle(name="work")

    refused = await bob.client.post(f"/api/v1/circles/{other}/accounts", json={"account_ids": [alice.id]})

    assert (refused.status_code, "@alice does not want" in refused.json()["error"]) == (422, True)
    again = await bob.client.post(f"/api/v1/circles/{circle}/accounts", json={"account_ids": [alice.id, carol.id]})
    assert again.status_code == 200
    await alice.follows(bob)
    await bob.post(f"/api/v1/circles/{other}/accounts", account_ids=[alice.id])


async def test_what_cannot_be_chosen_is_refused_with_its_field(running_site, sets):
    browser = await sets(mention="mutuals", invite="nobody")

    page = await browser.sends("/settings/limits", who_may_mention="aliens", who_may_list="followers", is_locked="1")

    assert page.status_code == 422
    assert 'id="who_may_mention-error"' in page.text
    assert 'id="who_may_list-error"' in page.text
    assert 'name="is_locked" value="1" checked' in page.text
    page = text(await browser.reads("/settings/limits"))
    assert (_chosen(page, "mention"), _chosen(page, "invite"), _chosen(page, "list")) == ("mutuals", "nobody", "everyone")


def _chosen(page, act):
    select = page.split(f'name="who_may_{act}"')[1].split("</select>")[0]
    return next(part.split('"')[0] for part in select.split('value="')[1:] if " selected" in part)
