"""Home timelines: fan-out of new statuses to ring buffers in memory, and pages of them.

A home timeline shows what the followed accounts and its owner posted and reblogged, newest first. A home that was read before is
served from its ring buffer (`rings.py`). Other homes, and pages older than the ring buffer, are read from the database
(`candidates.py`); both give the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gazouillis.graph import queries as graph
from gazouillis.graph.queries import blocked
from gazouillis.graph.tables import follows, mutes
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Database, Reader
from gazouillis.statuses import queries, views
from gazouillis.statuses.audience import who_can_see
from gazouillis.statuses.events import StatusDeleted, StatusNarrowed, StatusPublished, StatusReblogged, StatusReleased
from gazouillis.statuses.models import LIMITED, Visibility
from gazouillis.statuses.tables import mentions, statuses
from gazouillis.timelines import candidates
from gazouillis.timelines.candidates import DEDUPLICATION_WINDOW_IDS
from gazouillis.timelines.read import from_database, page_of_ids

if TYPE_CHECKING:
    from gazouillis.timelines.rings import Rings, Slots

_FOLLOWED = sa.select(follows.c.followed_id).where(follows.c.follower_id == sa.bindparam("owner"))
_WITHOUT_REBLOGS = _FOLLOWED.where(sa.not_(follows.c.shows_reblogs))
_HIDDEN = sa.union_all(
    sa.select(mutes.c.target_id).where(mutes.c.account_id == sa.bindparam("owner")),
    *blocked(sa.bindparam("owner")),
)
_EARLIER_REBLOGGERS = sa.select(statuses.c.account_id).where(
    statuses.c.reblog_of_id == sa.bindparam("original"), statuses.c.id < sa.bindparam("before"), statuses.c.id > sa.bindparam("since")
)
_LATER_REBLOGS = _EARLIER_REBLOGGERS.with_only_columns(sa.func.count())
_NAMED = sa.select(mentions.c.account_id).where(mentions.c.status_id == sa.bindparam("status"))
_ORIGINAL = sa.select(
    statuses.c.account_id,
    statuses.c.visibility,
    statuses.c.in_reply_to_account_id,
    statuses.c.withheld_by.is_not(None).label("is_withheld"),
).where(statuses.c.id == sa.bindparam("original"))

SIZE = 800
"""Entries of one ring buffer."""
LOADED = 100
"""Entries that a ring buffer is filled with at first: who scrolls further is served from the database."""
NOBODY = AccountId(0)
WARM_UP_SIZES = (1, 2, 3, 5, 10, 20, 40)
"""Lengths of lists for which `warm_up` compiles the statements."""
WARM_UP_PAUSE = 0.02
"""Seconds between two of them, in which requests are answered."""


class Homes:
    """The home timelines that this process keeps in memory: `capacity` ring buffers of `size` entries each."""

    def __init__(self, capacity: int, size: int = SIZE) -> None:
        self._capacity, self._size = capacity, size

    @cached_property
    def rings(self) -> Rings:
        """Created at first use, since it imports numpy, which would take a sixth of the server's start."""
        rings: Rings = _rings().Rings(self._capacity, self._size)
        return rings

    async def warm_up(self, db: Database) -> None:
        """Does after the start what the first requests would otherwise wait for.

        Imports numpy in a thread, then runs the statements of a home for lists of all usual lengths. Each runs twice, since a
        statement is compiled the second time; between two of them, requests are answered.
        """
        await asyncio.to_thread(_rings)
        for size in (*WARM_UP_SIZES, *WARM_UP_SIZES):
            await asyncio.sleep(WARM_UP_PAUSE)
            async with db.read() as reader:
                page = await queries.local_public(reader, Window(size))
                await self._read_as_nobody(reader, page.items)

    async def _read_as_nobody(self, reader: Reader, ids: list[StatusId]) -> None:
        """Runs the statements for an account that follows nobody, past the cache."""
        reader.cache = None
        await candidates.newest(reader, NOBODY, LOADED)
        await candidates.siblings(reader, NOBODY, ids, below=candidates.LARGEST_ID, above=0)
        await views.views(reader, ids, NOBODY)

    async def page(self, reader: Reader, account_id: AccountId, window: Window) -> Page[StatusId]:
        """One page of a home timeline, from the ring buffer if it reaches far enough, else from the database."""
        slot = self.rings.slot(account_id)
        if slot is None:
            slot = await self.load(reader, account_id)
        if window.max_id is None and not reader.has_followed_log:
            await self._catch_up(reader, account_id, slot)
        ids = self._ids(slot, window)
        if ids is None:
            return await from_database(reader, account_id, window)
        if reader.dependencies is not None:
            reader.dependencies.add_check(_IsUnchanged(self, account_id, window, ids))
        return page_of_ids(ids, window)

    def is_current(self, account_id: AccountId, window: Window, ids: list[StatusId]) -> bool:
        """Whether this home is in memory and its page still has these ids."""
        slot = self.rings.slot(account_id)
        return slot is not None and self._ids(slot, window) == ids

    def _ids(self, slot: int, window: Window) -> list[StatusId] | None:
        return self._newest(slot, window.limit) if window == Window(window.limit) else self._between(slot, window)

    def _newest(self, slot: int, limit: int) -> list[StatusId] | None:
        """None when the ring buffer does not reach far enough back."""
        ids = self.rings.newest(slot, limit)
        return ids if len(ids) >= limit or self.rings.is_complete(slot) else None

    def _between(self, slot: int, window: Window) -> list[StatusId] | None:
        ids = self.rings.ids(slot)
        start, end = int(ids.searchsorted(window.lowest, "right")), int(ids.searchsorted(window.highest))
        reaches_down = start > 0 or self.rings.is_complete(slot)
        if window.is_upward:
            chosen = ids[start:end][: window.limit] if reaches_down else None
        else:
            chosen = ids[start:end][-window.limit :] if end - start >= window.limit or reaches_down else None
        return None if chosen is None else [StatusId(one) for one in reversed(chosen.tolist())]

    async def load(self, reader: Reader, account_id: AccountId) -> int:
        """Takes a ring buffer for this account and fills it from the database; returns its slot.

        The fan-out reaches the ring buffer before the database is read, so that no status is missed in between.
        """
        slot = self.rings.allocate(account_id)
        ticket = self.rings.ticket(slot)
        self.rings.follows.add(ticket, [*await reader.values(_FOLLOWED, {"owner": account_id}), account_id])
        self.rings.without_reblogs.add(ticket, await reader.values(_WITHOUT_REBLOGS, {"owner": account_id}))
        self.rings.hides.add(ticket, set(await reader.values(_HIDDEN, {"owner": account_id})))
        self.rings.in_lists.add(ticket, (await graph.blocks_and_mutes(reader, account_id)).in_exclusive_lists)
        size = min(self.rings.size, LOADED)
        found = await candidates.newest(reader, account_id, size)
        entries = await candidates.without_repetitions(reader, account_id, found)
        if self.rings.slot(account_id) == slot:
            self.rings.fill(slot, [one.id for one in entries], is_complete=len(found) < size)
            return slot
        return await self.load(reader, account_id)

    async def _catch_up(self, reader: Reader, account_id: AccountId, slot: int) -> None:
        """Read your own writes: adds what its owner posted, by another process too, before its event reached this process."""
        newest = next(iter(self.rings.newest(slot, 1)), 0)
        if await reader.value(_OWN_SINCE, {"owner": account_id, "since": newest}) is None:
            return
        missed = await candidates.between(reader, account_id, below=candidates.LARGEST_ID, above=newest, limit=self.rings.size)
        for one in reversed(await candidates.without_repetitions(reader, account_id, missed)):
            self.rings.place_for(one.id, slot)

    def invalidate(self, account_id: AccountId) -> None:
        """Drops the ring buffer of this account, whose follows, mutes or blocks changed. Their next page is read from the database."""
        self.rings.drop(account_id)

    def clear(self) -> None:
        self.rings.clear()

    def place(self, event: StatusPublished, streaming: Collection[AccountId]) -> list[AccountId]:
        """Fan-out of a new status. Returns the owners of those homes who are among `streaming` (accounts with an open home stream)."""
        slots = self._slots_for_status(event.account_id, event.visibility, event.in_reply_to_account_id)
        return self._place(event.status_id, slots, streaming)

    def is_in_lists(self, account_id: AccountId) -> bool:
        """Whether the owner of some home in memory has this account in an exclusive list."""
        return len(self.rings.in_lists.slots_of(account_id)) > 0

    async def place_outside_lists(self, reader: Reader, event: StatusPublished, streaming: Collection[AccountId]) -> list[AccountId]:
        """Fan-out of a status of somebody who is in exclusive lists. Returns as `place` does."""
        slots = self._slots_for_status(event.account_id, event.visibility, event.in_reply_to_account_id)
        slots = await self._outside_lists(reader, slots, event.status_id, event.account_id, event.in_reply_to_account_id)
        return self._place(event.status_id, slots, streaming)

    async def place_limited(self, reader: Reader, event: StatusPublished, streaming: Collection[AccountId]) -> list[AccountId]:
        """Fan-out of a status for mutuals or a circle, to those who may see it. Returns as `place` does."""
        slots = self._slots_for_status(event.account_id, event.visibility, event.in_reply_to_account_id)
        slots = await self._outside_lists(reader, slots, event.status_id, event.account_id, event.in_reply_to_account_id)
        if not len(slots):
            return []
        seeing = await who_can_see(reader, event, self.rings.owners(slots))
        return self._place(event.status_id, self.rings.among_owners(slots, seeing), streaming)

    def place_own(self, event: StatusPublished, streaming: Collection[AccountId]) -> list[AccountId]:
        """Fan-out of a withheld reply: to its author. Returns as `place` does."""
        slot = self.rings.slot(event.account_id)
        if slot is not None:
            self.rings.place_for(event.status_id, slot)
        return [event.account_id] if slot is not None and event.account_id in streaming else []

    async def read_again(self, reader: Reader, event: StatusNarrowed | StatusReleased, streaming: Collection[AccountId]) -> list[AccountId]:
        """The homes that hold the status, or a reblog of it, are read again from the database: those of the followers of its author and of
        those who reblogged it. Returns their owners who are among `streaming`.
        """
        showing = [event.account_id, *await queries.reblogging_ids(reader, event.status_id)]
        found: dict[AccountId, None] = {}
        for slots in [self._visible_followers(one) for one in showing]:
            found |= dict.fromkeys(self.rings.owners_among(slots, streaming))
            self.rings.mark_stale(slots)
        return list(found)

    async def narrow(self, reader: Reader, event: StatusNarrowed, streaming: Collection[AccountId]) -> list[AccountId]:
        """The homes that may hold the status are read again from the database. Returns the followers who are among `streaming`."""
        if event.after.visibility in {*LIMITED, Visibility.DIRECT} or event.after.withheld_by is not None:
            return await self.read_again(reader, event, streaming)
        return self.followers(event.account_id, streaming)

    async def place_reblog(self, reader: Reader, event: StatusReblogged, streaming: Collection[AccountId]) -> list[AccountId]:
        """Fan-out of a reblog. Returns as `place` does."""
        return self._place(event.status_id, await self._slots_for_reblog(reader, event), streaming)

    async def remove(self, reader: Reader, event: StatusDeleted, streaming: Collection[AccountId]) -> list[AccountId]:
        """Removes a deleted status from all homes. Returns the followers of its author who are among `streaming`.

        When this one had hidden a later reblog of the same status, that one may appear now: the homes are marked stale instead.
        """
        slots = self._visible_followers(event.account_id)
        notified = self.rings.owners_among(slots, streaming)
        window = {"original": event.original_id, "before": event.status_id + DEDUPLICATION_WINDOW_IDS, "since": event.status_id}
        if event.original_id is not None and await reader.value(_LATER_REBLOGS, window):
            self.rings.mark_stale(slots)
        else:
            self.rings.remove(event.status_id, slots)
        return notified

    def read_lists_again(self, account_id: AccountId, streaming: Collection[AccountId]) -> list[AccountId]:
        """An edit may name somebody: the homes whose owners have its author in an exclusive list are read again from the database.

        Returns their owners who are among `streaming`.
        """
        slots = self.rings.in_lists.slots_of(account_id)
        found = self.rings.owners_among(slots, streaming)
        if len(slots):
            self.rings.mark_stale(slots)
        return found

    def followers(self, account_id: AccountId, streaming: Collection[AccountId]) -> list[AccountId]:
        """The owners of homes in memory who follow this account and are among `streaming`."""
        return self.rings.owners_among(self._visible_followers(account_id), streaming)

    def _place(self, status_id: StatusId, slots: Slots, streaming: Collection[AccountId]) -> list[AccountId]:
        self.rings.place(status_id, slots)
        return self.rings.owners_among(slots, streaming)

    def _slots_for_status(self, author: AccountId, visibility: Visibility, addressee: AccountId | None) -> Slots:
        """Since May 2009, replies to strangers stay out of your home timeline. A direct status is in a conversation, and in no home."""
        slots = self._visible_followers(author)
        if visibility is Visibility.DIRECT:
            nobody: Slots = slots[:0]
            return nobody
        if addressee is None or addressee == author:
            return slots
        interested: Slots = _rings().among(slots, self.rings.follows.slots_of(addressee), self.rings.slot(author))
        return interested

    async def _outside_lists(
        self, reader: Reader, slots: Slots, status_id: StatusId, author: AccountId, addressee: AccountId | None
    ) -> Slots:
        """Without the homes whose owners have the author in an exclusive list, unless the status names them."""
        if not self.is_in_lists(author):
            return slots
        apart = self.rings.in_lists.slots_of(author)
        named = self.rings.among_owners(apart, [*await reader.values(_NAMED, {"status": status_id}), addressee])
        outside: Slots = _rings().without(slots, _rings().without(apart, named))
        return outside

    def _visible_followers(self, author: AccountId) -> Slots:
        """The homes in memory whose owners follow this author, without a mute or a block between them."""
        slots: Slots = _rings().without(self.rings.follows.slots_of(author), self.rings.hides.slots_of(author))
        return slots

    async def _slots_for_reblog(self, reader: Reader, event: StatusReblogged) -> Slots:
        """Followers of the reblogger who want their reblogs and whose home did not have the status during the deduplication window.

        The reblog of a withheld reply enters no home but that of the author of the reply.
        """
        slots = self._wanting_reblogs(event.account_id, event.original_account_id)
        since = event.status_id - DEDUPLICATION_WINDOW_IDS
        seen: list[Slots] = []
        original = await reader.one(_ORIGINAL, {"original": event.original_id})
        if original is not None and original.is_withheld:
            slots = self.rings.among_owners(slots, [original.account_id])
        if original is not None and event.original_id > since:
            author, addressee = original.account_id, original.in_reply_to_account_id
            shown = self._slots_for_status(author, Visibility(original.visibility), addressee)
            seen.append(await self._outside_lists(reader, shown, event.original_id, author, addressee))
        window = {"original": event.original_id, "before": event.status_id, "since": since}
        for account_id in await reader.values(_EARLIER_REBLOGGERS, window):
            seen.append(self._wanting_reblogs(account_id, event.original_account_id))
        unseen: Slots = _rings().without(slots, *seen)
        return unseen

    def _wanting_reblogs(self, account_id: AccountId, original_account_id: AccountId) -> Slots:
        slots = self._visible_followers(account_id)
        unwanted = self.rings.without_reblogs.slots_of(account_id), self.rings.hides.slots_of(original_account_id)
        wanted: Slots = _rings().without(slots, *unwanted, self.rings.in_lists.slots_of(account_id))
        return wanted


class _IsUnchanged:
    """A check of the response cache: whether a page of a home is still the same.

    Compares the page again only after a change of any ring buffer.
    """

    __slots__ = ("_changes", "_homes", "_page")

    def __init__(self, homes: Homes, account_id: AccountId, window: Window, ids: list[StatusId]) -> None:
        self._homes, self._page = homes, (account_id, window, ids)
        self._changes = homes.rings.changes

    def __call__(self) -> bool:
        changes = self._homes.rings.changes
        if self._changes != changes:
            if not self._homes.is_current(*self._page):
                return False
            self._changes = changes
        return True


def _rings() -> Any:
    return import_module("gazouillis.timelines.rings")


_OWN_SINCE = (
    sa.select(statuses.c.id)
    .where(
        statuses.c.account_id == sa.bindparam("owner"),
        statuses.c.id > sa.bindparam("since"),
        statuses.c.visibility != int(Visibility.DIRECT),
    )
    .limit(1)
)
