"""Whether an e-mail address has an account is not revealed at sign-up or in the settings: only the owner of the address learns it."""

import re

import pytest

from gazouillis.infra.basics.log_tail import Position
from gazouillis.infra.event_log import log
from tests.support.browser import Browser, leads_to, text
from tests.support.mailbox import sent_emails
from tests.support.people import PASSWORD

KNOWN, UNKNOWN = "alice@example.org", "nobody@example.org"
JOINING = {"username": "mallory", "password": PASSWORD}
ACCOUNT = "/settings/account"
LINK = re.compile(r"http://localhost:8000(/address/\S+)")


@pytest.fixture
def emails_to(running_site):
    """The e-mails sent to an address."""

    async def read(address):
        await running_site.run_until_idle()
        return [one.get_content() for one in sent_emails(running_site.site.settings.data) if one["To"] == address]

    return read


def comparable(response):
    """The parts of a response that must not differ. Tokens, which differ each time, are left out."""
    fixed = re.sub(r'value="[0-9a-f]{60,}"|\d{15,}|nobody|alice|mallory|malory2', "…", response.text)
    cookies = sorted(re.sub(r"=[^;]*", "", one, count=1) for one in response.headers.get_list("set-cookie"))
    return response.status_code, re.sub(r"(?<=who=).+", "…", leads_to(response)), cookies, fixed


@pytest.mark.parametrize("registrations", ["open", "approval"])
@pytest.mark.parametrize("address", [KNOWN, "ALICE@Example.org"])
async def test_signing_up_looks_the_same_with_a_known_address(running_site, alice, set_site_options, registrations, address):
    await set_site_options(registrations=registrations)
    one, other = Browser(running_site), Browser(running_site)

    with_known = await one.sends("/sign-up", **JOINING, email=address, reason="hello")
    with_unknown = await other.sends("/sign-up", **JOINING | {"username": "malory2"}, email=UNKNOWN, reason="hello")

    assert comparable(with_known) == comparable(with_unknown)
    if registrations == "approval":
        waiting = [await browser.reads(leads_to(response)) for browser, response in ((one, with_known), (other, with_unknown))]
        assert comparable(waiting[0]) == comparable(waiting[1])
    assert [(await one.reads(f"/@{name}")).status_code for name in ("mallory", "malory2")] in ([200, 200], [404, 404])


async def test_what_follows_a_sign_up_is_the_same_with_a_known_address(running_site, alice):
    responses = []
    for name, address in (("mallory", KNOWN), ("malory2", UNKNOWN)):
        browser = Browser(running_site)
        await browser.sends("/sign-up", username=name, password=PASSWORD, email=address)
        page = text(await browser.reads(ACCOUNT))
        changed = await browser.sends(ACCOUNT, part="email", email=address, password=PASSWORD)
        by_address = await Browser(running_site).signs_in(address, "another password")
        again = await Browser(running_site).sends("/sign-up", username=name, password=PASSWORD, email="third@example.org")
        responses.append(("not confirmed" in page, comparable(changed), by_address.status_code, again.status_code))

    assert responses[0] == responses[1]


async def test_the_holder_of_the_address_is_told_of_the_other_account(visitor, alice, emails_to):
    await visitor.sends("/sign-up", **JOINING, email=KNOWN)

    [email] = await emails_to(KNOWN)
    assert "already an account with this address: @alice" in " ".join(email.split())
    assert "@mallory" in email
    assert "/address/" not in email


async def test_the_address_stays_with_its_holder(running_site, visitor, alice):
    await visitor.sends("/sign-up", **JOINING | {"password": "another password"}, email=KNOWN)

    assert leads_to(await Browser(running_site).signs_in(KNOWN)) == "/"
    assert (await Browser(running_site).signs_in(KNOWN, "another password")).status_code == 422


