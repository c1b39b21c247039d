"""The operator reads private messages by one command only, and their people see that it was done, by whom, when and why."""

import sqlite3

import pytest
from click.testing import CliRunner

from gazouillis.cli import main
from gazouillis.conversations import break_glass
from gazouillis.infra.basics.errors import Invalid, NotFound
from tests.support.browser import Browser, text

pytestmark = pytest.mark.usefixtures("acquainted")

REASON = "order of the court of Nancy"


@pytest.fixture
def read_by_operator(running_site):
    """`await read_by_operator(alice, bob)`: what the command does after it has found the accounts."""

    async def read(*people, reason=REASON, operator="root (sudo: olive)"):
        async with running_site.site.db.write() as tx:
            return await break_glass.read_by_operator(tx, [one.account_id for one in people], operator, reason, 100)

    return read


async def page_of(running_site, name, path):
    await running_site.run_until_idle()
    browser = Browser(running_site)
    await browser.was_signed_in(name)
    return text(await browser.reads(path))


async def conversation_of(person):
    [found] = await person.get("/api/v1/conversations")
    return f"/messages/{found['id']}"


async def test_the_operator_reads_the_conversation_in_its_order(read_by_operator, alice, bob, carol):
    await alice.posts("@bob one", visibility="direct")
    await bob.posts("@alice two", visibility="direct", spoiler_text="health")
    await bob.posts("@alice @carol three", visibility="direct")
    await alice.posts("@bob for all to read")

    found = await read_by_operator(bob, alice)

    assert [(one.author, one.spoiler_text, one.text) for one in found] == [("alice", "", "@bob one"), ("bob", "health", "@alice two")]


async def test_its_people_see_the_record_and_nobody_else_does(running_site, read_by_operator, alice, bob, carol):
    await alice.posts("@bob one", visibility="direct")
    await carol.follows(bob)
    await bob.posts("@carol hello", visibility="direct")
    address = await conversation_of(alice)

    await read_by_operator(alice, bob)

    for name in ("alice", "bob"):
        shown = await page_of(running_site, name, address)
        assert REASON in shown
        assert "root (sudo: olive)" in shown
        notices = await page_of(running_site, name, "/notifications")
        assert "The operator of this server read private messages of yours" in notices
        assert f'href="{address}"' in notices
    assert REASON not in await page_of(running_site, "carol", await conversation_of(carol))
    assert "operator" not in await page_of(running_site, "carol", "/notifications")


async def test_each_access_is_listed_and_the_notification_names_the_last(running_site, read_by_operator, alice, bob):
    await alice.posts("@bob one", visibility="direct")
    await read_by_operator(alice, bob)
    await read_by_operator(alice, bob, reason="a second look")

    shown = await page_of(running_site, "bob", await conversation_of(alice))
    notices = await page_of(running_site, "bob", "/notifications")

    assert shown.index("a second look") < shown.index(REASON)
    assert "a second look" in notices
    assert REASON not in notices


async def test_a_block_does_not_hide_the_record(running_site, read_by_operator, alice, bob):
    await alice.posts("@bob one", visibility="direct")
    await bob.blocks(alice)

    await read_by_operator(alice, bob)

    assert "The operator of this server" in await page_of(running_site, "bob", "/notifications")


async def test_apps_are_told_only_if_they_name_the_kind(read_by_operator, alice, bob):
    await bob.follows(alice)
    await alice.posts("@bob one", visibility="direct")
    await read_by_operator(alice, bob)

    assert await bob.notified_of() == ["mention by alice"]
    assert [one["type"] for one in await bob.notifications(**{"types[]": "break_glass"})] == ["break_glass"]
    grouped = await bob.get("/api/v2/notifications")
    assert [one["type"] for one in grouped["notification_groups"]] == ["mention"]


@pytest.mark.parametrize("reason", ["", " \u200b ", "x" * 501])
async def test_without_a_reason_nothing_is_read_or_recorded(read_by_operator, alice, bob, reason):
    await alice.posts("@bob one", visibility="direct")

    with pytest.raises(Invalid):
        await read_by_operator(alice, bob, reason=reason)
    assert await bob.notifications(**{"types[]": "break_glass"}) == []


async def test_people_without_a_conversation_are_not_found(read_by_operator, alice, bob, carol):
    await alice.posts("@bob one", visibility="direct")

    with pytest.raises(NotFound):
        await read_by_operator(alice, carol)


def test_the_command_asks_for_a_reason_and_names_who_ran_it(tmp_path, monkeypatch):
    monkeypatch.setenv("GAZOUILLIS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SUDO_USER", "olive")
    CliRunner().invoke(main, ["seed", "village"])
    with sqlite3.connect(tmp_path / "data/gazouillis.db") as db:
        [names] = db.execute(
            "select group_concat(username, ' ') from accounts join participants on account_id = accounts.id"
            " group by conversation_id having count(*) = 2 limit 1"
        ).fetchone()

        result = CliRunner().invoke(main, ["break-glass", *names.split(), "--last", "3"], input=f"{REASON}\n")
        records = db.execute("select operator, reason from break_glass").fetchall()

    assert result.exit_code == 0, result.output
    assert "@" in result.stdout
    [(operator, reason)] = records
    assert "(sudo: olive)" in operator
    assert reason == REASON


@pytest.mark.parametrize("arguments", [["nobody", "cyrille"], ["cyrille"], ["cyrille", "--reason", " "]])
def test_a_refused_command_prints_no_message(tmp_path, monkeypatch, arguments):
    monkeypatch.setenv("GAZOUILLIS_DATA", str(tmp_path / "data"))
    CliRunner().invoke(main, ["accounts", "create", "cyrille", "--email", "c@example.org", "--password", "long enough"])

    result = CliRunner().invoke(main, ["break-glass", *arguments], input="because\n")

    assert result.exit_code == 2
    assert result.stdout.replace("Why? The people of this conversation will read it: because", "").strip() == ""
