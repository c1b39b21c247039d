"""Commands: reblog a status, and undo it."""

from __future__ import annotations

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Forbidden
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import queries, rules
from gazouillis.statuses.delete import remove_reblog
from gazouillis.statuses.events import StatusReblogged
from gazouillis.statuses.models import ReplyPolicy, Status, Visibility
from gazouillis.statuses.publish import change_count, insert


async def reblog(tx: Tx, account: Account, status_id: StatusId, *, visibility: Visibility = Visibility.PUBLIC) -> Status:
    """The reblog, which is a status of its own. An account reblogs a status once: the second time, the first reblog is returned.

    Raises Forbidden when the original is not for everybody (authors may reblog their own private statuses).
    """
    original = await queries.visible_original(tx, status_id, account.id)
    if not rules.can_reblog(original, account.id):
        raise Forbidden(_("This post is not for everybody: it cannot be reposted"))
    if earlier := await queries.of_reblog(tx, account.id, original.id):
        return earlier
    new_id = StatusId(tx.new_id())
    reblogged = msgspec.structs.replace(
        original,
        id=new_id,
        account_id=account.id,
        text="",
        content="",
        spoiler_text="",
        visibility=max(original.visibility, min(visibility, Visibility.PRIVATE)),
        is_sensitive=False,
        is_local=account.is_local,
        in_reply_to_id=None,
        in_reply_to_account_id=None,
        conversation_id=new_id,
        reblog_of_id=original.id,
        repeats_id=None,
        uri="",
        url="",
        app_id=None,
        created_at=tx.now,
        edited_at=None,
        replies_count=0,
        reblogs_count=0,
        favourites_count=0,
        reply_policy=ReplyPolicy.EVERYONE,
        slow_minutes=0,
        is_frozen=False,
        moderated_slow_minutes=0,
        is_closed_by_moderators=False,
        withheld_by=None,
        withheld_top=None,
        is_awaiting=False,
        attachments_count=0,
        place_id=None,
        region_id=None,
        country=None,
        thanked_count=0,
        pinned_id=None,
    )
    await insert(tx, reblogged)
    if rules.is_for_everybody(reblogged.visibility):
        await change_count(tx, original.id, "reblogs_count", 1)
    await tx.emit(StatusReblogged(reblogged.id, account.id, original.id, original.account_id, reblogged.visibility))
    return reblogged


async def unreblog(tx: Tx, account: Account, status_id: StatusId) -> Status:
    """The original. Undoes the reblog even when the account can no longer see the original; if there was none, it must be visible."""
    original = await queries.original_even_if_hidden(tx, status_id)
    existing = await queries.of_reblog(tx, account.id, original.id)
    if existing is None:
        return await queries.visible_or_tombstone(tx, original, account.id)
    await remove_reblog(tx, existing, original)
    return original
