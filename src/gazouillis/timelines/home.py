"""Home: what those you follow said and repeated, in time, and what you said yourself.

Served from the rings for whoever has read before, from the database otherwise and beyond the rings' end; both give the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gazouillis.graph.tables import blocks, follows, mutes
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Database, Reader
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import queries, views
from gazouillis.statuses.events import StatusDeleted, StatusPublished, StatusReblogged
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import statuses
from gazouillis.timelines import candidates
from gazouillis.timelines.candidates import FOLDED_FOR_IDS, Candidate

if TYPE_CHECKING:
    from gazouillis.timelines.rings import Rings, Slots

_FOLLOWED = sa.select(follows.c.followed_id).where(follows.c.follower_id == sa.bindparam("reader"))
_WITHOUT_REBLOGS = _FOLLOWED.where(sa.not_(follows.c.shows_reblogs))
_HIDDEN = sa.union_all(
    sa.select(mutes.c.target_id).where(mutes.c.account_id == sa.bindparam("reader")),
    sa.select(blocks.c.target_id).where(blocks.c.account_id == sa.bindparam("reader")),
    sa.select(blocks.c.account_id).where(blocks.c.target_id == sa.bindparam("reader")),
)
_EARLIER = sa.select(statuses.c.account_id).where(
    statuses.c.reblog_of_id == sa.bindparam("original"), statuses.c.id < sa.bindparam("before"), statuses.c.id > sa.bindparam("since")
)
_LATER = _EARLIER.with_only_columns(sa.func.count())
_ORIGINAL = sa.select(statuses.c.account_id, statuses.c.visibility, statuses.c.in_reply_to_account_id).where(
    statuses.c.id == sa.bindparam("original")
)


SIZE = 800
"""Entries that a home keeps in memory."""
NOBODY = AccountId(0)
LENGTHS = (1, 2, 3, 5, 10, 20, 40)
PAUSE = 0.02
"""Seconds for others, between two that are warmed up."""

LOADED = 100
"""Entries that it begins with: who scrolls further is answered from the database."""


class Homes:
    def __init__(self, capacity: int, size: int = SIZE) -> None:
        self._capacity, self._size = capacity, size

    @cached_property
    def rings(self) -> Rings:
        """Made when somebody first needs them: numpy takes a sixth of the time of a start, and nobody waits for it there."""
        made: Rings = _rings().Rings(self._capacity, self._size)
        return made

    async def warm_up(self, db: Database) -> None:
        """What the first readers would wait for: numpy, in a thread, then the statements of a home, for lists of all lengths.

        A statement is compiled when it comes again, so each is asked twice; between two, others are answered.
        """
        await asyncio.to_thread(_rings)
        for size in (*LENGTHS, *LENGTHS):
            await asyncio.sleep(PAUSE)
            async with db.read() as reader:
                page = await queries.local_public(reader, Window(size))
                await self._look(reader, page.items)

    async def _look(self, reader: Reader, ids: list[StatusId]) -> None:
        """As somebody who follows nobody, and remembers nothing."""
        reader.cache = None
        await candidates.newest(reader, NOBODY, LOADED)
        await candidates.siblings(reader, NOBODY, ids, below=candidates.LARGEST, above=0)
        await views.views(reader, ids, NOBODY)

    async def page(self, reader: Reader, account_id: AccountId, window: Window) -> Page[StatusId]:
        slot = self.rings.slot(account_id)
        if slot is None:
            slot = await self.load(reader, account_id)
        if window.max_id is None and not reader.has_followed_log:
            await self._catch_up(reader, account_id, slot)
        ids = self._ids(slot, window)
        if ids is None:
            return await from_database(reader, account_id, window)
        if reader.dependencies is not None:
            reader.dependencies.add_check(_Unchanged(self, account_id, window, ids))
        return _page(ids, window)

    def shows(self, account_id: AccountId, window: Window, ids: list[StatusId]) -> bool:
        """Whether this home, in memory, is still so."""
        slot = self.rings.slot(account_id)
        return slot is not None and self._ids(slot, window) == ids

    def _ids(self, slot: int, window: Window) -> list[StatusId] | None:
        return self._newest(slot, window.limit) if window == Window(window.limit) else self._between(slot, window)

    def _newest(self, slot: int, limit: int) -> list[StatusId] | None:
        """None: the row does not reach down so far."""
        ids = self.rings.newest(slot, limit)
        return ids if len(ids) >= limit or self.rings.is_whole(slot) else None

    def _between(self, slot: int, window: Window) -> list[StatusId] | None:
        known = self.rings.known(slot)
        start, end = int(known.searchsorted(window.lowest, "right")), int(known.searchsorted(window.highest))
        reaches_down = start > 0 or self.rings.is_whole(slot)
        if window.is_upward:
            chosen = known[start:end][: window.limit] if reaches_down else None
        else:
            chosen = known[start:end][-window.limit :] if end - start >= window.limit or reaches_down else None
        return None if chosen is None else [StatusId(one) for one in reversed(chosen.tolist())]

    async def load(self, reader: Reader, account_id: AccountId) -> int:
        """Begins to place new statuses for this reader, then reads those that were there: none falls between."""
        slot = self.rings.take(account_id)
        ticket = self.rings.ticket(slot)
        self.rings.follows.put(ticket, [*await reader.values(_FOLLOWED, {"reader": account_id}), account_id])
        self.rings.without_reblogs.put(ticket, await reader.values(_WITHOUT_REBLOGS, {"reader": account_id}))
        self.rings.hides.put(ticket, set(await reader.values(_HIDDEN, {"reader": account_id})))
        size = min(self.rings.size, LOADED)
        found = await candidates.newest(reader, account_id, size)
        standing = await candidates.folded(reader, account_id, found)
        if self.rings.slot(account_id) == slot:
            self.rings.fill(slot, [one.id for one in standing], is_whole=len(found) < size)
            return slot
        return await self.load(reader, account_id)

    async def _catch_up(self, reader: Reader, account_id: AccountId, slot: int) -> None:
        """Who has just written reads it at once, even before this process heard of it."""
        newest = next(iter(self.rings.newest(slot, 1)), 0)
        if await reader.value(_OWN_SINCE, {"reader": account_id, "since": newest}) is None:
            return
        missed = await candidates.between(reader, account_id, below=2**63 - 1, above=newest, limit=self.rings.size)
        for one in reversed(await candidates.folded(reader, account_id, missed)):
            self.rings.place_for(one.id, slot)

    def invalidate(self, account_id: AccountId) -> None:
        """What this reader wants has changed: their next page is read afresh."""
        self.rings.drop(account_id)

    def clear(self) -> None:
        self.rings.drop_all()

    def place(self, event: StatusPublished, watching: Collection[AccountId]) -> list[AccountId]:
        """Those who watch, of the readers it was placed for."""
        slots = self._readers_of_status(event.account_id, event.visibility, event.in_reply_to_account_id)
        return self._place(event.status_id, slots, watching)

    async def place_reblog(self, reader: Reader, event: StatusReblogged, watching: Collection[AccountId]) -> list[AccountId]:
        return self._place(event.status_id, await self._readers_of_reblog(reader, event), watching)

    async def remove(self, reader: Reader, event: StatusDeleted, watching: Collection[AccountId]) -> list[AccountId]:
        """Those who watch and follow its author. When a later reblog was folded under this one, pages are read afresh."""
        slots = self.hearing(event.account_id)
        watchers = self.rings.owners_among(slots, watching)
        window = {"original": event.original_id, "before": event.status_id + FOLDED_FOR_IDS, "since": event.status_id}
        if event.original_id is not None and await reader.value(_LATER, window):
            self.rings.doubt(slots)
        else:
            self.rings.remove(event.status_id, slots)
        return watchers

    def followers(self, account_id: AccountId, watching: Collection[AccountId]) -> list[AccountId]:
        """Those who watch, of the readers who follow this account."""
        return self.rings.owners_among(self.hearing(account_id), watching)

    def _place(self, status_id: StatusId, slots: Slots, watching: Collection[AccountId]) -> list[AccountId]:
        self.rings.place(status_id, slots)
        return self.rings.owners_among(slots, watching)

    def _readers_of_status(self, author: AccountId, visibility: Visibility, addressee: AccountId | None) -> Slots:
        """Since May 2009, replies to strangers stay out of your home timeline. A direct status stands in its author's alone."""
        readers = self.hearing(author)
        if visibility is Visibility.DIRECT:
            own: Slots = _rings().among(readers, readers[:0], self.rings.slot(author))
            return own
        if addressee is None or addressee == author:
            return readers
        kept: Slots = _rings().among(readers, self.rings.follows.readers(addressee), self.rings.slot(author))
        return kept

    def hearing(self, author: AccountId) -> Slots:
        """Who follows this author and does not hide them, in memory."""
        readers: Slots = _rings().without(self.rings.follows.readers(author), self.rings.hides.readers(author))
        return readers

    async def _readers_of_reblog(self, reader: Reader, event: StatusReblogged) -> Slots:
        """Those who follow who repeats it, want their reblogs, and have not seen it in the day before."""
        slots = self._wanting_reblogs(event.account_id, event.original_account_id)
        since = event.status_id - FOLDED_FOR_IDS
        seen: list[Slots] = []
        original = await reader.one(_ORIGINAL, {"original": event.original_id})
        if original is not None and event.original_id > since:
            seen.append(self._readers_of_status(original.account_id, Visibility(original.visibility), original.in_reply_to_account_id))
        window = {"original": event.original_id, "before": event.status_id, "since": since}
        for account_id in await reader.values(_EARLIER, window):
            seen.append(self._wanting_reblogs(account_id, event.original_account_id))
        unseen: Slots = _rings().without(slots, *seen)
        return unseen

    def _wanting_reblogs(self, account_id: AccountId, original_account_id: AccountId) -> Slots:
        slots = self.hearing(account_id)
        unwanted = self.rings.without_reblogs.readers(account_id), self.rings.hides.readers(original_account_id)
        wanted: Slots = _rings().without(slots, *unwanted)
        return wanted


