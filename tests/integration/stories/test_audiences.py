"""Audiences narrower than followers: mutuals and circles, at every door; and narrowing the audience of a published status."""

import pytest

from gazouillis.graph.change_circle import MOST_CIRCLES
from tests.support.browser import leads_to, text
from tests.support.page import chosen, read
from tests.support.people import words


@pytest.fixture
async def village(alice, bob, carol):
    """Bob and Alice follow each other; Carol follows Alice."""
    await bob.follows(alice)
    await carol.follows(alice)
    await alice.follows(bob)


async def test_a_status_for_mutuals_is_read_by_followers_whom_its_author_follows(village, alice, bob, carol):
    status = await alice.posts("between us", visibility="mutuals")

    assert (status["visibility"], status["audience"]) == ("private", "mutuals")
    assert await bob.home() == await bob.profile(alice) == ["between us"]
    assert await carol.home() == await carol.profile(alice) == []
    assert (await carol.client.get(f"/api/v1/statuses/{status['id']}")).status_code == 404


async def test_who_becomes_a_mutual_reads_what_was_for_mutuals(village, alice, carol):
    await carol.home()
    await alice.posts("between us", visibility="mutuals")
    await alice.follows(carol)

    assert await carol.home() == ["between us"]

    await alice.unfollows(carol)

    assert await carol.home() == []


async def test_a_status_for_a_circle_is_read_by_its_members(village, alice, bob, carol):
    family = await alice.has_circle(bob)
    status = await alice.posts("supper is ready", visibility="circle", circle_id=family)

    assert (status["visibility"], status["audience"], "circle_id" in status) == ("private", "circle", False)
    assert await bob.home() == await bob.profile(alice) == ["supper is ready"]
    assert await carol.home() == await carol.profile(alice) == []
    assert await alice.home() == await alice.profile(alice) == ["supper is ready"]


async def test_who_joins_a_circle_reads_it_and_who_leaves_it_does_not(village, alice, bob, carol):
    family = await alice.has_circle(bob)
    await bob.home(), await carol.home()
    status = await alice.posts("supper is ready, @bob", visibility="circle", circle_id=family)
    other = await alice.posts("bring bread", visibility="circle", circle_id=family)
    await bob.favourites(other)

    await alice.post(f"/api/v1/circles/{family}/accounts", account_ids=[carol.id])
    assert await carol.home() == ["bring bread", "supper is ready, @bob"]
    assert [one["id"] for one in await bob.get("/api/v1/favourites")] == [other["id"]]

    await alice.client.request("DELETE", f"/api/v1/circles/{family}/accounts", json={"account_ids": [bob.id, carol.id]})
    assert await carol.home() == await bob.home() == []
    assert await bob.get("/api/v1/favourites") == []
    assert (await bob.client.get(f"/api/v1/statuses/{status['id']}")).status_code == 200  # it names him


async def test_a_member_who_does_not_follow_reads_nothing(alice, bob):
    family = await alice.has_circle(bob)
    status = await alice.posts("supper is ready", visibility="circle", circle_id=family)

    assert (await bob.client.get(f"/api/v1/statuses/{status['id']}")).status_code == 404


async def test_nobody_but_the_owner_learns_of_a_circle(village, alice, bob):
    family = await alice.has_circle(bob)

    assert await bob.notifications() == [one for one in await bob.notifications() if one["type"] == "follow"]
    for method, path in (("GET", ""), ("GET", "/accounts"), ("PUT", ""), ("DELETE", ""), ("POST", "/accounts")):
        response = await bob.client.request(method, f"/api/v1/circles/{family}{path}", json={"title": "x"})
        missing = await bob.client.request(method, f"/api/v1/circles/1{path}", json={"title": "x"})
        assert (response.status_code, response.text) == (missing.status_code, missing.text) == (404, response.text)
    refused = await bob.client.post("/api/v1/statuses", json={"status": "hello", "visibility": "circle", "circle_id": family})
    assert (refused.status_code, refused.json()["details"]["circle_id"][0]["error"]) == (422, "ERR_INCLUSION")


async def test_a_deleted_circle_leaves_its_statuses_to_their_author(village, alice, bob):
    family = await alice.has_circle(bob)
    await alice.posts("supper is ready", visibility="circle", circle_id=family)

    await alice.client.delete(f"/api/v1/circles/{family}")

    assert await bob.home() == []
    assert await alice.home() == ["supper is ready"]
    assert await alice.get("/api/v1/circles") == []


