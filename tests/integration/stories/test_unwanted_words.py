"""Words that somebody does not want to hear from people whom they do not follow."""

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.media import photo
from tests.support.page import read


@pytest.fixture
async def browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    assert leads_to(await browser.sends("/settings/limits", unwanted_words="crypto\nPièce d'or\n")) == "/settings/limits"
    return browser


@pytest.mark.parametrize("said", [{"status": "@alice CRYPTO!"}, {"status": "@alice", "spoiler_text": "piece d’or"}])
async def test_a_mention_with_such_a_word_does_not_notify(browser, alice, bob, said):
    await bob.post("/api/v1/statuses", **said)
    await bob.posts("@alice cryptography")

    assert await alice.notified_of() == ["mention by bob"]


async def test_the_description_of_a_photo_is_read_too(browser, alice, bob):
    picture = await bob.uploads(photo(), description="a crypto poster")

    await bob.posts("@alice look", media_ids=[picture["id"]])

    assert await alice.notified_of() == []


async def test_an_edit_cannot_bring_the_word_in(browser, alice, bob):
    said = await bob.posts("hello")
    await alice.reblogs(said)

    await bob.edits(said, "hello crypto @alice")

    assert await alice.notified_of() == []


async def test_people_whom_one_follows_say_what_they_like(browser, alice, bob):
    await alice.follows(bob)
    asked = await alice.posts("what is new?")

    await bob.replies(asked, "@alice crypto")

    assert await alice.notified_of() == ["mention by bob"]
    assert (await alice.thread(asked))[1] == ["@alice crypto"]


async def test_a_reply_with_such_a_word_waits(browser, alice, bob, carol):
    """Also of a follower; it is not told."""
    await bob.follows(alice)
    asked = await alice.posts("what is new?")

    reply = await bob.replies(asked, "@alice crypto")
    await bob.replies(asked, "@alice hello")

    assert (await carol.thread(asked))[1] == ["@alice hello"]
    assert (await bob.thread(asked))[1] == ["@alice crypto", "@alice hello"]
    assert read(await browser.reads("/settings/held-replies")) == ["@alice crypto"]
    await browser.sends(f"/statuses/{reply['id']}/show-reply")
    assert (await carol.thread(asked))[1] == ["@alice crypto", "@alice hello"]


async def test_a_reply_that_an_edit_gives_such_a_word_waits_at_once(browser, alice, bob, carol, mallory):
    """With its branch, and without the notifications of it."""
    asked = await alice.posts("what is new?")
    reply = await bob.replies(asked, "@alice @carol nothing")
    answer = await mallory.replies(reply, "@bob really?")
    assert (await alice.notified_of(), await carol.notified_of()) == (["mention by bob"], ["mention by bob"])

    edited = await bob.edits(reply, "@alice @carol crypto")

    assert edited["content"].endswith("crypto</p>")
    assert (await carol.thread(asked))[1] == []
    assert (await bob.thread(asked))[1] == ["@alice @carol crypto"]
    assert [(await carol.client.get(f"/api/v1/statuses/{one['id']}")).status_code for one in (reply, answer)] == [404, 404]
    assert (await carol.get(f"/api/v1/statuses/{asked['id']}"))["replies_count"] == 0
    assert (await carol.get("/api/v2/search", q="crypto"))["statuses"] == []
    assert (await alice.notified_of(), await carol.notified_of()) == ([], [])
    assert read(await browser.reads("/settings/held-replies")) == ["@alice @carol crypto"]

    await browser.sends(f"/statuses/{reply['id']}/show-reply")
    assert (await carol.thread(asked))[1] == ["@alice @carol crypto", "@bob really?"]
    assert await carol.notified_of() == ["mention by bob"]


async def test_the_warning_and_the_descriptions_of_an_edit_are_read_too(browser, alice, bob, carol):
    asked = await alice.posts("what is new?")
    picture = await bob.uploads(photo(), description="a poster")
    one, other = await bob.replies(asked, "@alice one"), await bob.replies(asked, "@alice other", media_ids=[picture["id"]])
    described = [{"id": picture["id"], "description": "a crypto poster"}]

    await bob.edits(one, "@alice one", spoiler_text="crypto")
    await bob.edits(other, "@alice other", media_ids=[picture["id"]], media_attributes=described)

    assert (await carol.thread(asked))[1] == []


