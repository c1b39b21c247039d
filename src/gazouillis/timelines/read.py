"""Pages of timelines from the database: those of homes that are not in memory, and of lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import cached as cached_statuses
from gazouillis.timelines import candidates
from gazouillis.timelines.candidates import DEDUPLICATION_WINDOW_IDS, ReadBetween, ReadSiblings


async def from_database(reader: Reader, account_id: AccountId, window: Window) -> Page[StatusId]:
    """The same page as from a ring buffer."""
    between, siblings = partial(candidates.between, reader, account_id), partial(candidates.siblings, reader, account_id)
    return await read_page(reader, window, between, siblings)


async def read_page(
    reader: Reader, window: Window, read: ReadBetween, siblings: ReadSiblings, *, least_widening: int = 2
) -> Page[StatusId]:
    """A page of any timeline: reads candidates until enough are left after removing repetitions."""
    entries: list[StatusId] = []
    below, above = window.highest, window.lowest
    while len(entries) < window.limit:
        limit = max(window.limit * 2, 40)
        if window.is_upward:
            found = await read(below=below, above=above, limit=limit, is_upward=True)
        else:
            found = await candidates.newest_of(reader, read, limit, below=below, above=above, least_widening=least_widening)
        entries += [one.id for one in await candidates.each_once(found, siblings)]
        if len(found) < limit:
            break
        below, above = (below, found[-1].id) if window.is_upward else (found[-1].id, above)
    chosen = entries[: window.limit]
    return page_of_ids(chosen[::-1] if window.is_upward else chosen, window)


async def rebloggers(reader: Reader, account_id: AccountId, ids: Sequence[StatusId]) -> dict[StatusId, tuple[AccountId, ...]]:
    """For the reblogs on one home page: the followed accounts that reblogged the same status from then on within the deduplication
    window, earliest first.
    """
    statuses_by_id = await cached_statuses.by_ids(reader, ids)
    subjects = {one.status.id: one.status.reblog_of_id for one in statuses_by_id.values() if one.status.reblog_of_id}
    if not subjects:
        return {}
    below, above = max(ids) + DEDUPLICATION_WINDOW_IDS, min(ids) - 1
    found = await candidates.siblings(reader, account_id, set(subjects.values()), below=below, above=above)
    return {
        entry: tuple(
            one.account_id
            for one in found
            if one.subject_id == subject and one.id != subject and 0 <= one.id - entry < DEDUPLICATION_WINDOW_IDS
        )
        for entry, subject in subjects.items()
    }


def page_of_ids(ids: list[StatusId], window: Window) -> Page[StatusId]:
    return Page(ids, ids[0], ids[-1], len(ids) >= window.limit) if ids else Page([])