class _Unchanged:
    """Looks again only when any home has changed."""

    __slots__ = ("_asked", "_changes", "_homes")

    def __init__(self, homes: Homes, account_id: AccountId, window: Window, ids: list[StatusId]) -> None:
        self._homes, self._asked = homes, (account_id, window, ids)
        self._changes = homes.rings.changes

    def __call__(self) -> bool:
        changes = self._homes.rings.changes
        if self._changes != changes:
            if not self._homes.shows(*self._asked):
                return False
            self._changes = changes
        return True


def _rings() -> Any:
    return import_module("gazouillis.timelines.rings")


async def from_database(reader: Reader, account_id: AccountId, window: Window) -> Page[StatusId]:
    """The same page, asked of the database: more are read until enough stand after folding."""
    standing: list[StatusId] = []
    below, above = window.highest, window.lowest
    while len(standing) < window.limit:
        limit = max(window.limit * 2, 40)
        found = await _asked(reader, account_id, below, above, limit, is_upward=window.is_upward)
        standing += [one.id for one in await candidates.folded(reader, account_id, found)]
        if len(found) < limit:
            break
        below, above = (below, found[-1].id) if window.is_upward else (found[-1].id, above)
    chosen = standing[: window.limit]
    return _page(chosen[::-1] if window.is_upward else chosen, window)