async def test_a_block_removes_from_circles(village, alice, bob):
    family = await alice.has_circle(bob)

    await bob.blocks(alice)

    assert await alice.get(f"/api/v1/circles/{family}/accounts") == []


async def test_circles_are_renamed_and_bounded(alice):
    family = await alice.has_circle()
    renamed = await alice.client.put(f"/api/v1/circles/{family}", json={"title": " friends "})
    assert renamed.json() == {"id": family, "title": "friends"}

    for title in ("", "\u2800", "x" * 61):
        response = await alice.client.post("/api/v1/circles", json={"title": title})
        assert (response.status_code, [*response.json()["details"]]) == (422, ["title"])
    for _ in range(MOST_CIRCLES - 1):
        await alice.has_circle()
    assert (await alice.client.post("/api/v1/circles", json={"title": "one more"})).status_code == 422


async def test_a_circle_must_be_chosen(alice):
    response = await alice.client.post("/api/v1/statuses", json={"status": "hello", "visibility": "circle"})

    assert (response.status_code, [*response.json()["details"]]) == (422, ["circle_id"])


async def test_nobody_reblogs_what_is_for_mutuals_or_a_circle(village, alice, bob):
    family = await alice.has_circle(bob)
    for status in (await alice.posts("us", visibility="mutuals"), await alice.posts("we", visibility="circle", circle_id=family)):
        for person in (alice, bob):
            assert (await person.client.post(f"/api/v1/statuses/{status['id']}/reblog")).status_code == 403


async def test_a_reply_of_an_app_to_a_circle_stays_in_the_circle(village, alice, bob, carol):
    family = await alice.has_circle(bob, carol)
    await carol.follows(bob)
    status = await alice.posts("supper is ready", visibility="circle", circle_id=family)
    reply = await bob.replies(status, "@alice coming", visibility="private")

    assert reply["audience"] == "circle"
    assert await alice.thread(status) == ([], ["@alice coming"])
    assert (await carol.get(f"/api/v1/statuses/{reply['id']}"))["id"] == reply["id"]
    await alice.client.request("DELETE", f"/api/v1/circles/{family}/accounts", json={"account_ids": [carol.id]})
    assert (await carol.client.get(f"/api/v1/statuses/{reply['id']}")).status_code == 404


@pytest.mark.parametrize("audience", ["public", "unlisted", "private", "mutuals", "circle"])
async def test_a_reply_on_the_page_starts_with_the_audience_of_what_it_answers(village, alice, bob, signed_in, audience):
    family = await alice.has_circle(bob)
    status = await alice.posts("@bob supper", visibility=audience, circle_id=family)

    page = await (await signed_in(bob)).reads(f"/compose?reply_to={status['id']}")
    own = await (await signed_in(alice)).reads(f"/compose?reply_to={status['id']}")

    assert chosen(page, "visibility") == audience
    assert chosen(own, "visibility") == (f"circle:{family}" if audience == "circle" else audience)
    assert ("You answer a" in text(page)) == (audience != "public")


async def test_the_page_publishes_to_a_circle(village, alice, bob, carol, signed_in):
    family, browser = await alice.has_circle(bob), await signed_in(alice)

    await browser.sends("/statuses", status="supper is ready", visibility=f"circle:{family}")

    assert (await bob.home(), await carol.home()) == (["supper is ready"], [])
    refused = await browser.sends("/statuses", status="hello", visibility="circle:1")
    assert (refused.status_code, "There is no such circle" in text(refused)) == (422, True)


# Narrowing


