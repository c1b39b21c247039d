"""Pages of thanks: the form, the post that thanks, the list of people, and the notification; without JavaScript."""

import re

import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.statuses.tables import favourites
from tests.support.browser import Browser, leads_to, text
from tests.support.forms import forms


@pytest.fixture
async def asked(alice, bob, carol):
    """Bob replied to it, Carol favourited it."""
    asked = await alice.posts("Que faire à Budapest")
    await bob.replies(asked, "les bains")
    await carol.favourites(asked)
    return asked


@pytest.fixture
async def browser(running_site, alice):
    return await browser_of(running_site, alice)


async def browser_of(running_site, person):
    browser = Browser(running_site)
    await browser.was_signed_in(person.name)
    return browser


def form_of(page):
    [form] = [one for one in forms(page) if "status" in one.fields]
    return form


def at(status):
    return f"/statuses/{status['id']}/thanks"


async def thanks_of(person, status):
    return await person.get(f"/api/gazouillis/v1/statuses/{status['id']}/thanks")


async def test_the_thread_leads_to_a_form_with_everybody_ticked(browser, asked, bob, carol):
    page = await browser.reads(f"/@alice/{asked['id']}")
    assert f'href="{at(asked)}"' in page.text

    page = await browser.reads(at(asked))

    assert re.findall(r'name="p(\d+)" value="1" checked', page.text) == [bob.id, carol.id]
    assert "replied" in text(page)
    assert "favourited it" in text(page)
    assert "The people do not count" in text(page)
    assert "this person and you, nobody else" in text(page)


async def test_a_post_that_nobody_answered_offers_no_thanks(browser, alice, bob):
    alone = await alice.posts("seule")

    assert at(alone) not in (await browser.reads(f"/@alice/{alone['id']}")).text
    page = await browser.reads(at(alone))
    assert "Nobody yet" in text(page)
    assert "textarea" not in page.text


async def test_the_thanks_are_posted_with_their_people_and_lines(running_site, browser, asked, alice, bob, carol):
    fields = {"status": "merci", f"p{bob.id}": "1", f"p{carol.id}": "1", f"line_{bob.id}": "une mention spéciale", f"line_{carol.id}": ""}
    address = leads_to(await browser.sends(at(asked), **fields))

    page = await browser.reads(address)
    assert "thanks 2 people" in text(page)
    assert "mention spéciale" not in page.text
    listed = await browser.reads(f"{address}/thanked")
    assert "@bob" in text(listed)
    assert "une mention spéciale" in text(listed)
    await running_site.run_until_idle()
    for person, is_told in ((bob, True), (carol, False)):
        own = await browser_of(running_site, person)
        notified = await own.reads("/notifications")
        assert "thanks you" in text(notified)
        assert ("une mention spéciale" in text(notified)) == is_told
        assert ("For you alone:" in text(await own.reads(f"{address}/thanked"))) == is_told
    visitor = Browser(running_site)
    assert "mention" not in text(await visitor.reads(f"{address}/thanked"))


async def test_in_french_the_post_thanks_too(running_site, asked, alice, bob, carol):
    status = (await alice.post(f"/api/gazouillis/v1/statuses/{asked['id']}/thanks", status="merci", account_ids=[bob.id, carol.id]))[
        "status"
    ]
    visitor = Browser(running_site, language="fr")

    assert "remercie 2 personnes" in text(await visitor.reads(f"/@alice/{status['id']}"))


async def test_a_refused_form_keeps_words_ticks_and_lines(browser, asked, alice, bob, carol):
    page = await browser.sends(at(asked), **{"status": "x" * 141, f"p{bob.id}": "1", f"line_{bob.id}": "toi"})

    assert page.status_code == 422
    assert "Too long by 1 character" in text(page)
    assert "x" * 141 in page.text
    assert re.findall(r'name="p(\d+)" value="1" checked', page.text) == [bob.id]
    assert f'name="line_{bob.id}" value="toi"' in page.text
    assert (await thanks_of(alice, asked))["status"] is None


async def test_a_line_for_somebody_who_is_not_ticked_is_not_lost(browser, asked, alice, bob, carol):
    page = await browser.sends(at(asked), **{"status": "merci", f"p{bob.id}": "1", f"line_{carol.id}": "toi"})

    assert page.status_code == 422
    assert "Tick this person, or empty the line" in text(page)
    assert f'name="line_{carol.id}" value="toi"' in page.text
    assert (await thanks_of(alice, asked))["status"] is None


async def test_a_line_that_is_too_long_is_named_beside_it(browser, asked, bob, carol):
    page = await browser.sends(at(asked), **{"status": "merci", f"p{bob.id}": "1", f"line_{bob.id}": "x" * 142})

    assert "too long by 2 characters" in text(page)
    assert f'href="#lines.{bob.id}"' in page.text
    assert f'id="lines.{bob.id}" open' in page.text


