"""Audience of a published or deleted status: which of many viewers may see it, and as which view.

Streams ask once for all their viewers, in as many queries as for one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import TypeAlias, TypeVar

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.filters import queries as filters
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import rules
from gazouillis.statuses.events import StatusDeleted, StatusNarrowed
from gazouillis.statuses.filtered import filtered
from gazouillis.statuses.models import StatusView, ViewerFlags
from gazouillis.statuses.polls import queries as polls
from gazouillis.statuses.tables import bookmarks, favourites, muted_threads, statuses
from gazouillis.statuses.viewers import viewers_of
from gazouillis.statuses.views import views

Viewer: TypeAlias = AccountId | None
"""None is a visitor who is not signed in."""
OneOf = TypeVar("OneOf", AccountId, Viewer)

_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_viewers: sa.BindParameter[int] = sa.bindparam("viewers", expanding=True)

_FLAGS = (
    sa.select(sa.literal("favourited").label("flag"), favourites.c.status_id.label("id"), favourites.c.account_id.label("viewer")).where(
        favourites.c.status_id.in_(_ids)
    ),
    sa.select(sa.literal("bookmarked"), bookmarks.c.status_id, bookmarks.c.account_id).where(bookmarks.c.status_id.in_(_ids)),
    sa.select(sa.literal("reblogged"), statuses.c.reblog_of_id, statuses.c.account_id).where(statuses.c.reblog_of_id.in_(_ids)),
    sa.select(sa.literal("muted"), statuses.c.id, muted_threads.c.account_id)
    .join(muted_threads, muted_threads.c.status_id == statuses.c.conversation_id)
    .where(statuses.c.id.in_(_ids)),
)
_HAS_ANY_FLAG = sa.select(sa.or_(*(sa.exists(one.subquery().select()) for one in _FLAGS)))
_FLAGS_OF_VIEWERS = sa.union_all(*(one.where(one.selected_columns[2].in_(_viewers)) for one in _FLAGS))

Flags: TypeAlias = frozenset[tuple[str, StatusId]]
"""Pairs of a flag (`favourited`, …) and the status that has it."""


async def seen_by(reader: Reader, status_id: StatusId, viewers: Collection[Viewer]) -> dict[Viewer, StatusView]:
    """The view of each viewer who may see the status and does not mute its author; other viewers are left out.

    Viewers with the same flags, who voted the same and filter nothing of it, get the same object. Recipients of a private message who
    get its text only are left out too.
    """
    view = await _view(reader, status_id)
    if view is None:
        return {}
    shown = (view, view.reblog) if view.reblog else (view,)
    allowed = set(viewers).difference(view.cached.text_only_ids)
    for one in shown:
        allowed = await _allowed(reader, one.cached, allowed)
    flags = await _flags(reader, [one.id for one in shown], [one for one in allowed if one is not None])
    asked = view.shown.poll
    choices = await polls.of_viewers(reader, asked.id, [one for one in allowed if one is not None]) if asked else {}
    seen = {one: (flags.get(one, Flags()), choices.get(one, 0) if one is not None else 0) for one in allowed}
    view_by_seen = {one: _as_seen(view, *one) for one in set(seen.values())}
    found = {one: view_by_seen[each] for one, each in seen.items()}
    filtering = await filters.of_accounts(reader, [one for one in allowed if one is not None])
    return found | {one: filtered(found[one], mine, one, reader) for one, mine in filtering.items() if mine}


async def who_lost(reader: Reader, narrowed: StatusNarrowed, viewers: Collection[Viewer]) -> set[Viewer]:
    """The viewers who received the status, or could have, before its audience was narrowed, and may not see it now."""
    return await _allowed(reader, narrowed.before, viewers) - await who_can_see(reader, narrowed.after, viewers)


async def who_could_see(reader: Reader, deleted: StatusDeleted, viewers: Collection[Viewer]) -> set[Viewer]:
    """The viewers to notify of a deletion: those who would receive the status itself, if it still existed."""
    allowed = await _allowed(reader, deleted, viewers)
    if deleted.original_account_id is None:
        return allowed
    return await _without_muting_or_blocked(reader, deleted.original_account_id, allowed)


async def _view(reader: Reader, status_id: StatusId) -> StatusView | None:
    """As its author sees it. A reblogger whom the original's author has blocked since cannot see it: then as a visitor sees it."""
    entry = (await cached_statuses.by_ids(reader, [status_id])).get(status_id)
    if entry is None:
        return None
    seen = await views(reader, [status_id], entry.status.account_id) or await views(reader, [status_id], None)
    return seen[0] if seen else None


