"""From ids to statuses as one viewer may see them: a fixed number of queries, whatever the number of ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from gazouillis.accounts import counts
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.graph.models import BlocksAndMutes
from gazouillis.infra.basics.clock import Watch
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import queries, rules, viewer_flags
from gazouillis.statuses.models import CachedStatus, Status, StatusView
from gazouillis.statuses.publish import Published
from gazouillis.statuses.viewer_flags import FLAGS

_WITHHELD: Mapping[str, Any] = {
    **dict.fromkeys(("text", "content", "spoiler_text", "language"), ""),
    **dict.fromkeys(("in_reply_to_id", "in_reply_to_account_id", "edited_at"), None),
    **dict.fromkeys(("replies_count", "reblogs_count", "favourites_count"), 0),
}

Rebloggers = Mapping[StatusId, tuple[AccountId, ...]]


async def views(
    reader: Reader,
    ids: Sequence[StatusId],
    viewer_id: AccountId | None,
    *,
    hides_muted: bool = False,
    keeps_tombstones: bool = False,
    rebloggers: Rebloggers | None = None,
) -> list[StatusView]:
    """In the order of the ids; those the viewer may not see are left out. `rebloggers`: who to name beside each id."""
    found = await cached_statuses.by_ids(reader, ids)
    originals = [one.status.reblog_of_id for one in found.values() if one.status.reblog_of_id]
    if originals:
        found |= await cached_statuses.by_ids(reader, [one for one in originals if one not in found])
    named = {one for group in rebloggers.values() for one in group} if rebloggers else set()
    known = await accounts.by_ids(reader, named.union([one.status.account_id for one in found.values()]))
    hidden = await graph.blocks_and_mutes(reader, viewer_id)
    bits = await viewer_flags.among(reader, viewer_id, found)
    viewer = rules.Viewer(viewer_id, hidden.blocked, await _followed(reader, viewer_id, found))
    page = _Page(found, known, bits, rebloggers or {})
    sight = _Sight(viewer, hidden, reader, hides_muted=hides_muted, keeps_tombstones=keeps_tombstones)
    return [view for one in ids if (status := found.get(one)) and (view := sight.view(page, status))]


async def view(reader: Reader, status: Status, viewer_id: AccountId | None) -> StatusView:
    """One status that the viewer is known to see."""
    return (await views(reader, [status.id], viewer_id, keeps_tombstones=True))[0]


async def after_undoing(reader: Reader, status: Status, viewer_id: AccountId) -> StatusView:
    """What somebody took an act of theirs back from: without its words when they may not read them any more."""
    seen = await views(reader, [status.id], viewer_id, keeps_tombstones=True)
    return seen[0] if seen else await _withheld(reader, status)


async def _withheld(reader: Reader, status: Status) -> StatusView:
    """Who wrote it and when, which whoever acted on it knows; nothing of what it says or became."""
    original = await queries.by_id(reader, status.reblog_of_id) if status.reblog_of_id else None
    author = await accounts.by_id(reader, status.account_id)
    assert author is not None
    emptied = msgspec.structs.replace(status, **_WITHHELD)
    return StatusView(CachedStatus(emptied), author, reblog=await _withheld(reader, original) if original else None)


async def new(reader: Reader, published: Published, author: Account, since: int) -> StatusView:
    """What was just said, made from what was written. `since`: the tick before, when the author was so; see `Kept.put`."""
    status, composed = published.status, published.composed
    if reader.cache is None or composed is None:
        return await view(reader, status, status.account_id)
    fresh = await cached_statuses.of(reader, status, composed)
    if rules.is_for_everybody(status.visibility):
        accounts.update_cache(reader, counts.with_one_status_more(author, status.created_at), since, cause=status.id)
    counted = await accounts.by_id(reader, author.id)
    if counted is None or not reader.cache.region(cached_statuses.CACHED_STATUSES).put(status.id, fresh, since):
        return await view(reader, status, status.account_id)
    return StatusView(fresh, counted)


async def _followed(reader: Reader, viewer_id: AccountId | None, found: Mapping[StatusId, CachedStatus]) -> Collection[AccountId]:
    """Among the authors of what is not for everybody: of the others it need not be asked."""
    authors = {one.status.account_id for one in found.values() if not rules.is_for_everybody(one.status.visibility)}
    return await graph.followed_among(reader, viewer_id, authors) if authors else ()


class _Page:
    """All that a page of statuses is made of."""

    def __init__(
        self,
        found: Mapping[StatusId, CachedStatus],
        known: Mapping[AccountId, Account],
        bits: Mapping[StatusId, int],
        rebloggers: Rebloggers,
    ) -> None:
        self.found, self.accounts, self.bits, self.rebloggers = found, known, bits, rebloggers

    def known(self, ids: Sequence[AccountId]) -> list[Account]:
        return [self.accounts[one] for one in ids if self.accounts[one].is_visible]


class _Sight:
    """Who looks, and what they do not want to see."""

    def __init__(self, viewer: rules.Viewer, hidden: BlocksAndMutes, watch: Watch, *, hides_muted: bool, keeps_tombstones: bool) -> None:
        self.viewer, self.hidden, self.watch = viewer, hidden, watch
        self.hides_muted, self.keeps_tombstones = hides_muted, keeps_tombstones

    def view(self, page: _Page, one: CachedStatus) -> StatusView | None:
        """None when the viewer may not, or does not want to, see it."""
        status, original = one.status, None
        author = page.accounts[status.account_id]
        if not self._shows(one, author):
            return None
        if status.reblog_of_id is not None:
            repeated = page.found.get(status.reblog_of_id)
            original = self.view(page, repeated) if repeated else None
            if original is None:
                return None
        named = tuple(page.known(page.rebloggers.get(status.id, ()))) if page.rebloggers else ()
        flags = original.flags if original else FLAGS[0 if status.deleted_at else page.bits.get(status.id, 0)]
        return StatusView(one, author, flags, original, named)

    def _shows(self, one: CachedStatus, author: Account) -> bool:
        if one.status.deleted_at and not self.keeps_tombstones:
            return False
        if self.hides_muted and author.id != self.viewer.id and self.hidden.mutes(author.id, self.watch):
            return False
        return rules.can_see(one, author, self.viewer)
