"""What was typed is shown again when the session has ended, when the CSRF token is stale, and when the server cannot take it now."""

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import chosen, read, value_of
from tests.support.people import PASSWORD

STATUS = {"status": "il pleut “enfin”\nsur Nancy", "spoiler_text": "météo", "visibility": "unlisted", "language": "fr"}


@pytest.fixture
async def question(bob):
    return await bob.posts("who is in Lyon?")


def hidden_fields(page):
    """The form that a sign-in form carries."""
    return {name: value_of(page, name) for name in ("unsent_form", *(f"unsent.{one}" for one in [*STATUS, "idempotency_key"]))}


async def sign_in_with(browser, page, name="alice", password=PASSWORD, **more):
    """The page that is shown afterwards."""
    response = await browser.sends("/sign-in", login=name, password=password, **hidden_fields(page), **more)
    return await browser.reads(leads_to(response)) if response.is_redirect else response


class TestAfterTheSessionHasEnded:
    @pytest.fixture
    async def sign_in_page(self, visitor, alice):
        """The answer to a status sent without a session."""
        await visitor.reads("/about")
        return await visitor.sends("/statuses", **STATUS, idempotency_key="k1")

    async def test_the_page_asks_to_sign_in_and_says_that_the_text_is_kept(self, sign_in_page):
        assert sign_in_page.status_code == 403
        assert "What you wrote is kept" in text(sign_in_page)
        assert value_of(sign_in_page, "unsent.status") == STATUS["status"]

    async def test_signing_in_opens_the_composer_as_it_was(self, visitor, sign_in_page):
        page = await sign_in_with(visitor, sign_in_page)

        assert page.status_code == 200
        assert "here is what you wrote" in text(page)
        assert 'role="alert" data-wrong hidden' in page.text
        assert visitor.is_signed_in
        assert (value_of(page, "status"), value_of(page, "spoiler_text")) == (STATUS["status"], STATUS["spoiler_text"])
        assert (chosen(page, "visibility"), chosen(page, "language")) == ("unlisted", "fr")
        assert value_of(page, "idempotency_key") == "k1"

    async def test_the_text_has_an_address_that_can_be_loaded_again_for_a_day(self, visitor, sign_in_page, clock):
        await sign_in_with(visitor, sign_in_page)

        assert value_of(await visitor.reads("/unsent"), "status") == STATUS["status"]
        clock.advance(days=1)
        assert leads_to(await visitor.reads("/unsent")) == "/"

    async def test_a_later_session_does_not_have_the_text(self, visitor, sign_in_page):
        await sign_in_with(visitor, sign_in_page)
        await visitor.signs_in("alice")

        assert leads_to(await visitor.reads("/unsent")) == "/"

    async def test_the_text_outlives_a_stale_token_of_the_sign_in_form(self, visitor, sign_in_page):
        visitor.csrf_token = "made up"
        again = await visitor.sends("/sign-in", login="alice", password=PASSWORD, **hidden_fields(sign_in_page))
        visitor.csrf_token = value_of(again, "_csrf_token")
        page = await sign_in_with(visitor, again)

        assert again.status_code == 403
        assert value_of(page, "status") == STATUS["status"]

    async def test_the_text_outlives_a_wrong_password(self, visitor, sign_in_page):
        again = await sign_in_with(visitor, sign_in_page, password="wrong")
        page = await sign_in_with(visitor, again)

        assert again.status_code == 422
        assert value_of(page, "status") == STATUS["status"]

    async def test_the_composer_can_be_sent_and_publishes_once(self, visitor, alice, sign_in_page):
        page = await sign_in_with(visitor, sign_in_page)
        for _time in range(2):
            await visitor.sends("/statuses", **STATUS, idempotency_key=value_of(page, "idempotency_key"), author=value_of(page, "author"))

        assert len(await alice.get(f"/api/v1/accounts/{alice.id}/statuses")) == 1

    async def test_a_reply_keeps_its_parent(self, visitor, alice, question):
        sign_in_page = await visitor.sends("/statuses", **STATUS, idempotency_key="k1", in_reply_to_id=question["id"])
        page = await sign_in_with(visitor, sign_in_page, **{"unsent.in_reply_to_id": value_of(sign_in_page, "unsent.in_reply_to_id")})

        assert value_of(page, "in_reply_to_id") == question["id"]
        assert value_of(page, "status") == STATUS["status"]

    async def test_an_edit_keeps_its_status(self, visitor, alice):
        status = await alice.posts("first words")
        sign_in_page = await visitor.sends(f"/statuses/{status['id']}/edit", **STATUS, idempotency_key="k1", editing=status["id"])
        page = await sign_in_with(visitor, sign_in_page, **{"unsent.editing": value_of(sign_in_page, "unsent.editing")})

        assert f'action="/statuses/{status["id"]}/edit"' in page.text
        assert value_of(page, "status") == STATUS["status"]

    async def test_whoever_signs_in_as_somebody_else_is_told(self, visitor, alice, bob):
        sign_in_page = await visitor.sends("/statuses", **STATUS, idempotency_key="k1", author=alice.id)
        page = await sign_in_with(visitor, sign_in_page, name="bob", **{"unsent.author": alice.id})

        assert "You are signed in as @bob now" in text(page)
        assert value_of(page, "author") == bob.id

    async def test_a_profile_comes_back(self, visitor, alice):
        files = [("note", (None, "J’habite rue Saint-Dizier.")), ("avatar", ("", b""))]
        await visitor.reads("/about")
        sign_in_page = await visitor.client.post("/settings/profile", files=[("_csrf_token", (None, visitor.csrf_token)), *files])
        carried = {"unsent_form": "profile", "unsent.note": value_of(sign_in_page, "unsent.note")}
        page = await visitor.reads(leads_to(await visitor.sends("/sign-in", login="alice", password=PASSWORD, **carried)))

        assert value_of(page, "note") == "J’habite rue Saint-Dizier."

    async def test_a_member_is_not_shown_the_administrators_form(self, visitor, alice):
        response = await visitor.sends("/sign-in", login="alice", password=PASSWORD, unsent_form="site", **{"unsent.name": "mine"})

        assert leads_to(await visitor.reads(leads_to(response))) == "/"
        assert visitor.is_signed_in

    @pytest.mark.parametrize("name", ["", "nothing", "🐦"])
    async def test_an_unknown_form_does_not_stop_signing_in(self, visitor, alice, name):
        assert leads_to(await visitor.sends("/sign-in", login="alice", password=PASSWORD, unsent_form=name)) == "/"

    async def test_passwords_are_never_carried(self, visitor, alice):
        sign_in_page = await visitor.sends("/statuses", status="hello", password="s3cret-passw0rd")

        assert "s3cret" not in sign_in_page.text


