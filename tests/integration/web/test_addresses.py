"""Nobody who signs up, or gives another address, learns whether an address is known here: only who reads its letters does."""

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
def mail(town):
    """What was written to an address."""

    async def read(address):
        await town.settle()
        return [one.get_content() for one in sent_emails(town.site.settings.data) if one["To"] == address]

    return read


def seen(answer):
    """All of an answer but what is another one each time."""
    fixed = re.sub(r'value="[0-9a-f]{60,}"|\d{15,}|nobody|alice', "…", answer.text)
    cookies = sorted(re.sub(r"=[^;]*", "", one, count=1) for one in answer.headers.get_list("set-cookie"))
    return answer.status_code, leads_to(answer), cookies, fixed


@pytest.mark.parametrize("registrations", ["open", "approval"])
@pytest.mark.parametrize("address", [KNOWN, "ALICE@Example.org"])
async def test_signing_up_looks_the_same_with_a_known_address(town, alice, set_site_options, registrations, address):
    await set_site_options(registrations=registrations)
    one, other = Browser(town), Browser(town)

    with_known = await one.sends("/sign-up", **JOINING, email=address, reason="hello")
    with_unknown = await other.sends("/sign-up", **JOINING | {"username": "malory2"}, email=UNKNOWN, reason="hello")

    assert seen(with_known) == seen(with_unknown)
    assert seen(await one.reads("/sign-up/waiting"))[0] == 200
    assert [(await one.reads(f"/@{name}")).status_code for name in ("mallory", "malory2")] in ([200, 200], [404, 404])


async def test_what_follows_a_sign_up_is_the_same_with_a_known_address(town, alice):
    answers = []
    for name, address in (("mallory", KNOWN), ("malory2", UNKNOWN)):
        browser = Browser(town)
        await browser.sends("/sign-up", username=name, password=PASSWORD, email=address)
        page = text(await browser.reads(ACCOUNT))
        changed = await browser.sends(ACCOUNT, part="email", email=address, password=PASSWORD)
        by_address = await Browser(town).signs_in(address, "another password")
        again = await Browser(town).sends("/sign-up", username=name, password=PASSWORD, email="third@example.org")
        answers.append(("not confirmed" in page, seen(changed), by_address.status_code, again.status_code))

    assert answers[0] == answers[1]


async def test_the_holder_of_the_address_is_told_of_the_other_account(visitor, alice, mail):
    await visitor.sends("/sign-up", **JOINING, email=KNOWN)

    [letter] = await mail(KNOWN)
    assert "already an account with this address: @alice" in " ".join(letter.split())
    assert "@mallory" in letter
    assert "/address/" not in letter


async def test_the_address_stays_with_its_holder(town, visitor, alice):
    await visitor.sends("/sign-up", **JOINING | {"password": "another password"}, email=KNOWN)

    assert leads_to(await Browser(town).signs_in(KNOWN)) == "/"
    assert (await Browser(town).signs_in(KNOWN, "another password")).status_code == 422


async def test_an_address_can_be_signed_in_with_once_it_is_confirmed(town, visitor, mail):
    await visitor.sends("/sign-up", **JOINING, email=UNKNOWN)
    assert (await Browser(town).signs_in(UNKNOWN)).status_code == 422
    link = LINK.search((await mail(UNKNOWN))[0])[1]

    assert UNKNOWN in text(await visitor.reads(link))
    assert (await Browser(town).signs_in(UNKNOWN)).status_code == 422, "programs that look through mail open links too"
    assert leads_to(await visitor.sends(link)) == "/"

    assert leads_to(await Browser(town).signs_in(UNKNOWN)) == "/"
    assert "not confirmed" not in text(await visitor.reads(ACCOUNT))


async def test_only_the_first_to_confirm_has_the_address(town, mail):
    for name in ("mallory", "malory2"):
        await Browser(town).sends("/sign-up", username=name, password=PASSWORD, email=UNKNOWN)
    first, second = [LINK.search(letter)[1] for letter in await mail(UNKNOWN)]
    browser = Browser(town)

    assert leads_to(await browser.sends(second)) == "/"
    assert (await browser.sends(second)).status_code == 303, "a second click harms nothing"
    refusal = await browser.sends(first)

    assert (refusal.status_code, "Another account here" in text(refusal)) == (409, True)


async def test_a_new_password_set_by_e_mail_confirms_the_address(town, visitor, alice, mail):
    await visitor.sends("/sign-up", **JOINING, email=UNKNOWN)
    await visitor.sends("/password", email=UNKNOWN)
    letter = (await mail(UNKNOWN))[-1]
    assert "@mallory" in letter
    await Browser(town).sends(re.search(r"localhost:8000(/password/\S+)", letter)[1], password="a new one altogether")

    assert leads_to(await Browser(town).signs_in(UNKNOWN, "a new one altogether")) == "/"


async def test_password_e_mails_of_a_claimed_address_go_to_that_address(visitor, alice, mail):
    await visitor.sends("/sign-up", **JOINING, email=KNOWN)
    await visitor.sends("/password", email=KNOWN)

    asked = [letter for letter in await mail(KNOWN) if "/password/" in letter]
    assert sorted(re.search(r"password for (@\w+)", letter)[1] for letter in asked) == ["@alice", "@mallory"]


async def test_asking_for_a_password_e_mail_emits_the_same_event_for_an_unknown_address(town, visitor, alice):
    async def happened():
        async with town.site.db.read() as reader:
            return [type(one.event).__name__ for one in await log.after(reader, Position())]

    done = []
    for address in (KNOWN, UNKNOWN):
        before = len(await happened())
        await visitor.sends("/password", email=address)
        done.append((await happened())[before:])

    assert done == [["PasswordForgotten"]] * 2


async def test_a_changed_address_is_confirmed_by_e_mail(town, alices_browser, mail, alice):
    await town.settle()
    await alices_browser.sends(ACCOUNT, part="email", email=UNKNOWN, password=PASSWORD)
    [letter] = await mail(UNKNOWN)

    assert "@alice has been given this address" in letter
    await alices_browser.sends(LINK.search(letter)[1])
    assert leads_to(await Browser(town).signs_in(UNKNOWN)) == "/"


async def test_a_link_for_a_former_address_confirms_nothing(town, alices_browser, mail, alice):
    await town.settle()
    await alices_browser.sends(ACCOUNT, part="email", email=UNKNOWN, password=PASSWORD)
    [letter] = await mail(UNKNOWN)
    await alices_browser.sends(ACCOUNT, part="email", email="third@example.org", password=PASSWORD)

    assert (await alices_browser.sends(LINK.search(letter)[1])).status_code == 404


@pytest.mark.parametrize("token", ["guess", "é", "W10.awM.x", "a" * 3000])
async def test_a_made_up_link_confirms_nothing(visitor, token):
    assert (await visitor.reads(f"/address/{token}")).status_code == 404
    assert (await visitor.sends(f"/address/{token}")).status_code == 404
