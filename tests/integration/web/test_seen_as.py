"""One's own profile as a stranger, a follower, a mutual and somebody of one's town see it."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph.tables import blocks, follows
from gazouillis.infra.database.tables import events
from gazouillis.infra.limits import MemoryLimits
from tests.support.browser import Browser, leads_to, text
from tests.support.page import read
from tests.support.stays import LYON, lives, stays

KINDS = ("stranger", "follower", "mutual", "town")
PROFILE = '<fieldset class="preview" disabled>'


async def seen_as(browser, kind, **query):
    page = await browser.reads(f"/me/seen-as/{kind}" + "".join(f"?{name}={value}" for name, value in query.items()))
    assert page.status_code == 200
    return page


async def test_each_sees_what_is_for_them(alices_browser, alice):
    for visibility in ("public", "private", "mutuals"):
        await alice.posts(f"for {visibility}", visibility=visibility)

    seen = {kind: read(await seen_as(alices_browser, kind)) for kind in KINDS}

    assert seen == {
        "stranger": ["for public"],
        "follower": ["for private", "for public"],
        "mutual": ["for mutuals", "for private", "for public"],
        "town": ["for public"],
    }


async def test_each_sees_the_same_as_a_real_person_like_them(running_site, alices_browser, alice, bob, carol):
    """Compared with the profile that such people open, word for word, without what acts."""
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"note": "Bonjour", "locked": True})
    await alice.posts("for followers", visibility="private")
    dora = await running_site.person("dora")
    for one in (bob, carol):
        await one.follows(alice)
        await alice.post(f"/api/v1/follow_requests/{one.id}/authorize")
    await alice.follows(carol)
    await running_site.run_until_idle()

    for kind, person in (("stranger", dora), ("follower", bob), ("mutual", carol)):
        browser = Browser(running_site)
        await browser.was_signed_in(person.name)
        assert shown(await seen_as(alices_browser, kind)) == shown(await browser.reads("/@alice"))


def shown(page):
    """Texts, badges and counts of the profile."""
    header = page.text.partition('<h1 class="p-name"')[2].partition("</header>")[0].partition('<p class="how-i-know">')[0]
    return header.strip(), read(page)


async def test_nothing_stays_of_the_other(running_site, alices_browser, alice, bob):
    await alice.blocks(bob)

    async def rows():
        async with running_site.site.db.read() as reader:
            counts = [await reader.value(sa.select(sa.func.count()).select_from(one)) for one in (accounts, follows, blocks)]
            return counts, (await reader.one(sa.select(sa.func.max(events.c.id))))[0]

    await running_site.run_until_idle()
    before = await rows()
    for kind in KINDS:
        await seen_as(alices_browser, kind)
    await running_site.run_until_idle()

    assert await rows() == before
    assert (await alice.get("/api/v1/accounts/verify_credentials"))["followers_count"] == 0


async def test_what_a_block_hides_stays_hidden(alices_browser, alice, bob, carol):
    """Else a look through the eyes of a stranger would show it."""
    for one in (bob, carol):
        await alice.reblogs(await one.posts(f"by {one.name}"))
    assert sorted(read(await seen_as(alices_browser, "stranger"))) == ["by bob", "by carol"]

    await bob.blocks(alice)
    await alice.blocks(carol)

    for kind in KINDS:
        assert read(await seen_as(alices_browser, kind)) == []


async def test_nothing_in_it_acts_and_nobody_can_be_reported(alices_browser, alice, bob):
    await alice.posts("hello")
    await alice.reblogs(await bob.posts("hi"))
    for kind in KINDS:
        page = (await seen_as(alices_browser, kind)).text.partition(PROFILE)[2].partition("</fieldset>")[0]
        assert "hello" in page
        assert "by bob" in page or "hi" in page
        for act in ("/report", "/messages/new", "/compose", "/delete", "/block", "/mute", "/audience", "<form", "formaction"):
            assert act not in page, act


async def test_somebody_of_the_town_finds_on_its_page_what_is_for_everyone(alices_browser, alice):
    assert "You say of no town" in text(await seen_as(alices_browser, "town"))
    await lives(alice, LYON)
    await stays(alice, LYON, "2026-03-06", "2026-03-09", audience="followers")
    page = text(await seen_as(alices_browser, "town"))
    assert "On the page of Lyon" in page
    assert page.partition(PROFILE)[0].count('class="person"') == 1

    await lives(alice, LYON, audience="followers")
    assert "They do not find you there." in text(await seen_as(alices_browser, "town"))


async def test_it_is_left_by_a_link_and_begun_on_the_profile(alices_browser, alice):
    assert 'href="/me/seen-as/stranger"' in (await alices_browser.reads("/@alice")).text
    assert 'href="/@alice">Leave this view' in text(await seen_as(alices_browser, "mutual", tab="media"))


async def test_it_is_for_oneself_and_of_the_kinds_there_are(running_site, alices_browser):
    assert leads_to(await Browser(running_site).reads("/me/seen-as/stranger")) == "/sign-in?next=/me/seen-as/stranger"
    for path in ("/me/seen-as/friend", "/me/seen-as/12345678901234567890", "/me/seen-as/stranger?tab=x"):
        assert (await alices_browser.reads(path)).status_code == 404


async def test_one_person_does_it_so_many_times(running_site, alices_browser, monkeypatch):
    monkeypatch.setattr("gazouillis.web.pages.seen_as.MOST", 3)
    running_site.site.limits = MemoryLimits(running_site.clock)
    for _number in range(3):
        await seen_as(alices_browser, "stranger")

    assert (await alices_browser.reads("/me/seen-as/stranger")).status_code == 429
