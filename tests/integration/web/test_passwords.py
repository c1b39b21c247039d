"""A password is the same on every keyboard: some compose an accent, some write it in one, some put another space."""

import re
import unicodedata

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from gazouillis.accounts.hashing import hash_password, is_password
from gazouillis.accounts.tables import users
from tests.support.browser import Browser, leads_to
from tests.support.mailbox import sent_emails
from tests.support.people import PASSWORD

COMPOSED = "une sérénade à l’été"
TAKEN_APART = unicodedata.normalize("NFD", COMPOSED).replace(" ", "\u00a0")


@pytest.fixture
def enters(town):
    async def enter(name):
        return [leads_to(await Browser(town).signs_in(name, one)) for one in (COMPOSED, TAKEN_APART)] == ["/", "/"]

    return enter


async def test_a_password_of_the_sign_up_page_works_in_both_unicode_forms(visitor, enters):
    await visitor.sends("/sign-up", username="dora", email="d@example.org", password=TAKEN_APART)

    assert await enters("dora")


async def test_a_password_chosen_in_an_app_works_in_both_unicode_forms(town, visitor, alice, enters):
    form = {"username": "dora", "email": "d@example.org", "password": TAKEN_APART, "agreement": "true"}
    answer = await alice.client.post("/api/v1/accounts", json=form)

    assert answer.status_code == 200
    assert await enters("dora")


async def test_a_changed_password_works_in_both_unicode_forms(alices_browser, enters):
    await alices_browser.sends("/settings/account", part="password", current_password=PASSWORD, new_password=TAKEN_APART)

    assert await enters("alice")


async def test_a_password_set_by_a_link_works_in_both_unicode_forms(town, visitor, alice, enters):
    await visitor.sends("/password", email="alice@example.org")
    await town.settle()
    link = re.search(r"localhost:8000(/password/\S+)", sent_emails(town.site.settings.data)[-1].get_content())[1]
    await visitor.sends(link, password=TAKEN_APART)

    assert await enters("alice")


async def test_a_hash_of_a_password_that_was_not_normalised_is_still_accepted(town, alice):
    async with town.site.db.write() as tx:
        former = PasswordHasher().hash(TAKEN_APART)
        await tx.run(sa.update(users).where(users.c.account_id == alice.account_id).values(password_hash=former))

    assert leads_to(await Browser(town).signs_in("alice", TAKEN_APART)) == "/"


async def test_other_letters_are_another_password():
    kept = await hash_password("une serenade a l’ete")

    assert not await is_password(COMPOSED, kept)
    assert not await is_password("\ud800 half a letter", kept)
    assert await hash_password("Straße") != await hash_password("strasse")


async def test_the_length_of_a_password_is_counted_in_composed_characters(visitor):
    answer = await visitor.sends("/sign-up", username="dora", email="d@example.org", password=unicodedata.normalize("NFD", "éééé"))

    assert 'id="password-error"' in answer.text


@pytest.mark.parametrize("address", ["é@exemple.fr", "用户@example.org", "josé@café.fr"])
@pytest.mark.parametrize("path", ["/sign-up", "/settings/account"])
async def test_an_address_that_many_servers_refuse_is_refused_beside_its_field(alices_browser, visitor, address, path):
    browser = alices_browser if path.startswith("/settings") else visitor
    answer = await browser.sends(path, part="email", username="dora", email=address, password=PASSWORD)

    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert "accents before the @" in answer.text


async def test_an_address_with_an_accented_domain_is_written_to_in_punycode(town, visitor):
    await visitor.sends("/sign-up", username="dora", email="dora@straße.example", password=PASSWORD)
    await town.settle()

    assert sent_emails(town.site.settings.data)[-1]["To"] == "dora@xn--strae-oqa.example"
