"""Commands: change who may reply to a published status, and how often in the thread that it began; its author does, or the moderators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import queries
from gazouillis.statuses.events import RepliesRestricted
from gazouillis.statuses.models import ReplyPolicy, Status
from gazouillis.statuses.tables import statuses

LONGEST_SLOW = 24 * 60
"""In minutes."""


class Restriction(msgspec.Struct, frozen=True):
    """What is None stays as it is."""

    policy: ReplyPolicy | None = None
    slow_minutes: int | None = None
    is_frozen: bool | None = None


async def restrict_replies(tx: Tx, author: Account, status_id: StatusId, wanted: Restriction) -> Status:
    """Raises Forbidden when the status is somebody else's; Invalid for a thread that another status began."""
    status = await queries.own(tx, status_id, author.id)
    if status.reblog_of_id:
        raise Invalid(_("One replies to the post, not to its repost"), field="id")
    _check_minutes(wanted.slow_minutes)
    if (wanted.slow_minutes or wanted.is_frozen) and status.id != status.conversation_id:
        raise Invalid(_("Only who began a conversation slows or closes it"), field="frozen" if wanted.is_frozen else "slow_minutes")
    return await _change(tx, status, {"reply_policy": wanted.policy, "slow_minutes": wanted.slow_minutes, "is_frozen": wanted.is_frozen})


async def moderate_thread(tx: Tx, first: Status, *, slow_minutes: int | None = None, is_closed: bool | None = None) -> Status:
    """The same for the moderators, who slow or close a thread above what its author chose. The caller checks that a moderator asks.

    `first`: the status that began the thread, or its tombstone.
    """
    _check_minutes(slow_minutes)
    return await _change(tx, first, {"moderated_slow_minutes": slow_minutes, "is_closed_by_moderators": is_closed})


def _check_minutes(minutes: int | None) -> None:
    if minutes is not None and not 0 <= minutes <= LONGEST_SLOW:
        raise Invalid(_("From 0 to {most} minutes", most=LONGEST_SLOW), field="slow_minutes", code="ERR_INCLUSION")


async def _change(tx: Tx, status: Status, given: Mapping[str, Any]) -> Status:
    """What is None stays as it is."""
    values = {name: value for name, value in given.items() if value is not None and value != getattr(status, name)}
    if not values:
        return status
    await tx.run(sa.update(statuses).where(statuses.c.id == status.id).values(values))
    await tx.emit(RepliesRestricted(status.id, status.account_id, status.visibility, status.withheld_by))
    return msgspec.structs.replace(status, **values)
