"""Versions of an edited status: stored by `edit`, read for its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.ids import AccountId, AttachmentId
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_ignore
from gazouillis.media import queries as media
from gazouillis.media.models import Attachment
from gazouillis.statuses.models import Status, StatusEdit
from gazouillis.statuses.polls import queries as polls
from gazouillis.statuses.polls.models import Poll
from gazouillis.statuses.queries import gets_text_only
from gazouillis.statuses.tables import status_edits
from gazouillis.statuses.text_only import text_only_version

_COLUMNS = tuple(status_edits.c[name] for name in StatusEdit.__struct_fields__)
_OF_STATUS = (
    sa.select(*_COLUMNS).where(status_edits.c.status_id == sa.bindparam("status", type_=sa.BigInteger)).order_by(status_edits.c.created_at)
)
_INSERT = insert_or_ignore(status_edits)


class _Shown(msgspec.Struct, frozen=True, array_like=True):
    """An attachment as a version showed it: what may have changed since."""

    id: AttachmentId
    description: str
    focus_x: float
    focus_y: float


async def store(tx: Tx, status: Status, attachments: Sequence[Attachment], poll: Poll | None) -> None:
    """Keeps the version before an edit."""
    shown = [_Shown(one.id, one.description, one.focus_x, one.focus_y) for one in attachments]
    version = {
        "status_id": status.id,
        "created_at": status.edited_at or status.created_at,
        "text": status.text,
        "content": status.content,
        "spoiler_text": status.spoiler_text,
        "is_sensitive": status.is_sensitive,
        "attachments": msgspec.json.encode(shown) if shown else None,
        "place_id": status.place_id,
        "options": msgspec.json.encode(poll.titles) if poll else None,
    }
    await tx.run(_INSERT, version)


async def versions(reader: Reader, status: Status, viewer_id: AccountId | None) -> list[StatusEdit]:
    """All versions as this viewer sees them, oldest first; the last one is the current one."""
    found = await _all(reader, status)
    return [text_only_version(one) for one in found] if await gets_text_only(reader, status, viewer_id) else found


async def _all(reader: Reader, status: Status) -> list[StatusEdit]:
    rows = await reader.all(_OF_STATUS, {"status": status.id})
    of_all = await media.all_of_status(reader, status.id)
    known = {one.id: one for one in of_all}
    current = tuple(one for one in of_all if one.position is not None)
    earlier = [_version(list(row), known) for row in rows]
    written_at = status.edited_at or status.created_at
    asked = tuple((await polls.titles(reader, [status.id] if status.has_poll else [])).get(status.id, ()))
    now = StatusEdit(status.content, status.text, status.spoiler_text, status.is_sensitive, written_at, current, status.place_id, asked)
    return [*earlier, now]


def _version(values: list[Any], known: Mapping[AttachmentId, Attachment]) -> StatusEdit:
    content, text, spoiler_text, is_sensitive, created_at, encoded, place_id, options = values
    shown = msgspec.json.decode(encoded, type=list[_Shown]) if encoded else []
    attachments = tuple(_as_shown(known[one.id], one) for one in shown if one.id in known)
    asked = msgspec.json.decode(options, type=tuple[str, ...]) if options else ()
    return StatusEdit(content, text, spoiler_text, is_sensitive, created_at, attachments, place_id, asked)


def _as_shown(one: Attachment, shown: _Shown) -> Attachment:
    return msgspec.structs.replace(one, description=shown.description, focus_x=shown.focus_x, focus_y=shown.focus_y)