class TestWithAStaleToken:
    @pytest.mark.parametrize("cookie", ["of another page", "gone"])
    async def test_the_composer_is_shown_again_and_can_be_sent(self, alices_browser, alice, cookie):
        await alices_browser.reads("/about")
        if cookie == "gone":
            alices_browser.client.cookies.delete("csrf")
        else:
            alices_browser.csrf_token = "0" * 128
        page = await alices_browser.sends("/statuses", **STATUS, idempotency_key="k1")
        alices_browser.csrf_token = value_of(page, "_csrf_token")
        sent = await alices_browser.sends("/statuses", **STATUS, idempotency_key=value_of(page, "idempotency_key"))

        assert page.status_code == 403
        assert "Nothing is lost" in text(page)
        assert value_of(page, "status") == STATUS["status"]
        assert leads_to(sent) == "/"
        assert len(await alice.get(f"/api/v1/accounts/{alice.id}/statuses")) == 1

    async def test_nothing_is_published(self, alices_browser, alice):
        alices_browser.csrf_token = "made up"
        await alices_browser.sends("/statuses", **STATUS)

        assert await alice.get(f"/api/v1/accounts/{alice.id}/statuses") == []

    async def test_a_profile_is_shown_again(self, alices_browser):
        alices_browser.csrf_token = "made up"
        page = await alices_browser.sends("/settings/profile", note="J’habite rue Saint-Dizier.", display_name="Alice B.")

        assert page.status_code == 403
        assert value_of(page, "note") == "J’habite rue Saint-Dizier."
        assert value_of(await alices_browser.reads("/settings/profile"), "note") == ""

    async def test_an_application_is_shown_again(self, visitor, set_site_options):
        await set_site_options(registrations="approval")
        visitor.csrf_token = "made up"
        page = await visitor.sends("/sign-up", username="dave", reason="J’habite rue Saint-Dizier.", password="s3cret-passw0rd")

        assert page.status_code == 403
        assert (value_of(page, "username"), value_of(page, "reason")) == ("dave", "J’habite rue Saint-Dizier.")
        assert "s3cret" not in page.text

    async def test_a_report_is_shown_again(self, alices_browser, bob):
        alices_browser.csrf_token = "made up"
        page = await alices_browser.sends("/report", account=bob.id, comment="il crie", category="spam")

        assert value_of(page, "comment") == "il crie"

    async def test_a_text_that_no_form_may_hold_is_refused(self, alices_browser):
        alices_browser.csrf_token = "made up"

        assert (await alices_browser.sends("/statuses", status="a" * 70_000)).status_code in {403, 413}


