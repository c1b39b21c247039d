import re
from html import unescape

import pytest

from gazouillis.text.cleaning import plain
from tests.support.browser import Browser, leads_to, text
from tests.support.media import photo
from tests.support.page import links, read


@pytest.fixture
async def bobs_browser(running_site, bob):
    browser = Browser(running_site)
    await browser.signs_in("bob")
    return browser


async def test_home_holds_those_one_follows_and_oneself(alices_browser, running_site, alice, bob, carol):
    await alice.follows(bob)
    await carol.posts("nobody hears me")
    await bob.posts("hello alice")
    await alice.posts("hello bob")
    await running_site.run_until_idle()

    assert read(await alices_browser.reads("/")) == ["hello bob", "hello alice"]


async def test_a_visitor_is_shown_the_latest_local_statuses(visitor, alice):
    await alice.posts("hello passer-by")

    assert read(await visitor.reads("/")) == ["hello passer-by"]


async def test_a_status_reblogged_by_two_is_shown_once_and_names_both(alices_browser, running_site, alice, bob, carol, mallory):
    await alice.follows(bob, carol)
    status = await mallory.posts("something worth repeating")
    await bob.reblogs(status)
    await carol.reblogs(status)
    await running_site.run_until_idle()

    page = await alices_browser.reads("/")

    assert read(page) == ["something worth repeating"]
    assert '<bdi>bob</bdi></a>, <a href="/@carol"' in text(page)


async def test_the_last_page_has_no_link_to_an_older_one(alices_browser, alice):
    for number in range(25):
        await alice.posts(f"number {number}")

    first = await alices_browser.reads("/local")
    second = await alices_browser.reads(links(first)["next"])

    assert (len(read(first)), len(read(second))) == (20, 5)
    assert "next" not in links(second)
    assert "prev" not in links(first)
    assert read(await alices_browser.reads(links(second)["prev"])) == read(first)


async def test_a_page_that_is_just_full_has_no_older_one(alices_browser, alice):
    for number in range(20):
        await alice.posts(f"number {number}")

    assert links(await alices_browser.reads("/local")) == {}


async def test_a_page_without_visible_statuses_is_skipped(alices_browser, alice, bob, carol):
    await carol.posts("far below")
    for number in range(20):
        await bob.posts(f"noise {number}")
    await alice.blocks(bob)

    assert read(await alices_browser.reads("/local")) == ["far below"]


async def test_a_script_gets_only_the_statuses_newer_than_since_id(alices_browser, running_site, alice):
    known = await alice.posts("known")
    await alice.posts("new")
    await running_site.run_until_idle()

    alices_browser.client.headers["X-Fragment"] = "true"
    partial = await alices_browser.reads(f"/?since_id={known['id']}")

    assert read(partial) == ["new"]
    assert "<html" not in partial.text


async def test_a_profile_shows_replies_apart(visitor, alice, bob):
    question = await bob.posts("who is in Lyon?")
    await alice.posts("good morning")
    await alice.replies(question, "@bob I am")

    assert read(await visitor.reads("/@alice")) == ["good morning"]
    assert read(await visitor.reads("/@alice/with_replies")) == ["@bob I am", "good morning"]
    assert "No picture yet" in text(await visitor.reads("/@alice/media"))


async def test_the_photos_of_a_profile_are_paged_and_texts_are_not_among_them(visitor, alice):
    for number in range(22):
        await alice.posts(f"photo {number}", media_ids=[(await alice.uploads(photo(size=(40, 30))))["id"]])
        await alice.posts("only words")

    newest = await visitor.reads("/@alice/media")
    older = await visitor.reads(unescape(re.findall(r'href="(/@alice/media\?max_id=[^"]+)"', newest.text)[0]))

    assert read(newest) == [f"photo {number}" for number in range(21, 1, -1)]
    assert read(older) == ["photo 1", "photo 0"]
    assert "No picture yet" not in older.text


async def test_a_private_status_is_shown_to_followers_only(visitor, running_site, alices_browser, bobs_browser, alice, bob):
    await alice.posts("between us", visibility="private")

    assert read(await bobs_browser.reads("/@alice")) == []
    await bob.follows(alice)
    assert read(await bobs_browser.reads("/@alice")) == ["between us"]
    assert read(await visitor.reads("/@alice")) == []


