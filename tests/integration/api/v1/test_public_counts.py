"""Counts of statuses, replies and reblogs: they include public and unlisted ones only, so all viewers see the same number."""

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from gazouillis.accounts.tables import accounts
from gazouillis.infra.database.migrations.upgrade import scripts
from gazouillis.statuses.tables import statuses

HIDDEN = ["private", "direct"]


async def counts(running_site, alice, status):
    """(replies, reblogs, statuses of the author), as a visitor sees them."""
    await running_site.run_until_idle()
    shown = (await running_site.client().get(f"/api/v1/statuses/{status['id']}")).json()
    account = (await running_site.client().get(f"/api/v1/accounts/{alice.id}")).json()
    return shown["replies_count"], shown["reblogs_count"], account["statuses_count"]


@pytest.mark.parametrize("visibility", HIDDEN)
async def test_private_and_direct_replies_and_reblogs_are_not_counted(running_site, alice, bob, visibility):
    status = await alice.posts("hello")
    before = await counts(running_site, alice, status)
    reply = await alice.replies(status, "@bob psst", visibility=visibility)
    if visibility == "private":
        await bob.post(f"/api/v1/statuses/{status['id']}/reblog", visibility="private")
    assert await counts(running_site, alice, status) == before == (0, 0, 1)

    await alice.deletes(reply)
    await bob.unreblogs(status)
    assert await counts(running_site, alice, status) == before


async def test_public_replies_and_reblogs_are_counted_until_deleted(running_site, alice, bob):
    status = await alice.posts("hello")
    reply = await alice.replies(status, "and again", visibility="unlisted")
    made = await bob.reblogs(status)
    assert await counts(running_site, alice, status) == (1, 1, 2)

    await alice.deletes(reply)
    await bob.deletes(made)
    assert await counts(running_site, alice, status) == (0, 0, 1)


async def test_the_response_to_a_post_has_the_right_count(running_site, alice):
    status = await alice.posts("hello")
    private = await alice.posts("for friends", visibility="private")

    assert [one["account"]["statuses_count"] for one in (status, private)] == [1, 1]


async def test_the_day_of_the_last_status_ignores_private_ones(running_site, clock, alice):
    await alice.posts("hello")
    clock.advance(days=2)
    await alice.posts("for friends", visibility="private")
    shown = (await running_site.client().get(f"/api/v1/accounts/{alice.id}")).json()
    assert shown["last_status_at"] == "2026-03-06"

    await alice.posts("hello again", visibility="unlisted")
    assert (await running_site.client().get(f"/api/v1/accounts/{alice.id}")).json()["last_status_at"] == "2026-03-08"


async def test_private_reblogs_are_not_listed(running_site, alice, bob, carol):
    await carol.follows(bob)
    status = await alice.posts("hello")
    await bob.post(f"/api/v1/statuses/{status['id']}/reblog", visibility="private")

    for client in (running_site.client(), alice.client, bob.client, carol.client):
        assert (await client.get(f"/api/v1/statuses/{status['id']}/reblogged_by")).json() == []
    assert await carol.home() == ["RT alice: hello"]


@pytest.mark.parametrize("path", ["favourited_by", "reblogged_by"])
async def test_favouriters_and_rebloggers_are_not_listed_across_a_block(alice, bob, carol, mallory, path):
    status = await alice.posts("hello")
    for one in (bob, carol, mallory):
        await one.favourites(status)
        await one.reblogs(status)
    await mallory.blocks(bob)
    await carol.blocks(mallory)

    named = {one["username"] for one in await mallory.get(f"/api/v1/statuses/{status['id']}/{path}")}

    assert named == {"mallory"}


async def test_the_migration_corrects_the_counts(running_site, alice, bob):
    """Before, they counted everything but direct statuses of an account."""
    status = await alice.posts("hello")
    await alice.replies(status, "hello", visibility="public")
    await bob.post(f"/api/v1/statuses/{status['id']}/reblog", visibility="private")
    for visibility in HIDDEN:
        await alice.replies(status, "@bob psst", visibility=visibility)
    await alice.deletes(await alice.replies(status, "psst", visibility="private"))
    correct = await _stored_counts(running_site)
    async with running_site.site.db.write() as tx:
        await tx.run(sa.update(statuses).where(statuses.c.id == int(status["id"])).values(replies_count=3, reblogs_count=1))
        await tx.run(sa.update(accounts).where(accounts.c.id == alice.account_id).values(statuses_count=3))
        await tx.run(sa.update(accounts).where(accounts.c.id == bob.account_id).values(statuses_count=1, last_status_at=tx.now))
    assert await _stored_counts(running_site) != correct

    migration = next(one for one in scripts().walk_revisions() if one.revision == "0010")

    def upgrade(connection):
        with Operations.context(MigrationContext.configure(connection)):
            migration.module.upgrade()

    await running_site.site.db.run_sync(upgrade)

    assert await _stored_counts(running_site) == correct


async def _stored_counts(running_site):
    async with running_site.site.db.write() as tx:
        numbers = await tx.all(sa.select(statuses.c.id, statuses.c.replies_count, statuses.c.reblogs_count).order_by(statuses.c.id))
        people = await tx.all(sa.select(accounts.c.id, accounts.c.statuses_count, accounts.c.last_status_at).order_by(accounts.c.id))
        return [list(one) for one in (*numbers, *people)]


async def test_the_time_of_the_last_status_goes_back_when_that_is_deleted(running_site, clock, alice, bob):
    status = await bob.posts("hello")
    made = [await alice.posts("first")]
    clock.advance(days=1)
    await alice.posts("for followers", visibility="private")
    made.append(await alice.posts("second", visibility="unlisted"))
    clock.advance(days=1)
    made.append(await alice.reblogs(status))
    days = [await last_status_at(running_site, alice)]
    await alice.unreblogs(status)
    for one in (made[1], made[0]):
        days.append(await last_status_at(running_site, alice))
        await alice.deletes(one)
    days.append(await last_status_at(running_site, alice))

    assert days == [one["created_at"][:10] for one in reversed(made)] + [None]


async def last_status_at(running_site, person):
    await running_site.run_until_idle()
    return (await running_site.client().get(f"/api/v1/accounts/{person.id}")).json()["last_status_at"]
