"""Views: statuses as one viewer may see them, loaded by their ids in a fixed number of queries, however many ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from gazouillis.accounts import counts
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.filters import queries as filters
from gazouillis.filters.matching import Compiled
from gazouillis.graph import queries as graph
from gazouillis.graph.models import BlocksAndMutes
from gazouillis.infra.basics.clock import Watch
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import queries, rules, viewer_flags, viewers
from gazouillis.statuses.filtered import filtered
from gazouillis.statuses.models import CachedStatus, ReplyPolicy, Status, StatusView, Visibility
from gazouillis.statuses.polls import queries as polls
from gazouillis.statuses.polls.models import PollView
from gazouillis.statuses.publish import Published
from gazouillis.statuses.text_only import text_only
from gazouillis.statuses.viewer_flags import FLAGS, MUTED

_EMPTIED: Mapping[str, Any] = {
    **dict.fromkeys(("text", "content", "spoiler_text", "language"), ""),
    **dict.fromkeys(("in_reply_to_id", "in_reply_to_account_id", "edited_at", "place_id", "region_id", "country", "pinned_id"), None),
    **dict.fromkeys(("replies_count", "reblogs_count", "favourites_count", "attachments_count", "thanked_count"), 0),
    **dict.fromkeys(("slow_minutes", "moderated_slow_minutes"), 0),
    **{"reply_policy": ReplyPolicy.EVERYONE, "is_frozen": False, "is_closed_by_moderators": False, "is_awaiting": False, "has_poll": False},
    **dict.fromkeys(("withheld_by", "withheld_top"), None),
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
    """In the order of the ids; statuses that the viewer may not see are left out.

    `hides_muted`: statuses of accounts the viewer mutes are left out too. `keeps_tombstones`: deleted statuses stay, without text.
    `rebloggers`: for each id, the accounts to name as its rebloggers.
    """
    found = await cached_statuses.by_ids(reader, ids)
    originals = [one.status.reblog_of_id for one in found.values() if one.status.reblog_of_id]
    if originals:
        found |= await cached_statuses.by_ids(reader, [one for one in originals if one not in found])
    reblogger_ids = {one for group in rebloggers.values() for one in group} if rebloggers else set()
    authors = await accounts.by_ids(reader, reblogger_ids.union([one.status.account_id for one in found.values()]))
    hidden = await graph.blocks_and_mutes(reader, viewer_id)
    bits, muted = await viewer_flags.of_page(reader, viewer_id, found)
    viewer = await viewers.viewer_of(reader, viewer_id, hidden, found.values())
    asked = await polls.choices(reader, viewer_id, [one.status.id for one in found.values() if one.poll])
    filtering = await _filters(reader, viewer_id) if viewer_id is not None and found else ()
    loaded = _Loaded(found, authors, bits, muted, rebloggers or {}, asked, filtering)
    builder = _ViewBuilder(loaded, viewer, hidden, reader, hides_muted=hides_muted, keeps_tombstones=keeps_tombstones)
    return [view for one in ids if (status := found.get(one)) and (view := builder.view(status))]


async def _filters(reader: Reader, viewer_id: AccountId) -> Compiled:
    """No query for who has none."""
    return (await filters.of_accounts(reader, (viewer_id,)))[viewer_id] if await viewer_flags.has_filters(reader, viewer_id) else ()


async def view(reader: Reader, status: Status, viewer_id: AccountId | None) -> StatusView:
    """One status that the caller has already checked to be visible to this viewer."""
    return (await views(reader, [status.id], viewer_id, keeps_tombstones=True))[0]


async def after_undoing(reader: Reader, status: Status, viewer_id: AccountId) -> StatusView:
    """The answer to who took back a favourite, bookmark or reblog: without the content when they may not see the status any more."""
    seen = await views(reader, [status.id], viewer_id, keeps_tombstones=True)
    return seen[0] if seen else await _without_content(reader, status)


async def _without_content(reader: Reader, status: Status) -> StatusView:
    """Its author and its date, which whoever favourited it knows already; no text, no numbers, no later edit."""
    original = await queries.by_id(reader, status.reblog_of_id) if status.reblog_of_id else None
    author = await accounts.by_id(reader, status.account_id)
    assert author is not None
    emptied = msgspec.structs.replace(status, **_EMPTIED)
    return StatusView(CachedStatus(emptied), author, reblog=await _without_content(reader, original) if original else None)


async def of_published(reader: Reader, published: Published, author: Account, since: int) -> StatusView:
    """The author's own view of a status just published, made of what was written: no row of the status is read again.

    `author` and `since`: the account and the cache generation, both read before the transaction. When anything about them was
    invalidated meanwhile, nothing is cached (`LruCache.put`) and the view is loaded like any other.
    """
    status, composed = published.status, published.composed
    if reader.cache is None or composed is None or status.has_poll:
        return await view(reader, status, status.account_id)
    entry = await cached_statuses.of_new_status(reader, status, composed, published.attachments)
    if rules.is_for_everybody(status.visibility):
        accounts.update_cache(reader, counts.with_one_status_more(author, status.created_at), since, cause=status.id)
    counted = await accounts.by_id(reader, author.id)
    if counted is None or not reader.cache.region(cached_statuses.CACHED_STATUSES).put(status.id, entry, since):
        return await view(reader, status, status.account_id)
    return StatusView(entry, counted)


class _Loaded:
    """What was read from the database or its caches for one page of statuses."""

    def __init__(
        self,
        found: Mapping[StatusId, CachedStatus],
        authors: Mapping[AccountId, Account],
        bits: Mapping[StatusId, int],
        muted: Collection[StatusId],
        rebloggers: Rebloggers,
        choices: Mapping[StatusId, int],
        filters: Compiled,
    ) -> None:
        self.found, self.accounts, self.bits, self.muted, self.rebloggers = found, authors, bits, muted, rebloggers
        self.choices, self.filters = choices, filters

    def known(self, ids: Sequence[AccountId]) -> list[Account]:
        """Without applicants and suspended accounts."""
        return [self.accounts[one] for one in ids if self.accounts[one].is_visible]


class _ViewBuilder:
    """Makes views for one viewer of what was loaded, or None where the viewer may not or does not want to see it."""

    def __init__(
        self, loaded: _Loaded, viewer: rules.Viewer, hidden: BlocksAndMutes, watch: Watch, *, hides_muted: bool, keeps_tombstones: bool
    ) -> None:
        self.loaded, self.viewer, self.hidden, self.watch = loaded, viewer, hidden, watch
        self.hides_muted, self.keeps_tombstones = hides_muted, keeps_tombstones

    def view(self, one: CachedStatus) -> StatusView | None:
        status, original, loaded = one.status, None, self.loaded
        author = loaded.accounts[status.account_id]
        if not self._shows(one, author):
            return None
        if status.visibility is Visibility.DIRECT and self.viewer.id in one.text_only_ids:
            one = text_only(one)
            status = one.status
        if status.reblog_of_id is not None:
            repeated = loaded.found.get(status.reblog_of_id)
            original = self.view(repeated) if repeated else None
            if original is None:
                return None
        rebloggers = tuple(loaded.known(loaded.rebloggers.get(status.id, ()))) if loaded.rebloggers else ()
        if original is not None:
            flags = original.flags
        else:
            bits = 0 if status.deleted_at else loaded.bits.get(status.id, 0)
            flags = FLAGS[bits | MUTED if loaded.muted and status.conversation_id in loaded.muted else bits]
        seen = StatusView(one, author, flags, original, rebloggers, self._poll(one))
        return filtered(seen, loaded.filters, self.viewer.id, self.watch) if loaded.filters else seen

    def _poll(self, one: CachedStatus) -> PollView | None:
        if one.poll is None:
            return None
        is_over = one.poll.expires_at is not None and self.watch.has_come(one.poll.expires_at)
        return PollView(one.status.id, one.poll, is_over, self.loaded.choices.get(one.status.id, 0))

    def _shows(self, one: CachedStatus, author: Account) -> bool:
        if one.status.deleted_at and not self.keeps_tombstones:
            return False
        if self.hides_muted and author.id != self.viewer.id and self.hidden.mutes(author.id, self.watch):
            return False
        return rules.can_see(one, author, self.viewer)
