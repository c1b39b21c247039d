"""Invitations on the pages: made by a member, opened by a friend, in every mode of joining."""

import asyncio
import re

import pytest

from gazouillis.accounts import queries
from tests.support.browser import Browser, leads_to, text

FRIEND = {"username": "Loyjet", "email": "loyjet@example.org", "password": "un merle dans le lilas"}
ANOTHER = {"username": "ndr", "email": "ndr@example.org", "password": "un merle dans le lilas"}
LINK = re.compile(r'value="http://localhost:8000(/invite/[\w-]+)"')
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
A_WEEK = {"expires_in": "604800", "follows_inviter": "1"}


async def link_of(browser, **terms):
    """The path of the link that they just made."""
    response = await browser.sends("/invite", **(A_WEEK | terms))
    assert leads_to(response) == "/invite", response.text
    return LINK.search((await browser.reads("/invite")).text)[1]


async def test_the_link_shows_who_invites_and_what_they_say(alices_browser, visitor, alice):
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"display_name": "Alice Liddell", "note": "I paint doors"})
    link = await link_of(alices_browser, note="Come and paint with us")

    page = text(await visitor.reads(link))

    for shown in ("Alice Liddell invites you to join Testville", "Come and paint with us", "I paint doors", "/avatars/alice.svg"):
        assert shown in page
    assert '<meta property="og:title" content="Alice Liddell invites you to join Testville">' in page
    assert '<meta property="og:image" content="http://localhost:8000/avatars/alice.png">' in page


@pytest.mark.parametrize("mode", ["open", "approval", "closed"])
async def test_a_friend_joins_at_once_and_follows_who_invited_them(alices_browser, visitor, alice, set_site_options, mode):
    await set_site_options(registrations=mode, inviters="everyone")
    link = await link_of(alices_browser)

    response = await visitor.sends(link, **FRIEND)

    assert leads_to(response) == "/start"
    assert "You follow alice already" in text(await visitor.reads("/start"))
    assert await alice.notified_of() == ["follow by Loyjet"]
    assert "Loyjet" in text(await alices_browser.reads("/invite"))


async def test_without_the_option_they_follow_nobody_and_the_inviter_is_told_that_they_came(alices_browser, visitor, alice):
    await alices_browser.sends("/invite", expires_in="604800")
    link = LINK.search((await alices_browser.reads("/invite")).text)[1]

    await visitor.sends(link, **FRIEND)

    assert await alice.notified_of() == ["admin.sign_up by Loyjet"]
    assert "has joined" in text(await alices_browser.reads("/notifications"))


async def test_a_locked_inviter_need_not_accept_whom_they_invited(alices_browser, visitor, alice):
    await alice.locks()
    await visitor.sends(await link_of(alices_browser), **FRIEND)

    assert await alice.notified_of() == ["follow by Loyjet"]


async def test_where_guests_wait_they_follow_once_they_are_let_in(
    running_site, alices_browser, visitor, alice, owners_browser, set_site_options
):
    await set_site_options(registrations="approval", guests="wait")
    link = await link_of(alices_browser)

    assert 'id="reason-error"' in (await visitor.sends(link, **FRIEND)).text
    assert leads_to(await visitor.sends(link, **FRIEND, reason="Alice told me")).startswith("/sign-up/waiting")
    assert await alice.notified_of() == []
    async with running_site.site.db.read() as reader:
        asking = await queries.by_handle_even_unapproved(reader, "Loyjet", "")
    await owners_browser.sends(f"/settings/site/sign-ups/{asking.id}/approve")

    assert await alice.notified_of() == ["follow by Loyjet"]


async def test_the_owners_guests_never_wait(owners_browser, visitor, set_site_options):
    await set_site_options(registrations="approval", guests="wait", inviters="moderators")

    assert leads_to(await visitor.sends(await link_of(owners_browser), **FRIEND)) == "/start"


async def test_where_only_the_owner_invites_members_cannot(alices_browser, visitor, set_site_options):
    link = await link_of(alices_browser)
    await set_site_options(inviters="moderators")

    assert (await alices_browser.sends("/invite", **A_WEEK)).status_code == 403
    assert 'href="/invite"' not in (await alices_browser.reads("/")).text
    assert "those who run the place invite" in text(await alices_browser.reads("/invite"))
    assert (await visitor.reads(link)).status_code == 410
    assert (await visitor.sends(link, **FRIEND)).status_code == 410


async def test_on_a_closed_site_members_invite_only_if_the_owner_says_so(alices_browser, set_site_options):
    await set_site_options(registrations="closed")
    assert (await alices_browser.sends("/invite", **A_WEEK)).status_code == 403

    await set_site_options(inviters="everyone")
    assert await link_of(alices_browser)


