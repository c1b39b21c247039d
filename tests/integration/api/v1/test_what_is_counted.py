"""A number is the same for all who read it: it counts what everybody may see."""

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from gazouillis.accounts.tables import accounts
from gazouillis.infra.database.migrations.upgrade import scripts
from gazouillis.statuses.tables import statuses

HIDDEN = ["private", "direct"]


async def numbers(town, alice, said):
    """Of a status, and of its author, for a visitor."""
    await town.settle()
    shown = (await town.client().get(f"/api/v1/statuses/{said['id']}")).json()
    account = (await town.client().get(f"/api/v1/accounts/{alice.id}")).json()
    return shown["replies_count"], shown["reblogs_count"], account["statuses_count"]


@pytest.mark.parametrize("visibility", HIDDEN)
async def test_what_is_not_for_everybody_is_not_counted(town, alice, bob, visibility):
    said = await alice.posts("hello")
    before = await numbers(town, alice, said)
    answer = await alice.replies(said, "@bob psst", visibility=visibility)
    if visibility == "private":
        await bob.post(f"/api/v1/statuses/{said['id']}/reblog", visibility="private")
    assert await numbers(town, alice, said) == before == (0, 0, 1)

    await alice.deletes(answer)
    await bob.unreblogs(said)
    assert await numbers(town, alice, said) == before


async def test_what_is_for_everybody_is_counted_until_it_is_deleted(town, alice, bob):
    said = await alice.posts("hello")
    answer = await alice.replies(said, "and again", visibility="unlisted")
    made = await bob.reblogs(said)
    assert await numbers(town, alice, said) == (1, 1, 2)

    await alice.deletes(answer)
    await bob.deletes(made)
    assert await numbers(town, alice, said) == (0, 0, 1)


async def test_the_numbers_are_right_in_the_answer_to_a_post(town, alice):
    said = await alice.posts("hello")
    private = await alice.posts("for friends", visibility="private")

    assert [one["account"]["statuses_count"] for one in (said, private)] == [1, 1]


async def test_the_day_of_the_last_post_is_of_one_that_everybody_may_see(town, clock, alice):
    await alice.posts("hello")
    clock.advance(days=2)
    await alice.posts("for friends", visibility="private")
    shown = (await town.client().get(f"/api/v1/accounts/{alice.id}")).json()
    assert shown["last_status_at"] == "2026-03-06"

    await alice.posts("hello again", visibility="unlisted")
    assert (await town.client().get(f"/api/v1/accounts/{alice.id}")).json()["last_status_at"] == "2026-03-08"


async def test_who_repeats_for_their_followers_is_named_to_nobody(town, alice, bob, carol):
    await carol.follows(bob)
    said = await alice.posts("hello")
    await bob.post(f"/api/v1/statuses/{said['id']}/reblog", visibility="private")

    for client in (town.client(), alice.client, bob.client, carol.client):
        assert (await client.get(f"/api/v1/statuses/{said['id']}/reblogged_by")).json() == []
    assert await carol.home() == ["RT alice: hello"]


@pytest.mark.parametrize("path", ["favourited_by", "reblogged_by"])
async def test_who_marked_it_is_not_named_across_a_block(alice, bob, carol, mallory, path):
    said = await alice.posts("hello")
    for one in (bob, carol, mallory):
        await one.favourites(said)
        await one.reblogs(said)
    await mallory.blocks(bob)
    await carol.blocks(mallory)

    named = {one["username"] for one in await mallory.get(f"/api/v1/statuses/{said['id']}/{path}")}

    assert named == {"mallory"}


async def test_numbers_kept_before_this_rule_are_mended(town, alice, bob):
    """By the migration: they counted everything, but for direct statuses among those of an account."""
    said = await alice.posts("hello")
    await alice.replies(said, "hello", visibility="public")
    await bob.post(f"/api/v1/statuses/{said['id']}/reblog", visibility="private")
    for visibility in HIDDEN:
        await alice.replies(said, "@bob psst", visibility=visibility)
    await alice.deletes(await alice.replies(said, "psst", visibility="private"))
    right = await _kept(town)
    async with town.site.db.write() as tx:
        await tx.run(sa.update(statuses).where(statuses.c.id == int(said["id"])).values(replies_count=3, reblogs_count=1))
        await tx.run(sa.update(accounts).where(accounts.c.id == alice.account_id).values(statuses_count=3))
        await tx.run(sa.update(accounts).where(accounts.c.id == bob.account_id).values(statuses_count=1, last_status_at=tx.now))
    assert await _kept(town) != right

    mending = next(one for one in scripts().walk_revisions() if one.revision == "0010")

    def mend(connection):
        with Operations.context(MigrationContext.configure(connection)):
            mending.module.upgrade()

    await town.site.db.run_sync(mend)

    assert await _kept(town) == right


async def _kept(town):
    async with town.site.db.write() as tx:
        numbers = await tx.all(sa.select(statuses.c.id, statuses.c.replies_count, statuses.c.reblogs_count).order_by(statuses.c.id))
        people = await tx.all(sa.select(accounts.c.id, accounts.c.statuses_count, accounts.c.last_status_at).order_by(accounts.c.id))
        return [list(one) for one in (*numbers, *people)]
