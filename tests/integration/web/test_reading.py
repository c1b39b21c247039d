import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import links, read


@pytest.fixture
async def bobs(town, bob):
    browser = Browser(town)
    await browser.signs_in("bob")
    return browser


async def test_home_holds_those_one_follows_and_oneself(mine, town, alice, bob, carol):
    await alice.follows(bob)
    await carol.posts("nobody hears me")
    await bob.posts("hello alice")
    await alice.posts("hello bob")
    await town.settle()

    assert read(await mine.reads("/")) == ["hello bob", "hello alice"]


async def test_a_visitor_is_shown_what_is_heard_here(visitor, alice):
    await alice.posts("hello passer-by")

    assert read(await visitor.reads("/")) == ["hello passer-by"]


async def test_a_status_repeated_by_two_stands_once_and_names_both(mine, town, alice, bob, carol, mallory):
    await alice.follows(bob, carol)
    said = await mallory.posts("something worth repeating")
    await bob.reblogs(said)
    await carol.reblogs(said)
    await town.settle()

    page = await mine.reads("/")

    assert read(page) == ["something worth repeating"]
    assert '<bdi>bob</bdi></a>, <a href="/@carol"' in text(page)


async def test_pages_end(mine, alice):
    for number in range(25):
        await alice.posts(f"number {number}")

    first = await mine.reads("/local")
    second = await mine.reads(links(first)["next"])

    assert (len(read(first)), len(read(second))) == (20, 5)
    assert "next" not in links(second)
    assert "prev" not in links(first)
    assert read(await mine.reads(links(second)["prev"])) == read(first)


async def test_a_page_that_is_just_full_has_no_older_one(mine, alice):
    for number in range(20):
        await alice.posts(f"number {number}")

    assert links(await mine.reads("/local")) == {}


async def test_a_page_of_which_nothing_may_be_seen_is_passed_over(mine, alice, bob, carol):
    await carol.posts("far below")
    for number in range(20):
        await bob.posts(f"noise {number}")
    await alice.blocks(bob)

    assert read(await mine.reads("/local")) == ["far below"]


async def test_the_script_asks_for_what_came_since(mine, town, alice):
    known = await alice.posts("known")
    await alice.posts("new")
    await town.settle()

    mine.client.headers["HX-Request"] = "true"
    partial = await mine.reads(f"/?since_id={known['id']}")

    assert read(partial) == ["new"]
    assert "<html" not in partial.text


async def test_a_profile_shows_replies_apart(visitor, alice, bob):
    question = await bob.posts("who is in Lyon?")
    await alice.posts("good morning")
    await alice.replies(question, "@bob I am")

    assert read(await visitor.reads("/@alice")) == ["good morning"]
    assert read(await visitor.reads("/@alice/with_replies")) == ["@bob I am", "good morning"]
    assert "No picture yet" in text(await visitor.reads("/@alice/media"))


async def test_what_is_for_followers_is_for_followers(visitor, town, mine, bobs, alice, bob):
    await alice.posts("between us", visibility="private")

    assert read(await bobs.reads("/@alice")) == []
    await bob.follows(alice)
    assert read(await bobs.reads("/@alice")) == ["between us"]
    assert read(await visitor.reads("/@alice")) == []


async def test_those_who_block_show_nothing(bobs, alice, bob):
    await alice.posts("not for bob")
    await alice.blocks(bob)

    page = await bobs.reads("/@alice")

    assert (page.status_code, read(page)) == (200, [])
    assert "You cannot read these posts" in text(page)


async def test_a_profile_has_one_address(visitor, alice):
    answer = await visitor.reads("/@ALICE/with_replies?max_id=7")

    assert (answer.status_code, leads_to(answer)) == (301, "/@alice/with_replies?max_id=7")


async def test_alice_at_home_is_alice(visitor, alice):
    assert leads_to(await visitor.reads("/@alice@localhost:8000")) == "/@alice"


async def test_somebody_who_waits_for_approval_has_no_page(visitor, place_is):
    await place_is(registrations="approval")
    await visitor.sends("/sign-up", username="dora", email="d@example.org", password="correct horse battery", reason="hello")

    assert (await visitor.reads("/@dora")).status_code == 404


async def test_followers_and_followed_are_for_all_to_see(visitor, alice, bob):
    await bob.follows(alice)

    assert "@bob" in text(await visitor.reads("/@alice/followers"))
    assert "@alice" in text(await visitor.reads("/@bob/following"))