async def test_a_blocked_viewer_sees_no_statuses_on_the_profile(bobs_browser, alice, bob):
    await alice.posts("not for bob")
    await alice.blocks(bob)

    page = await bobs_browser.reads("/@alice")

    assert (page.status_code, read(page)) == (200, [])
    assert "You cannot read these posts" in text(page)


async def test_a_profile_has_one_address(visitor, alice):
    response = await visitor.reads("/@ALICE/with_replies?max_id=7")

    assert (response.status_code, leads_to(response)) == (301, "/@alice/with_replies?max_id=7")


async def test_a_handle_with_the_local_domain_redirects_to_the_short_one(visitor, alice):
    assert leads_to(await visitor.reads("/@alice@localhost:8000")) == "/@alice"


async def test_somebody_who_waits_for_approval_has_no_page(visitor, set_site_options):
    await set_site_options(registrations="approval")
    await visitor.sends("/sign-up", username="dora", email="d@example.org", password="correct horse battery", reason="hello")

    assert (await visitor.reads("/@dora")).status_code == 404


async def test_followers_and_followed_are_for_all_to_see(visitor, alice, bob):
    await bob.follows(alice)

    assert "@bob" in text(await visitor.reads("/@alice/followers"))
    assert "@alice" in text(await visitor.reads("/@bob/following"))


async def test_a_thread_shows_ancestors_and_descendants(visitor, alice, bob, carol):
    question = await alice.posts("who is in Lyon?")
    reply = await bob.replies(question, "@alice I am")
    await carol.replies(reply, "@bob so am I")

    page = await visitor.reads(f"/@bob/{reply['id']}")

    assert read(page) == ["who is in Lyon?", "@alice I am", "@bob so am I"]


async def test_a_deleted_status_leaves_a_tombstone_above_its_replies(visitor, alice, bob):
    question = await alice.posts("forget this")
    await bob.replies(question, "@alice too late")
    await alice.deletes(question)

    page = await visitor.reads(f"/@alice/{question['id']}")

    assert page.status_code == 410
    assert read(page) == ["…", "@alice too late"]


async def test_a_deleted_reply_without_replies_is_not_shown(visitor, alice, bob):
    question = await alice.posts("who is in Lyon?")
    await bob.deletes(await bob.replies(question, "@alice oh"))

    assert read(await visitor.reads(f"/@alice/{question['id']}")) == ["who is in Lyon?"]


async def test_replies_from_strangers_are_marked_and_can_be_followed_there(alices_browser, alice, bob, carol):
    await carol.follows(alice)
    question = await alice.posts("who is in Lyon?")
    await bob.replies(question, "@alice I am")
    await carol.replies(question, "@alice me too")

    page = text(await alices_browser.reads(f"/@alice/{question['id']}"))

    assert page.count("does not follow you yet") == 1
    assert f'formaction="/accounts/{bob.id}/follow"' in page


async def test_a_direct_status_is_seen_by_its_author_and_those_it_mentions_only(
    running_site, alices_browser, bobs_browser, visitor, alice, bob, carol
):
    await alice.follows(bob)
    direct = await bob.posts("@alice between us", visibility="direct")
    await running_site.run_until_idle()
    address = f"/@bob/{direct['id']}"

    for browser in (alices_browser, bobs_browser):
        conversation = leads_to(await browser.reads(address))
        assert "@alice between us" in plain(text(await browser.reads(conversation)))
        assert read(await browser.reads("/")) == read(await browser.reads("/mentions")) == []
    assert "between us" in text(await alices_browser.reads("/notifications"))
    assert (await visitor.reads(address)).status_code == 404


async def test_the_history_of_a_post_starts_with_the_latest_version(visitor, alice):
    status = await alice.posts("first words")
    await alice.edits(status, "better words")

    page = text(await visitor.reads(f"/@alice/{status['id']}/edits"))

    assert page.index("better words") < page.index("first words")


async def test_a_tag_is_read_without_regard_to_case_or_accents(visitor, alice):
    await alice.posts("voilà #Fête")

    assert read(await visitor.reads("/tags/fete")) == ["voilà #Fête"]
    assert (await visitor.reads("/tags/nobodyusesthis")).status_code == 200


