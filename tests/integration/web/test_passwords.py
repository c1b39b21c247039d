"""Passwords are normalized: the same password typed on another keyboard is the same."""

import re
import unicodedata

import pytest
import sqlalchemy as sa

from gazouillis.accounts.hashing import hash_password, is_password
from gazouillis.accounts.tables import users
from tests.support.browser import Browser, leads_to
from tests.support.mailbox import sent_emails
from tests.support.passwords import CHEAP
from tests.support.people import PASSWORD

COMPOSED = "une sérénade à l’été"
TAKEN_APART = unicodedata.normalize("NFD", COMPOSED).replace(" ", "\u00a0")


@pytest.fixture
def can_sign_in(running_site):
    async def enter(name):
        return [leads_to(await Browser(running_site).signs_in(name, one)) for one in (COMPOSED, TAKEN_APART)] == ["/", "/"]

    return enter


async def test_a_password_of_the_sign_up_page_works_in_both_unicode_forms(visitor, can_sign_in):
    await visitor.sends("/sign-up", username="dora", email="d@example.org", password=TAKEN_APART)

    assert await can_sign_in("dora")


async def test_a_password_chosen_in_an_app_works_in_both_unicode_forms(running_site, visitor, alice, can_sign_in):
    form = {"username": "dora", "email": "d@example.org", "password": TAKEN_APART, "agreement": "true"}
    response = await alice.client.post("/api/v1/accounts", json=form)

    assert response.status_code == 200
    assert await can_sign_in("dora")


async def test_a_changed_password_works_in_both_unicode_forms(alices_browser, can_sign_in):
    await alices_browser.sends("/settings/account", part="password", current_password=PASSWORD, new_password=TAKEN_APART)

    assert await can_sign_in("alice")


async def test_a_password_set_by_a_link_works_in_both_unicode_forms(running_site, visitor, alice, can_sign_in):
    await visitor.sends("/password", email="alice@example.org")
    await running_site.run_until_idle()
    link = re.search(r"localhost:8000(/password/\S+)", sent_emails(running_site.site.settings.data)[-1].get_content())[1]
    await visitor.sends(link, password=TAKEN_APART)

    assert await can_sign_in("alice")


async def test_a_hash_of_a_password_that_was_not_normalised_is_still_accepted(running_site, alice):
    async with running_site.site.db.write() as tx:
        former = CHEAP.hash(TAKEN_APART)
        await tx.run(sa.update(users).where(users.c.account_id == alice.account_id).values(password_hash=former))

    assert leads_to(await Browser(running_site).signs_in("alice", TAKEN_APART)) == "/"


async def test_other_letters_are_another_password():
    kept = await hash_password("une serenade a l’ete")

    assert not await is_password(COMPOSED, kept)
    assert not await is_password("\ud800 half a letter", kept)
    assert await hash_password("Straße") != await hash_password("strasse")


async def test_the_length_of_a_password_is_counted_in_composed_characters(visitor):
    response = await visitor.sends("/sign-up", username="dora", email="d@example.org", password=unicodedata.normalize("NFD", "éééé"))

    assert 'id="password-error"' in response.text


@pytest.mark.parametrize("address", ["é@exemple.fr", "用户@example.org", "josé@café.fr"])
@pytest.mark.parametrize("path", ["/sign-up", "/settings/account"])
async def test_an_address_that_many_servers_refuse_is_refused_beside_its_field(alices_browser, visitor, address, path):
    browser = alices_browser if path.startswith("/settings") else visitor
    response = await browser.sends(path, part="email", username="dora", email=address, password=PASSWORD)

    assert response.status_code == 422
    assert 'id="email-error"' in response.text
    assert "accents before the @" in response.text


async def test_an_address_with_an_accented_domain_is_written_to_in_punycode(running_site, visitor):
    await visitor.sends("/sign-up", username="dora", email="dora@straße.example", password=PASSWORD)
    await running_site.run_until_idle()

    assert sent_emails(running_site.site.settings.data)[-1]["To"] == "dora@xn--strae-oqa.example"
