"""A status or account that somebody may not see is answered, at every door, exactly like one that never existed."""

from __future__ import annotations

import re

import pytest

from gazouillis.accounts import options, register, roles
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.tables import accounts
from tests.support.browser import CSRF_TOKEN, Browser, leads_to
from tests.support.people import PASSWORD, words

MISSING = "1"
STATUS_DOORS = [
    *(("get", f"/api/v1/statuses/ID{path}", {}) for path in ("", "/context", "/history", "/source", "/favourited_by", "/reblogged_by")),
    *(("post", f"/api/v1/statuses/ID/{act}", {}) for act in ("favourite", "bookmark", "reblog")),
    ("put", "/api/v1/statuses/ID", {"status": "mine now"}),
    ("delete", "/api/v1/statuses/ID", {}),
    ("post", "/api/v1/statuses", {"status": "an answer", "in_reply_to_id": "ID"}),
    ("get", "/api/v1/statuses?id[]=ID", {}),
    ("get", "/api/v1/timelines/home?max_id=ID", {}),
    ("get", "/api/v2/search?q=http://localhost:8000/@alice/ID", {}),
]
ACCOUNT_DOORS = [
    *(
        ("get", f"/api/v1/accounts/ID{path}", {})
        for path in ("", "/statuses", "/followers", "/following", "/lists", "/featured_tags", "/endorsements")
    ),
    *(("post", f"/api/v1/accounts/ID/{act}", {}) for act in ("follow", "unfollow", "block", "unblock", "mute", "unmute")),
    ("post", "/api/v1/accounts/ID/remove_from_followers", {}),
    ("post", "/api/v1/follow_requests/ID/authorize", {}),
    ("post", "/api/v1/follow_requests/ID/reject", {}),
    ("get", "/api/v1/accounts?id[]=ID", {}),
    ("get", "/api/v1/accounts/relationships?id[]=ID", {}),
]
NAME_DOORS = [
    "/api/v1/accounts/lookup?acct=NAME",
    "/api/v1/accounts/lookup?acct=@NAME",
    "/api/v1/accounts/lookup?acct=NAME@localhost:8000",
    "/api/v1/accounts/search?q=NAME",
    "/api/v1/accounts/search?q=@NAME&resolve=true",
    "/api/v2/search?q=NAME",
    "/api/v2/search?q=@NAME",
    "/api/v2/search?q=from:NAME",
    "/api/v2/search?q=http://localhost:8000/@NAME",
]
PAGES_OF_ACCOUNT = ["/@NAME", "/@NAME/with_replies", "/@NAME/media", "/@NAME/followers", "/@NAME/following", "/search?q=NAME", "/@NAME/1"]


@pytest.fixture
async def hidden(alice, bob, carol, mallory):
    """Statuses that mallory may not see, by the reason."""
    await bob.follows(alice)
    private = await alice.posts("for friends", visibility="private")
    direct = await alice.posts("@bob between us", visibility="direct")
    public = await carol.posts("hello")
    private_reblog = await bob.post(f"/api/v1/statuses/{public['id']}/reblog", visibility="private")
    await carol.blocks(mallory)
    reblog_of_blocked = await bob.reblogs(await carol.posts("hello again"))
    deleted = await alice.posts("oops")
    await alice.deletes(deleted)
    found = {
        "private": private,
        "direct": direct,
        "blocked": public,
        "reblog of somebody blocked": reblog_of_blocked,
        "private reblog": private_reblog,
        "deleted": deleted,
    }
    return {why: one["id"] for why, one in found.items()}


@pytest.mark.parametrize("why", ["private", "direct", "blocked", "reblog of somebody blocked", "private reblog", "deleted"])
async def test_a_hidden_status_is_answered_like_a_missing_one(hidden, mallory, why):
    for method, path, form in STATUS_DOORS:
        assert await answered(mallory.client, method, path, form, hidden[why]) == await answered(
            mallory.client, method, path, form, MISSING
        ), path


@pytest.mark.parametrize("why", ["private", "direct", "blocked", "reblog of somebody blocked", "private reblog"])
async def test_a_hidden_status_is_answered_like_a_missing_one_on_pages(running_site, hidden, mallory, why):
    browser = Browser(running_site)
    await browser.was_signed_in("mallory")
    for path in ("/@alice/ID", "/@alice/ID/edits", "/compose?reply_to=ID", "/compose?edit=ID"):
        assert await page(browser, path, hidden[why]) == await page(browser, path, MISSING), path
    for act in ("favourite", "bookmark", "reblog", "delete"):
        responses = [await browser.sends(f"/statuses/{one}/{act}") for one in (hidden[why], MISSING)]
        assert len({(one.status_code, stripped(one.text, hidden[why])) for one in responses}) == 1, act
    responses = [await browser.sends("/statuses", status="an answer", in_reply_to_id=one) for one in (hidden[why], MISSING)]
    assert len({(one.status_code, stripped(one.text, hidden[why])) for one in responses}) == 1


