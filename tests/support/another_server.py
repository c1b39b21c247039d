"""Accounts of other servers, as they are in the database: there is no federation yet that would bring them."""

import sqlalchemy as sa

from gazouillis.accounts.events import ProfileChanged
from gazouillis.accounts.tables import accounts
from gazouillis.statuses.tables import statuses
from tests.support.people import Person
from tests.support.site import RunningSite


async def move_to_another_server(running_site: RunningSite, person: Person, domain: str) -> None:
    """As if the account and what it wrote had come from this server."""
    async with running_site.site.db.write() as tx:
        moved = {"domain": domain, "handle": f"{person.name}@{domain}"}
        await tx.run(sa.update(accounts).where(accounts.c.id == person.account_id).values(moved))
        await tx.run(sa.update(statuses).where(statuses.c.account_id == person.account_id).values(is_local=False))
        await tx.emit(ProfileChanged(person.account_id))
    await running_site.run_until_idle()
