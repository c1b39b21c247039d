"""Text of invisible characters counts as blank, in every form and API."""

import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from tests.support.browser import text
from tests.support.mailbox import sent_emails

UNSEEN = ["\u200b", "\u2060 \u00ad", "\u3164", "\u2800\ufe0f\n\u200d", "\U000e0061"]
PROFILE = "/api/v1/accounts/update_credentials"


@pytest.mark.parametrize("unseen", UNSEEN)
async def test_an_invisible_status_is_refused_by_the_page_and_the_api(alices_browser, alice, unseen):
    refusal = await alice.client.post("/api/v1/statuses", json={"status": unseen})

    assert (refusal.status_code, refusal.json()["field"]) == (422, "status")
    assert "Say something first" in text(await alices_browser.sends("/statuses", status=unseen))


@pytest.mark.parametrize("unseen", UNSEEN)
async def test_an_edit_to_an_invisible_text_is_refused(alice, unseen):
    status = await alice.posts("hello")

    assert (await alice.client.put(f"/api/v1/statuses/{status['id']}", json={"status": unseen})).status_code == 422


@pytest.mark.parametrize("unseen", UNSEEN)
async def test_an_invisible_content_warning_is_none(alice, unseen):
    status = await alice.posts("hello", spoiler_text=unseen)
    edited = await alice.edits(await alice.posts("hello", spoiler_text="film"), "bye", spoiler_text=unseen)

    assert [(one["spoiler_text"], one["sensitive"]) for one in (status, edited)] == [("", False), ("", False)]


@pytest.mark.parametrize("unseen", UNSEEN)
async def test_invisible_texts_of_a_profile_are_stored_as_empty(alice, unseen):
    fields = [{"name": unseen, "value": unseen}]
    own = (await alice.client.patch(PROFILE, json={"display_name": unseen, "note": unseen, "fields_attributes": fields})).json()

    assert (own["display_name"], own["note"], own["source"]["note"], own["fields"]) == ("alice", "", "", [])
    assert (await alice.client.patch(PROFILE, json={"fields_attributes": [{"name": unseen, "value": "x"}]})).status_code == 422


async def test_a_stored_invisible_name_falls_back_to_the_handle(running_site, alice, bob, visitor):
    async with running_site.site.db.write() as tx:
        await tx.run(sa.update(accounts).where(accounts.c.id == bob.account_id).values(display_name="\u200b\u3164"))
    await bob.follows(alice)
    await bob.posts("hello")
    await visitor.sends("/password", email="bob@example.org")
    await running_site.run_until_idle()

    assert "<title>bob (@bob)" in (await visitor.reads("/@bob")).text
    assert '<b dir="auto">bob</b>' in (await visitor.reads("/local")).text
    assert (await alice.notifications())[0]["account"]["display_name"] == "bob"
    assert (await bob.get("/api/v1/accounts/verify_credentials"))["display_name"] == "bob"
    assert "Hello bob," in sent_emails(running_site.site.settings.data)[-1].get_content()


async def test_emoji_keep_their_joiners(alice):
    family = "👨\u200d👩\u200d👧 ❤\ufe0f"
    own = (await alice.client.patch(PROFILE, json={"display_name": family})).json()
    status = await alice.posts(family)

    assert (own["display_name"], status["content"]) == (family, f"<p>{family}</p>")


@pytest.mark.parametrize("unseen", UNSEEN)
async def test_an_app_with_an_invisible_name_is_refused(visitor, unseen):
    form = {"client_name": unseen, "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}

    assert (await visitor.client.post("/api/v1/apps", json=form)).status_code == 422


@pytest.mark.parametrize("unseen", UNSEEN)
async def test_a_sign_up_with_an_invisible_reason_is_refused(visitor, set_site_options, unseen):
    await set_site_options(registrations="approval")
    form = {"username": "emma", "email": "emma@example.org", "password": "un merle dans le lilas", "reason": unseen}

    assert "Say a word to the person who will welcome you" in text(await visitor.sends("/sign-up", **form))


@pytest.mark.parametrize("unseen", UNSEEN)
async def test_an_invisible_name_of_the_site_is_refused(running_site, set_site_options, unseen):
    with pytest.raises(Exception, match="Your place has a name"):
        await set_site_options(name=unseen)


@pytest.mark.parametrize("unseen", UNSEEN)
async def test_a_search_for_an_invisible_text_is_empty(visitor, alice, unseen):
    await alice.posts("hello")

    assert "Nothing found" not in text(await visitor.client.get("/search", params={"q": unseen}))
    assert (await alice.get("/api/v2/search", q=unseen)) == {"accounts": [], "statuses": [], "hashtags": []}