async def _asked(reader: Reader, account_id: AccountId, below: int, above: int, limit: int, *, is_upward: bool) -> Sequence[Candidate]:
    if is_upward:
        return await candidates.between(reader, account_id, below=below, above=above, limit=limit, is_upward=True)
    return await candidates.newest(reader, account_id, limit, below=below, above=above)


async def rebloggers(reader: Reader, account_id: AccountId, ids: Sequence[StatusId]) -> dict[StatusId, tuple[AccountId, ...]]:
    """For reblogs on one home page: all those followed who repeated the same status in the day that follows, first first."""
    known = await cached_statuses.by_ids(reader, ids)
    subjects = {one.status.id: one.status.reblog_of_id for one in known.values() if one.status.reblog_of_id}
    if not subjects:
        return {}
    below, above = max(ids) + FOLDED_FOR_IDS, min(ids) - 1
    found = await candidates.siblings(reader, account_id, set(subjects.values()), below=below, above=above)
    return {
        entry: tuple(
            one.account_id for one in found if one.subject_id == subject and one.id != subject and 0 <= one.id - entry < FOLDED_FOR_IDS
        )
        for entry, subject in subjects.items()
    }


_OWN_SINCE = (
    sa.select(statuses.c.id)
    .where(
        statuses.c.account_id == sa.bindparam("reader"),
        statuses.c.id > sa.bindparam("since"),
    )
    .limit(1)
)


def _page(ids: list[StatusId], window: Window) -> Page[StatusId]:
    return Page(ids, ids[0], ids[-1], len(ids) >= window.limit) if ids else Page([])
