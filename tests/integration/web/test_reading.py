import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import links, read


@pytest.fixture
async def bobs_browser(town, bob):
    browser = Browser(town)
    await browser.signs_in("bob")
    return browser


async def test_home_holds_those_one_follows_and_oneself(alices_browser, town, alice, bob, carol):
    await alice.follows(bob)
    await carol.posts("nobody hears me")
    await bob.posts("hello alice")
    await alice.posts("hello bob")
    await town.settle()

    assert read(await alices_browser.reads("/")) == ["hello bob", "hello alice"]


async def test_a_visitor_is_shown_the_latest_local_statuses(visitor, alice):
    await alice.posts("hello passer-by")

    assert read(await visitor.reads("/")) == ["hello passer-by"]


async def test_a_status_reblogged_by_two_is_shown_once_and_names_both(alices_browser, town, alice, bob, carol, mallory):
    await alice.follows(bob, carol)
    said = await mallory.posts("something worth repeating")
    await bob.reblogs(said)
    await carol.reblogs(said)
    await town.settle()

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


async def test_htmx_gets_only_the_statuses_newer_than_since_id(alices_browser, town, alice):
    known = await alice.posts("known")
    await alice.posts("new")
    await town.settle()

    alices_browser.client.headers["HX-Request"] = "true"
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


async def test_a_private_status_is_shown_to_followers_only(visitor, town, alices_browser, bobs_browser, alice, bob):
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
    answer = await visitor.reads("/@ALICE/with_replies?max_id=7")

    assert (answer.status_code, leads_to(answer)) == (301, "/@alice/with_replies?max_id=7")


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
    answer = await bob.replies(question, "@alice I am")
    await carol.replies(answer, "@bob so am I")

    page = await visitor.reads(f"/@bob/{answer['id']}")

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
    town, alices_browser, bobs_browser, visitor, alice, bob, carol
):
    letter = await bob.posts("@alice between us", visibility="direct")
    await town.settle()
    address = f"/@bob/{letter['id']}"

    assert read(await alices_browser.reads(address)) == ["@alice between us"]
    assert read(await alices_browser.reads("/mentions")) == ["@alice between us"]
    assert "between us" in text(await alices_browser.reads("/notifications"))
    assert read(await bobs_browser.reads("/")) == ["@alice between us"]
    assert (await visitor.reads(address)).status_code == 404


async def test_the_history_of_a_post_starts_with_the_latest_version(visitor, alice):
    said = await alice.posts("first words")
    await alice.edits(said, "better words")

    page = text(await visitor.reads(f"/@alice/{said['id']}/edits"))

    assert page.index("better words") < page.index("first words")


async def test_a_tag_is_read_without_regard_to_case_or_accents(visitor, alice):
    await alice.posts("voilà #Fête")

    assert read(await visitor.reads("/tags/fete")) == ["voilà #Fête"]
    assert (await visitor.reads("/tags/nobodyusesthis")).status_code == 200


async def test_a_follow_notification_shows_the_last_posts_of_the_follower(alices_browser, town, alice, bob):
    await bob.posts("I bake bread")
    await bob.follows(alice)
    await town.settle()

    page = text(await alices_browser.reads("/notifications"))

    assert "I bake bread" in page
    assert f'formaction="/accounts/{bob.id}/follow"' in page


async def test_shown_notifications_are_marked_as_read(alices_browser, town, alice, bob):
    await bob.follows(alice)
    await town.settle()

    assert "<span data-number>1</span>" in (await alices_browser.reads("/")).text
    await alices_browser.reads("/notifications")
    assert "<span data-number>0</span>" in (await alices_browser.reads("/")).text


async def test_favourites_and_bookmarks_are_listed(alices_browser, town, alice, bob):
    said = await bob.posts("to keep")
    await alice.favourites(said)
    await alice.bookmarks(said)

    assert read(await alices_browser.reads("/favourites")) == ["to keep"]
    assert read(await alices_browser.reads("/bookmarks")) == ["to keep"]


@pytest.mark.parametrize("path", ["/favourites", "/bookmarks", "/mentions", "/notifications", "/compose", "/follow-requests"])
async def test_pages_for_members_ask_to_sign_in(visitor, path):
    assert leads_to(await visitor.reads(path)) == f"/sign-in?next={path}"


async def test_search_finds_people_tags_and_words(visitor, town, alice):
    await alice.posts("an accordion on the quay #budapest")
    await town.settle()

    assert "@alice" in text(await visitor.reads("/search?q=alice"))
    assert read(await visitor.reads("/search?q=accordion")) == ["an accordion on the quay #budapest"]
    assert 'href="/tags/budapest"' in text(await visitor.reads("/search?q=buda"))
    assert "@alice" not in text(await visitor.reads("/search?q=alice&type=statuses")).partition("<main")[2]


async def test_a_follow_request_is_listed_on_its_page(town, alices_browser, alice, bob):
    await alice.locks()
    await bob.follows(alice)

    assert f'formaction="/follow-requests/{bob.id}/accept"' in (await alices_browser.reads("/follow-requests")).text


async def test_the_profile_of_an_account_that_is_not_discoverable_is_noindex(visitor, town, alice):
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
    "/alice",
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
