"""Because of what a process forgets what it remembers of statuses."""

from __future__ import annotations

from gazouillis.accounts import forget
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.infra.memory import Memory
from gazouillis.statuses.events import (
    StatusBookmarked,
    StatusDeleted,
    StatusEdited,
    StatusFavourited,
    StatusPublished,
    StatusReblogged,
    StatusUnbookmarked,
    StatusUnfavourited,
)
from gazouillis.statuses.marks import MARKS
from gazouillis.statuses.told import TOLD


def on_status_published(memory: Memory, event: StatusPublished) -> None:
    """One more by its author; one more answer to its parent."""
    _forget(memory, event.in_reply_to_id)
    forget.account(memory, event.account_id, event.status_id)


def on_status_reblogged(memory: Memory, event: StatusReblogged) -> None:
    _forget(memory, event.original_id, by=event.account_id)
    forget.account(memory, event.account_id)


def on_status_edited(memory: Memory, event: StatusEdited) -> None:
    _forget(memory, event.status_id)


def on_status_deleted(memory: Memory, event: StatusDeleted) -> None:
    _forget(memory, event.status_id)
    _forget(memory, event.in_reply_to_id)
    _forget(memory, event.original_id, by=event.account_id)
    forget.account(memory, event.account_id)


def on_status_marked(memory: Memory, event: StatusFavourited | StatusUnfavourited | StatusBookmarked | StatusUnbookmarked) -> None:
    _forget(memory, event.status_id, by=event.account_id)


def _forget(memory: Memory, status_id: StatusId | None, *, by: AccountId | None = None) -> None:
    """`by`: whose marks change with it."""
    if status_id is not None:
        memory.of(TOLD).forget(status_id)
        if by is not None:
            memory.of(MARKS).forget(by)
