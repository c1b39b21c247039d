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

SAME_REQUEST = timedelta(hours=1)

_INSERT = sa.insert(statuses)
_CHANGE_COUNT = {
    name: sa.update(statuses).where(statuses.c.id == sa.bindparam("status")).values({name: statuses.c[name] + sa.bindparam("by")})
    for name in ("replies_count", "reblogs_count", "favourites_count")
}
_mine = (idempotency_keys.c.account_id == sa.bindparam("account"), idempotency_keys.c.key == sa.bindparam("request"))
_FORGET_KEY = sa.delete(idempotency_keys).where(*_mine, idempotency_keys.c.created_at < sa.bindparam("before", type_=Moment))
_KEEP_KEY = insert_or_ignore(idempotency_keys)
_RENEW_KEY = (
    sa.update(idempotency_keys)
    .where(*_mine)
    .values(status_id=sa.bindparam("status", type_=sa.BigInteger), created_at=sa.bindparam("now", type_=Moment))
)
_OF_KEY = sa.select(idempotency_keys.c.status_id).where(*_mine)


class Published(msgspec.Struct, frozen=True):
    """`composed` is None when an earlier request said it already: meanwhile it may have changed."""

    status: Status
    composed: Composition | None = None


async def publish(tx: Tx, author: Account, draft: Draft, terms: Terms) -> Published:
    """Says it, once: the same idempotency key within an hour answers with the status it made."""
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
    rules.check_has_reader(visibility, composed.mentioned)
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
    await composition.keep(tx, status.id, composed)
    await tx.emit(StatusPublished(status.id, author.id, status.visibility, status.in_reply_to_account_id, status.in_reply_to_id))
    return Published(status, composed)


async def insert(tx: Tx, status: Status) -> None:
    """Writes the row and the numbers that depend on it."""
    await tx.put(_INSERT, msgspec.structs.asdict(status))
    if not rules.is_for_everybody(status.visibility):
        return
    if status.in_reply_to_id:
        await change_count(tx, status.in_reply_to_id, "replies_count", 1)
    await counts.add_status(tx, status.account_id, status.created_at)


async def change_count(tx: Tx, status_id: StatusId, column: str, by: int) -> None:
    await tx.run(_CHANGE_COUNT[column], {"status": status_id, "by": by})


async def _already_published(tx: Tx, author: Account, key: str, status_id: StatusId) -> Status | None:
    """What was said with this key; None when it was not, or is deleted: then the key is that of the one to come."""
    mine = {"account": author.id, "request": key}
    await tx.run(_FORGET_KEY, {**mine, "before": tx.now - SAME_REQUEST})
    if await tx.run(_KEEP_KEY, {"account_id": author.id, "key": key, "status_id": status_id, "created_at": tx.now}):
        return None
    said = await queries.by_id(tx, StatusId(await tx.value(_OF_KEY, mine)))
    if said is not None and said.deleted_at is None:
        return said
    await tx.run(_RENEW_KEY, {**mine, "status": status_id, "now": tx.now})
    return None