async def test_the_last_use_goes_to_exactly_one_of_two(running_site, alices_browser):
    link = await link_of(alices_browser, max_uses="1")
    browsers = Browser(running_site), Browser(running_site)

    responses = await asyncio.gather(*(one.sends(link, **who) for one, who in zip(browsers, (FRIEND, ANOTHER), strict=True)))

    assert sorted(one.status_code for one in responses) == [303, 410]
    assert "As many people as it was for have come." in text(await Browser(running_site).reads(link))


async def test_a_refused_form_takes_no_use(alices_browser, visitor, alice):
    link = await link_of(alices_browser, max_uses="1")

    assert 'id="username-error">This name is taken<' in (await visitor.sends(link, **FRIEND | {"username": "alice"})).text
    assert leads_to(await visitor.sends(link, **FRIEND)) == "/start"


async def test_a_link_ends_when_its_time_is_over(running_site, alices_browser, visitor):
    link = await link_of(alices_browser, expires_in="86400")

    running_site.clock.advance(days=1)

    assert (await visitor.sends(link, **FRIEND)).status_code == 410
    assert "that while has passed" in text(await visitor.reads(link))


async def test_a_link_taken_back_lets_nobody_in(alices_browser, visitor):
    link = await link_of(alices_browser)
    await visitor.reads(link)
    revoke = re.search(r'formaction="(/settings/invitations/\d+/revoke)"', (await alices_browser.reads("/invite")).text)[1]

    for _again in range(2):
        assert leads_to(await alices_browser.sends(revoke, confirmed="yes")) == "/invite"

    assert (await visitor.sends(link, **FRIEND)).status_code == 410
    assert "taken it back" in text(await visitor.reads(link))


async def test_nobody_takes_back_the_link_of_another(running_site, alices_browser, bob, visitor):
    link = await link_of(alices_browser)
    revoke = re.search(r'formaction="(/settings/invitations/\d+/revoke)"', (await alices_browser.reads("/invite")).text)[1]
    bobs = Browser(running_site)
    await bobs.was_signed_in("bob")

    assert (await bobs.sends(revoke, confirmed="yes")).status_code == 404
    assert (await visitor.reads(link)).status_code == 200


async def test_an_unknown_link_is_not_found(visitor):
    assert (await visitor.reads("/invite/nothing-like-this")).status_code == 404
    assert (await visitor.sends("/invite/nothing-like-this", **FRIEND)).status_code == 404


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"max_uses": "0"}, "max_uses"),
        ({"max_uses": "many"}, "max_uses"),
        ({"max_uses": "1001"}, "max_uses"),
        ({"expires_in": "soon"}, "expires_in"),
        ({"note": "a" * 301}, "note"),
    ],
)
async def test_terms_that_make_no_sense_are_refused_beside_their_field(alices_browser, terms, field):
    response = await alices_browser.sends("/invite", **(A_WEEK | terms))

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


async def test_a_member_who_opens_a_link_is_told_that_they_are_here_already(running_site, alices_browser, bob):
    bobs = Browser(running_site)
    await bobs.was_signed_in("bob")

    page = text(await bobs.reads(await link_of(alices_browser)))

    assert "You are here already" in page
    assert "@alice" in page


async def test_a_link_can_be_scanned(alices_browser, visitor):
    drawn = await visitor.reads(await link_of(alices_browser) + "/qr.svg")

    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg")


async def test_the_code_is_not_logged_when_something_breaks(alices_browser, visitor, caplog, monkeypatch):
    link = await link_of(alices_browser)
    monkeypatch.setattr("gazouillis.accounts.invitations.offer", None)

    assert (await visitor.reads(link)).status_code == 500
    assert "/invite/…" in caplog.text
    assert link.rpartition("/")[2] not in caplog.text


async def test_an_app_signs_up_with_the_code_of_an_invitation(running_site, alices_browser, alice, set_site_options):
    await set_site_options(registrations="closed", inviters="everyone")
    code = (await link_of(alices_browser)).rpartition("/")[2]
    app = (
        await running_site.client().post("/api/v1/apps", json={"client_name": "app", "redirect_uris": OUT_OF_BAND, "scopes": "write"})
    ).json()
    form = {"grant_type": "client_credentials", "scope": "write", "client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = (await running_site.client().post("/oauth/token", json=form)).json()["access_token"]
    client = running_site.client(Authorization=f"Bearer {token}")

    refused = await client.post("/api/v1/accounts", json={**FRIEND, "agreement": True, "invite_code": "nothing-like-this"})
    joined = await client.post("/api/v1/accounts", json={**FRIEND, "agreement": True, "invite_code": code})

    assert (refused.status_code, joined.status_code) == (404, 200)
    assert await alice.notified_of() == ["follow by Loyjet"]
