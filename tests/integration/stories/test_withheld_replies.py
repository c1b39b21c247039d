"""Replies that are hidden from a thread, or wait to be accepted: at every door, with their branch, and nobody is told."""

import pytest

from gazouillis.accounts import deletion
from tests.support.browser import leads_to, text
from tests.support.page import read
from tests.support.people import words


@pytest.fixture
async def quarrel(alice, bob, carol, mallory):
    """Mallory replies to Alice, and Carol to Mallory; Bob reads along, and follows Mallory."""
    await bob.follows(mallory)
    original = await alice.posts("hello")
    insult = await mallory.replies(original, "@alice you fool #fight")
    answer = await carol.replies(insult, "@mallory @bob be kind")
    await bob.home()
    return original, insult, answer


async def test_a_hidden_reply_and_its_branch_are_seen_only_by_their_authors_and_who_hid_them(
    running_site, quarrel, alice, bob, carol, mallory
):
    original, insult, answer = quarrel
    assert await bob.notified_of() == ["mention by carol"]

    await alice.post(f"/api/v1/statuses/{insult['id']}/hide_reply")

    assert await thread(bob, original) == await visitors_thread(running_site, original) == []
    assert await bob.home() == await bob.profile(mallory) == []
    assert await bob.local() == ["hello"]
    assert await bob.get("/api/v1/timelines/tag/fight") == []
    assert (await bob.get("/api/v2/search", q="fool"))["statuses"] == []
    assert (await bob.get("/api/v2/search", q="#fight"))["hashtags"] == []
    assert await bob.notified_of() == []
    assert (await bob.get("/api/v1/notifications/unread_count"))["count"] == 0
    for one in (insult, answer):
        assert (await bob.client.get(f"/api/v1/statuses/{one['id']}")).status_code == 404
        assert (await running_site.client().get(f"/@mallory/{one['id']}")).status_code == 404
        assert (await bob.client.post("/api/v1/statuses", json={"status": "x", "in_reply_to_id": one["id"]})).status_code == 404
    assert (await bob.get(f"/api/v1/statuses/{original['id']}"))["replies_count"] == 0

    assert await thread(mallory, original) == ["@alice you fool #fight"]
    assert await mallory.home() == ["@alice you fool #fight"]
    assert (await mallory.get(f"/api/v1/accounts/{mallory.id}"))["statuses_count"] == 1
    assert await thread(carol, original) == ["@mallory @bob be kind"]
    assert await thread(alice, original) == ["@alice you fool #fight", "@mallory @bob be kind"]


async def test_a_hidden_reply_is_shown_again_with_its_branch(quarrel, alice, bob):
    original, insult, _answer = quarrel
    for _ in range(2):
        await alice.post(f"/api/v1/statuses/{insult['id']}/hide_reply")
    assert [one["id"] for one in await alice.get("/api/v1/withheld_replies")] == [insult["id"]]

    for _ in range(2):
        await alice.post(f"/api/v1/statuses/{insult['id']}/show_reply")

    assert await thread(bob, original) == ["@alice you fool #fight", "@mallory @bob be kind"]
    assert await bob.home() == []  # she answered somebody whom he does not follow
    assert (await bob.get("/api/v2/search", q="#fight"))["hashtags"][0]["name"] == "fight"
    assert (await bob.get(f"/api/v1/statuses/{original['id']}"))["replies_count"] == 1
    assert await alice.get("/api/v1/withheld_replies") == []


async def test_only_whose_thread_it_is_hides_a_reply(quarrel, alice, bob, carol, mallory):
    original, insult, answer = quarrel

    async def hide(person, status):
        return (await person.client.post(f"/api/v1/statuses/{status['id']}/hide_reply")).status_code

    assert [await hide(person, insult) for person in (bob, carol)] == [403, 403]
    assert [await hide(person, original) for person in (bob, alice)] == [422, 422]
    assert await hide(mallory, insult) == 403
    assert await hide(mallory, answer) == 200  # Carol answered her
    assert (await mallory.client.post(f"/api/v1/statuses/{answer['id']}/show_reply")).status_code == 200
    assert await hide(alice, answer) == 200  # Alice began the thread
    assert (await mallory.client.post(f"/api/v1/statuses/{answer['id']}/show_reply")).status_code == 404


