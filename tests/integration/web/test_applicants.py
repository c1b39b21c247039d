"""People who wait for approval: who is told, who answers, and what the applicant reads."""

import re

import pytest

from gazouillis.accounts import queries, roles
from gazouillis.accounts.models import Role
from tests.support.browser import Browser, leads_to, text
from tests.support.mailbox import sent_emails

SIGN_UPS = "/settings/site/sign-ups"
WHO = {"username": "Loyjet", "email": "loyjet@example.org", "password": "un merle dans le lilas", "reason": "J’habite ici"}
ANOTHER = WHO | {"username": "ndr", "email": "ndr@example.org", "reason": "Moi aussi"}
THIRD = WHO | {"username": "LaPriss_", "email": "priss@example.org", "reason": "Et moi"}


@pytest.fixture(autouse=True)
async def sign_up_by_approval(set_site_options):
    await set_site_options(registrations="approval")


@pytest.fixture
def sign_up(running_site):
    """`browser, path = await sign_up(WHO)`: somebody signs up; the page they are led to, and their browser."""

    async def sign_up(who):
        browser = Browser(running_site)
        return browser, leads_to(await browser.sends("/sign-up", **who))

    return sign_up


async def id_of(running_site, name):
    async with running_site.site.db.read() as reader:
        return (await queries.by_handle_even_unapproved(reader, name, "")).id


def emails_to(running_site, address):
    return [one for one in sent_emails(running_site.site.settings.data) if one["To"] == address]


async def test_whoever_decides_sees_a_number_on_every_page(owners_browser, sign_up):
    assert SIGN_UPS not in (await owners_browser.reads("/")).text

    await sign_up(WHO)

    assert re.search(r'href="/settings/site/sign-ups".*?class="count".*?1</b>', (await owners_browser.reads("/")).text)


async def test_members_see_no_number_and_no_page(alices_browser, owners_browser, sign_up):
    await sign_up(WHO)

    assert SIGN_UPS not in (await alices_browser.reads("/")).text
    assert (await alices_browser.reads(SIGN_UPS)).status_code == 403


async def test_whoever_decides_is_notified(running_site, owner, owners_browser, sign_up, alice):
    await sign_up(WHO)

    assert await owner.notified_of() == ["admin.sign_up by Loyjet"]
    page = text(await owners_browser.reads("/notifications"))
    assert "@Loyjet" in page
    assert "would like to join" in page
    assert await alice.notified_of() == []


async def test_the_notification_goes_when_they_are_turned_away(running_site, owner, owners_browser, sign_up):
    await sign_up(WHO)
    await running_site.run_until_idle()
    await owners_browser.sends(f"{SIGN_UPS}/{await id_of(running_site, 'Loyjet')}/reject")

    assert await owner.notified_of() == []


async def test_one_e_mail_is_sent_for_the_first_applicant_and_one_more_for_all_later_ones(running_site, owner, sign_up):
    await sign_up(WHO)
    await running_site.run_until_idle()
    for who in (ANOTHER, THIRD):
        await sign_up(who)
    await running_site.run_until_idle()
    assert len(emails_to(running_site, "olive@example.org")) == 1

    running_site.clock.advance(minutes=10)
    await running_site.run_until_idle()

    first, second = emails_to(running_site, "olive@example.org")
    assert first["Subject"] == "1 person would like to join Testville"
    assert "@Loyjet: J’habite ici" in first.get_content()
    assert second["Subject"] == "3 people would like to join Testville"
    assert "@LaPriss_: Et moi" in second.get_content()
    assert "http://localhost:8000/settings/site/sign-ups" in second.get_content()


async def test_no_e_mail_is_sent_about_applicants_who_were_answered_before(running_site, owner, owners_browser, sign_up):
    await sign_up(WHO)
    await running_site.run_until_idle()
    await sign_up(ANOTHER)
    for name in ("Loyjet", "ndr"):
        await owners_browser.sends(f"{SIGN_UPS}/{await id_of(running_site, name)}/approve")

    running_site.clock.advance(minutes=10)
    await running_site.run_until_idle()

    assert len(emails_to(running_site, "olive@example.org")) == 1


