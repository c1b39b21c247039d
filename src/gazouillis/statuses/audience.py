"""One status as each of many hears of it, in as many queries as for one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TypeAlias

import msgspec
import sqlalchemy as sa

from gazouillis.graph import queries as graph
from gazouillis.graph.models import Relation
from gazouillis.infra.database import Reader
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.statuses import rules, told
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

Marks: TypeAlias = dict[Viewer, frozenset[tuple[str, StatusId]]]


async def seen_by(reader: Reader, status_id: StatusId, viewers: Collection[Viewer]) -> dict[Viewer, StatusView]:
    """Without those who may not see it, or muted who says it. Who sees the same is given the same view, but for what is their own."""
    view = await _view(reader, status_id)
    if view is None:
        return {}
    shown = (view, view.reblog) if view.reblog else (view,)
    wanting = set(viewers)
    for one in shown:
        wanting = await _those_who_see(reader, one, wanting)
    marks = await _marks(reader, [one.id for one in shown], [one for one in wanting if one is not None])
    alike = {marked: _marked(view, marked) for marked in {frozenset[tuple[str, StatusId]](), *marks.values()}}
    return {one: alike[marks.get(one, frozenset())] for one in wanting}


async def _view(reader: Reader, status_id: StatusId) -> StatusView | None:
    """As its author sees it; who repeated somebody and was blocked since may see less than a visitor."""
    known = (await told.by_ids(reader, [status_id])).get(status_id)
    if known is None:
        return None
    seen = await views(reader, [status_id], known.status.account_id) or await views(reader, [status_id], None)
    return seen[0] if seen else None


async def _those_who_see(reader: Reader, view: StatusView, viewers: Collection[Viewer]) -> set[Viewer]:
    author_id = view.account.id
    standings = await graph.standings(reader, [one for one in viewers if one is not None])
    willing = {one for one in viewers if one is None or one == author_id or standings[one].hears(author_id, reader)}
    if rules.is_for_everybody(view.status.visibility):
        return willing
    people = [one for one in willing if one is not None]
    follows, mentioned = await graph.relations(reader, author_id, people), {one.id for one in view.mentions}
    return {
        one
        for one in people
        if rules.can_see(view.status, Relation(one, author_id, follows=follows[one].is_followed), is_mentioned=one in mentioned)
    }


async def _marks(reader: Reader, ids: list[StatusId], viewers: list[AccountId]) -> Marks:
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