async def test_a_reply_that_was_accepted_with_the_word_is_edited_freely(browser, alice, bob, carol):
    asked = await alice.posts("what is new?")
    reply = await bob.replies(asked, "@alice crypto")
    await browser.sends(f"/statuses/{reply['id']}/show-reply")

    await bob.edits(reply, "@alice crypto, says Bob")
    assert (await carol.thread(asked))[1] == ["@alice crypto, says Bob"]
    await bob.edits(reply, "@alice crypto, pièce d'or")
    assert (await carol.thread(asked))[1] == []


async def test_the_reply_is_shown_again_without_the_word_unless_it_waits_for_another_reason(browser, alice, bob, carol):
    asked = await alice.posts("what is new?")
    reply = await bob.replies(asked, "@alice crypto")
    await bob.edits(reply, "@alice nothing")
    assert (await carol.thread(asked))[1] == ["@alice nothing"]
    assert await alice.notified_of() == ["mention by bob"]
    assert (await carol.get(f"/api/v1/statuses/{asked['id']}"))["replies_count"] == 1

    await browser.sends("/settings/limits", holds_strangers="1")
    for text_before in ("@alice crypto", "@alice hello"):
        stranger = await bob.replies(asked, text_before)
        await bob.edits(stranger, "@alice is it you?")
    assert (await carol.thread(asked))[1] == ["@alice nothing"]
    assert len(await alice.get("/api/v1/withheld_replies")) == 2


async def test_a_declined_reply_stays_hidden_when_the_word_goes(browser, alice, bob, carol):
    asked = await alice.posts("what is new?")
    reply = await bob.replies(asked, "@alice crypto")
    await alice.post(f"/api/v1/statuses/{reply['id']}/hide_reply")

    await bob.edits(reply, "@alice nothing")

    assert (await carol.thread(asked))[1] == []


async def test_who_began_the_thread_is_asked_as_well_and_whom_they_follow_is_free(browser, alice, bob, carol):
    asked = await alice.posts("what is new?")
    answer = await carol.replies(asked, "@alice not much")
    one, own = await bob.replies(answer, "@carol hello"), await alice.replies(answer, "@carol hm")

    await bob.edits(one, "@carol crypto")
    await alice.edits(own, "@carol crypto")
    assert (await carol.thread(asked))[1] == ["@alice not much", "@carol crypto"]
    await alice.follows(carol)
    await carol.edits(answer, "@alice crypto")
    assert (await bob.thread(asked))[1][0] == "@alice crypto"


async def test_an_edit_of_a_waiting_reply_notifies_nobody(running_site, alice, bob, carol, signed_in):
    browser = await signed_in(alice)
    await browser.sends("/settings/limits", holds_strangers="1")
    asked = await alice.posts("what is new?")
    reply = await bob.replies(asked, "@alice hello")

    await bob.edits(reply, "@alice @carol hello")

    assert (await alice.notified_of(), await carol.notified_of()) == ([], [])


async def test_a_mention_is_no_notification_any_more_when_an_edit_gives_it_such_a_word(browser, alice, bob):
    said = await bob.posts("@alice hello")
    assert await alice.notified_of() == ["mention by bob"]

    await bob.edits(said, "@alice crypto")

    assert await alice.notified_of() == []
    assert (await alice.get("/api/v1/notifications/unread_count"))["count"] == 0


async def test_the_list_is_shown_again_and_has_an_end(browser):
    assert "crypto\nPièce d'or</textarea>" in text(await browser.reads("/settings/limits"))

    many, long, none = ("\n".join(map(str, range(101))), "a" * 61, "ok\n!!!")
    for typed in (many, long, none):
        page = await browser.sends("/settings/limits", unwanted_words=typed)
        assert (page.status_code, 'id="unwanted_words-error"' in page.text) == (422, True)
        assert typed in text(page)
    await browser.sends("/settings/limits", unwanted_words="")
    assert "crypto" not in text(await browser.reads("/settings/limits"))
