"""Command: publish a status. An idempotency key makes a repeated request return the first one's status."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import counts
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.statuses import composition, queries, rules
from gazouillis.statuses.composition import Composition
from gazouillis.statuses.events import StatusPublished
from gazouillis.statuses.models import Draft, Status, Terms, Visibility
from gazouillis.statuses.tables import idempotency_keys, statuses
from gazouillis.text.blank import unless_blank

IDEMPOTENT_FOR = timedelta(hours=1)
"""How long an idempotency key is remembered."""

_INSERT = sa.insert(statuses)
_CHANGE_COUNT = {
    name: sa.update(statuses).where(statuses.c.id == sa.bindparam("status")).values({name: statuses.c[name] + sa.bindparam("by")})
    for name in ("replies_count", "reblogs_count", "favourites_count")
}
_same_key = (idempotency_keys.c.account_id == sa.bindparam("account"), idempotency_keys.c.key == sa.bindparam("request"))
_DELETE_EXPIRED_KEY = sa.delete(idempotency_keys).where(*_same_key, idempotency_keys.c.created_at < sa.bindparam("before", type_=Moment))
_INSERT_KEY = insert_or_ignore(idempotency_keys)
_REASSIGN_KEY = (
    sa.update(idempotency_keys)
    .where(*_same_key)
    .values(status_id=sa.bindparam("status", type_=sa.BigInteger), created_at=sa.bindparam("now", type_=Moment))
)
_STATUS_OF_KEY = sa.select(idempotency_keys.c.status_id).where(*_same_key)


class Published(msgspec.Struct, frozen=True):
    """`composed` is None when an earlier request with the same idempotency key published it: it may have been edited since."""

    status: Status
    composed: Composition | None = None


async def publish(tx: Tx, author: Account, draft: Draft, terms: Terms) -> Published:
    """Checks the draft, writes the status with its mentions and tags, and emits `StatusPublished`.

    With an idempotency key used within the last hour, returns the status published then and writes nothing. Raises Invalid when the
    draft is refused, NotFound when the status it replies to is not visible to the author.
    """
    rules.check_not_blank(draft.text)
    spoiler_text = unless_blank(draft.spoiler_text)
    rules.check_size(draft.text, spoiler_text, terms.max_characters)
    status_id = StatusId(tx.new_id())
    if draft.idempotency_key and (already := await _already_published(tx, author, draft.idempotency_key, status_id)):
        return Published(already)
    parent = await queries.visible_original(tx, draft.in_reply_to_id, author.id) if draft.in_reply_to_id else None
    composed = await composition.compose(tx, draft.text, terms)
    rules.check_length(draft.text, spoiler_text, terms.max_characters, addressees=composed.mentioned if parent else ())
    visibility = draft.visibility if draft.visibility is not None else Visibility.PUBLIC
    rules.check_has_recipient(visibility, composed.mentioned)
    addressee_id = parent.account_id if parent else composed.addressee.id if composed.addressee else None
    status = Status(
        id=status_id,
        account_id=author.id,
        text=draft.text,
        content=composed.content,
        spoiler_text=spoiler_text,
        visibility=visibility,
        language=draft.language,
        is_sensitive=bool(spoiler_text) if draft.is_sensitive is None else draft.is_sensitive,
        is_local=author.is_local,
        in_reply_to_id=parent.id if parent else None,
        in_reply_to_account_id=addressee_id,
        conversation_id=parent.conversation_id if parent else status_id,
        reblog_of_id=None,
        repeats_id=await composition.source_of_typed_retweet(tx, draft.text, composed),
        uri="",
        url="",
        app_id=draft.app_id,
        created_at=tx.now,
        edited_at=None,
        deleted_at=None,
        replies_count=0,
        reblogs_count=0,
        favourites_count=0,
    )
    await insert(tx, status)
    await composition.store(tx, status.id, composed)
    await tx.emit(StatusPublished(status.id, author.id, status.visibility, status.in_reply_to_account_id, status.in_reply_to_id))
    return Published(status, composed)


async def insert(tx: Tx, status: Status) -> None:
    """Inserts the row and updates the counters: the author's statuses and the parent's replies."""
    await tx.put(_INSERT, msgspec.structs.asdict(status))
    if not rules.is_for_everybody(status.visibility):
        return
    if status.in_reply_to_id:
        await change_count(tx, status.in_reply_to_id, "replies_count", 1)
    await counts.add_status(tx, status.account_id, status.created_at)


async def change_count(tx: Tx, status_id: StatusId, column: str, by: int) -> None:
    await tx.run(_CHANGE_COUNT[column], {"status": status_id, "by": by})


async def _already_published(tx: Tx, author: Account, key: str, status_id: StatusId) -> Status | None:
    """The status published with this key. None when there is none or it was deleted: the key is then assigned to `status_id`."""
    same_key = {"account": author.id, "request": key}
    await tx.run(_DELETE_EXPIRED_KEY, {**same_key, "before": tx.now - IDEMPOTENT_FOR})
    if await tx.run(_INSERT_KEY, {"account_id": author.id, "key": key, "status_id": status_id, "created_at": tx.now}):
        return None
    earlier = await queries.by_id(tx, StatusId(await tx.value(_STATUS_OF_KEY, same_key)))
    if earlier is not None and earlier.deleted_at is None:
        return earlier
    await tx.run(_REASSIGN_KEY, {**same_key, "status": status_id, "now": tx.now})
    return None
