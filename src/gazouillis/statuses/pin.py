"""Commands: pin a status to the profile of its author, and undo it.

A pin is a column of the status, so everything that shows the status knows of it. How many an account has is a column of the account,
so the profile of who has pinned nothing costs no query.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import counts
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.statuses import queries
from gazouillis.statuses.events import PinsChanged
from gazouillis.statuses.models import Status, Visibility
from gazouillis.statuses.tables import statuses

MOST_PINNED = 5

_COUNT = (
    sa.select(sa.func.count())
    .select_from(statuses)
    .where(statuses.c.account_id == sa.bindparam("author", type_=sa.BigInteger), statuses.c.pinned_id.is_not(None))
)


async def pin(tx: Tx, author: Account, status_id: StatusId) -> Status:
    """Raises Invalid for what cannot be pinned and for one too many, NotFound for what the author cannot see."""
    await _lock(tx, author.id)
    status = await queries.visible(tx, status_id, author.id)
    _check(status, author)
    if status.pinned_id is not None:
        return status
    if await _count(tx, author.id) >= MOST_PINNED:
        sentence = counted(
            "One pins at most {count} post: unpin another one first", "One pins at most {count} posts: unpin another one first", MOST_PINNED
        )
        raise Invalid(sentence, field="id", code="ERR_TOO_MANY")
    return await _change(tx, status, tx.new_id())


async def unpin(tx: Tx, author: Account, status_id: StatusId) -> Status:
    """What is not pinned stays as it is, and what is somebody else's too."""
    await _lock(tx, author.id)
    status = await queries.visible(tx, status_id, author.id)
    return status if status.pinned_id is None or status.account_id != author.id else await _change(tx, status, None)


async def remove(tx: Tx, status: Status) -> None:
    """Called when a pinned status is deleted, before anything else of it changes."""
    await _lock(tx, status.account_id)
    await _change(tx, status, None)


async def _change(tx: Tx, status: Status, pinned_id: int | None) -> Status:
    is_alive = (statuses.c.id == status.id, statuses.c.deleted_at.is_(None))
    await tx.run(sa.update(statuses).where(*is_alive).values(pinned_id=pinned_id))
    await counts.set_pinned(tx, status.account_id, await _count(tx, status.account_id))
    await tx.emit(PinsChanged(status.id, status.account_id))
    return msgspec.structs.replace(status, pinned_id=pinned_id)


def _check(status: Status, author: Account) -> None:
    if status.account_id != author.id:
        raise Invalid(_("One pins one's own posts only"), field="id", code="ERR_INVALID")
    if status.reblog_of_id is not None:
        raise Invalid(_("A repost cannot be pinned"), field="id", code="ERR_INVALID")
    if status.visibility is Visibility.DIRECT:
        raise Invalid(_("A private message cannot be pinned"), field="id", code="ERR_INVALID")


async def _lock(tx: Tx, author_id: AccountId) -> None:
    await lock(tx, f"pins:{author_id}")


async def _count(tx: Tx, author_id: AccountId) -> int:
    found: int = await tx.value(_COUNT, {"author": author_id})
    return found
