"""Idempotency keys: a request that is sent again publishes nothing more.

Keys of apps are remembered for an hour, as by Mastodon. The key of a form of our pages says when the form was made: it is remembered for a
month, and older forms are refused, so that no form publishes twice, whenever it is sent again. See decision 72.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.ids import ScheduledId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.infra.site import Site
from gazouillis.statuses import queries
from gazouillis.statuses.models import Status
from gazouillis.statuses.scheduled.tables import scheduled_statuses
from gazouillis.statuses.tables import idempotency_keys

OF_APPS_KEPT_FOR = timedelta(hours=1)
OF_FORMS_KEPT_FOR = timedelta(days=30)
SWEPT_AT_ONCE = 500

_FORM_KEY = re.compile(r"form-([0-9]{10})-.+", re.DOTALL)

_table = idempotency_keys.c
_same_key = (_table.account_id == sa.bindparam("account"), _table.key == sa.bindparam("request"))
_is_older = _table.created_at < sa.bindparam("before", type_=Moment)
_DELETE_OLDER = sa.delete(idempotency_keys).where(*_same_key, _is_older)
_INSERT = insert_or_ignore(idempotency_keys)
_REASSIGN = (
    sa.update(idempotency_keys)
    .where(*_same_key)
    .values(status_id=sa.bindparam("status", type_=sa.BigInteger), created_at=sa.bindparam("now", type_=Moment))
)
_PUBLISHED = (
    sa.update(idempotency_keys)
    .where(*_same_key, _table.status_id == sa.bindparam("before", type_=sa.BigInteger))
    .values(status_id=sa.bindparam("after", type_=sa.BigInteger))
)
_STATUS_OF_KEY = sa.select(_table.status_id).where(*_same_key)
_SCHEDULED = (
    sa.select(scheduled_statuses.c.id, _table.created_at)
    .join(idempotency_keys, _table.status_id == scheduled_statuses.c.id)
    .where(*_same_key, scheduled_statuses.c.account_id == sa.bindparam("account"))
)
_OVER = (
    sa.select(_table.account_id, _table.key)
    .where(
        sa.or_(
            _table.created_at < sa.bindparam("forms_before", type_=Moment),
            sa.and_(_table.created_at < sa.bindparam("apps_before", type_=Moment), _table.key.not_like("form-%")),
        )
    )
    .limit(SWEPT_AT_ONCE)
)


class FormOver(Conflict):
    """The form may have published already, so it publishes no more. A new one may."""


class FormTooOld(FormOver):
    def __init__(self) -> None:
        super().__init__(_("This form is more than a month old. If you have not posted this meanwhile, send it once more"))


class PublishedAndDeleted(FormOver):
    def __init__(self) -> None:
        super().__init__(_("This was posted, and has been deleted since. Send it once more to post it again"))


class WaitsToBePublished(FormOver):
    def __init__(self) -> None:
        super().__init__(_("This waits to be published. Send it once more to post it now, too"))


def form_key(made_at: datetime, nonce: str) -> str:
    """The key of a form that is made at this time. The nonce makes it unique."""
    return f"form-{int(made_at.timestamp()):010}-{nonce}"


def form_made_at(key: str) -> datetime | None:
    """None when it is not the key of a form."""
    found = _FORM_KEY.fullmatch(key)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None


async def already_published(tx: Tx, author: Account, key: str, status_id: StatusId) -> Status | None:
    """The status published with this key. None when there is none: the key is then assigned to `status_id`.

    Raises `FormOver` for the key of a form that cannot be known, or whose status was deleted. With the key of an app, a deleted status is
    published anew.
    """
    made_at = form_made_at(key)
    if made_at is not None and made_at < tx.now - OF_FORMS_KEPT_FOR:
        raise FormTooOld
    same_key = {"account": author.id, "request": key}
    if made_at is None:
        await tx.run(_DELETE_OLDER, {**same_key, "before": tx.now - OF_APPS_KEPT_FOR})
    if await tx.run(_INSERT, {"account_id": author.id, "key": key, "status_id": status_id, "created_at": tx.now}):
        return None
    earlier = await queries.by_id(tx, StatusId(await tx.value(_STATUS_OF_KEY, same_key)))
    if earlier is not None and earlier.deleted_at is None:
        return earlier
    if await scheduled_with(tx, author, key) is not None:
        raise WaitsToBePublished
    if made_at is not None:
        raise PublishedAndDeleted
    await tx.run(_REASSIGN, {**same_key, "status": status_id, "now": tx.now})
    return None


async def scheduled_with(tx: Tx, author: Account, key: str) -> ScheduledId | None:
    """What was scheduled with this key, as long as the key is remembered and it is not published."""
    row = await tx.one(_SCHEDULED, {"account": author.id, "request": key})
    is_over = row is None or (form_made_at(key) is None and row.created_at < tx.now - OF_APPS_KEPT_FOR)
    return None if row is None or is_over else ScheduledId(row.id)


async def reassign(tx: Tx, author: Account, key: str, before: StatusId, after: StatusId) -> None:
    """What was scheduled with this key has been published: whoever sends the request again gets the status."""
    changed = {"account": author.id, "request": key, "before": before, "after": after}
    await tx.run(_PUBLISHED, changed)


async def sweep(site: Site) -> None:
    """Deletes the keys that are remembered no more. Run by the worker."""
    while await _sweep_batch(site):
        pass


async def _sweep_batch(site: Site) -> bool:
    """Returns whether there may be more. Reads apart, since it looks at the whole table."""
    now = site.db.clock()
    before = {"forms_before": now - OF_FORMS_KEPT_FOR, "apps_before": now - OF_APPS_KEPT_FOR}
    async with site.db.long_read() as reader:
        over = await reader.all(_OVER, before)
    if over:
        async with site.db.long_write() as tx:
            # An app's key that was used again meanwhile is younger than an hour.
            rows = [{"account": row.account_id, "request": row.key, "before": before["apps_before"]} for row in over]
            await tx.run(_DELETE_OLDER, rows)
    return len(over) == SWEPT_AT_ONCE
