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
    """What an author may change: the words, not the audience."""

    text: str
    spoiler_text: str = ""
    is_sensitive: bool | None = None
    """None: as it was, and whenever there is a warning."""
    language: str = ""


async def edit(tx: Tx, author: Account, status_id: StatusId, revision: Revision, terms: Terms) -> Status:
    """Everybody can read what it said before. An edit that changes nothing leaves no trace."""
    status = await queries.visible(tx, status_id, author.id)
    if status.account_id != author.id or status.reblog_of_id:
        raise Forbidden(_("This post is not yours"))
    rules.check_not_blank(revision.text)
    spoiler_text = unless_blank(revision.spoiler_text)
    rules.check_size(revision.text, spoiler_text, terms.max_characters)
    sensitive = status.is_sensitive or bool(spoiler_text) if revision.is_sensitive is None else revision.is_sensitive
    composed = await composition.compose(tx, revision.text, terms)
    rules.check_length(revision.text, spoiler_text, terms.max_characters, addressees=composed.mentioned if status.in_reply_to_id else ())
    rules.check_has_reader(status.visibility, composed.mentioned)
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
    await _keep_version(tx, status)
    edited = msgspec.structs.replace(edited, edited_at=tx.now)
    changed = {name: getattr(edited, name) for name in ("text", "content", "spoiler_text", "is_sensitive", "language", "edited_at")}
    await tx.run(sa.update(statuses).where(statuses.c.id == status.id).values(changed))
    await composition.keep_instead(tx, status.id, composed)
    await tx.emit(StatusEdited(status.id, author.id, status.visibility))
    return edited


async def _keep_version(tx: Tx, status: Status) -> None:
    version = {
        "status_id": status.id,
        "created_at": status.edited_at or status.created_at,
        "text": status.text,
        "content": status.content,
        "spoiler_text": status.spoiler_text,
        "is_sensitive": status.is_sensitive,
    }
    await tx.run(insert_or_ignore(status_edits), version)
