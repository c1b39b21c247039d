"""Cache of statuses, each with the mentions, tags, app, attachments and poll that are the same for all its readers.

A page then reads no row of a status that anybody read before. Events invalidate the entries (`invalidation.py`). What differs by
viewer (favourited, reblogged, bookmarked) is in `viewer_flags.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from operator import attrgetter
from sys import getsizeof
from typing import Any

import sqlalchemy as sa

from gazouillis.accounts.tables import accounts, apps
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader
from gazouillis.media import queries as media
from gazouillis.media.models import Attachment
from gazouillis.statuses.composition import Composition
from gazouillis.statuses.models import CachedStatus, Delivery, MentionedAccount, ReplyPolicy, Status, Visibility
from gazouillis.statuses.polls import queries as polls
from gazouillis.statuses.tables import mentions, status_tags, statuses


def weight(entry: CachedStatus) -> int:
    """An upper bound of its size in bytes. Fields that are always short are not measured: a constant stands for them."""
    status, text = entry.status, getsizeof(entry.status.text)
    mentions_weight = sum([600 + getsizeof(one.url) for one in entry.mentions])
    options_weight = sum([150 + getsizeof(one) for one in entry.poll.titles]) + 300 if entry.poll else 0
    shown_weight = mentions_weight + 150 * len(entry.tags) + sum(map(media.weight, entry.attachments)) + options_weight
    return 2_000 + 2 * text + getsizeof(status.content) + getsizeof(status.spoiler_text) + shown_weight


CACHED_STATUSES: CacheRegion[StatusId, CachedStatus] = CacheRegion("statuses", 48_000_000, weight)
APPS: CacheRegion[int, tuple[str, str]] = CacheRegion("apps", 2_000_000)
"""Name and website of an app, by its id."""

COLUMNS = tuple(statuses.c[name] for name in Status.__struct_fields__)
"""The columns of a `Status`, in the order of its fields."""

_VISIBILITY = Status.__struct_fields__.index("visibility")
_REPLY_POLICY = Status.__struct_fields__.index("reply_policy")

_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_BY_IDS = sa.select(*COLUMNS).where(statuses.c.id.in_(_ids))
_MENTIONS = (
    sa.select(mentions.c.status_id, mentions.c.delivery, accounts.c.id, accounts.c.username, accounts.c.domain, accounts.c.url)
    .join(accounts, accounts.c.id == mentions.c.account_id)
    .where(mentions.c.status_id.in_(_ids))
    .order_by(mentions.c.status_id, accounts.c.id)
)
_TAGS = (
    sa.select(status_tags.c.status_id, status_tags.c.name)
    .where(status_tags.c.status_id.in_(_ids))
    .order_by(status_tags.c.status_id, status_tags.c.tag)
)
_APPS = sa.select(apps.c.id, apps.c.name, apps.c.website).where(apps.c.id.in_(_ids))


async def by_ids(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, CachedStatus]:
    """The statuses that exist, tombstones included. Ids without a status are left out."""
    return await cached(reader, CACHED_STATUSES, ids, _load)


def status_from_row(row: Iterable[Any]) -> Status:
    """`row`: the values of `COLUMNS`, in their order."""
    values = list(row)
    values[_VISIBILITY] = Visibility(values[_VISIBILITY])
    values[_REPLY_POLICY] = ReplyPolicy(values[_REPLY_POLICY])
    return Status(*values)


async def of_new_status(reader: Reader, status: Status, composed: Composition, attachments: tuple[Attachment, ...]) -> CachedStatus:
    """The value that `by_ids` would load, made of what was just written instead: no row is read again."""
    app = await _apps(reader, [status.app_id] if status.app_id else [])
    accounts_by_id = {one.id: MentionedAccount(one.id, one.username, one.domain, one.url) for one in composed.mentioned.values()}
    mentioned = tuple(accounts_by_id[one] for one in sorted(accounts_by_id))
    tags = tuple(composed.tags[one] for one in sorted(composed.tags))
    return CachedStatus(status, mentioned, tags, *app.get(status.app_id or 0, ("", "")), attachments)


async def _load(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, CachedStatus]:
    found = {StatusId(row.id): status_from_row(row) for row in await reader.all(_BY_IDS, {"ids": list(ids)})}
    if not found:
        return {}
    mentioned, tags = await _mentions(reader, found), await _tags(reader, found)
    apps_by_id = await _apps(reader, {one.app_id for one in found.values() if one.app_id})
    attachments = await media.of_statuses(reader, [one.id for one in found.values() if one.attachments_count])
    asked = await polls.of_statuses(reader, [one.id for one in found.values() if one.has_poll])
    return {
        one.id: CachedStatus(
            one,
            mentioned.get(one.id, ()),
            tags.get(one.id, ()),
            *apps_by_id.get(one.app_id or 0, ("", "")),
            attachments.get(one.id, ()),
            asked.get(one.id),
        )
        for one in found.values()
    }


async def _mentions(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, tuple[MentionedAccount, ...]]:
    found = await reader.all(_MENTIONS, {"ids": list(ids)})
    return {
        status_id: tuple(MentionedAccount(row.id, row.username, row.domain, row.url, Delivery(row.delivery)) for row in group)
        for status_id, group in groupby(found, attrgetter("status_id"))
    }


async def _tags(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, tuple[str, ...]]:
    found = await reader.all(_TAGS, {"ids": list(ids)})
    return {status_id: tuple(row.name for row in group) for status_id, group in groupby(found, attrgetter("status_id"))}


async def _apps(reader: Reader, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(name, website) by the id of the app. Neither ever changes, so no event invalidates them."""
    return await cached(reader, APPS, list(ids), _load_apps)


async def _load_apps(reader: Reader, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    return {row.id: (row.name, row.website) for row in await reader.all(_APPS, {"ids": list(ids)})}
