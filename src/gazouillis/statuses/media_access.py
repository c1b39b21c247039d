"""Who may fetch the files of an attachment: whoever may see the status that has it, by the same rule (`rules.can_see`).

The one rule for the original, the small versions and the poster alike, at every door.
"""

from __future__ import annotations

from enum import Enum

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.media.models import Attachment
from gazouillis.statuses import queries, rules
from gazouillis.statuses.models import CachedStatus, Status


class Access(Enum):
    """Whom an attachment is for."""

    OPEN = "open"
    """Everybody: its address works by itself, and caches may keep what it gives."""
    SEALED = "sealed"
    """Some people: its address works for those who show who they are."""


async def access(reader: Reader, attachment: Attachment, viewer_id: AccountId | None) -> Access:
    """Raises NotFound when this viewer may not fetch it, and when nobody may any more. Before it is published, only its owner may."""
    status = None if attachment.status_id is None else await queries.by_id(reader, attachment.status_id)
    if status is None or attachment.status_id is None:  # it may wait with a scheduled status
        if viewer_id is None or attachment.account_id != viewer_id:
            raise NotFound
        return Access.SEALED
    if is_open(status) and await _is_visible_to_all(reader, attachment):
        return Access.OPEN
    seen = await queries.visible(reader, attachment.status_id, viewer_id)
    if await queries.gets_text_only(reader, seen, viewer_id):
        raise NotFound
    return Access.SEALED


def is_open(status: Status | CachedStatus) -> bool:
    """Whether the addresses of what the status shows are the same for all its viewers."""
    return rules.is_for_everybody(status.visibility) and status.withheld_by is None


def is_sealed(cached: CachedStatus) -> bool:
    """Whether the status shows something whose addresses are made for each viewer."""
    return bool(cached.attachments) and not is_open(cached)


async def _is_visible_to_all(reader: Reader, attachment: Attachment) -> bool:
    """False when the status is deleted, or its author hidden."""
    if attachment.status_id is None:
        return False
    try:
        await queries.visible(reader, attachment.status_id, None)
    except NotFound:
        return False
    return True
