"""What one notes about somebody: nobody else reads it, anywhere."""

import pytest

from gazouillis.accounts import queries as accounts
from gazouillis.graph.erase import erase
from tests.support.browser import Browser, leads_to, text

SECRET = "merlinpinpin"


@pytest.fixture
async def alices_browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


async def notes(person, other, comment):
    return await person.post(f"/api/v1/accounts/{other.id}/note", comment=comment)


async def note_of(person, other):
    (relation,) = await person.get("/api/v1/accounts/relationships", **{"id[]": other.id})
    return relation["note"]


async def test_a_note_is_kept_changed_and_removed(alice, bob):
    assert (await notes(alice, bob, "  rencontré à\r\nLyon "))["note"] == "rencontré à\nLyon"
    assert await note_of(alice, bob) == "rencontré à\nLyon"

    await notes(alice, bob, "à Nancy")
    assert await note_of(alice, bob) == "à Nancy"
    for blank in ("", " \u200b\n"):
        assert (await notes(alice, bob, blank))["note"] == ""
        await notes(alice, bob, "à Nancy")
    assert (await alice.post(f"/api/v1/accounts/{bob.id}/note"))["note"] == ""


async def test_nobody_else_reads_it(alice, bob, carol, running_site):
    await notes(alice, bob, SECRET)
    await bob.follows(alice)
    await alice.follows(bob)

    assert (await note_of(bob, alice), await note_of(carol, bob), await note_of(bob, bob)) == ("", "", "")
    for person in (bob, carol):
        browser = Browser(running_site)
        await browser.was_signed_in(person.name)
        for path in ("/@bob", "/@alice", "/@alice/following", "/@alice/note" if person is bob else "/@bob/note"):
            assert SECRET not in (await browser.reads(path)).text, (person.name, path)
    assert SECRET not in (await Browser(running_site).reads("/@bob")).text
    assert (await Browser(running_site).reads("/@bob/note")).status_code != 200


async def test_it_outlives_a_block_and_an_unfollow(alice, bob):
    await alice.follows(bob)
    await notes(alice, bob, SECRET)

    await alice.unfollows(bob)
    await bob.blocks(alice)

    assert await note_of(alice, bob) == SECRET


async def test_a_note_that_is_too_long_or_no_text_is_refused(alice, bob):
    await notes(alice, bob, "x" * 2000)
    for comment in ("x" * 2001, {"a": "b"}, ["a"]):
        response = await alice.client.post(f"/api/v1/accounts/{bob.id}/note", json={"comment": comment}, headers={"Accept-Language": "fr"})
        assert (response.status_code, "comment" in response.json()["details"]) == (422, True)
    assert await note_of(alice, bob) == "x" * 2000
    assert (await alice.client.post("/api/v1/accounts/12/note", json={"comment": "a"})).status_code == 404


async def test_one_notes_it_on_a_page_and_reads_it_on_the_profile(alices_browser, alice, bob):
    assert 'href="/@bob/note">Note something' in (await alices_browser.reads("/@bob")).text
    assert (await alices_browser.reads("/@alice/note")).status_code == (await alices_browser.reads("/@nobody/note")).status_code == 404

    done = await alices_browser.sends("/@bob/note", comment="Budapest\r\n<b>clarinette</b>")
    page = await alices_browser.reads("/@bob")

    assert leads_to(done) == "/@bob"
    assert "Budapest<br>&lt;b&gt;clarinette&lt;/b&gt;" in page.text
    assert "for you alone" in page.text
    assert "Budapest\n&lt;b&gt;clarinette" in (await alices_browser.reads("/@bob/note")).text
    await alices_browser.sends("/@bob/note", comment="")
    assert "Your note" not in (await alices_browser.reads("/@bob")).text.partition("<main")[2].partition("flash")[0]


async def test_a_long_note_is_refused_on_the_page_with_what_was_typed(running_site, alice, bob):
    browser = Browser(running_site, language="fr")
    await browser.was_signed_in("alice")

    refused = await browser.sends("/@bob/note", comment="x" * 2001)

    assert (refused.status_code, "x" * 2001 in refused.text) == (422, True)
    assert "2001" in text(refused) or "2 000" in text(refused) or "2000" in text(refused)
    assert await note_of(alice, bob) == ""


async def test_it_goes_with_either_account(alice, bob, carol, running_site):
    await notes(alice, bob, SECRET)
    await notes(bob, carol, SECRET)
    async with running_site.site.db.write() as tx:
        account = await accounts.by_id(tx, bob.account_id)
        while await erase(tx, account):
            pass

    assert (await note_of(alice, bob), await note_of(bob, carol)) == ("", "")