async def test_the_page_shows_what_they_wrote_and_lets_them_in(running_site, owners_browser, sign_up):
    await sign_up(WHO)

    page = text(await owners_browser.reads(SIGN_UPS))
    response = await owners_browser.sends(f"{SIGN_UPS}/{await id_of(running_site, 'Loyjet')}/approve")

    for shown in ("@Loyjet", "loyjet@example.org", "J’habite ici"):
        assert shown in page
    assert leads_to(response) == SIGN_UPS
    assert "Nobody is waiting" in text(await owners_browser.reads(SIGN_UPS))


async def test_an_answer_given_twice_is_met_kindly(running_site, owners_browser, sign_up):
    await sign_up(WHO)
    await sign_up(ANOTHER)
    loyjet, ndr = await id_of(running_site, "Loyjet"), await id_of(running_site, "ndr")
    await owners_browser.sends(f"{SIGN_UPS}/{loyjet}/approve")
    await owners_browser.sends(f"{SIGN_UPS}/{ndr}/reject")

    for path, expected in (
        (f"{loyjet}/approve", "let in already"),
        (f"{loyjet}/reject", "let in already"),
        (f"{ndr}/approve", "answered already"),
    ):
        assert leads_to(await owners_browser.sends(f"{SIGN_UPS}/{path}")) == SIGN_UPS
        assert expected in text(await owners_browser.reads(SIGN_UPS))
    assert leads_to(await owners_browser.reads(f"{SIGN_UPS}/{ndr}/reject")) == SIGN_UPS


async def test_whoever_is_turned_away_reads_why(running_site, owners_browser, sign_up):
    browser, page = await sign_up(WHO)
    loyjet = await id_of(running_site, "Loyjet")

    question = text(await owners_browser.reads(f"{SIGN_UPS}/{loyjet}/reject"))
    await owners_browser.sends(f"{SIGN_UPS}/{loyjet}/reject", reason="We do not know you in this street.")
    await running_site.run_until_idle()

    assert "Turn @Loyjet away?" in question
    assert "J’habite ici" in question
    assert "We do not know you in this street." in emails_to(running_site, "loyjet@example.org")[-1].get_content()
    assert "not accepted" in text(await browser.reads(page))


async def test_too_long_a_word_is_refused_and_turns_nobody_away(running_site, owners_browser, sign_up):
    await sign_up(WHO)

    response = await owners_browser.sends(f"{SIGN_UPS}/{await id_of(running_site, 'Loyjet')}/reject", reason="a" * 501)

    assert response.status_code == 422
    assert 'id="reason-error"' in response.text
    assert "@Loyjet" in text(await owners_browser.reads(SIGN_UPS))


async def test_an_applicant_reads_where_they_stand(running_site, owners_browser, sign_up):
    browser, page = await sign_up(WHO)
    await running_site.run_until_idle()

    email = emails_to(running_site, "loyjet@example.org")[0].get_content()
    link = re.search(r"/sign-up/waiting\?who=\S+", email)[0]  # another signature than that of the page when a second has passed
    waiting = text(await browser.reads(page))
    assert text(await browser.reads(link)) == waiting
    await owners_browser.sends(f"{SIGN_UPS}/{await id_of(running_site, 'Loyjet')}/approve")

    assert "You asked for the account @Loyjet" in waiting
    assert "J’habite ici" in waiting
    assert "Come in, @Loyjet" in text(await browser.reads(page))
    assert (await browser.reads("/sign-up/waiting?who=somebody")).status_code == 404


async def test_a_moderator_who_is_no_administrator_answers_too(running_site, sign_up):
    await running_site.person("maud", role=Role.MODERATOR)
    maud = Browser(running_site)
    await maud.was_signed_in("maud")
    await sign_up(WHO)

    page = text(await maud.reads(SIGN_UPS))
    await maud.sends(f"{SIGN_UPS}/{await id_of(running_site, 'Loyjet')}/approve")

    assert "@Loyjet" in page
    assert 'href="/settings/site"' not in page
    async with running_site.site.db.read() as reader:
        assert await roles.applicants(reader) == []
