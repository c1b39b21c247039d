"""What cannot be taken back asks first, in a page with the same words as the dialog; what can be offers to undo."""

import re

import pytest

from tests.support.browser import leads_to, text
from tests.support.page import read


@pytest.fixture
async def confirmation_page(alices_browser):
    """`await confirmation_page("/accounts/1/block", "http://localhost:8000/")`: the question, and a function that confirms."""

    async def ask(path, referer, **fields):
        alices_browser.client.headers["referer"] = referer
        page = await alices_browser.sends(path, **fields)
        assert page.status_code == 200
        alices_browser.client.headers["referer"] = f"http://localhost:8000{path}"
        form = re.search(r'<form class="form confirmation" method="post" action="([^"]+)"', text(page))[1]
        return page, lambda: alices_browser.sends(form, confirmed="yes", **fields)

    return ask


async def test_deleting_says_what_will_happen_and_goes_back_to_where_one_was(confirmation_page, alices_browser, alice):
    status = await alice.posts("never mind")

    page, confirm = await confirmation_page(f"/statuses/{status['id']}/delete", "http://localhost:8000/@alice?max_id=99")

    assert "It disappears for everybody" in text(page)
    assert 'href="/@alice?max_id=99">Cancel' in text(page)
    assert read(await alices_browser.reads("/@alice")) == ["never mind"]
    assert leads_to(await confirm()) == "/@alice?max_id=99"
    assert read(await alices_browser.reads("/@alice")) == []


async def test_after_its_own_page_a_deleted_post_leads_to_its_author(confirmation_page, alice):
    status = await alice.posts("never mind")

    _page, confirm = await confirmation_page(f"/statuses/{status['id']}/delete", f"http://localhost:8000/@alice/{status['id']}")

    assert leads_to(await confirm()) == "/@alice"


async def test_a_private_message_is_deleted_in_the_words_of_messages(confirmation_page, alice, bob):
    message = await alice.posts("@bob between us", visibility="direct")

    page, _confirm = await confirmation_page(f"/statuses/{message['id']}/delete", "http://localhost:8000/messages")

    assert "Delete this message for everybody?" in text(page)


@pytest.mark.parametrize(("action", "words"), [("block", "Block @bob?"), ("remove-follower", "Remove @bob from your followers?")])
async def test_the_page_asks_in_the_words_of_the_button(confirmation_page, alices_browser, alice, bob, action, words):
    await bob.follows(alice)
    profile = text(await alices_browser.reads("/@bob"))

    page, confirm = await confirmation_page(f"/accounts/{bob.id}/{action}", "http://localhost:8000/@bob")

    assert f'data-confirm="{words}"' in profile
    assert f"<h1>{words}</h1>" in text(page)
    assert (await alice.get("/api/v1/accounts/relationships", id=bob.id))[0]["followed_by"]
    assert leads_to(await confirm()) == "/@bob"
    assert not (await alice.get("/api/v1/accounts/relationships", id=bob.id))[0]["followed_by"]


async def test_a_follow_request_is_declined_after_a_question(confirmation_page, alices_browser, alice, bob):
    await alice.locks()
    await bob.follows(alice)

    page, confirm = await confirmation_page(f"/follow-requests/{bob.id}/reject", "http://localhost:8000/follow-requests")

    assert "Decline the request of @bob?" in text(page)
    assert leads_to(await confirm()) == "/follow-requests"
    assert "Nobody is waiting" in text(await alices_browser.reads("/follow-requests"))


async def test_signing_out_elsewhere_keeps_what_was_chosen(confirmation_page, alices_browser, running_site):
    page, confirm = await confirmation_page("/settings/sessions", "http://localhost:8000/settings/sessions", end="others")

    assert "Sign out everywhere else?" in text(page)
    assert '<input type="hidden" name="end" value="others">' in text(page)
    assert leads_to(await confirm()) == "/settings/sessions"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
async def test_the_answer_leads_nowhere_else(alices_browser, alice, elsewhere):
    status = await alice.posts("never mind")

    response = await alices_browser.client.post(
        f"/statuses/{status['id']}/delete", params={"back": elsewhere}, data={"_csrf_token": alices_browser.csrf_token, "confirmed": "yes"}
    )

    assert "example" not in leads_to(response)
    assert "javascript" not in leads_to(response)


async def test_nobody_is_asked_about_what_is_not_theirs(alices_browser, bob):
    status = await bob.posts("mine")

    assert (await alices_browser.sends(f"/statuses/{status['id']}/delete")).status_code == 403
    assert (await alices_browser.sends("/accounts/99/block")).status_code == 404


@pytest.mark.parametrize(("action", "undone"), [("unfollow", "follow"), ("mute", "unmute")])
async def test_muting_and_unfollowing_offer_to_undo(alices_browser, alice, bob, action, undone):
    await alice.follows(bob)

    await alices_browser.sends(f"/accounts/{bob.id}/{action}")

    flash = text(await alices_browser.reads("/@bob")).partition('class="flash')[2].partition("</p>")[0]
    assert f'formaction="/accounts/{bob.id}/{undone}"' in flash
    await alices_browser.sends(f"/accounts/{bob.id}/{undone}")
    [relation] = await alice.get("/api/v1/accounts/relationships", id=bob.id)
    assert (relation["following"], relation["muting"]) == (True, False)


async def test_a_bookmark_that_leaves_its_list_can_be_put_back(alices_browser, alice, bob):
    status = await bob.posts("to read")
    await alice.bookmarks(status)
    alices_browser.client.headers["referer"] = "http://localhost:8000/bookmarks"

    await alices_browser.sends(f"/statuses/{status['id']}/unbookmark")

    page = await alices_browser.reads("/bookmarks")
    assert read(page) == []
    assert f'formaction="/statuses/{status["id"]}/bookmark"' in page.text


async def test_the_script_is_told_what_can_be_undone(alices_browser, alice, bob):
    await alice.follows(bob)
    alices_browser.client.headers["X-Fragment"] = "true"

    response = await alices_browser.sends(f"/accounts/{bob.id}/unfollow")

    assert f'"undo": "/accounts/{bob.id}/follow"' in response.headers["x-done"]


async def test_without_a_session_the_script_is_sent_to_sign_in_and_back_to_the_same_place(visitor, bob):
    status = await bob.posts("hello")
    visitor.client.headers.update({"X-Fragment": "true", "X-Page-URL": f"/local?max_id=9#s{status['id']}"})

    response = await visitor.sends(f"/statuses/{status['id']}/favourite")

    assert response.status_code == 401
    assert response.headers["x-redirect"] == f"/sign-in?next=/local%3Fmax_id%3D9%23s{status['id']}"