async def test_who_hid_a_reply_shows_it_again_before_answering_it(quarrel, alice, mallory, bob):
    original, insult, _answer = quarrel
    await alice.post(f"/api/v1/statuses/{insult['id']}/hide_reply")

    refused = await alice.client.post("/api/v1/statuses", json={"status": "x", "in_reply_to_id": insult["id"]})
    assert (refused.status_code, "show it again" in refused.json()["error"]) == (422, True)
    await mallory.replies(insult, "@alice again")
    assert await thread(bob, original) == []


async def test_a_deleted_hidden_reply_is_not_counted_twice(quarrel, alice, bob, mallory):
    original, insult, _answer = quarrel
    await bob.replies(original, "@alice hello")
    await alice.post(f"/api/v1/statuses/{insult['id']}/hide_reply")

    await mallory.deletes(insult)

    assert (await bob.get(f"/api/v1/statuses/{original['id']}"))["replies_count"] == 1


# Held for review


@pytest.fixture
async def cautious(alice, signed_in):
    """Alice wants to accept the replies of strangers first."""
    browser = await signed_in(alice)
    assert leads_to(await browser.sends("/settings/limits", holds_strangers="1")) == "/settings/limits"
    return browser


async def test_the_reply_of_a_stranger_waits(running_site, cautious, alice, bob, mallory):
    await bob.follows(mallory)
    await bob.home()
    original = await alice.posts("hello")

    reply = await mallory.replies(original, "@alice @bob let us talk")

    assert reply["visibility"] == "public"
    assert await thread(mallory, original) == ["@alice @bob let us talk"]
    assert await mallory.home() == ["@alice @bob let us talk"]
    for person in (alice, bob):
        assert "mention by mallory" not in await person.notified_of()
    assert await thread(bob, original) == await visitors_thread(running_site, original) == await bob.home() == []
    assert await bob.local() == ["hello"]
    assert (await bob.get(f"/api/v1/statuses/{original['id']}"))["replies_count"] == 0
    assert (await bob.get("/api/v2/search", q="talk"))["statuses"] == []

    assert read(await cautious.reads("/settings/held-replies")) == ["@alice @bob let us talk"]
    assert "1 reply" in text(await cautious.reads("/settings/limits"))
    await cautious.sends(f"/statuses/{reply['id']}/show-reply")

    assert read(await cautious.reads("/settings/held-replies")) == []
    assert await thread(bob, original) == ["@alice @bob let us talk"]
    assert (await alice.notified_of())[0] == (await bob.notified_of())[0] == "mention by mallory"
    assert (await bob.get(f"/api/v1/statuses/{original['id']}"))["replies_count"] == 1
    assert [words(one) for one in (await bob.get("/api/v2/search", q="talk"))["statuses"]] == ["@alice @bob let us talk"]


async def test_an_app_switches_the_holding_of_strangers_on_and_off(alice, bob, carol):
    said = await alice.posts("hello")
    await bob.replies(said, "@alice before")

    async def hold(*, wanted):
        changed = await alice.client.patch("/api/v1/accounts/update_credentials", json={"source": {"holds_strangers": wanted}})
        return changed.json()["source"]["holds_strangers"]

    assert (await alice.get("/api/v1/accounts/verify_credentials"))["source"]["holds_strangers"] is False
    assert await hold(wanted=True) is True
    waiting = await bob.replies(said, "@alice waits")
    assert [one["id"] for one in await alice.get("/api/v1/withheld_replies", awaiting=True)] == [waiting["id"]]
    assert await hold(wanted=False) is False
    await carol.replies(said, "@alice after")
    assert sorted(await thread(carol, said)) == ["@alice after", "@alice before"]


