"""A server without the setting `mail` sends no letters: where a page promises one, it says what to do instead."""

import msgspec
import pytest

from gazouillis.accounts import options, queries
from gazouillis.accounts.models import Role
from tests.support.browser import Browser, leads_to, text
from tests.support.people import PASSWORD
from tests.support.site import run_site

NONE_SENT = "This server sends no letters yet"
APPLICANT = {"username": "nina", "email": "nina@example.org", "password": "un merle dans le lilas", "reason": "I live here"}


async def ask_for_a_password(running_site, visitor, owner):
    return await visitor.reads("/password")


async def have_asked_for_a_password(running_site, visitor, owner):
    return await visitor.reads(leads_to(await visitor.sends("/password", email="nobody@example.org")))


async def have_an_unconfirmed_address(running_site, visitor, owner):
    await owner.sends("/settings/account", part="email", email="olive@example.net", password=PASSWORD)
    return await owner.reads("/settings/account")


async def wait_for_approval(running_site, visitor, owner):
    return await visitor.reads(leads_to(await visitor.sends("/sign-up", **APPLICANT)))


async def decline_somebody(running_site, visitor, owner):
    return await owner.reads(f"{await _path_of_an_applicant(running_site, visitor)}/reject")


async def let_somebody_in(running_site, visitor, owner):
    return await _answer(running_site, visitor, owner, "approve")


async def turn_somebody_away(running_site, visitor, owner):
    return await _answer(running_site, visitor, owner, "reject")


async def _answer(running_site, visitor, owner, answer):
    return await owner.reads(leads_to(await owner.sends(f"{await _path_of_an_applicant(running_site, visitor)}/{answer}")))


async def _path_of_an_applicant(running_site, visitor):
    await visitor.sends("/sign-up", **APPLICANT)
    async with running_site.site.db.read() as reader:
        applicant = await queries.by_handle_even_unapproved(reader, "nina", "")
    return f"/settings/site/sign-ups/{applicant.id}"


pages = pytest.mark.parametrize(
    "page",
    [
        ask_for_a_password,
        have_asked_for_a_password,
        have_an_unconfirmed_address,
        wait_for_approval,
        decline_somebody,
        let_somebody_in,
        turn_somebody_away,
    ],
)


async def text_of(page, running_site):
    async with running_site.site.db.write() as tx:
        await options.change(tx, msgspec.structs.replace(await options.read(tx), registrations="approval"))
    await running_site.person("olive", role=Role.OWNER)
    owner = Browser(running_site)
    await owner.was_signed_in("olive")
    return text(await page(running_site, Browser(running_site), owner))


@pages
async def test_a_page_that_promises_a_letter_says_that_none_is_sent(running_site, page):
    assert NONE_SENT in await text_of(page, running_site)


@pages
async def test_where_letters_are_sent_nothing_of_it_is_said(settings, clock, page):
    async with run_site(msgspec.structs.replace(settings, mail="smtp://127.0.0.1:9"), clock) as running_site:
        assert NONE_SENT not in await text_of(page, running_site)


async def test_the_list_of_applicants_names_no_letter_that_is_not_sent(running_site):
    await running_site.person("olive", role=Role.OWNER)
    owner = Browser(running_site)
    await owner.was_signed_in("olive")

    page = text(await owner.reads("/settings/site/sign-ups"))

    assert "You are told by a notification." in page


@pytest.mark.parametrize(("mail", "is_promised"), [("", False), ("smtp://127.0.0.1:9", True)])
async def test_whoever_deletes_their_account_is_promised_a_letter_where_letters_are_sent(settings, clock, mail, is_promised):
    async with run_site(msgspec.structs.replace(settings, mail=mail), clock) as running_site:
        await running_site.person("nina")
        browser = Browser(running_site)
        await browser.was_signed_in("nina")

        page = text(await browser.reads("/settings/delete"))

    assert ("A letter to nina@example.org tells you so" in page) == is_promised
