"""Heated threads: moderators slow or close them, for everybody in them. The thread and the moderation log say so."""

import pytest

from gazouillis.accounts.models import Role
from tests.support.browser import Browser, leads_to, text


@pytest.fixture
async def signed_in(running_site):
    async def sign_in(person):
        browser = Browser(running_site)
        await browser.was_signed_in(person.name)
        return browser

    return sign_in


@pytest.fixture
async def momo(running_site):
    """A moderator."""
    return await running_site.person("momo", role=Role.MODERATOR)


@pytest.fixture
async def thread(alice, bob):
    said = await alice.posts("hello")
    return said, await bob.replies(said, "@alice no!")


async def _moderate(person, status, **fields):
    return await person.client.put(f"/api/v1/statuses/{status['id']}/moderation", json=fields)


async def _reply(person, status):
    return await person.client.post("/api/v1/statuses", json={"status": "x", "in_reply_to_id": status["id"]})


async def test_a_thread_that_moderators_closed_takes_no_reply_from_anybody(running_site, thread, alice, bob, carol, momo, signed_in):
    said, answer = thread

    done = await _moderate(momo, answer, frozen=True)

    assert done.status_code == 200
    for person, status in ((alice, answer), (bob, said), (carol, answer), (momo, said)):
        refused = await _reply(person, status)
        assert (refused.status_code, "moderators have closed" in refused.json()["error"]) == (422, True)
    shown = await carol.get(f"/api/v1/statuses/{said['id']}")
    assert (shown["frozen"], shown["moderated"]) == (True, True)
    for browser in (await signed_in(alice), Browser(running_site)):
        for status in (f"/@alice/{said['id']}", f"/@bob/{answer['id']}"):
            assert text(await browser.reads(status)).count("The moderators have closed this conversation") == 1
    assert "conversation closed by the moderators" in text(await (await signed_in(carol)).reads("/local"))


async def test_only_moderators_undo_what_moderators_did(thread, alice, bob, momo):
    said, answer = thread
    await _moderate(momo, said, frozen=True, slow_minutes=10)

    for person in (alice, bob):
        assert (await _moderate(person, said, frozen=False)).status_code == 403
    await alice.client.put(f"/api/v1/statuses/{said['id']}/interaction_policy", json={"frozen": False, "slow_minutes": 0})
    assert (await _reply(alice, answer)).status_code == 422

    await _moderate(momo, said, frozen=False)
    assert (await bob.get(f"/api/v1/statuses/{said['id']}"))["slow_minutes"] == 10
    await _moderate(momo, answer, slow_minutes=0)
    assert (await _reply(alice, answer)).status_code == 200
    assert "moderated" not in await bob.get(f"/api/v1/statuses/{said['id']}")


async def test_a_thread_that_moderators_slowed_is_slow_for_its_author_too(running_site, thread, alice, bob, momo):
    said, answer = thread
    await alice.client.put(f"/api/v1/statuses/{said['id']}/interaction_policy", json={"slow_minutes": 1})

    await _moderate(momo, said, slow_minutes=15)

    for person in (alice, bob):
        refused = await _reply(person, answer)
        assert (refused.status_code, "once in 15 minutes" in refused.json()["error"]) == (422, True)
    running_site.clock.advance(minutes=16)
    assert (await _reply(alice, answer)).status_code == 200


async def test_a_moderator_closes_a_thread_from_its_menu_and_the_log_tells_it(thread, alice, bob, momo, signed_in):
    said, answer = thread
    browser, path = await signed_in(momo), f"/statuses/{answer['id']}/moderate"
    assert path in (await browser.reads(f"/@alice/{said['id']}")).text
    assert path not in (await (await signed_in(alice)).reads(f"/@alice/{said['id']}")).text

    done = await browser.sends(path, slow_minutes="15", closed="1")
    await browser.sends(path, slow_minutes="15")

    assert leads_to(done) == f"/@bob/{answer['id']}"
    assert "The moderators have slowed this conversation down" in text(await browser.reads(f"/@alice/{said['id']}"))
    log = text(await browser.reads("/settings/moderation-log"))
    for line in (
        "@momo opened a conversation begun by @alice again",
        "@momo closed a conversation begun by @alice",
        "@momo slowed a conversation begun by @alice down",
    ):
        assert line in log
    for person in (alice, bob):
        member = await signed_in(person)
        assert (await member.sends(path, closed="1")).status_code == 403
        for forbidden in (path, "/settings/moderation-log"):
            assert (await member.reads(forbidden)).status_code == 403


async def test_what_a_moderator_chooses_is_checked(thread, bob, alice, momo, signed_in):
    said, _answer = thread
    secret = await alice.posts("@bob psst", visibility="private")
    letter = await alice.posts("@momo psst", visibility="direct")
    browser = await signed_in(momo)

    for value in (-1, 100_000, "soon"):
        refused = await _moderate(momo, said, slow_minutes=value)
        assert (refused.status_code, [*refused.json()["details"]]) == (422, ["slow_minutes"])
    for value in ("x", "99999"):
        assert (await browser.sends(f"/statuses/{said['id']}/moderate", slow_minutes=value)).status_code == 422
    assert (await _moderate(momo, secret, frozen=True)).status_code == 404
    assert (await _moderate(momo, letter, frozen=True)).status_code == 422
    assert (await _moderate(momo, {"id": "1"}, frozen=True)).status_code == 404


async def test_closing_and_opening_a_report_is_in_the_log(alice, bob, momo, signed_in):
    report = await bob.post("/api/v1/reports", account_id=alice.id)
    browser = await signed_in(momo)

    for act in ("resolve", "resolve", "reopen"):
        await browser.sends(f"/settings/reports/{report['id']}/{act}")

    log = text(await browser.reads("/settings/moderation-log"))
    assert (log.count("closed a report about @alice"), log.count("opened a report about @alice again")) == (1, 1)
