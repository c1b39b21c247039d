"""Command: edit a status. Earlier versions stay readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import UNSET, UnsetType

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Forbidden
from gazouillis.infra.basics.ids import AttachmentId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.media import queries as media
from gazouillis.media.attach import attach, describe
from gazouillis.media.models import Attachment, Description
from gazouillis.statuses import composition, queries, recipients, rules, versions
from gazouillis.statuses.composition import Composition
from gazouillis.statuses.events import StatusEdited
from gazouillis.statuses.models import Area, CachedStatus, OnProtected, Status, Terms, Visibility
from gazouillis.statuses.narrow import narrow
from gazouillis.statuses.polls import rules as poll_rules
from gazouillis.statuses.polls import store as polls
from gazouillis.statuses.polls.models import Poll, PollDraft
from gazouillis.statuses.protected import Found, named, question_of_edit
from gazouillis.statuses.tables import statuses
from gazouillis.statuses.withhold import after_edit
from gazouillis.text.blank import unless_blank


class Revision(msgspec.Struct, frozen=True):
    """What an author may change in a status: its text and place, not its visibility."""

    text: str
    spoiler_text: str = ""
    is_sensitive: bool | None = None
    """None: sensitive if it was before or if there is a spoiler text."""
    language: str = ""
    attachment_ids: tuple[AttachmentId, ...] | None = None
    """None: it keeps those it has."""
    area: Area | UnsetType | None = UNSET
    """Of its place. None: it gets none. UNSET: it keeps the one it has."""
    on_protected: OnProtected = OnProtected.NARROW
    descriptions: Mapping[AttachmentId, Description] = {}
    """New texts and points of interest of its attachments, whether it had them before or not."""
    poll: PollDraft | UnsetType | None = UNSET
    """None: it gets none. UNSET: it keeps the one it has, as it is."""


async def edit(tx: Tx, author: Account, status_id: StatusId, revision: Revision, terms: Terms) -> Status:
    """Stores the version before as a `StatusEdit` and emits `StatusEdited`. An edit that changes nothing does neither.

    Raises Forbidden when the status is not the author's or an extract, Invalid when the text is refused.
    """
    status = await queries.visible(tx, status_id, author.id)
    if status.account_id != author.id or status.reblog_of_id:
        raise Forbidden(_("This post is not yours"))
    if status.is_extract:
        raise Forbidden(_("The words of an extract stay as they were agreed on: take it back instead"))
    shown = (await media.of_statuses(tx, [status.id])).get(status.id, ()) if status.attachments_count else ()
    asked = await polls.of_edited(tx, status.id) if status.has_poll or revision.poll else None
    attachments = await _attachments(tx, author, status.id, shown, revision)
    poll = _poll(tx, asked, revision, attachments)
    if not attachments:
        rules.check_not_blank(revision.text)
    spoiler_text = unless_blank(revision.spoiler_text)
    rules.check_size(revision.text, spoiler_text, terms.max_characters)
    sensitive = status.is_sensitive or bool(spoiler_text) if revision.is_sensitive is None else revision.is_sensitive
    composed = await composition.compose(tx, revision.text, terms)
    rules.check_length(revision.text, spoiler_text, terms.max_characters, addressees=composed.mentioned if status.in_reply_to_id else ())
    if status.visibility is Visibility.DIRECT:
        composed = msgspec.structs.replace(composed, mentioned=dict(await recipients.of_status(tx, status)))
    edited = msgspec.structs.replace(
        status,
        text=revision.text,
        content=composed.content,
        spoiler_text=spoiler_text,
        is_sensitive=sensitive,
        language=revision.language or status.language,
        attachments_count=len(attachments),
        has_poll=poll is not None,
        **_place(revision.area),
    )
    before, after = CachedStatus(status, attachments=shown, poll=asked), CachedStatus(edited, attachments=attachments, poll=poll)
    if before == after:
        return status
    protected = await _protected(tx, author, before, after, revision.on_protected)
    edited = await _write(tx, before, after, composed)
    if protected:
        return await narrow(tx, author, status.id, protected.audience.visibility, protected.audience.circle_id)
    return edited


async def _write(tx: Tx, before: CachedStatus, after: CachedStatus, composed: Composition) -> Status:
    """Keeps the version before."""
    status = before.status
    await versions.store(tx, status, before.attachments, before.poll)
    edited = msgspec.structs.replace(after.status, edited_at=tx.now)
    changed = {name: getattr(edited, name) for name in _CHANGING}
    await tx.run(sa.update(statuses).where(statuses.c.id == status.id).values(changed))
    await composition.replace(tx, status.id, composed)
    if after.poll != before.poll:
        await polls.replace(tx, status.id, before.poll, after.poll)
    edited = await after_edit(tx, before, msgspec.structs.replace(after, status=edited))
    await tx.emit(StatusEdited(status.id, status.account_id, status.visibility, edited.withheld_by))
    return edited


def _place(area: Area | UnsetType | None) -> dict[str, Any]:
    if area is UNSET:
        return {}
    return msgspec.structs.asdict(area) if area else dict.fromkeys(Area.__struct_fields__)


async def _protected(tx: Tx, author: Account, before: CachedStatus, after: CachedStatus, on_protected: OnProtected) -> Found | None:
    """A protected person whom this edit brings into a status for everybody, which then becomes narrower. Raises `NamesProtected` to ask."""
    if on_protected is OnProtected.PUBLISH or not rules.is_for_everybody(before.visibility):
        return None
    found = await named(tx, author, after.texts, before.texts)
    if found is not None and on_protected is OnProtected.ASK:
        raise question_of_edit(found)
    return found


async def _attachments(
    tx: Tx, author: Account, status_id: StatusId, shown: tuple[Attachment, ...], revision: Revision
) -> tuple[Attachment, ...]:
    """What the status shows after this revision."""
    after = shown if revision.attachment_ids is None else await attach(tx, author.id, status_id, revision.attachment_ids)
    return await describe(tx, after, revision.descriptions) if revision.descriptions else after


def _poll(tx: Tx, before: Poll | None, revision: Revision, attachments: tuple[Attachment, ...]) -> Poll | None:
    """What the status asks after this revision."""
    draft = revision.poll
    after = before if draft is UNSET else None if draft is None else poll_rules.checked(draft, tx.now, before)
    poll_rules.check_without_media(after, attachments)
    return after


_CHANGING = (
    "text",
    "content",
    "spoiler_text",
    "is_sensitive",
    "language",
    "edited_at",
    "attachments_count",
    "has_poll",
    *Area.__struct_fields__,
)
