"""Every form that makes something makes it once, when a second click, a reload or Back sends it again."""

import re

import pytest
import sqlalchemy as sa

from gazouillis.accounts.models import Role
from gazouillis.infra.database.tables import metadata
from tests.support.browser import Browser
from tests.support.forms import forms

MADE = ("accounts", "circles", "filters", "follows", "invitations", "lists", "notifications", "reports", "statuses")
"""The tables in which forms make rows."""
FORMS = {
    "post": ("/", "/statuses", {"status": "hello"}),
    "private message": ("/messages/new?to=bob", "/messages", {"status": "hello", "to": "@bob"}),
    "reply": ("/compose?reply_to={status}", "/statuses", {"status": "@bob hello"}),
    "report of a person": ("/report?account={bob}", "/report", {"category": "spam", "comment": "look"}),
    "report of a post": ("/report?status={status}", "/report", {"category": "spam", "comment": "look"}),
    "invitation": ("/invite", "/invite", {"note": "come", "max_uses": "1"}),
    "circle": ("/settings/circles", "/settings/circles", {"title": "running"}),
    "filter": ("/settings/filters", "/settings/filters", {"title": "cats", "whole_words": "cat", "in_home": "1"}),
    "filter of a post": ("/statuses/{status}/filter", "/statuses/{status}/filter", {"title": "cats"}),
    "list": ("/lists", "/lists", {"title": "Lyon"}),
    "account": ("/settings/site/people", "/settings/site/people", {"display_name": "Marie Dupont"}),
    "accounts": ("/settings/site/people", "/settings/site/people", {"people": "Marie Dupont\nMarie Dupont\nZoé, zoe@example.org"}),
}
LATER = {"accounts": {"people": "Marie Dupont\nMarie Dupont"}}
"""What is typed the second time, where the same would be refused."""


@pytest.fixture
async def olive(running_site, bob):
    person = await running_site.person("olive", role=Role.OWNER)
    person.values = {"bob": bob.id, "status": (await bob.posts("hello"))["id"]}
    return person


@pytest.fixture
async def browser(running_site, olive):
    browser = Browser(running_site)
    await browser.was_signed_in("olive")
    return browser


async def counts(running_site):
    await running_site.run_until_idle()
    async with running_site.site.db.read() as reader:
        return {name: await reader.value(sa.select(sa.func.count()).select_from(metadata.tables[name])) for name in MADE}


async def form_on(browser, path, action, typed):
    """The fields of the form with this action on this page, filled in."""
    [found] = [one for one in forms(await browser.reads(path)) if one.action == action and set(typed) <= {*one.typed, *one.values}]
    return found.values | typed


@pytest.mark.parametrize("kind", FORMS)
async def test_a_form_sent_twice_makes_it_once(running_site, browser, olive, kind):
    path, action, typed = FORMS[kind]
    action = action.format(**olive.values)
    fields = await form_on(browser, path.format(**olive.values), action, typed)
    before = await counts(running_site)
    first = await browser.sends(action, **fields)
    once = await counts(running_site)
    second = await browser.sends(action, **fields)

    assert once != before
    assert await counts(running_site) == once
    assert (second.status_code, second.headers["location"]) == (first.status_code, first.headers["location"])


@pytest.mark.parametrize("kind", ["invitation", "circle", "list", "account", "accounts"])
async def test_a_form_of_a_later_page_makes_another(running_site, browser, olive, kind):
    path, action, typed = FORMS[kind]
    await browser.sends(action, **await form_on(browser, path, action, typed))
    once = await counts(running_site)
    await browser.sends(action, **await form_on(browser, path, action, typed | LATER.get(kind, {})))

    assert await counts(running_site) != once


async def test_another_text_in_the_same_form_makes_another_invitation(running_site, browser):
    fields = await form_on(browser, "/invite", "/invite", {"note": "come"})
    await browser.sends("/invite", **fields)
    await browser.sends("/invite", **fields | {"note": "come too"})

    assert (await counts(running_site))["invitations"] == 2


async def test_a_revoked_invitation_is_not_brought_back_by_its_form(running_site, browser):
    fields = await form_on(browser, "/invite", "/invite", {"note": "come"})
    await browser.sends("/invite", **fields)
    [identifier] = re.findall(r'id="invitation-(\d+)"', (await browser.reads("/invite")).text)
    await browser.sends(f"/settings/invitations/{identifier}/revoke", confirmed="yes")
    await browser.sends("/invite", **fields)

    assert (await counts(running_site))["invitations"] == 1
    assert "You have taken this link back" in (await browser.reads("/invite")).text


JOIN = {"username": "Loyjet", "email": "loyjet@example.org", "password": "un merle dans le lilas", "reason": "hello"}


@pytest.mark.parametrize("mode", ["open", "approval"])
async def test_a_sign_up_sent_twice_leads_to_the_account_that_it_has_made(running_site, visitor, set_site_options, mode):
    await set_site_options(registrations=mode)
    first = await visitor.sends("/sign-up", **JOIN)
    once = await counts(running_site)
    again = await Browser(running_site).sends("/sign-up", **JOIN)

    assert await counts(running_site) == once
    assert again.status_code == first.status_code == 303
    assert again.headers["location"].partition("?")[0] == first.headers["location"].partition("?")[0]
    assert ("session" in again.cookies) == (mode == "open")


async def test_a_guest_who_sends_the_form_twice_is_in(running_site, browser, visitor):
    await browser.sends("/invite", **await form_on(browser, "/invite", "/invite", {"max_uses": "1"}))
    [code] = re.findall(r"/invite/([\w-]+)/qr", (await browser.reads("/invite")).text)
    await visitor.sends(f"/invite/{code}", **JOIN)
    again = await Browser(running_site).sends(f"/invite/{code}", **JOIN)

    assert (again.status_code, "session" in again.cookies) == (303, True)


@pytest.mark.parametrize("other", [{"password": "un autre merle"}, {"email": "another@example.org"}])
async def test_another_form_with_the_same_name_is_refused(running_site, visitor, other):
    await visitor.sends("/sign-up", **JOIN)
    again = await Browser(running_site).sends("/sign-up", **JOIN | other)

    assert (again.status_code, "session" in again.cookies) == (422, False)


async def test_a_sign_up_sent_again_later_is_refused(running_site, visitor):
    await visitor.sends("/sign-up", **JOIN)
    running_site.clock.advance(minutes=31)
    again = await Browser(running_site).sends("/sign-up", **JOIN)

    assert (again.status_code, "session" in again.cookies) == (422, False)
