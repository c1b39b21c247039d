"""Accounts that the owner makes for others, who come in by a link."""

import re

import msgspec
import pytest

from gazouillis.accounts.models import Role
from tests.support.browser import Browser, leads_to, text
from tests.support.mailbox import sent_emails

PEOPLE = "/settings/site/people"
PASSWORD = "un merle dans le lilas"
LINK = re.compile(r'value="http://localhost:8000(/password/[^"]+)"')


@pytest.fixture(autouse=True)
async def sign_ups_closed(set_site_options):
    await set_site_options(registrations="closed")


async def test_an_account_is_made_of_a_name_and_entered_by_its_link(owners_browser, visitor):
    assert leads_to(await owners_browser.sends(PEOPLE, display_name="Jérôme Dupont")) == PEOPLE
    page = await owners_browser.reads(PEOPLE)

    link = LINK.search(page.text)[1]
    assert "@jerome_dupont is ready" in text(page)
    assert "Your account is @jerome_dupont" in text(await visitor.reads(link))
    assert leads_to(await visitor.sends(link, password=PASSWORD)) == "/"
    assert "Jérôme Dupont" in text(await visitor.reads("/@jerome_dupont"))
    assert visitor.is_signed_in


async def test_without_a_name_and_a_handle_the_name_is_asked_for(owners_browser):
    page = await owners_browser.sends(PEOPLE, display_name=" ", username="@", email="zoe@example.org")

    assert page.status_code == 422
    assert 'id="display_name-error">Give a name or a handle<' in page.text


async def test_the_link_works_once_and_is_no_longer_shown(running_site, owners_browser, visitor):
    await owners_browser.sends(PEOPLE, username="zoe")
    link = LINK.search((await owners_browser.reads(PEOPLE)).text)[1]
    await visitor.sends(link, password=PASSWORD)

    assert (await Browser(running_site).reads(link)).status_code == 404
    assert LINK.search((await owners_browser.reads(PEOPLE)).text) is None


async def test_nobody_signs_in_before_a_password_is_chosen(owners_browser, visitor):
    await owners_browser.sends(PEOPLE, username="zoe")

    for password in ("", " ", PASSWORD):
        assert (await visitor.signs_in("zoe", password)).status_code == 422


async def test_a_letter_brings_the_link_and_proves_the_address(running_site, owners_browser, visitor):
    await owners_browser.sends(PEOPLE, username="zoe", email="zoe@example.org")
    await running_site.run_until_idle()
    [email] = sent_emails(running_site.site.settings.data)
    link = re.search(r"http://localhost:8000(\S+)", email.get_content())[1]

    await visitor.sends(link, password=PASSWORD)

    assert email["To"] == "zoe@example.org"
    assert leads_to(await Browser(running_site).signs_in("zoe@example.org", PASSWORD)) == "/"


async def test_a_link_given_by_hand_proves_no_address(running_site, owners_browser, visitor):
    await owners_browser.sends(PEOPLE, username="zoe", email="somebody.else@example.org")
    link = LINK.search((await owners_browser.reads(PEOPLE)).text)[1]

    await visitor.sends(link, password=PASSWORD)

    assert (await Browser(running_site).signs_in("somebody.else@example.org", PASSWORD)).status_code == 422
    assert leads_to(await Browser(running_site).signs_in("zoe", PASSWORD)) == "/"


async def test_ten_names_become_ten_accounts(owners_browser):
    names = ["Zoé Martin, zoe@example.org", "Zoé Martin", "@luc Luc Petit", "", *(f"Élève {number}" for number in range(7))]

    assert leads_to(await owners_browser.sends(PEOPLE, people="\r\n".join(names))) == PEOPLE

    page = text(await owners_browser.reads(PEOPLE))
    assert "10 accounts are ready" in page
    for handle in ("@zoe_martin", "@zoe_martin2", "@luc", "@eleve_6"):
        assert handle in page


async def test_a_list_with_a_fault_makes_no_account_and_is_kept(owners_browser, alice):
    response = await owners_browser.sends(PEOPLE, people="Zoé Martin\n@alice Alice\nLuc")

    assert response.status_code == 422
    assert "Alice: This name is taken" in text(response)
    assert "Zoé Martin\n@alice Alice\nLuc" in text(response)
    assert LINK.search((await owners_browser.reads(PEOPLE)).text) is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "display_name"),
        ({"username": "é è"}, "username"),
        ({"username": "ALICE"}, "username"),
        ({"username": "zoe", "email": "nowhere"}, "email"),
        ({"username": "zoe", "display_name": "a" * 300}, "display_name"),
        ({"people": " \n "}, "people"),
        ({"people": "a\n" * 51}, "people"),
    ],
)
async def test_a_fault_is_shown_beside_its_field(owners_browser, alice, fields, field):
    response = await owners_browser.sends(PEOPLE, **fields)

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


async def test_a_mistyped_account_is_taken_back_until_it_is_used(owners_browser, visitor):
    await owners_browser.sends(PEOPLE, username="zoo")
    page = (await owners_browser.reads(PEOPLE)).text
    discard, link = re.search(r'formaction="([^"]+/discard)"', page)[1], LINK.search(page)[1]

    assert leads_to(await owners_browser.sends(discard)) == PEOPLE
    assert (await visitor.reads(link)).status_code == 404
    await owners_browser.sends(PEOPLE, username="zoo")
    page = (await owners_browser.reads(PEOPLE)).text
    discard, link = re.search(r'formaction="([^"]+/discard)"', page)[1], LINK.search(page)[1]
    await visitor.sends(link, password=PASSWORD)

    assert (await owners_browser.sends(discard)).status_code == 404


async def test_only_administrators_make_accounts(running_site, alices_browser):
    await running_site.person("maud", role=Role.MODERATOR)
    maud = Browser(running_site)
    await maud.was_signed_in("maud")

    for browser in (alices_browser, maud):
        assert (await browser.reads(PEOPLE)).status_code == 403
        assert (await browser.sends(PEOPLE, username="zoe")).status_code == 403


class TestMail:
    @pytest.fixture
    def settings(self, limited_settings):
        return msgspec.structs.replace(limited_settings, mail="smtp://localhost:2", rate_limits="off")

    async def test_the_page_says_whether_e_mails_are_sent(self, owners_browser):
        assert "A letter brings them the link" in text(await owners_browser.reads(PEOPLE))