async def test_a_narrowed_status_disappears_everywhere_for_those_who_may_not_read_it_now(village, alice, bob, carol, running_site):
    status = await alice.posts("hello #here", visibility="public")
    await carol.reblogs(status)
    await carol.favourites(status)
    assert await carol.home() == await bob.home() == await carol.local() == ["hello #here"]
    assert [one["type"] for one in await alice.notifications()][:2] == ["favourite", "reblog"]

    narrowed = await alice.narrows(status, "mutuals")

    assert (narrowed["audience"], narrowed["reblogs_count"]) == ("mutuals", 0)
    assert await bob.home() == ["hello #here"]
    for nothing in (await carol.home(), await carol.local(), await bob.local(), await carol.profile(carol), await carol.profile(alice)):
        assert nothing == []
    assert await carol.get("/api/v1/timelines/tag/here") == await carol.get("/api/v1/favourites") == []
    assert (await carol.get("/api/v2/search", q="hello"))["statuses"] == []
    assert (await alice.get("/api/v2/search", q="#here"))["hashtags"] == []
    assert [words(one) for one in (await bob.get("/api/v2/search", q="hello from:alice"))["statuses"]] == []
    assert (await carol.client.get(f"/api/v1/statuses/{status['id']}")).status_code == 404
    assert (await running_site.client().get(f"/@alice/{status['id']}")).status_code == 404
    assert [one["type"] for one in await alice.notifications()][:1] == ["favourite"]
    assert (await alice.get(f"/api/v1/accounts/{alice.id}"))["statuses_count"] == 0


async def test_the_notification_of_a_narrowed_status_is_gone_for_who_may_not_read_it(village, alice, bob, carol):
    await carol.post(f"/api/v1/accounts/{alice.id}/follow", notify=True)
    status = await alice.posts("hello @bob")
    assert await carol.notified_of() == ["status by alice"]
    assert (await carol.get("/api/v1/notifications/unread_count"))["count"] == 1

    await alice.narrows(status, "mutuals")

    assert await carol.notified_of() == []
    assert (await carol.get("/api/v1/notifications/unread_count"))["count"] == 0
    assert (await bob.notified_of())[0] == "mention by alice"


async def test_a_reply_that_is_narrowed_is_no_longer_counted(village, alice, bob):
    status = await alice.posts("who is in Lyon?")
    reply = await bob.replies(status, "@alice me")

    await bob.narrows(reply, "private")

    assert (await alice.get(f"/api/v1/statuses/{status['id']}"))["replies_count"] == 0
    assert await alice.thread(status) == ([], ["@alice me"])  # it names her


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(("unlisted", "public"), ("private", "public"), ("private", "unlisted"), ("mutuals", "private"), ("mutuals", "circle")),
        *(("circle", "mutuals"), ("circle", "private"), ("public", "direct"), ("direct", "public"), ("circle", "circle")),
    ],
)
async def test_an_audience_is_never_widened(alice, bob, before, after):
    family, others = await alice.has_circle(), await alice.has_circle()
    status = await alice.posts("@bob hello", visibility=before, circle_id=family)

    response = await alice.client.post(f"/api/v1/statuses/{status['id']}/narrow", json={"visibility": after, "circle_id": others})

    assert (response.status_code, [*response.json()["details"]]) == (422, ["visibility"])


async def test_only_its_author_narrows_a_status(village, alice, bob, carol):
    status = await alice.posts("hello")
    hidden = await alice.posts("us", visibility="mutuals")

    assert (await bob.client.post(f"/api/v1/statuses/{status['id']}/narrow", json={"visibility": "private"})).status_code == 403
    assert (await carol.client.post(f"/api/v1/statuses/{hidden['id']}/narrow", json={"visibility": "circle"})).status_code == 404
    family = await bob.has_circle()
    for form in ({"visibility": "circle"}, {"visibility": "circle", "circle_id": family}, {"visibility": "x"}, {}):
        assert (await alice.client.post(f"/api/v1/statuses/{status['id']}/narrow", json=form)).status_code == 422


async def test_the_page_says_who_reads_a_status_asks_and_narrows_it(village, alice, bob, carol, signed_in):
    status = await alice.posts("hello")
    browser = await signed_in(alice)

    page = text(await browser.reads(f"/statuses/{status['id']}/audience"))
    assert "Everybody, even without an account." in page
    assert "2 followers find it at home." in page
    question = await browser.sends(f"/statuses/{status['id']}/narrow", visibility="mutuals")
    assert "Show this post to fewer people?" in text(question)
    assert await carol.home() == ["hello"]

    done = await browser.sends(f"/statuses/{status['id']}/narrow", visibility="mutuals", confirmed="yes")

    assert leads_to(done) == f"/@alice/{status['id']}"
    assert (await carol.home(), await bob.home()) == ([], ["hello"])
    assert "1 person" in text(await browser.reads(f"/statuses/{status['id']}/audience"))
    widened = await browser.sends(f"/statuses/{status['id']}/narrow", visibility="public", confirmed="yes")
    assert widened.status_code == 422
    assert (await (await signed_in(bob)).reads(f"/statuses/{status['id']}/audience")).status_code == 403


