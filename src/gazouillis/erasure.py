"""Deletion of accounts whose waiting time is over, in batches, by the worker.

Each batch is one transaction. What is still to do is what the tables hold, so a server that was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from gazouillis.accounts import deletion
from gazouillis.accounts.models import Account
from gazouillis.conversations import erase as conversations
from gazouillis.encounters.reach import remove as roads
from gazouillis.encounters.recommendations import decline as recommendations
from gazouillis.encounters.shelf import remove as shelf
from gazouillis.encounters.visits import wait as visits
from gazouillis.filters import change as filters
from gazouillis.graph import erase as graph
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.infra.site import Site
from gazouillis.media import remove as media
from gazouillis.moderation import erase as moderation
from gazouillis.notifications import erase as notifications
from gazouillis.places import erase as places
from gazouillis.places.meetings import remove as meetings
from gazouillis.search.tracks import remove as tracks
from gazouillis.statuses import erase as statuses

Erase: TypeAlias = Callable[[Tx, Account], Awaitable[bool]]

ROOMS: tuple[Erase, ...] = (
    statuses.erase,
    media.erase,
    graph.erase,
    filters.erase,
    moderation.erase,
    conversations.erase,
    notifications.erase,
    tracks.erase,
    places.erase,
    meetings.erase,
    recommendations.erase,
    roads.erase,
    visits.erase,
    shelf.erase,
)
"""What each room deletes of an account. A room that keeps something of an account has a function here; a test looks into every table."""


async def erase_batch(site: Site) -> bool:
    """Deletes one batch of one account. Returns whether there was anything to delete."""
    async with site.db.read() as reader:
        if await deletion.due(reader) is None:
            return False
    async with site.db.long_write() as tx:
        await lock(tx, "erasure")
        account = await deletion.due(tx)
        if account is not None and not [True for erase in ROOMS if await erase(tx, account)]:
            await deletion.finish(tx, account)
    return True
