"""Pinned posts on pages, without a script: pinning from the menu of a post, and the top of a profile."""

import re

from tests.support.browser import Browser, leads_to, text

PINNED = "<span>Pinned</span>"


def ids(page):
    return re.findall(r'<li data-id="(\d+)"', page.text)


async def test_one_pins_from_the_menu_of_ones_post_and_takes_it_back(alices_browser, alice):
    first, second = await alice.posts("un"), await alice.posts("deux")
    button = 'formaction="/statuses/{}/pin" data-reload>Pin to my profile<'
    assert button.format(first["id"]) in (await alices_browser.reads("/@alice")).text
    assert PINNED not in (await alices_browser.reads("/@alice")).text

    done = await alices_browser.sends(f"/statuses/{first['id']}/pin")
    page = await alices_browser.reads("/@alice")

    assert leads_to(done).endswith(f"#s{first['id']}")
    assert "Pinned to your profile" in page.text
    assert f'action="/statuses/{first["id"]}/unpin"' in page.text, "the message undoes it"
    assert ids(page) == [first["id"], second["id"], first["id"]], "it keeps its place in the list"
    assert page.text.count(PINNED) == 1
    assert page.text.count(f'formaction="/statuses/{first["id"]}/unpin" data-reload>Unpin from my profile<') == 2
    assert all(page.text.count(f' id="{letter}{first["id"]}"') == 1 for letter in "spmn"), "each menu is opened by its own button"
    assert leads_to(await alices_browser.sends(f"/statuses/{first['id']}/unpin"))
    page = await alices_browser.reads("/@alice")
    assert ("No longer pinned" in page.text, ids(page)) == (True, [second["id"], first["id"]])


async def test_pins_are_at_the_top_of_the_first_page_of_posts_only(alices_browser, running_site, alice, bob):
    posted = [await alice.posts(f"le {number}") for number in range(25)]
    reply = await alice.replies(await bob.posts("allô ?"), "@bob oui")
    for one in (posted[0], reply):
        await alice.post(f"/api/v1/statuses/{one['id']}/pin")
    visitor = Browser(running_site, language="fr")

    first = await visitor.reads("/@alice")
    older = re.search(r'href="(/@alice\?max_id=\d+)"', first.text)[1]

    assert ids(first)[:3] == [reply["id"], posted[0]["id"], posted[24]["id"]]
    assert first.text.count("<span>Épinglé</span>") == 2
    for path in (older, "/@alice/with_replies", "/@alice/media"):
        assert "<span>Épinglé</span>" not in (await visitor.reads(path)).text, path
    assert "Épingler" not in first.text


async def test_the_page_shows_pins_to_those_who_may_see_them(running_site, alices_browser, alice, bob):
    status = await alice.posts("pour les miens", visibility="private")
    await alice.post(f"/api/v1/statuses/{status['id']}/pin")
    browser = Browser(running_site)
    await browser.was_signed_in("bob")

    assert PINNED not in (await browser.reads("/@alice")).text
    await bob.follows(alice)
    assert PINNED in (await browser.reads("/@alice")).text
    assert PINNED in (await alices_browser.reads("/me/seen-as/follower")).text
    assert PINNED not in (await alices_browser.reads("/me/seen-as/stranger")).text
    await alice.blocks(bob)
    assert PINNED not in (await browser.reads("/@alice")).text


async def test_a_profile_of_replies_only_shows_the_one_that_is_pinned(running_site, alice, bob):
    reply = await alice.replies(await bob.posts("allô ?"), "@bob oui")
    await alice.post(f"/api/v1/statuses/{reply['id']}/pin")

    assert ids(await Browser(running_site).reads("/@alice")) == [reply["id"]]


async def test_what_cannot_be_pinned_is_refused_in_the_language_of_the_reader(running_site, alice, bob):
    browser = Browser(running_site, language="fr")
    await browser.was_signed_in("alice")
    posted = [await alice.posts(f"le {number}") for number in range(6)]
    for one in posted[:5]:
        await browser.sends(f"/statuses/{one['id']}/pin")

    sixth, foreign = [await browser.sends(f"/statuses/{one['id']}/pin") for one in (posted[5], await bob.posts("à bob"))]

    assert (sixth.status_code, "On épingle au plus 5 gazouillis" in text(sixth)) == (422, True)
    assert (foreign.status_code, "On n’épingle que ses propres gazouillis" in text(foreign)) == (422, True)
    assert (await browser.sends("/statuses/12/pin")).status_code == 404
    assert "/pin" not in (await browser.reads(f"/@bob/{(await bob.posts('bonjour'))['id']}")).text


async def test_a_change_is_seen_at_once_in_a_cached_page(running_site, alices_browser, alice):
    status, visitor = await alice.posts("un"), Browser(running_site)
    for verb, is_pinned in (("pin", True), ("unpin", False), ("pin", True)):
        for _time in range(2):
            await visitor.reads("/@alice")
        await alice.post(f"/api/v1/statuses/{status['id']}/{verb}")
        assert (PINNED in (await visitor.reads("/@alice")).text) is is_pinned
        assert (f"/{status['id']}/unpin" in (await alices_browser.reads("/@alice")).text) is is_pinned
    await alice.deletes(status)
    assert PINNED not in (await visitor.reads("/@alice")).text