async def test_replies_of_strangers_are_marked_with_a_button_to_follow_them(alice, bob, carol, signed_in):
    await carol.follows(alice)
    said = await alice.posts("hello")
    await bob.replies(said, "@alice from a stranger")
    await carol.replies(said, "@alice from a follower")
    browser = await signed_in(alice)
    await alice.notifications()

    for page in (f"/@alice/{said['id']}", "/mentions", "/notifications"):
        shown = text(await browser.reads(page))
        assert shown.count("does not follow you yet") == 1, page
        assert f'formaction="/accounts/{bob.id}/follow"' in shown, page


async def test_a_declined_reply_is_seen_by_its_author_as_it_was_sent(cautious, alice, bob, mallory):
    original = await alice.posts("hello")
    reply = await mallory.replies(original, "@alice let us talk")
    before = await mallory.get(f"/api/v1/statuses/{reply['id']}")

    await cautious.sends(f"/statuses/{reply['id']}/hide-reply")

    assert await mallory.get(f"/api/v1/statuses/{reply['id']}") == before
    assert read(await cautious.reads("/settings/held-replies")) == []
    assert read(await cautious.reads("/settings/hidden-replies")) == ["@alice let us talk"]
    assert await thread(bob, original) == []


@pytest.mark.parametrize("relation", ["follower", "followed", "named", "herself"])
async def test_who_is_no_stranger_does_not_wait(cautious, alice, bob, carol, relation):
    if relation == "follower":
        await bob.follows(alice)
    if relation == "followed":
        await alice.follows(bob)
    original = await alice.posts("hello @bob" if relation == "named" else "hello")
    writer = alice if relation == "herself" else bob

    await writer.replies(original, "@alice yes")

    assert await thread(carol, original) == ["@alice yes"]


async def test_a_stranger_waits_in_the_whole_thread(cautious, alice, bob, carol, mallory):
    await bob.follows(alice)
    original = await alice.posts("hello")
    answer = await bob.replies(original, "@alice yes")

    await mallory.replies(answer, "@bob no")

    assert await thread(carol, original) == await thread(bob, original) == ["@alice yes"]
    assert read(await cautious.reads("/settings/held-replies")) == ["@bob no"]


async def test_the_limits_are_kept_and_hold_for_pages_and_apps(alice, bob, signed_in):
    browser = await signed_in(alice)

    await browser.sends("/settings/limits", default_reply_policy="nobody", is_locked="1")

    page = text(await browser.reads("/settings/limits"))
    assert '<option value="nobody" selected>' in page
    for original in (await alice.posts("by app"), await alice.posts("by app, for all", reply_policy="everyone")):
        assert original.get("reply_policy", "everyone") == ("nobody" if "all" not in original["content"] else "everyone")
    await browser.sends("/statuses", status="by page")
    assert (await bob.get("/api/v1/timelines/public", local=True))[0]["reply_policy"] == "nobody"
    assert (await bob.get(f"/api/v1/accounts/{alice.id}"))["locked"] is True
    assert (await browser.sends("/settings/limits", default_reply_policy="x")).status_code == 422


# The whole thread is theirs


async def test_who_began_a_thread_hides_nested_replies_from_its_page(quarrel, alice, bob, carol, signed_in):
    said, _insult, answer = quarrel
    browser, path = await signed_in(alice), f"/statuses/{answer['id']}/hide-reply"
    for page in (f"/@alice/{said['id']}", f"/@carol/{answer['id']}"):
        assert path in (await browser.reads(page)).text
        assert path not in (await (await signed_in(bob)).reads(page)).text

    await browser.sends(path)

    assert await thread(bob, said) == ["@alice you fool #fight"]
    assert (await bob.client.get(f"/api/v1/statuses/{answer['id']}")).status_code == 404
    assert f"/statuses/{answer['id']}/show-reply" in (await browser.reads(f"/@alice/{said['id']}")).text
    await browser.sends(f"/statuses/{answer['id']}/show-reply")
    assert await thread(bob, said) == ["@alice you fool #fight", "@mallory @bob be kind"]