async def who_can_see(reader: Reader, status: rules.HasVisibility, viewers: Collection[Viewer]) -> set[Viewer]:
    """Which of these viewers may see the status. Those who mute its author may see it too."""
    hidden = await graph.blocks_and_mutes_of(reader, [one for one in viewers if one is not None])
    return await _seeing(reader, status, [one for one in viewers if one is None or status.account_id not in hidden[one].blocked])


async def _allowed(reader: Reader, status: rules.HasVisibility, viewers: Collection[Viewer]) -> set[Viewer]:
    """Which of these viewers may see the status, and do not mute its author."""
    return await _seeing(reader, status, await _without_muting_or_blocked(reader, status.account_id, viewers))


async def _seeing(reader: Reader, status: rules.HasVisibility, viewers: Collection[Viewer]) -> set[Viewer]:
    """The same for viewers without a block between them and the author."""
    author = await accounts.by_id(reader, status.account_id)
    if author is None:
        return set()
    if status.quoted_ids:
        viewers = await without_blocks(reader, status.quoted_ids, viewers)
    loaded = await viewers_of(reader, status, [one for one in viewers if one is not None])
    if None in viewers:
        loaded.append(rules.Viewer(None))
    return {one.id for one in loaded if rules.can_see(status, author, one)}


async def _without_muting_or_blocked(reader: Reader, author_id: AccountId, viewers: Collection[Viewer]) -> set[Viewer]:
    """Without viewers who mute this author, block the author or are blocked by the author."""
    hidden = await graph.blocks_and_mutes_of(reader, [one for one in viewers if one is not None])
    return {one for one in viewers if one is None or one == author_id or hidden[one].shows(author_id, reader)}


async def without_blocks(reader: Reader, account_ids: Collection[AccountId], viewers: Collection[OneOf]) -> list[OneOf]:
    """The viewers who are in no block with any of these accounts."""
    hidden = await graph.blocks_and_mutes_of(reader, [one for one in viewers if one is not None])
    return [one for one in viewers if one is None or not any(each in hidden[one].blocked for each in account_ids)]


async def _flags(reader: Reader, ids: list[StatusId], viewers: list[AccountId]) -> dict[Viewer, Flags]:
    """By viewer; viewers without a flag are left out. A new status has none yet, which one cheap query finds out first."""
    found = defaultdict[Viewer, set[tuple[str, StatusId]]](set)
    if viewers and await reader.value(_HAS_ANY_FLAG, {"ids": ids}):
        for row in await reader.all(_FLAGS_OF_VIEWERS, {"ids": ids, "viewers": viewers}):
            found[row.viewer].add((row.flag, row.id))
    return {viewer: Flags(flags) for viewer, flags in found.items()}


def _as_seen(view: StatusView, flags: Flags, choices: int) -> StatusView:
    """Without what its author filters: a reblog may match that."""
    of_viewer = ViewerFlags(*((name, view.shown.id) in flags for name in ViewerFlags.__struct_fields__))
    original = _as_seen(view.reblog, flags, choices) if view.reblog else None
    poll = msgspec.structs.replace(view.poll, choices=choices) if view.poll else None
    return msgspec.structs.replace(view, flags=of_viewer, reblog=original, poll=poll, filtered=())
