"""From ids to statuses as one viewer may see them: a fixed number of queries, whatever the number of ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import attrgetter

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.tables import accounts as accounts_table
from gazouillis.accounts.tables import apps
from gazouillis.graph import queries as graph
from gazouillis.graph.models import Relation
from gazouillis.infra.database import Reader
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.statuses import queries, rules
from gazouillis.statuses.models import MentionedAccount, Status, StatusView, ViewerFlags
from gazouillis.statuses.tables import bookmarks, favourites, mentions, status_tags, statuses

_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)

_MENTIONED = (
    sa.select(mentions.c.status_id, accounts_table.c.id, accounts_table.c.username, accounts_table.c.domain, accounts_table.c.url)
    .join(accounts_table, accounts_table.c.id == mentions.c.account_id)
    .where(mentions.c.status_id.in_(_ids))
    .order_by(mentions.c.status_id, accounts_table.c.id)
)
_TAGS = sa.select(status_tags.c.status_id, status_tags.c.name).where(status_tags.c.status_id.in_(_ids)).order_by(status_tags.c.status_id)
_FLAGS = sa.union_all(
    sa.select(sa.literal("favourited").label("flag"), favourites.c.status_id.label("id")).where(
        favourites.c.account_id == _viewer, favourites.c.status_id.in_(_ids)
    ),
    sa.select(sa.literal("bookmarked"), bookmarks.c.status_id).where(bookmarks.c.account_id == _viewer, bookmarks.c.status_id.in_(_ids)),
    sa.select(sa.literal("reblogged"), statuses.c.reblog_of_id).where(statuses.c.account_id == _viewer, statuses.c.reblog_of_id.in_(_ids)),
)
_APPS = sa.select(apps.c.id, apps.c.name, apps.c.website).where(apps.c.id.in_(_ids))


async def views(
    reader: Reader,
    ids: Sequence[StatusId],
    viewer_id: AccountId | None,
    *,
    hides_muted: bool = False,
    keeps_tombstones: bool = False,
    rebloggers: dict[StatusId, tuple[AccountId, ...]] | None = None,
) -> list[StatusView]:
    """In the order of the ids; those the viewer may not see are left out. `rebloggers`: who to name beside each id."""
    if not ids:
        return []
    found = await queries.by_ids(reader, ids)
    found |= await queries.by_ids(reader, [one.reblog_of_id for one in found.values() if one.reblog_of_id])
    return await _Material(found, rebloggers or {}).load(reader, viewer_id, ids, hides_muted=hides_muted, keeps_tombstones=keeps_tombstones)


async def view(reader: Reader, status: Status, viewer_id: AccountId | None) -> StatusView:
    """One status that the viewer is known to see."""
    return (await views(reader, [status.id], viewer_id, keeps_tombstones=True))[0]


class _Material:
    """All rows that a page of statuses is made of."""

    def __init__(self, found: dict[StatusId, Status], rebloggers: dict[StatusId, tuple[AccountId, ...]]) -> None:
        self.found = found
        self.rebloggers = rebloggers

    async def load(
        self, reader: Reader, viewer_id: AccountId | None, ids: Sequence[StatusId], *, hides_muted: bool, keeps_tombstones: bool
    ) -> list[StatusView]:
        parameters = {"ids": list(self.found), "viewer": viewer_id}
        authors = {one.account_id for one in self.found.values()} | {one for group in self.rebloggers.values() for one in group}
        self.accounts = await accounts.by_ids(reader, authors)
        self.mentions = await _mentions(reader, list(self.found))
        self.tags = await _tags(reader, list(self.found))
        self.relations = await graph.relations(reader, viewer_id, authors)
        self.flags = {(row.flag, row.id) for row in await reader.all(_FLAGS, parameters)} if viewer_id else set()
        self.apps = await _apps(reader, {one.app_id for one in self.found.values() if one.app_id})
        self.viewer_id, self.hides_muted, self.keeps_tombstones = viewer_id, hides_muted, keeps_tombstones
        return [seen for one in ids if (status := self.found.get(one)) and (seen := self._view(status))]

    def _view(self, status: Status) -> StatusView | None:
        """None when the viewer may not, or does not want to, see it."""
        if not self._shows(status):
            return None
        original = None
        if status.reblog_of_id is not None:
            repeated = self.found.get(status.reblog_of_id)
            original = self._view(repeated) if repeated else None
            if original is None:
                return None
        name, website = self.apps.get(status.app_id or 0, ("", ""))
        return StatusView(
            status,
            self.accounts[status.account_id],
            self.mentions.get(status.id, ()),
            self.tags.get(status.id, ()),
            ViewerFlags(*((flag, status.id) in self.flags for flag in ViewerFlags.__struct_fields__)),
            original,
            tuple(self.accounts[one] for one in self.rebloggers.get(status.id, ())),
            name,
            website,
        )

    def _shows(self, status: Status) -> bool:
        if status.deleted_at and not self.keeps_tombstones:
            return False
        relation: Relation = self.relations[status.account_id]
        is_mentioned = any(one.id == self.viewer_id for one in self.mentions.get(status.id, ()))
        if self.hides_muted and relation.mutes:
            return False
        return rules.can_see(status, relation, is_mentioned=is_mentioned)


async def _mentions(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, tuple[MentionedAccount, ...]]:
    rows = await reader.all(_MENTIONED, {"ids": list(ids)})
    return {
        status_id: tuple(MentionedAccount(row.id, row.username, row.domain, row.url) for row in group)
        for status_id, group in groupby(rows, attrgetter("status_id"))
    }


async def _tags(reader: Reader, ids: Collection[StatusId]) -> dict[StatusId, tuple[str, ...]]:
    rows = await reader.all(_TAGS, {"ids": list(ids)})
    return {status_id: tuple(row.name for row in group) for status_id, group in groupby(rows, attrgetter("status_id"))}


async def _apps(reader: Reader, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    wanted = list(ids)
    return {row.id: (row.name, row.website) for row in await reader.all(_APPS, {"ids": wanted})} if wanted else {}
