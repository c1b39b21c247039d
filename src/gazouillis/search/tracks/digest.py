"""The daily digest: one notification a day for all tracks that want it, in the evening of whoever has them. Run by the worker.

A digest covers the posts published since the one before, without gap and once: its end is stored in the transaction that notifies, and is
the beginning of the next. Whoever opens it sees what they may see then: an edit, a deletion, a block or a refusal since takes a post out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import User
from gazouillis.accounts.preferences import change_preferences
from gazouillis.accounts.quiet_hours import QuietHours, is_quiet
from gazouillis.infra.basics.ids import AccountId, StatusId, first_id_at, moment_of
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.infra.site import Site
from gazouillis.search.tracks import queries
from gazouillis.search.tracks.events import DigestDue
from gazouillis.search.tracks.models import Delivery, Track
from gazouillis.search.tracks.tables import track_hits, tracks
from gazouillis.statuses.models import StatusView

HOUR = 18
"""When it is sent, in the time zone of the account's quiet hours; without any, in UTC. Quiet hours are waited for."""
LONGEST = timedelta(days=7)
"""What is older is in no digest, however long a server stood still, or no track was told once a day."""
MATCHED_WITHIN = timedelta(minutes=5)
"""A digest ends so long before it is sent: what was said since may not have been matched yet, and is in the next one."""
AT_ONCE = 100
LOOKED_AT = 40
"""Hits that are looked at to find one that may be seen."""

_OWNERS = (
    sa.select(tracks.c.account_id)
    .where(tracks.c.delivery == Delivery.DAILY.value, tracks.c.is_on, tracks.c.account_id > sa.bindparam("after", type_=sa.BigInteger))
    .distinct()
    .order_by(tracks.c.account_id)
    .limit(AT_ONCE)
)
_HITS = Listing(
    sa.select(track_hits.c.status_id)
    .where(
        track_hits.c.track_id.in_(sa.bindparam("tracks", expanding=True)),
        track_hits.c.is_current,
        track_hits.c.status_id >= sa.bindparam("first", type_=sa.BigInteger),
        track_hits.c.status_id < sa.bindparam("end", type_=sa.BigInteger),
    )
    .distinct(),
    track_hits.c.status_id,
)


async def send_digests(site: Site) -> None:
    """Notifies everybody whose digest is due and has something to show."""
    after = 0
    while True:
        async with site.db.long_read() as reader:
            owners: Sequence[int] = await reader.values(_OWNERS, {"after": after})
            due = [one for one in owners if await _waiting_user(reader, AccountId(one))]
        for owner in due:
            async with site.db.long_write() as tx:
                await _send(tx, AccountId(owner), site.settings.authority)
        if len(owners) < AT_ONCE:
            return
        after = owners[-1]


def is_due(quiet: QuietHours | None, last: datetime | None, now: datetime) -> bool:
    """Whether the hour has come, in this time zone, since the last one. `last`: None when there was none: then it waits for the evening."""
    local = now.astimezone(ZoneInfo(quiet.zone if quiet else "UTC"))
    evening = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if local < evening:
        evening -= timedelta(days=1)
        if last is None:
            return False
    return (last is None or last < evening) and not is_quiet(quiet, now)


async def page(reader: Reader, user: User, window: Window) -> Page[StatusId]:
    """The hits of the last digest, newest first. `seen` leaves out those that its owner may not see."""
    mine = await _daily(reader, user.account_id)
    first, end = user.preferences.digest_from, user.preferences.digest_to
    return await _HITS.page(reader, window, tracks=[one.id for one in mine], first=first, end=end)


async def seen(reader: Reader, account_id: AccountId, ids: Sequence[StatusId], authority: str) -> list[StatusView]:
    """Those that one of the daily tracks of the account may show."""
    found: dict[StatusId, StatusView] = {}
    for one in await _daily(reader, account_id):
        hits = await queries.current(reader, one, [each for each in ids if each not in found])
        found |= {view.id: view for view in await queries.seen(reader, one, hits, authority)}
    return [found[one] for one in ids if one in found]


async def _send(tx: Tx, account_id: AccountId, authority: str) -> None:
    await lock(tx, f"digest:{account_id}")
    user = await _waiting_user(tx, account_id)
    if user is None:
        return
    before = user.preferences
    first, end = max(before.digest_next, first_id_at(tx.now - LONGEST)), first_id_at(tx.now - MATCHED_WITHIN)
    if not before.digest_next:
        first = first_id_at(tx.now - timedelta(days=1))
    ids = [one.id for one in await _daily(tx, account_id)]
    hits = await _HITS.page(tx, Window(LOOKED_AT), tracks=ids, first=first, end=end)
    after = msgspec.structs.replace(before, digest_next=end)
    if await seen(tx, account_id, hits.items, authority):
        after = msgspec.structs.replace(after, digest_from=first, digest_to=end)
        await tx.emit(DigestDue(account_id))
    await change_preferences(tx, user, after)


async def _waiting_user(reader: Reader, account_id: AccountId) -> User | None:
    """Whose digest is due now; None when it is not."""
    user, account = await accounts.user(reader, account_id), await accounts.by_id(reader, account_id)
    if user is None or account is None or not account.is_visible:
        return None
    last = user.preferences.digest_next
    sent_at = moment_of(last) + MATCHED_WITHIN if last else None
    return user if is_due(account.boundaries.quiet, sent_at, reader.now) else None


async def _daily(reader: Reader, account_id: AccountId) -> list[Track]:
    return [one for one in await queries.of_account(reader, account_id) if one.delivery is Delivery.DAILY and one.is_on]
