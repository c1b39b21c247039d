"""Commands: hear of somebody the next time they announce a stay in a place, after having missed them by a day; or wait no more."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.encounters.visits.queries import AwaitedVisit, all_overlaps
from gazouillis.encounters.visits.tables import awaited_visits, told_visits
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx, insert_or_ignore, lock

MOST_AWAITED = 100


async def wait(tx: Tx, account: Account, stay_id: int) -> AwaitedVisit:
    """`stay_id`: of the other. Raises NotFound unless the account may see that stay and misses it by a day. Nobody is told."""
    await lock(tx, f"awaited visits:{account.id}")
    missed = next((one for one in await all_overlaps(tx, account.id) if one.theirs.stay.id == stay_id and one.days is None), None)
    if missed is None:
        raise NotFound(_("There is no such stay"))
    mine = sa.select(sa.func.count()).select_from(awaited_visits).where(awaited_visits.c.account_id == account.id)
    if await tx.value(mine) >= MOST_AWAITED:
        sentence = counted("You can wait for {count} person at most", "You can wait for {count} people at most", MOST_AWAITED)
        raise Invalid(sentence, field="stay_id", code="ERR_TOO_MANY")
    row = {"account_id": account.id, "other_id": missed.theirs.account.id, "place_id": missed.theirs.place.id, "since_id": tx.new_id()}
    await tx.run(insert_or_ignore(awaited_visits), row)
    return AwaitedVisit(missed.theirs.account, missed.theirs.place)


async def wait_no_more(tx: Tx, account_id: AccountId, other_id: AccountId, place_id: int) -> None:
    one = (awaited_visits.c.account_id == account_id, awaited_visits.c.other_id == other_id, awaited_visits.c.place_id == place_id)
    await tx.run(sa.delete(awaited_visits).where(*one))


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes whom a deleted account waited for or was told of, and the other way round. Returns whether there was anybody."""
    found = 0
    for table in (awaited_visits, told_visits):
        found += await tx.run(sa.delete(table).where(sa.or_(table.c.account_id == account.id, table.c.other_id == account.id)))
    return bool(found)
