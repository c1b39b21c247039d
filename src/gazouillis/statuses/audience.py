"""One status as each of many hears of it, and its deletion, in as many queries as for one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TypeAlias

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import rules
from gazouillis.statuses.events import StatusDeleted
from gazouillis.statuses.models import StatusView, ViewerFlags
from gazouillis.statuses.tables import bookmarks, favourites, statuses
from gazouillis.statuses.views import views

Viewer: TypeAlias = AccountId | None
"""None is a visitor."""

_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_viewers: sa.BindParameter[int] = sa.bindparam("viewers", expanding=True)

_MARKS = (
    sa.select(sa.literal("favourited").label("flag"), favourites.c.status_id.label("id"), favourites.c.account_id.label("viewer")).where(
        favourites.c.status_id.in_(_ids)
    ),
    sa.select(sa.literal("bookmarked"), bookmarks.c.status_id, bookmarks.c.account_id).where(bookmarks.c.status_id.in_(_ids)),
    sa.select(sa.literal("reblogged"), statuses.c.reblog_of_id, statuses.c.account_id).where(statuses.c.reblog_of_id.in_(_ids)),
)
_ANY_MARK = sa.select(sa.or_(*(sa.exists(one.subquery().select()) for one in _MARKS)))
_MARKS_OF_VIEWERS = sa.union_all(*(one.where(one.selected_columns[2].in_(_viewers)) for one in _MARKS))

FlagIndex: TypeAlias = dict[Viewer, frozenset[tuple[str, StatusId]]]


async def seen_by(reader: Reader, status_id: StatusId, viewers: Collection[Viewer]) -> dict[Viewer, StatusView]:
    """Without those who may not see it, or muted who says it. Who sees the same is given the same view, but for what is their own."""
    view = await _view(reader, status_id)
    if view is None:
        return {}
    shown = (view, view.reblog) if view.reblog else (view,)
    wanting = set(viewers)
    for one in shown:
        wanting = await _those_who_see(reader, one.cached, wanting)
    marks = await _marks(reader, [one.id for one in shown], [one for one in wanting if one is not None])
    alike = {marked: _marked(view, marked) for marked in {frozenset[tuple[str, StatusId]](), *marks.values()}}
    return {one: alike[marks.get(one, frozenset())] for one in wanting}


async def who_could_see(reader: Reader, deleted: StatusDeleted, viewers: Collection[Viewer]) -> set[Viewer]:
    """To whom a deletion is told: those who would be told of the status itself, if it were still there."""
    wanting = await _those_who_see(reader, deleted, viewers)
    if deleted.original_account_id is None:
        return wanting
    return await _those_who_hear(reader, deleted.original_account_id, wanting)


async def _view(reader: Reader, status_id: StatusId) -> StatusView | None:
    """As its author sees it; who repeated somebody and was blocked since may see less than a visitor."""
    known = (await cached_statuses.by_ids(reader, [status_id])).get(status_id)
    if known is None:
        return None
    seen = await views(reader, [status_id], known.status.account_id) or await views(reader, [status_id], None)
    return seen[0] if seen else None


async def _those_who_see(reader: Reader, said: rules.Said, viewers: Collection[Viewer]) -> set[Viewer]:
    author = await accounts.by_id(reader, said.account_id)
    if author is None:
        return set()
    hearing = await _those_who_hear(reader, author.id, viewers)
    people = [one for one in hearing if one is not None]
    is_for_everybody = rules.is_for_everybody(said.visibility)
    followers = () if is_for_everybody or not people else await graph.followers_among(reader, author.id, people)
    of_followers = (author.id,)
    return {one for one in hearing if rules.can_see(said, author, rules.Viewer(one, (), of_followers if one in followers else ()))}


async def _those_who_hear(reader: Reader, author_id: AccountId, viewers: Collection[Viewer]) -> set[Viewer]:
    """Without those who mute this author, or between whom and the author stands a block."""
    hidden = await graph.blocks_and_mutes_of(reader, [one for one in viewers if one is not None])
    return {one for one in viewers if one is None or one == author_id or hidden[one].shows(author_id, reader)}


async def _marks(reader: Reader, ids: list[StatusId], viewers: list[AccountId]) -> FlagIndex:
    """What is new was marked by nobody yet, and that is known at once."""
    found = defaultdict[Viewer, set[tuple[str, StatusId]]](set)
    if viewers and await reader.value(_ANY_MARK, {"ids": ids}):
        for row in await reader.all(_MARKS_OF_VIEWERS, {"ids": ids, "viewers": viewers}):
            found[row.viewer].add((row.flag, row.id))
    return {viewer: frozenset(marked) for viewer, marked in found.items()}


def _marked(view: StatusView, marked: frozenset[tuple[str, StatusId]]) -> StatusView:
    flags = ViewerFlags(*((flag, view.shown.id) in marked for flag in ViewerFlags.__struct_fields__))
    original = _marked(view.reblog, marked) if view.reblog else None
    return msgspec.structs.replace(view, flags=flags, reblog=original)
