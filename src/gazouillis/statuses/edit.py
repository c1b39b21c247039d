"""Command: edit a status. Earlier versions stay readable."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Forbidden
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.statuses import composition, queries, rules
from gazouillis.statuses.events import StatusEdited
from gazouillis.statuses.models import Status, Terms
from gazouillis.statuses.tables import status_edits, statuses
from gazouillis.text.blank import unless_blank


class Revision(msgspec.Struct, frozen=True):
    """What an author may change in a status: its text, not its visibility."""

    text: str
    spoiler_text: str = ""
    is_sensitive: bool | None = None
    """None: sensitive if it was before or if there is a spoiler text."""
    language: str = ""


async def edit(tx: Tx, author: Account, status_id: StatusId, revision: Revision, terms: Terms) -> Status:
    """Stores the version before as a `StatusEdit` and emits `StatusEdited`. An edit that changes nothing does neither.

    Raises Forbidden when the status is not the author's, Invalid when the text is refused.
    """
    status = await queries.visible(tx, status_id, author.id)
    if status.account_id != author.id or status.reblog_of_id:
        raise Forbidden(_("This post is not yours"))
    rules.check_not_blank(revision.text)
    spoiler_text = unless_blank(revision.spoiler_text)
    rules.check_size(revision.text, spoiler_text, terms.max_characters)
    sensitive = status.is_sensitive or bool(spoiler_text) if revision.is_sensitive is None else revision.is_sensitive
    composed = await composition.compose(tx, revision.text, terms)
    rules.check_length(revision.text, spoiler_text, terms.max_characters, addressees=composed.mentioned if status.in_reply_to_id else ())
    rules.check_has_recipient(status.visibility, composed.mentioned)
    edited = msgspec.structs.replace(
        status,
        text=revision.text,
        content=composed.content,
        spoiler_text=spoiler_text,
        is_sensitive=sensitive,
        language=revision.language or status.language,
    )
    if edited == status:
        return status
    await _store_version(tx, status)
    edited = msgspec.structs.replace(edited, edited_at=tx.now)
    changed = {name: getattr(edited, name) for name in ("text", "content", "spoiler_text", "is_sensitive", "language", "edited_at")}
    await tx.run(sa.update(statuses).where(statuses.c.id == status.id).values(changed))
    await composition.replace(tx, status.id, composed)
    await tx.emit(StatusEdited(status.id, author.id, status.visibility))
    return edited


async def _store_version(tx: Tx, status: Status) -> None:
    version = {
        "status_id": status.id,
        "created_at": status.edited_at or status.created_at,
        "text": status.text,
        "content": status.content,
        "spoiler_text": status.spoiler_text,
        "is_sensitive": status.is_sensitive,
    }
    await tx.run(insert_or_ignore(status_edits), version)
