"""Commands: publish what is due, and what its author wants published now. One transaction publishes it and deletes the row."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound, Problem, Unavailable
from gazouillis.infra.basics.ids import ScheduledId
from gazouillis.infra.basics.messages import Message, _
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Tx
from gazouillis.media.attach import detach
from gazouillis.statuses import idempotency
from gazouillis.statuses.models import OnProtected, Terms
from gazouillis.statuses.publish import Published
from gazouillis.statuses.schedule import Publish
from gazouillis.statuses.scheduled import queries, rules
from gazouillis.statuses.scheduled.models import ScheduledStatus
from gazouillis.statuses.scheduled.tables import scheduled_statuses

_is_it = scheduled_statuses.c.id == sa.bindparam("scheduled", type_=sa.BigInteger)
_FAIL = sa.update(scheduled_statuses).where(_is_it).values(failure=sa.bindparam("reason", type_=sa.LargeBinary))
_WAIT = sa.update(scheduled_statuses).where(_is_it).values(due_at=sa.bindparam("moment", type_=Moment))
_DELETE = sa.delete(scheduled_statuses).where(_is_it)


async def publish_due(tx: Tx, scheduled_id: ScheduledId, terms: Terms, publish: Publish) -> Published | None:
    """None when it was not due any more, or could not be published: then the row stays, with the reason."""
    one = await queries.to_publish(tx, scheduled_id)
    if one is None or await _is_early(tx, one):
        return None
    try:
        async with tx.savepoint():
            return await _publish(tx, one, terms, publish)
    except Unavailable:
        raise
    except Problem as problem:
        await fail(tx, scheduled_id, problem.public)
        return None


async def publish_now(tx: Tx, account: Account, scheduled_id: ScheduledId, terms: Terms, publish: Publish) -> Published:
    """Raises NotFound, and as `publish`. Who read why it could not be published, and asks again, has answered a question."""
    one = await queries.own_to_change(tx, scheduled_id, account.id)
    if one.failure is not None:
        one = msgspec.structs.replace(one, draft=msgspec.structs.replace(one.draft, on_protected=OnProtected.PUBLISH))
    return await _publish(tx, one, terms, publish)


async def fail(tx: Tx, scheduled_id: ScheduledId, reason: Message) -> None:
    await tx.run(_FAIL, {"scheduled": scheduled_id, "reason": msgspec.json.encode(reason, enc_hook=str)})


async def _publish(tx: Tx, one: ScheduledStatus, terms: Terms, publish: Publish) -> Published:
    author = await accounts.by_id(tx, one.account_id)
    if author is None or not author.is_visible:
        raise Forbidden(_("Your account was suspended when this was due"))
    await detach(tx, one.id)
    try:
        published = await publish(tx, author, msgspec.structs.replace(one.draft, idempotency_key=""), terms, one.via)
    except NotFound as missing:
        raise Invalid(_("The post that this answers is there no more, or not for you")) from missing
    if one.draft.idempotency_key:
        await idempotency.reassign(tx, author, one.draft.idempotency_key, one.id, published.status.id)
    await tx.run(_DELETE, {"scheduled": one.id})
    return published


async def _is_early(tx: Tx, one: ScheduledStatus) -> bool:
    """Whether the clocks at home show an earlier time than the one chosen: their zone has changed its rules since. It then waits."""
    when = one.when
    due_at = rules.moment(when.wall_time, when.zone) if when.zone else when.due_at
    if due_at <= tx.now:
        return False
    await tx.run(_WAIT, {"scheduled": one.id, "moment": due_at})
    return True
