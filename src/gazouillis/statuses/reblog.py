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
from gazouillis.statuses.models import Status, Visibility
from gazouillis.statuses.publish import change_count, insert


async def reblog(tx: Tx, account: Account, status_id: StatusId, *, visibility: Visibility = Visibility.PUBLIC) -> Status:
    """The reblog, a status of its own; the same one when it was already made."""
    original = await queries.visible_original(tx, status_id, account.id)
    if not rules.can_reblog(original, account.id):
        raise Forbidden(_("This post is not for everybody: it cannot be reposted"))
    if already := await queries.of_reblog(tx, account.id, original.id):
        return already
    new_id = StatusId(tx.new_id())
    made = msgspec.structs.replace(
        original,
        id=new_id,
        account_id=account.id,
        text="",
        content="",
        spoiler_text="",
        visibility=max(original.visibility, Visibility.PRIVATE if visibility is Visibility.DIRECT else visibility),
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
    )
    await insert(tx, made)
    if rules.is_for_everybody(made.visibility):
        await change_count(tx, original.id, "reblogs_count", 1)
    await tx.emit(StatusReblogged(made.id, account.id, original.id, original.account_id, made.visibility))
    return made


async def unreblog(tx: Tx, account: Account, status_id: StatusId) -> Status:
    """The original, which this account repeats no more: whatever it may see today. Undoing what was not done asks to see it."""
    original = await queries.original_of(tx, status_id)
    made = await queries.of_reblog(tx, account.id, original.id)
    if made is None:
        return await queries.seen_or_buried(tx, original, account.id)
    await remove_reblog(tx, made, original.account_id)
    return original
