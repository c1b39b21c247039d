"""The directory, on its page and for apps: who is listed to whom, in which order."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import Registration, register
from gazouillis.accounts.roles import reject
from gazouillis.accounts.tables import accounts
from gazouillis.graph.directory import Order, directory
from tests.support.browser import Browser, text
from tests.support.query_plans import RecordingReader, plans

HANDLE = re.compile(r'<li><article class="person">\s*<a class="avatar" href="/@(\w+)"')
BOTH_ORDERS = pytest.mark.parametrize("order", ["active", "new"])


def listed(page):
    return HANDLE.findall(text(page).partition("<main")[2])


async def of_app(person, **choice):
    return [one["acct"] for one in await person.get("/api/v1/directory", **choice)]


@pytest.fixture
def visitor(running_site):
    return Browser(running_site)


@pytest.fixture
async def alices_browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


async def test_those_who_posted_last_come_first_or_those_who_came_last(visitor, clock, alice, bob, carol):
    await carol.posts("first")
    clock.advance(seconds=60)
    await alice.posts("second")

    assert listed(await visitor.reads("/directory")) == await of_app(bob) == ["alice", "carol", "bob"]
    assert listed(await visitor.reads("/directory?order=new")) == await of_app(bob, order="new") == ["carol", "bob", "alice"]


async def test_a_private_post_is_no_activity(visitor, clock, alice, bob, carol):
    await bob.posts("for everybody")
    clock.advance(seconds=60)
    await alice.posts("@carol between us", visibility="direct")

    assert listed(await visitor.reads("/directory"))[0] == "bob"


@BOTH_ORDERS
async def test_whoever_does_not_want_to_be_found_is_listed_to_nobody(running_site, visitor, alices_browser, alice, bob, carol, order):
    await bob.posts("hello")
    await bob.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": False})
    await alice.follows(bob)

    for browser in (visitor, alices_browser):
        assert "bob" not in listed(await browser.reads(f"/directory?order={order}"))
    assert "bob" not in await of_app(alice, order=order)
    assert "bob" not in [one["acct"] for one in (await running_site.client().get("/api/v1/directory", params={"order": order})).json()]


@BOTH_ORDERS
async def test_applicants_rejected_and_suspended_accounts_are_listed_to_nobody(running_site, visitor, alice, bob, order):
    for name in ("waiting", "turned_away"):
        async with running_site.site.db.write() as tx:
            registration = Registration(name, f"{name}@example.org", "hash", reason="please")
            account = await register(tx, registration, options=SiteOptions(registrations="approval"))
    async with running_site.site.db.write() as tx:
        await reject(tx, None, account.id)
        await tx.run(sa.update(accounts).where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))

    assert listed(await visitor.reads(f"/directory?order={order}")) == await of_app(alice, order=order) == ["alice"]


@BOTH_ORDERS
async def test_a_block_hides_both_from_each_other_and_a_mute_hides_whom_one_mutes(alice, bob, carol, order):
    await alice.blocks(bob)
    await carol.mutes(alice)

    assert set(await of_app(alice, order=order)) == {"alice", "carol"}
    assert set(await of_app(bob, order=order)) == {"bob", "carol"}
    assert set(await of_app(carol, order=order)) == {"bob", "carol"}


@BOTH_ORDERS
async def test_every_page_continues_where_the_one_before_ended(running_site, visitor, monkeypatch, order):
    monkeypatch.setattr("gazouillis.web.pages.directory.ON_A_PAGE", 2)
    names = [f"person{number}" for number in range(5)]
    for name in names:
        await (await running_site.person(name)).posts("all at the same moment")

    seen, address = [], f"/directory?order={order}"
    while address:
        page = await visitor.reads(address)
        seen += listed(page)
        found = re.search(r'rel="next" href="([^"]+)">More people', page.text)
        address = found[1].replace("&amp;", "&") if found else None

    assert sorted(seen) == names
    assert 'href="/directory' in page.text.partition("Back to the beginning")[0]


@pytest.mark.parametrize("after", ["abc", "1", "1-", "-", "1-x", "9" * 30 + "-1", "٣-٣"])
async def test_an_address_that_is_no_position_is_not_found(visitor, after):
    assert (await visitor.reads(f"/directory?after={after}")).status_code == 404


async def test_an_app_reads_from_an_offset(alice, bob, carol):
    assert await of_app(alice, order="new", limit=1) == ["carol"]
    assert await of_app(alice, order="new", limit=2, offset=1, local=True) == ["bob", "alice"]
    assert await of_app(alice, offset=9**18) == []
    assert (await alice.client.get("/api/v1/directory?order=loudest")).status_code == 422
    assert (await alice.client.get("/api/v1/directory?offset=-1")).status_code == 422


async def test_members_have_buttons_to_follow_and_visitors_links_that_lead_there(visitor, alices_browser, alice, bob):
    await bob.client.patch("/api/v1/accounts/update_credentials", json={"locked": True})

    assert f'formaction="/accounts/{bob.id}/follow">Ask to follow' in (await alices_browser.reads("/directory")).text
    assert 'href="/sign-in?next=/%40bob">Ask to follow' in (await visitor.reads("/directory")).text
    await alice.follows(bob)
    assert f'formaction="/accounts/{bob.id}/unfollow">Requested' in (await alices_browser.reads("/directory")).text


@BOTH_ORDERS
async def test_a_page_takes_one_query_that_reads_people_in_their_order_from_an_index(running_site, alice, bob, order):
    async with running_site.site.db.read() as reader:
        recorder = RecordingReader(reader)
        await directory(recorder, alice.account_id, Order(order), 20)
        steps = (
            await plans(reader, lambda reader: directory(reader, alice.account_id, Order(order), 20)) if reader.dialect == "sqlite" else []
        )

    assert len(recorder.queries) == 1
    assert not [step for step in steps if "TEMP B-TREE" in step or re.match(r"SCAN \w+$", step)], steps
