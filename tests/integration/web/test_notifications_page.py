"""The page of notifications: what is alike is one row, what is new is marked once, and older pages lose and repeat nothing."""

import re

import pytest

from gazouillis.text.cleaning import plain
from tests.support.browser import leads_to
from tests.support.page import links
from tests.support.query_count import recorded_queries

_ROW = re.compile(r'<li class="notification of-(\S+?)( unread)?">(.*?)(?=<li class="notification|</ol>)', re.DOTALL)


def rows(page):
    """The kind of each row, its sentence without the age, and whether it is marked as new."""
    return [(kind, _sentence(html), bool(is_unread)) for kind, is_unread, html in _ROW.findall(page.text)]


def kinds(page):
    return [kind for kind, _sentence, _is_unread in rows(page)]


def unread(page):
    return [is_unread for _kind, _sentence, is_unread in rows(page)]


def _sentence(html):
    byline = re.search(r'<(?P<tag>div|p) class="byline">(.*?) · ', html, re.DOTALL)
    return " ".join(plain(byline[2]).split()) if byline else ""


@pytest.fixture
async def four_people(running_site):
    return [await running_site.person(name) for name in ("dora", "emil", "fred", "gina")]


async def test_three_favourites_of_a_post_are_one_row_that_names_all_three(alices_browser, running_site, alice, four_people):
    status = await alice.posts("good morning")
    for one in four_people[:3]:
        await one.favourites(status)
    await running_site.run_until_idle()

    page = await alices_browser.reads("/notifications")

    assert rows(page) == [("favourite", "fred, emil and dora favourited your post", True)]
    assert page.text.count(f'href="/@alice/{status["id"]}"') == 1


async def test_of_more_than_three_people_two_are_named_and_the_others_are_a_link(alices_browser, running_site, alice, bob, four_people):
    status = await alice.posts("good morning")
    for one in (bob, *four_people):
        await one.reblogs(status)
    await running_site.run_until_idle()

    page = await alices_browser.reads("/notifications")

    assert rows(page) == [("reblog", "gina, fred and 3 others reposted your post", True)]
    assert f'<a href="/@alice/{status["id"]}/reblogs">and 3 others</a>' in page.text


async def test_new_followers_are_one_row_with_a_button_for_each(alices_browser, running_site, alice, bob, four_people):
    for one in (bob, four_people[0]):
        await one.follows(alice)
    await running_site.run_until_idle()

    page = await alices_browser.reads("/notifications")

    assert rows(page) == [("follow", "dora and bob follow you now", True)]
    assert all(f'formaction="/accounts/{one.id}/follow"' in page.text for one in (bob, four_people[0]))


async def test_new_followers_in_one_row_are_shown_with_their_words_and_their_last_post(alices_browser, running_site, alice, bob, carol):
    await bob.client.patch("/api/v1/accounts/update_credentials", json={"note": "je peins des merles"})
    await carol.posts("un merle chante")
    await carol.posts("il a fini")
    for one in (bob, carol):
        await one.follows(alice)
    await running_site.run_until_idle()

    page = await alices_browser.reads("/notifications")

    assert kinds(page) == ["follow"]
    assert "je peins des merles" in page.text
    assert "il a fini" in page.text
    assert "un merle chante" not in page.text


async def test_a_new_follower_who_came_by_ones_invitation_is_told_apart(alices_browser, running_site, alice, bob, visitor):
    await alices_browser.sends("/invite", expires_in="604800", follows_inviter="1")
    [code] = re.findall(r"/invite/([\w-]+)/qr", (await alices_browser.reads("/invite")).text)
    await visitor.sends(f"/invite/{code}", username="zoe", email="zoe@example.org", password="correct horse battery")
    await bob.follows(alice)
    await running_site.run_until_idle()

    page = await alices_browser.reads("/notifications")

    assert rows(page) == [("follow", "bob and zoe follow you now", True)]
    assert page.text.count("came by your invitation") == 1
    assert page.text.index("@zoe") < page.text.index("came by your invitation")