async def test_a_thread_is_whole(visitor, alice, bob, carol):
    question = await alice.posts("who is in Lyon?")
    answer = await bob.replies(question, "@alice I am")
    await carol.replies(answer, "@bob so am I")

    page = await visitor.reads(f"/@bob/{answer['id']}")

    assert read(page) == ["who is in Lyon?", "@alice I am", "@bob so am I"]


async def test_what_was_deleted_leaves_a_place_for_its_answers(visitor, alice, bob):
    question = await alice.posts("forget this")
    await bob.replies(question, "@alice too late")
    await alice.deletes(question)

    page = await visitor.reads(f"/@alice/{question['id']}")

    assert page.status_code == 410
    assert read(page) == ["…", "@alice too late"]


async def test_what_was_deleted_without_answers_leaves_nothing_in_the_thread(visitor, alice, bob):
    question = await alice.posts("who is in Lyon?")
    await bob.deletes(await bob.replies(question, "@alice oh"))

    assert read(await visitor.reads(f"/@alice/{question['id']}")) == ["who is in Lyon?"]


async def test_answers_from_strangers_are_marked_and_can_be_followed_there(mine, alice, bob, carol):
    await carol.follows(alice)
    question = await alice.posts("who is in Lyon?")
    await bob.replies(question, "@alice I am")
    await carol.replies(question, "@alice me too")

    page = text(await mine.reads(f"/@alice/{question['id']}"))

    assert page.count("does not follow you yet") == 1
    assert f'formaction="/accounts/{bob.id}/follow"' in page


async def test_a_letter_is_seen_by_its_author_and_those_it_names_only(town, mine, bobs, visitor, alice, bob, carol):
    letter = await bob.posts("@alice between us", visibility="direct")
    await town.settle()
    address = f"/@bob/{letter['id']}"

    assert read(await mine.reads(address)) == ["@alice between us"]
    assert read(await mine.reads("/mentions")) == ["@alice between us"]
    assert "between us" in text(await mine.reads("/notifications"))
    assert read(await bobs.reads("/")) == ["@alice between us"]
    assert (await visitor.reads(address)).status_code == 404


async def test_the_history_of_a_post_starts_with_what_it_says_now(visitor, alice):
    said = await alice.posts("first words")
    await alice.edits(said, "better words")

    page = text(await visitor.reads(f"/@alice/{said['id']}/edits"))

    assert page.index("better words") < page.index("first words")


async def test_a_tag_is_read_without_regard_to_case_or_accents(visitor, alice):
    await alice.posts("voilà #Fête")

    assert read(await visitor.reads("/tags/fete")) == ["voilà #Fête"]
    assert (await visitor.reads("/tags/nobodyusesthis")).status_code == 200


async def test_a_new_follower_comes_with_their_last_words(mine, town, alice, bob):
    await bob.posts("I bake bread")
    await bob.follows(alice)
    await town.settle()

    page = text(await mine.reads("/notifications"))

    assert "I bake bread" in page
    assert f'formaction="/accounts/{bob.id}/follow"' in page


async def test_what_was_shown_is_read(mine, town, alice, bob):
    await bob.follows(alice)
    await town.settle()

    assert "<span data-number>1</span>" in (await mine.reads("/")).text
    await mine.reads("/notifications")
    assert "<span data-number>0</span>" in (await mine.reads("/")).text


async def test_marks_are_kept_for_oneself(mine, town, alice, bob):
    said = await bob.posts("to keep")
    await alice.favourites(said)
    await alice.bookmarks(said)

    assert read(await mine.reads("/favourites")) == ["to keep"]
    assert read(await mine.reads("/bookmarks")) == ["to keep"]


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


async def test_one_who_asks_to_follow_waits_on_a_page(town, mine, alice, bob):
    await alice.locks()
    await bob.follows(alice)

    assert f'formaction="/follow-requests/{bob.id}/accept"' in (await mine.reads("/follow-requests")).text


async def test_robots_are_kept_from_those_who_wish_it(visitor, town, alice):
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
async def test_whatever_cannot_be_is_not_found(visitor, alice, path):
    assert (await visitor.reads(path)).status_code == 404


@pytest.mark.parametrize("query", ["%00", "a" * 10_000, '"', "*", "from:", "#", "(((", "-", "éé' OR 1=1 --", "\ud7ff", "%ff%fe"])
async def test_nothing_typed_in_search_is_an_error(visitor, query):
    assert (await visitor.reads(f"/search?q={query}")).status_code == 200