class TestForTheComposersScript:
    @pytest.fixture
    def script(self, alices_browser):
        alices_browser.client.headers["Accept"] = "application/json"
        return alices_browser

    async def test_it_gets_the_entry_and_a_new_key(self, script, alice):
        response = (await script.sends("/statuses", status="hello", idempotency_key="k1")).json()

        [status] = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
        assert (response["id"], response["url"]) == (status["id"], "/")
        assert f'data-id="{status["id"]}"' in response["html"]

    async def test_it_gets_one_status_for_one_key(self, script, alice):
        responses = [(await script.sends("/statuses", status="hello", idempotency_key="k1")).json() for _time in range(2)]

        assert responses[0]["id"] == responses[1]["id"]

    async def test_it_is_told_when_the_key_published_another_text(self, script, alice):
        await script.sends("/statuses", status="hello", idempotency_key="k1")
        refused = await script.sends("/statuses", status="hello, all", idempotency_key="k1")
        sent = await script.sends("/statuses", status="hello, all", idempotency_key=refused.json()["idempotency_key"])

        assert (refused.status_code, sent.status_code) == (409, 200)
        assert "earlier version" in refused.json()["errors"][""]

    async def test_it_is_told_the_field_that_is_wrong(self, script):
        response = await script.sends("/statuses", status="a" * 143, idempotency_key="k1")

        assert (response.status_code, response.json()["idempotency_key"]) == (422, "k1")
        assert response.json()["errors"] == {"status": "Too long by 3 characters"}

    async def test_it_gets_a_token_when_its_own_is_stale(self, script, alice):
        await script.reads("/about")
        script.csrf_token = "made up"
        refused = await script.sends("/statuses", status="hello")
        script.csrf_token = refused.json()["csrf_token"]

        assert refused.status_code == 403
        assert (await script.sends("/statuses", status="hello")).status_code == 200

    async def test_it_is_told_that_the_session_has_ended(self, running_site, alice):
        visitor = Browser(running_site)
        await visitor.reads("/about")
        visitor.client.headers["Accept"] = "application/json"
        response = await visitor.sends("/statuses", status="hello")

        assert response.status_code == 401
        assert response.json()["errors"] == {"": "Your session has ended"}

    async def test_it_is_asked_again_about_what_was_written_as_somebody_else(self, script, bob, alice):
        response = await script.sends("/statuses", status="hello", author=bob.id)
        sent = await script.sends("/statuses", status="hello", author=response.json()["author"])

        assert (response.status_code, sent.status_code) == (409, 200)
        assert "@alice" in response.json()["errors"][""]
        assert response.json()["author"] == alice.id

    async def test_an_edit_is_answered_with_its_page(self, script, alice):
        status = await alice.posts("first words")
        response = (await script.sends(f"/statuses/{status['id']}/edit", status="better words")).json()

        assert response["url"] == f"/@alice/{status['id']}"
        assert "better words" in response["html"]


async def test_a_key_that_published_another_text_keeps_the_new_one(alices_browser):
    await alices_browser.sends("/statuses", status="hello", idempotency_key="k1")
    page = await alices_browser.sends("/statuses", status="hello, all", idempotency_key="k1")
    sent = await alices_browser.sends("/statuses", status="hello, all", idempotency_key=value_of(page, "idempotency_key"))

    assert (page.status_code, value_of(page, "status"), leads_to(sent)) == (409, "hello, all", "/")
    assert read(await alices_browser.reads("/local")) == ["hello, all", "hello"]