async def test_a_second_thanks_begins_with_the_words_of_the_first(browser, asked, alice, bob, carol):
    await browser.sends(at(asked), **{"status": "merci", f"p{bob.id}": "1"})

    page = await browser.reads(at(asked))

    assert "You thank 1 person already" in text(page)
    assert form_of(page).fields["status"].strip() == "merci"
    assert re.findall(r'name="p(\d+)" value="1" checked', page.text) == [carol.id]
    await browser.sends(at(asked), **{"status": "merci à tous", f"p{carol.id}": "1"})
    assert (await thanks_of(alice, asked))["status"]["thanked_count"] == 2
    assert "You thank everybody who took part" in text(await browser.reads(at(asked)))


async def test_buttons_tick_everybody_or_nobody_and_keep_the_words(running_site, browser, asked):
    for number in range(3):
        await (await running_site.person(f"guest{number}")).favourites(asked)

    nobody = await browser.sends(at(asked), status="merci", tick="none")
    everybody = await browser.sends(at(asked), status="merci", tick="all")

    assert (nobody.text.count(" checked"), everybody.text.count(" checked")) == (0, 5)
    assert form_of(nobody).fields["status"].strip() == form_of(everybody).fields["status"].strip() == "merci"


async def test_only_the_author_gets_the_form(running_site, asked, alice, bob):
    stranger = await browser_of(running_site, bob)

    assert (await stranger.reads(at(asked))).status_code == 403
    assert (await stranger.sends(at(asked), status="merci", **{f"p{alice.id}": "1"})).status_code == 403
    assert at(asked) not in (await stranger.reads(f"/@alice/{asked['id']}")).text
    assert leads_to(await Browser(running_site).reads(at(asked))).startswith("/sign-in")


@pytest.mark.parametrize("wrong", ["1", "x", str(2**63), "9" * 30])
async def test_there_is_no_form_for_a_post_that_is_none(browser, wrong):
    assert (await browser.reads(at({"id": wrong}))).status_code == 404
    assert (await browser.reads(f"/@alice/{wrong}/thanked")).status_code == 404


async def test_ids_that_are_none_thank_nobody(browser, asked, alice, bob):
    for name in (f"p{2**63}", "p" + "9" * 19, "p1", f"p{alice.id}"):
        assert (await browser.sends(at(asked), **{"status": "merci", name: "1"})).status_code == 422
    assert (await thanks_of(alice, asked))["status"] is None


async def test_private_messages_have_no_form(browser, alice, bob):
    await bob.follows(alice)
    await alice.follows(bob)
    message = await alice.posts("@bob entre nous", visibility="direct")

    assert (await browser.reads(at(message))).status_code == 404


async def test_two_hundred_people_are_listed_and_the_others_once_these_are_thanked(running_site, browser, alice, asked):
    """Accounts are written into the table, since signing 203 people up would take a minute."""
    async with running_site.site.db.write() as tx:
        columns = accounts.c.keys()
        [row] = await tx.all(sa.select(*(accounts.c[name] for name in columns)).where(accounts.c.id == alice.account_id))
        for number in range(203):
            own = {"id": tx.new_id(), "username": f"guest{number}", "handle": f"guest{number}"}
            await tx.run(sa.insert(accounts), dict(zip(columns, row, strict=True)) | own)
            await tx.run(sa.insert(favourites), {"account_id": own["id"], "status_id": int(asked["id"]), "id": tx.new_id()})
    page = await browser.reads(at(asked))
    ticked = re.findall(r'name="(p\d+)" value="1" checked', page.text)

    assert len(ticked) == 200
    assert "These are the first 200" in text(page)
    assert leads_to(await browser.sends(at(asked), status="merci", **dict.fromkeys(ticked, "1")))
    page = await browser.reads(at(asked))
    assert len(re.findall(r'name="(p\d+)" value="1" checked', page.text)) == 5
    assert (await thanks_of(alice, asked))["status"]["thanked_count"] == 200


async def test_whoever_is_in_a_block_with_all_of_them_sees_nobody(running_site, asked, alice, bob, mallory):
    status = (await alice.post(f"/api/gazouillis/v1/statuses/{asked['id']}/thanks", status="merci", account_ids=[bob.id]))["status"]
    await mallory.blocks(bob)
    page = await (await browser_of(running_site, mallory)).reads(f"/@alice/{status['id']}/thanked")

    assert "not visible to you" in text(page)
    assert "@bob" not in page.text


async def test_a_post_that_thanks_nobody_has_no_list(browser, asked):
    assert (await browser.reads(f"/@alice/{asked['id']}/thanked")).status_code == 404