# The sentence before sending


async def test_the_composer_says_in_words_and_numbers_who_will_read(village, alice, bob, carol, mallory, signed_in):
    family, browser = await alice.has_circle(bob), await signed_in(alice)

    async def answer(audience, typed="hello"):
        page = await browser.sends("/compose/readers", status=typed, visibility=audience)
        assert (page.status_code, chosen(page, "visibility")) == (200, audience)
        assert typed in text(page)
        panel = text(page).partition("data-readers")[2].partition("</div>")[0]
        return " ".join(words({"reblog": None, "content": panel.partition(">")[2]}).split())

    assert await answer("public") == "Everybody, even without an account. 2 followers find it at home."
    assert await answer("private") == "2 people: bob and carol"
    assert await answer("mutuals") == "1 person: bob"
    assert await answer(f"circle:{family}", "hello @mallory") == "1 person: bob And because you name them: mallory"
    assert await answer("direct", "hello @mallory") == "Only those you name: mallory"
    assert await answer("direct") == "Nobody but you, so far."


async def test_what_is_typed_wrong_is_kept_when_one_asks_who_will_read(alice, signed_in):
    browser = await signed_in(alice)

    for audience in ("circle:1", "everyone", ""):
        page = await browser.sends("/compose/readers", status="hello", visibility=audience)
        assert (page.status_code, "hello" in text(page)) == (422, True)


async def test_who_mutes_the_author_is_counted(village, alice, bob, signed_in):
    await bob.mutes(alice)

    assert "1 person" in text(await (await signed_in(alice)).sends("/compose/readers", status="x", visibility="mutuals"))


async def test_the_readers_of_somebody_elses_circle_are_not_told(village, alice, bob, carol, signed_in):
    family = await alice.has_circle(bob, carol)
    status = await alice.posts("supper", visibility="circle", circle_id=family)

    page = await (await signed_in(bob)).sends("/compose/readers", status="x", visibility="circle", in_reply_to_id=status["id"])

    assert "Only its author knows who they are" in text(page)
    assert "carol" not in text(page).partition("data-readers")[2].partition("</form>")[0]


# The pages of circles


async def test_a_circle_is_made_filled_and_deleted_on_pages(village, alice, bob, signed_in):
    browser = await signed_in(alice)
    path = leads_to(await browser.sends("/settings/circles", title="Family"))

    assert "Nobody yet" in text(await browser.reads(path))
    assert leads_to(await browser.sends(path, part="add", handle="@Bob")) == path
    assert "@bob" in text(await browser.reads(path))
    assert "1 person" in text(await browser.reads("/settings/circles"))
    for handle in ("nobody", "", "@alice"):
        assert (await browser.sends(path, part="add", handle=handle)).status_code == 422
    assert leads_to(await browser.sends(path, part="rename", title="Friends")) == path
    assert "Friends" in text(await browser.reads("/compose"))
    await browser.sends(path, part="remove", account_id=bob.id)
    assert "@bob" not in text(await browser.reads(path))
    assert "Delete the circle Friends?" in text(await browser.sends(f"{path}/delete"))
    assert leads_to(await browser.sends(f"{path}/delete", confirmed="yes")) == "/settings/circles"
    assert (await browser.reads(path)).status_code == 404


async def test_somebody_elses_circle_is_not_there(village, alice, bob, signed_in):
    family, browser = await alice.has_circle(bob), await signed_in(bob)

    assert (await browser.reads(f"/settings/circles/{family}")).status_code == 404
    for path in ("", "/delete"):
        assert (await browser.sends(f"/settings/circles/{family}{path}", part="rename", title="x", confirmed="yes")).status_code == 404


async def test_readers_see_that_a_status_is_for_a_few_people_and_never_which_circle(village, alice, bob, signed_in):
    family = await alice.has_circle(bob, name="secret name")
    status = await alice.posts("supper", visibility="circle", circle_id=family)

    page = await (await signed_in(bob)).reads(f"/@alice/{status['id']}")

    assert read(page) == ["supper"]
    assert "A few people" in text(page)
    assert "secret name" not in text(page)
    assert family not in page.text
