"""Every form of every page keeps what was typed when its CSRF token is stale, and when the session has ended. Passwords are not kept.

The forms are found by following the links of all pages as each kind of person. A form that fails here needs `restorable("name")` at its
route, and a function that shows it again in `pages.unsent.FORMS`.
"""

import re

import pytest

from gazouillis.accounts.models import Role
from tests.support.browser import Browser, leads_to
from tests.support.crawler import OF_NOTHING, Crawler
from tests.support.forms import forms
from tests.support.people import PASSWORD

SECRET = "s3cret-passw0rd"
SAMPLES = {"email": "typed{}@example.org", "number": "7", "textarea": "typed {}\nof a <second> line “é”"}


@pytest.fixture
async def olive(running_site):
    return await running_site.person("olive", role=Role.OWNER)


@pytest.fixture
async def paths(running_site, olive, alice, bob, set_site_options):
    """What the pages are about: by name of the parameter of a path."""
    await set_site_options(registrations="approval", rules=["Be kind."], description="Ours")
    status = await alice.posts("hello")
    reply = await bob.replies(status, "@alice hello")
    await Browser(running_site).sends("/sign-up", username="zoe", email="zoe@example.org", password=PASSWORD, reason="hello", agreement="1")
    inviting = Browser(running_site)
    await inviting.was_signed_in("alice")
    await inviting.sends("/invite", expires_in="604800")
    circle = leads_to(await inviting.sends("/settings/circles", title="running")).rpartition("/")[2]
    made = leads_to(await inviting.sends("/lists", title="Lyon")).split("/")[2]
    [code] = re.findall(r"/invite/([\w-]+)/qr", (await inviting.reads("/invite")).text)
    await running_site.run_until_idle()
    people = {"handle": ["@alice"], "account_id": [bob.id], "circle_id": [circle], "list_id": [made]}
    return OF_NOTHING | people | {"status_id": [status["id"], reply["id"]], "token": [code]}


async def forms_of(running_site, name, paths):
    """The forms with typed text that this person finds, each once."""
    browser = Browser(running_site)
    if name:
        await browser.was_signed_in(name)
    pages = await Crawler(browser, running_site.app, paths).pages(as_scripts=False)
    found = [one for page in pages if "html" in page.headers.get("content-type", "") for one in forms(page) if one.typed]
    return {(re.sub(r"\d{6,}", "…", one.action), *one.typed): one for one in found}


def filled(form):
    """What somebody types into it."""
    return {name: SAMPLES.get(kind, "typed{}").format(number) for number, (name, kind) in enumerate(form.typed.items())}


async def send(browser, form, values):
    fields = form.values | values | dict.fromkeys(form.passwords, SECRET) | {"_csrf_token": browser.csrf_token}
    if form.is_multipart:
        return await browser.client.post(form.action, files=[(name, (None, value)) for name, value in fields.items()])
    return await browser.client.post(form.action, data=fields)


def has_kept(page, form, typed):
    """Whether the page shows this form with all that was typed."""
    shown = [one.contents for one in forms(page) if one.action.split("?")[0] == form.action.split("?")[0]]
    return any(typed.items() <= one.items() for one in shown) and SECRET not in page.text


async def lost_with_a_stale_token(running_site, name, found):
    lost = []
    for place, form in found.items():
        browser, typed = Browser(running_site), filled(form)
        if name:
            await browser.was_signed_in(name)
        await browser.reads("/about")
        browser.csrf_token = "0" * 128
        if not has_kept(await send(browser, form, typed), form, typed):
            lost.append(place)
    return lost


async def lost_with_an_ended_session(running_site, name, found):
    lost = []
    for place, form in found.items():
        browser, typed = Browser(running_site), filled(form)
        await browser.reads("/about")
        refused_page = await send(browser, form, typed)
        if refused_page.is_redirect and not leads_to(refused_page).startswith("/sign-in"):
            continue  # it needs no session
        signing_in = next((one for one in forms(refused_page) if one.action == "/sign-in"), None)
        if signing_in is None or SECRET in refused_page.text:
            lost.append(place)
            continue
        response = await browser.client.post("/sign-in", data=signing_in.fields | {"login": name, "password": PASSWORD})
        shown = [await browser.reads(leads_to(response) or "/nowhere") for _load in range(2)]
        if not all(has_kept(page, form, typed) for page in shown):
            lost.append(place)
    return lost


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("alice", {"/statuses", "/statuses/…/edit", "/settings/profile", "/settings/circles", "/lists", "/report", "/invite"}),
        ("olive", {"/settings/site", "/settings/site/people", "/settings/site/sign-ups/…/reject"}),
    ],
)
async def test_members_and_owners_lose_no_text(running_site, paths, name, least):
    found = await forms_of(running_site, name, paths)

    assert {place for place, *_names in found} >= least
    assert await lost_with_a_stale_token(running_site, name, found) == []
    assert await lost_with_an_ended_session(running_site, name, found) == []


async def test_visitors_lose_no_text(running_site, paths):
    found = await forms_of(running_site, "", paths)

    assert {place.split("/")[1] for place, *_names in found} >= {"sign-in", "sign-up", "invite", "password"}
    assert await lost_with_a_stale_token(running_site, "", found) == []


async def test_the_owner_of_a_new_server_loses_no_text(running_site):
    link = f"/welcome/{running_site.site.secrets.owner_key}"
    [form] = [one for one in forms(await Browser(running_site).reads(link)) if one.typed]
    found = {("setup",): form}

    assert await lost_with_a_stale_token(running_site, "", found) == []