async def test_whoever_is_blocked_or_muted_is_neither_named_nor_counted(alices_browser, running_site, alice, bob, carol, four_people):
    status = await alice.posts("good morning")
    for one in (bob, *four_people, carol):
        await one.favourites(status)
    await alice.mutes(carol)
    await alice.blocks(four_people[0])
    await running_site.run_until_idle()

    page = await alices_browser.reads("/notifications")

    assert rows(page) == [("favourite", "gina, fred and 2 others favourited your post", True)]
    assert "carol" not in page.text
    assert "dora" not in page.text


async def test_what_is_new_is_marked_once(alices_browser, running_site, alice, bob, carol):
    status = await alice.posts("good morning")
    await bob.favourites(status)
    await running_site.run_until_idle()
    first, second = await alices_browser.reads("/notifications"), await alices_browser.reads("/notifications")
    await carol.replies(status, "@alice good morning")
    await running_site.run_until_idle()
    third = await alices_browser.reads("/notifications")

    assert (unread(first), unread(second), unread(third)) == ([True], [False], [True, False])
    assert '<span class="visually-hidden">New:</span>' in first.text


async def test_a_group_that_grows_is_new_again(alices_browser, running_site, alice, bob, carol):
    status = await alice.posts("good morning")
    await bob.favourites(status)
    await running_site.run_until_idle()
    await alices_browser.reads("/notifications")
    await carol.favourites(status)
    await running_site.run_until_idle()

    assert rows(await alices_browser.reads("/notifications")) == [("favourite", "carol and bob favourited your post", True)]


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose"])
async def test_a_page_fetched_in_advance_marks_nothing_as_read(alices_browser, running_site, alice, bob, header):
    await bob.follows(alice)
    await running_site.run_until_idle()

    for _visit in range(2):
        await alices_browser.client.get("/notifications", headers={header: "prefetch"})

    assert unread(await alices_browser.reads("/notifications")) == [True]
    assert unread(await alices_browser.reads("/notifications")) == [False]


async def test_a_head_request_marks_nothing(alices_browser, running_site, alice, bob):
    await bob.follows(alice)
    await running_site.run_until_idle()

    assert (await alices_browser.client.head("/notifications")).status_code == 200

    assert unread(await alices_browser.reads("/notifications")) == [True]


async def test_older_pages_neither_lose_nor_repeat_a_group_and_still_show_what_is_new(alices_browser, running_site, alice, bob, carol):
    status = [await alice.posts(f"number {number}") for number in range(25)]
    for one in status:
        await bob.favourites(one)
        await carol.favourites(one)
    await running_site.run_until_idle()

    first = await alices_browser.reads("/notifications")
    second = await alices_browser.reads(links(first)["next"])

    assert [len(rows(first)), len(rows(second))] == [20, 5]
    assert all(sum(page.text.count(f'href="/@alice/{one["id"]}"') for page in (first, second)) == 1 for one in status)
    assert {*unread(first), *unread(second)} == {True}
    assert "next" not in links(second)
    assert len(rows(await alices_browser.reads(links(second)["prev"]))) == 20
    assert unread(await alices_browser.reads("/notifications")) == [False] * 20


@pytest.mark.parametrize("mark", ["abc", "-1", "9" * 30])
async def test_a_read_mark_that_is_none_is_not_found(alices_browser, mark):
    assert (await alices_browser.reads(f"/notifications?read={mark}")).status_code == 404


async def test_a_visitor_has_no_notifications(visitor):
    assert leads_to(await visitor.reads("/notifications")).startswith("/sign-in")


async def test_a_page_of_many_groups_costs_as_many_queries_as_a_page_of_few(alices_browser, running_site, alice, bob, monkeypatch):
    async def count():
        await running_site.run_until_idle()
        await alices_browser.reads("/notifications")
        with recorded_queries(running_site.site, monkeypatch) as queries:
            page = await alices_browser.reads("/notifications?not_cached")
        return len(queries), len(rows(page))

    await bob.follows(alice)
    await bob.favourites(await alice.posts("the first"))
    few, _length = await count()
    for number in range(12):
        one = await running_site.person(f"person_{number}")
        await one.follows(alice)
        status = await alice.posts(f"number {number}")
        await one.favourites(status)
        await bob.favourites(status)
    many, length = await count()

    assert length > 10
    assert many == few