@pytest.fixture(params=["waiting", "refused"])
async def applicant(running_site, request):
    """An account that waits for approval or was refused: only moderators may know of it."""
    async with running_site.site.db.write() as tx:
        await options.change(tx, SiteOptions(name="Testville", registrations="approval", is_set_up=True))
        registration = register.Registration("zoe", "zoe@example.org", "hash", display_name="Zoé")
        account = await register.register(tx, registration, options=await options.read(tx))
    if request.param == "refused":
        async with running_site.site.db.write() as tx:
            await roles.reject(tx, None, account.id)
    await running_site.run_until_idle()
    return account


async def test_an_applicant_is_answered_like_a_missing_account(running_site, applicant, alice):
    for method, path, form in ACCOUNT_DOORS:
        assert await answered(alice.client, method, path, form, str(applicant.id)) == await answered(
            alice.client, method, path, form, MISSING
        ), path


async def test_an_applicant_cannot_be_found_by_name(running_site, applicant, alice):
    for path in NAME_DOORS:
        for client in (alice.client, running_site.client()):
            for name in ("zoe", "ZOE", f"~{applicant.id}"):
                responses = [await client.get(path.replace("NAME", one)) for one in (name, "nobody")]
                assert len({(one.status_code, one.text) for one in responses}) == 1, (path, name)


async def test_an_applicant_has_no_page(running_site, applicant, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    for path in PAGES_OF_ACCOUNT:
        for one in (browser, Browser(running_site)):
            responses = [await one.reads(path.replace("NAME", name)) for name in ("zoe", "nobody")]
            assert responses[0].status_code == responses[1].status_code
            assert stripped(responses[0].text, "zoe") == stripped(responses[1].text, "nobody"), path
    for act in ("follow", "block", "mute"):
        assert (await browser.sends(f"/accounts/{applicant.id}/{act}")).status_code == 404


async def test_an_applicant_cannot_be_mentioned(running_site, applicant, alice):
    status = await alice.posts("hello @zoe and @nobody")
    changed = await alice.client.patch("/api/v1/accounts/update_credentials", json={"note": "with @zoe"})

    assert status["mentions"] == []
    assert "<a" not in status["content"] + changed.json()["note"]
    assert words(status) == "hello @zoe and @nobody"


async def test_an_applicant_can_be_found_once_approved(running_site, alice):
    async with running_site.site.db.write() as tx:
        registration = register.Registration("zoe", "zoe@example.org", "hash")
        account = await register.register(tx, registration, options=SiteOptions(registrations="approval"))
    assert (await running_site.client().get("/api/v1/accounts/lookup?acct=zoe")).status_code == 404
    assert (await running_site.client().get(f"/api/v1/accounts/{account.id}")).status_code == 404

    async with running_site.site.db.write() as tx:
        await roles.approve(tx, None, account.id)

    assert (await alice.get("/api/v1/accounts/lookup", acct="zoe"))["id"] == str(account.id)
    assert (await running_site.client().get(f"/api/v1/accounts/{account.id}")).status_code == 200
    assert "<a" in (await alice.posts("welcome @zoe"))["content"]


async def test_an_applicant_who_signs_in_is_told_to_wait(running_site, visitor_of_zoe):
    response = await visitor_of_zoe.signs_in("zoe")

    assert leads_to(response).startswith("/sign-up/waiting?who=")


@pytest.fixture
async def visitor_of_zoe(running_site):
    registration = await register.prepare("zoe", "zoe@example.org", PASSWORD)
    async with running_site.site.db.write() as tx:
        await register.register(tx, registration, options=SiteOptions(registrations="approval"))
    return Browser(running_site)


async def test_the_statuses_of_a_suspended_account_are_hidden(running_site, alice, bob):
    status = await alice.posts("hello")
    reply = await bob.replies(status, "hello @alice")
    await alice.favourites(reply)
    await alice.reblogs(reply)
    async with running_site.site.db.write() as tx:
        await tx.run(accounts.update().where(accounts.c.id == alice.account_id).values(suspended_at=tx.now))
    if running_site.site.db.cache:
        running_site.site.db.cache.clear()

    assert (await bob.client.get(f"/api/v1/statuses/{status['id']}")).status_code == 404
    assert await bob.local() == ["hello @alice"]
    for path in ("favourited_by", "reblogged_by"):
        assert await bob.get(f"/api/v1/statuses/{reply['id']}/{path}") == []
    assert (await bob.client.post(f"/api/v1/accounts/{alice.id}/follow")).status_code == 404


async def answered(client, method, path, form, identifier):
    """Status, body and headers: all that a client can compare."""
    given = {name: value.replace("ID", identifier) for name, value in form.items()}
    response = await client.request(method, path.replace("ID", identifier), **({"json": given} if method != "get" else {}))
    headers = {name: value.replace(identifier, "ID") for name, value in response.headers.items() if not name.startswith("x-ratelimit")}
    return response.status_code, response.text, headers


async def page(browser, path, identifier):
    response = await browser.reads(path.replace("ID", identifier))
    return response.status_code, stripped(response.text, identifier)


def stripped(html, name):
    """The HTML without tokens and keys that differ on each page and without the identifier that was asked for."""
    html = CSRF_TOKEN.sub("", re.sub(r'name="idempotency_key" value="[^"]*"', "", html))
    return (
        html.replace(name, "NAME").replace(MISSING if name != MISSING else "\0", "NAME") if name.isdigit() else html.replace(name, "NAME")
    )
