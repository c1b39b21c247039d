"""Command: moderators slow or close a heated thread, for everybody in it, and undo it. Who began the thread cannot."""

from __future__ import annotations

import msgspec

from gazouillis.accounts import rules as accounts
from gazouillis.accounts.models import User
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.moderation import log
from gazouillis.moderation.models import Act
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import restrict_replies
from gazouillis.statuses.models import Status, Visibility


class ThreadLimits(msgspec.Struct, frozen=True):
    """What is None stays as it is."""

    slow_minutes: int | None = None
    is_closed: bool | None = None


async def moderate_thread(tx: Tx, by: User, status_id: StatusId, wanted: ThreadLimits) -> Status:
    """Returns the status that began the thread. Any status of the thread names it.

    Raises `Forbidden` unless `by` is a moderator, `NotFound` when they may not see the status, `Invalid` for private messages.
    """
    accounts.check_may_moderate(by.role)
    before = await first_of_thread(tx, by, status_id)
    after = await restrict_replies.moderate_thread(tx, before, slow_minutes=wanted.slow_minutes, is_closed=wanted.is_closed)
    if after.moderated_slow_minutes != before.moderated_slow_minutes:
        act = Act.THREAD_SLOWED if after.moderated_slow_minutes else Act.THREAD_RELEASED
        await log.write(tx, by.account_id, act, before.account_id, status_id=before.id, minutes=after.moderated_slow_minutes)
    if after.is_closed_by_moderators != before.is_closed_by_moderators:
        act = Act.THREAD_CLOSED if after.is_closed_by_moderators else Act.THREAD_OPENED
        await log.write(tx, by.account_id, act, before.account_id, status_id=before.id)
    return after


async def first_of_thread(reader: Reader, by: User, status_id: StatusId) -> Status:
    """The status that began the thread of this one, or its tombstone. Raises as `moderate_thread`."""
    named = await statuses.visible_original(reader, status_id, by.account_id)
    if named.visibility is Visibility.DIRECT:
        raise Invalid(_("A private conversation is between its people only"), field="id")
    first = await statuses.by_id(reader, named.conversation_id)
    if first is None:
        raise statuses.no_such_post()
    return first