async def test_a_follow_notification_shows_the_last_posts_of_the_follower(alices_browser, running_site, alice, bob):
    await bob.posts("I bake bread")
    await bob.follows(alice)
    await running_site.run_until_idle()

    page = text(await alices_browser.reads("/notifications"))

    assert "I bake bread" in page
    assert f'formaction="/accounts/{bob.id}/follow"' in page


async def test_shown_notifications_are_marked_as_read(alices_browser, running_site, alice, bob):
    await bob.follows(alice)
    await running_site.run_until_idle()

    assert "<span data-number>1</span>" in (await alices_browser.reads("/")).text
    await alices_browser.reads("/notifications")
    assert "<span data-number>0</span>" in (await alices_browser.reads("/")).text


async def test_favourites_and_bookmarks_are_listed(alices_browser, running_site, alice, bob):
    status = await bob.posts("to keep")
    await alice.favourites(status)
    await alice.bookmarks(status)

    assert read(await alices_browser.reads("/favourites")) == ["to keep"]
    assert read(await alices_browser.reads("/bookmarks")) == ["to keep"]


@pytest.mark.parametrize("path", ["/favourites", "/bookmarks", "/mentions", "/notifications", "/compose", "/follow-requests"])
async def test_pages_for_members_ask_to_sign_in(visitor, path):
    assert leads_to(await visitor.reads(path)) == f"/sign-in?next={path}"


async def test_search_finds_people_tags_and_words(visitor, running_site, alice):
    await alice.posts("an accordion on the quay #budapest")
    await running_site.run_until_idle()

    assert "@alice" in text(await visitor.reads("/search?q=alice"))
    assert read(await visitor.reads("/search?q=accordion")) == ["an accordion on the quay #budapest"]
    assert 'href="/tags/budapest"' in text(await visitor.reads("/search?q=buda"))
    assert "@alice" not in text(await visitor.reads("/search?q=alice&type=statuses")).partition("<main")[2]


async def test_a_follow_request_is_listed_on_its_page(running_site, alices_browser, alice, bob):
    await alice.locks()
    await bob.follows(alice)

    assert f'formaction="/follow-requests/{bob.id}/accept"' in (await alices_browser.reads("/follow-requests")).text


async def test_the_profile_of_an_account_that_is_not_discoverable_is_noindex(visitor, running_site, alice):
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": False})

    assert (await visitor.reads("/@alice")).headers["x-robots-tag"] == "noindex"


HUGE = "9" * 30
WILD = [
    f"/@alice/{HUGE}",
    "/@alice/-5",
    "/@alice/abc",
    "/@alice/٣",
    "/@alice/9223372036854775808",
    "/@a%00b",
    "/@%00",
    "/@",
    "/@@",
    "/@alice@",
    "/@" + "a" * 10_000,
    "/@alice/1/edits",
    "/tags/%00",
    "/tags/" + "a" * 10_000,
    f"/local?max_id={HUGE}",
    "/local?max_id=-1",
    "/local?since_id=abc",
    "/media/..%2f..%2fsecrets.json",
    "/avatars/nothing",
    "/nowhere/at/all",
]


@pytest.mark.parametrize("path", WILD)
async def test_an_invalid_path_or_cursor_is_not_found(visitor, alice, path):
    assert (await visitor.reads(path)).status_code == 404


@pytest.mark.parametrize("query", ["%00", "a" * 10_000, '"', "*", "from:", "#", "(((", "-", "éé' OR 1=1 --", "\ud7ff", "%ff%fe"])
async def test_no_search_query_is_an_error(visitor, query):
    assert (await visitor.reads(f"/search?q={query}")).status_code == 200


async def test_a_profile_with_replies_only_leads_to_them(alices_browser, running_site, alice, bob):
    await alice.replies(await bob.posts("a question"), "@bob an answer")
    await running_site.run_until_idle()

    page = text(await alices_browser.reads("/@alice"))

    assert "You have not spoken yet" not in page
    assert '<a class="button" href="/@alice/with_replies">' in page


async def test_search_says_what_can_be_looked_for(visitor):
    page = text(await visitor.reads("/search"))

    assert "What are you looking for?" in page
    assert '<a class="button" href="/directory">' in page
