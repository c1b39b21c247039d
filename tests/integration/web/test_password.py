import re
import time
from datetime import timedelta

import pytest

from gazouillis.accounts.password import LINK_LIFETIME
from tests.support.browser import Browser, leads_to, text
from tests.support.mailbox import sent_emails

NEW = "un merle dans le lilas"


@pytest.fixture
def reset_link(running_site):
    """The link in the e-mail of a password reset."""

    async def ask(email, browser=None):
        await (browser or Browser(running_site)).sends("/password", email=email)
        await running_site.run_until_idle()
        return re.search(r"http://localhost:8000(/password/\S+)", sent_emails(running_site.site.settings.data)[-1].get_content())[1]

    return ask


async def test_an_e_mail_has_a_link_that_sets_the_password_and_signs_in(visitor, alice, reset_link):
    link = await reset_link("alice@example.org")

    assert 'name="password"' in (await visitor.reads(link)).text
    assert leads_to(await visitor.sends(link, password=NEW)) == "/"
    assert "@alice" in text(await visitor.reads("/settings/profile"))


async def test_the_link_works_once(visitor, alice, reset_link):
    link = await reset_link("alice@example.org")
    await visitor.sends(link, password=NEW)

    assert (await visitor.reads(link)).status_code == 404
    assert "This link is no longer valid" in text(await visitor.sends(link, password="let me in please"))


async def test_the_link_works_for_an_hour(visitor, alice, reset_link, monkeypatch):
    link, later = await reset_link("alice@example.org"), time.time() + LINK_LIFETIME.total_seconds() + 2
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)

    assert (await visitor.reads(link)).status_code == 404


async def test_a_new_password_ends_all_sessions_and_tokens(running_site, alices_browser, alice, visitor, reset_link):
    await visitor.sends(await reset_link("alice@example.org"), password=NEW)

    assert leads_to(await alices_browser.reads("/settings/profile")).startswith("/sign-in")
    assert (await alice.client.get("/api/v1/accounts/verify_credentials")).status_code == 401


async def test_the_answer_is_the_same_for_an_address_nobody_has(running_site, visitor, alice):
    known = await visitor.sends("/password", email="alice@example.org")
    unknown = await visitor.sends("/password", email="nobody@example.org")
    await running_site.run_until_idle()

    assert leads_to(known) == leads_to(unknown) == "/password?sent=1"
    assert "Look at your mail" in text(await visitor.reads("/password?sent=1"))
    assert [email["To"] for email in sent_emails(running_site.site.settings.data)] == ["alice@example.org"]


async def test_the_e_mail_is_in_the_language_of_its_recipient(running_site, visitor, french_visitor, reset_link):
    await french_visitor.sends("/sign-up", username="Loyjet", email="loyjet@example.org", password=NEW)
    await reset_link("loyjet@example.org", browser=visitor)

    email = sent_emails(running_site.site.settings.data)[-1]
    assert email["Subject"] == "Un nouveau mot de passe pour Testville"
    assert "Bonjour Loyjet" in email.get_content()


async def test_the_log_says_where_e_mails_go_and_never_the_link(running_site, alice, reset_link, caplog):
    caplog.set_level("INFO")
    link = await reset_link("alice@example.org")

    assert str(running_site.site.settings.data / "mail") in caplog.text
    assert link not in caplog.text


@pytest.mark.parametrize("email", ["", "nowhere", "🐦", "a" * 50_000 + "@example.org"])
async def test_an_invalid_address_is_refused_beside_its_field(visitor, email):
    response = await visitor.sends("/password", email=email)

    assert response.status_code == 422
    assert 'id="email-error"' in response.text


@pytest.mark.parametrize("password", ["", "short", "long" * 1000])
async def test_the_link_still_works_after_an_invalid_password(visitor, alice, reset_link, password):
    link = await reset_link("alice@example.org")

    refused = await visitor.sends(link, password=password)
    assert (refused.status_code, 'id="password-error"' in refused.text) == (422, True)
    assert leads_to(await visitor.sends(link, password=NEW)) == "/"


@pytest.mark.parametrize("token", ["guess", "é", "%00", "W10.awM.x", "a" * 3000])
async def test_a_made_up_link_is_not_found(visitor, token):
    assert (await visitor.reads(f"/password/{token}")).status_code == 404
    assert (await visitor.sends(f"/password/{token}", password=NEW)).status_code == 404


async def test_a_link_works_only_for_its_own_account(running_site, alice, bob, reset_link):
    link = await reset_link("alice@example.org")
    head, *tail = link.removeprefix("/password/").split(".")
    other = (await reset_link("bob@example.org")).removeprefix("/password/").partition(".")[0]

    assert head != other
    assert (await Browser(running_site).reads("/password/" + ".".join([other, *tail]))).status_code == 404


async def test_a_link_sent_to_a_former_address_is_not_found(alices_browser, alice, visitor, reset_link):
    link = await reset_link("alice@example.org")
    await alices_browser.sends("/settings/account", part="email", email="alice@new.example", password="correct horse battery")

    assert (await visitor.reads(link)).status_code == 404


async def test_somebody_who_waits_for_approval_may_set_a_password_but_not_sign_in(visitor, set_site_options, reset_link):
    await set_site_options(registrations="approval")
    await visitor.sends("/sign-up", username="Loyjet", email="loyjet@example.org", password="forgotten at once", reason="Hello")
    link = await reset_link("loyjet@example.org")

    for response in (await visitor.sends(link, password=NEW), await visitor.signs_in("Loyjet", NEW)):
        assert leads_to(response).startswith("/sign-up/waiting?who=")
    assert not visitor.is_signed_in


class TestLimits:
    @pytest.fixture
    def settings(self, limited_settings):
        return limited_settings

    async def test_the_sixth_e_mail_in_half_an_hour_is_refused(self, visitor, clock):
        responses = [(await visitor.sends("/password", email="alice@example.org")).status_code for _ in range(6)]

        assert responses == [303] * 5 + [429]
        clock.now += timedelta(minutes=30)
        assert (await visitor.sends("/password", email="alice@example.org")).status_code == 303