async def test_a_reply_that_is_shown_again_below_a_hidden_one_stays_hidden_with_it(quarrel, alice, bob, carol, mallory):
    said, insult, answer = quarrel
    await mallory.post(f"/api/v1/statuses/{answer['id']}/hide_reply")
    await alice.post(f"/api/v1/statuses/{insult['id']}/hide_reply")

    await mallory.post(f"/api/v1/statuses/{answer['id']}/show_reply")

    assert (await bob.client.get(f"/api/v1/statuses/{answer['id']}")).status_code == 404
    await alice.post(f"/api/v1/statuses/{insult['id']}/show_reply")
    assert await thread(bob, said) == ["@alice you fool #fight", "@mallory @bob be kind"]
    assert (await bob.get(f"/api/v1/statuses/{insult['id']}"))["replies_count"] == 1


# The account of whoever withholds is deleted


async def test_deleting_an_account_shows_the_replies_that_it_withheld(running_site, cautious, alice, bob, carol, mallory):
    await bob.follows(alice)
    said = await alice.posts("hello")
    answer = await bob.replies(said, "@alice yes")
    hidden = await bob.replies(said, "@alice really")
    waiting = await mallory.replies(answer, "@bob @carol no")
    await alice.post(f"/api/v1/statuses/{hidden['id']}/hide_reply")
    await alice.client.put(f"/api/v1/statuses/{said['id']}/interaction_policy", json={"frozen": True})
    assert await carol.notified_of() == []

    await _delete_account(running_site, alice)

    assert (await carol.get(f"/api/v1/statuses/{hidden['id']}"))["content"]
    assert await thread(carol, answer) == ["@bob @carol no"]
    assert await carol.notified_of() == ["mention by mallory"]
    assert (await bob.get(f"/api/v1/statuses/{answer['id']}"))["replies_count"] == 1
    assert (await carol.replies(waiting, "@mallory hello"))["in_reply_to_id"] == waiting["id"]


async def test_a_reply_that_waits_for_a_deleted_account_then_waits_for_the_other_who_accepts_replies(
    running_site, cautious, alice, bob, mallory, carol, signed_in
):
    await bob.follows(alice)
    browser = await signed_in(bob)
    await browser.sends("/settings/limits", holds_strangers="1")
    said = await alice.posts("hello")
    answer = await bob.replies(said, "@alice yes")
    await cautious.sends("/settings/limits", holds_strangers="1")
    first = await mallory.replies(said, "@alice me")
    await alice.post(f"/api/v1/statuses/{first['id']}/show_reply")
    waiting = await mallory.replies(answer, "@bob no")
    assert read(await browser.reads("/settings/held-replies")) == ["@bob no"]

    await _delete_account(running_site, bob)

    assert read(await cautious.reads("/settings/held-replies")) == ["@bob no"]
    assert (await carol.client.get(f"/api/v1/statuses/{waiting['id']}")).status_code == 404
    assert (await mallory.get(f"/api/v1/statuses/{waiting['id']}"))["content"]


async def test_a_deleted_status_no_longer_closes_its_thread(alice, bob, carol):
    said = await alice.posts("hello")
    answer = await bob.replies(said, "@alice yes")
    await alice.client.put(f"/api/v1/statuses/{said['id']}/interaction_policy", json={"frozen": True, "slow_minutes": 60})

    await alice.deletes(said)

    assert (await carol.replies(answer, "@bob yes"))["in_reply_to_id"] == answer["id"]


async def _delete_account(running_site, person):
    async with running_site.site.db.write() as tx:
        await deletion.request(tx, person.account_id, proof=None)
    running_site.clock.advance(days=8)
    await running_site.run_until_idle()


async def thread(person, status):
    return (await person.thread(status))[1]


async def visitors_thread(running_site, status):
    context = (await running_site.client().get(f"/api/v1/statuses/{status['id']}/context")).json()
    return [words(one) for one in context["descendants"]]