async def test_an_address_can_be_signed_in_with_once_it_is_confirmed(running_site, visitor, emails_to):
    await visitor.sends("/sign-up", **JOINING, email=UNKNOWN)
    assert (await Browser(running_site).signs_in(UNKNOWN)).status_code == 422
    link = LINK.search((await emails_to(UNKNOWN))[0])[1]

    assert UNKNOWN in text(await visitor.reads(link))
    assert (await Browser(running_site).signs_in(UNKNOWN)).status_code == 422, "programs that look through mail open links too"
    assert leads_to(await visitor.sends(link)) == "/"

    assert leads_to(await Browser(running_site).signs_in(UNKNOWN)) == "/"
    assert "not confirmed" not in text(await visitor.reads(ACCOUNT))


async def test_only_the_first_to_confirm_has_the_address(running_site, emails_to):
    for name in ("mallory", "malory2"):
        await Browser(running_site).sends("/sign-up", username=name, password=PASSWORD, email=UNKNOWN)
    first, second = [LINK.search(email)[1] for email in await emails_to(UNKNOWN)]
    browser = Browser(running_site)

    assert leads_to(await browser.sends(second)) == "/"
    assert (await browser.sends(second)).status_code == 303, "a second click harms nothing"
    refusal = await browser.sends(first)

    assert (refusal.status_code, "Another account here" in text(refusal)) == (409, True)


async def test_a_new_password_set_by_e_mail_confirms_the_address(running_site, visitor, alice, emails_to):
    await visitor.sends("/sign-up", **JOINING, email=UNKNOWN)
    await visitor.sends("/password", email=UNKNOWN)
    email = (await emails_to(UNKNOWN))[-1]
    assert "@mallory" in email
    await Browser(running_site).sends(re.search(r"localhost:8000(/password/\S+)", email)[1], password="a new one altogether")

    assert leads_to(await Browser(running_site).signs_in(UNKNOWN, "a new one altogether")) == "/"


async def test_password_e_mails_of_a_claimed_address_go_to_that_address(visitor, alice, emails_to):
    await visitor.sends("/sign-up", **JOINING, email=KNOWN)
    await visitor.sends("/password", email=KNOWN)

    password_emails = [email for email in await emails_to(KNOWN) if "/password/" in email]
    assert sorted(re.search(r"password for (@\w+)", email)[1] for email in password_emails) == ["@alice", "@mallory"]


async def test_asking_for_a_password_e_mail_emits_the_same_event_for_an_unknown_address(running_site, visitor, alice):
    async def event_names():
        async with running_site.site.db.read() as reader:
            return [type(one.event).__name__ for one in await log.after(reader, Position())]

    done = []
    for address in (KNOWN, UNKNOWN):
        before = len(await event_names())
        await visitor.sends("/password", email=address)
        done.append((await event_names())[before:])

    assert done == [["PasswordForgotten"]] * 2


async def test_a_changed_address_is_confirmed_by_e_mail(running_site, alices_browser, emails_to, alice):
    await running_site.run_until_idle()
    await alices_browser.sends(ACCOUNT, part="email", email=UNKNOWN, password=PASSWORD)
    [email] = await emails_to(UNKNOWN)

    assert "@alice has been given this address" in email
    await alices_browser.sends(LINK.search(email)[1])
    assert leads_to(await Browser(running_site).signs_in(UNKNOWN)) == "/"


async def test_a_link_for_a_former_address_confirms_nothing(running_site, alices_browser, emails_to, alice):
    await running_site.run_until_idle()
    await alices_browser.sends(ACCOUNT, part="email", email=UNKNOWN, password=PASSWORD)
    [email] = await emails_to(UNKNOWN)
    await alices_browser.sends(ACCOUNT, part="email", email="third@example.org", password=PASSWORD)

    assert (await alices_browser.sends(LINK.search(email)[1])).status_code == 404


@pytest.mark.parametrize("token", ["guess", "é", "W10.awM.x", "a" * 3000])
async def test_a_made_up_link_confirms_nothing(visitor, token):
    assert (await visitor.reads(f"/address/{token}")).status_code == 404
    assert (await visitor.sends(f"/address/{token}")).status_code == 404
