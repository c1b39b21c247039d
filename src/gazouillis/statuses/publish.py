"""Command: publish a status. An idempotency key makes a repeated request return the first one's status."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import counts
from gazouillis.accounts.models import Account
from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import CircleId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx
from gazouillis.media.attach import attach
from gazouillis.media.models import Attachment
from gazouillis.statuses import composition, idempotency, queries, recipients, replies, rules
from gazouillis.statuses.composition import Composition
from gazouillis.statuses.events import StatusPublished
from gazouillis.statuses.models import LIMITED, Draft, Status, Terms, Visibility
from gazouillis.statuses.polls import rules as poll_rules
from gazouillis.statuses.polls import store as polls
from gazouillis.statuses.protected import protecting
from gazouillis.statuses.tables import statuses
from gazouillis.text.blank import unless_blank

_INSERT = sa.insert(statuses)
_CHANGE_COUNT = {
    name: sa.update(statuses).where(statuses.c.id == sa.bindparam("status")).values({name: statuses.c[name] + sa.bindparam("by")})
    for name in ("replies_count", "reblogs_count", "favourites_count")
}


class Published(msgspec.Struct, frozen=True):
    """`composed` is None when an earlier request with the same idempotency key published it: it may have been edited since."""

    status: Status
    composed: Composition | None = None
    attachments: tuple[Attachment, ...] = ()


async def publish(tx: Tx, author: Account, draft: Draft, terms: Terms) -> Published:
    """Checks the draft, writes the status with its mentions and tags, and emits `StatusPublished`.

    With an idempotency key that is remembered, returns the status published then and writes nothing. Raises Invalid when the draft is
    refused, NotFound when the status it replies to is not visible to the author, and as `idempotency.already_published`.
    """
    if not draft.attachment_ids:
        rules.check_not_blank(draft.text)
    spoiler_text = unless_blank(draft.spoiler_text)
    rules.check_size(draft.text, spoiler_text, terms.max_characters)
    status_id = StatusId(tx.new_id())
    if draft.idempotency_key and (already := await idempotency.already_published(tx, author, draft.idempotency_key, status_id)):
        return Published(already)
    parent = await queries.visible_original(tx, draft.in_reply_to_id, author.id) if draft.in_reply_to_id else None
    composed = await composition.compose(tx, draft.text, terms)
    rules.check_length(draft.text, spoiler_text, terms.max_characters, addressees=composed.mentioned if parent else ())
    poll = poll_rules.checked(draft.poll, tx.now) if draft.poll else None
    poll_rules.check_without_media(poll, draft.attachment_ids)
    attachments = await attach(tx, author.id, status_id, draft.attachment_ids) if draft.attachment_ids else ()
    texts = (draft.text, spoiler_text, *(one.description for one in attachments), *(poll.titles if poll else ()))
    draft = await protecting(tx, author, draft, visibility_of(draft, parent), texts)
    visibility = visibility_of(draft, parent)
    is_private = visibility is Visibility.DIRECT
    withheld = await replies.check(tx, parent, author.id, texts) if parent and not is_private else replies.SHOWN
    if is_private:
        mentioned = await recipients.of_draft(tx, author, draft, parent, composed.mentioned)
        composed = msgspec.structs.replace(composed, mentioned=dict(mentioned))
        rules.check_conversation(author.id, composed.mentioned)
    rules.check_has_recipient(visibility, composed.mentioned)
    circle_id = await _circle(tx, author, draft, parent) if visibility is Visibility.CIRCLE else None
    repeats_id = await composition.source_of_typed_retweet(tx, draft.text, composed)
    checked = _Checked(parent, composed, visibility, spoiler_text, circle_id, repeats_id, withheld, len(attachments), poll is not None)
    status = _new_status(tx, status_id, author, draft, checked)
    await insert(tx, status)
    await composition.store(tx, status.id, composed)
    if poll is not None:
        await polls.insert(tx, status.id, poll)
    await tx.emit(_published(status))
    return Published(status, composed, attachments)


class Extract(msgspec.Struct, frozen=True):
    """An extract of a private conversation, ready to be published."""

    content: str
    text: str
    spoiler_text: str
    language: str
    visibility: Visibility
    quoted: tuple[Account, ...]
    """Who wrote the words, beside its author."""


class _Checked(msgspec.Struct, frozen=True):
    """What the checks of a draft found out about its status."""

    parent: Status | None
    composed: Composition
    visibility: Visibility
    spoiler_text: str
    circle_id: CircleId | None
    repeats_id: StatusId | None
    withheld: replies.Withheld
    attachments_count: int
    has_poll: bool = False


def _new_status(tx: Tx, status_id: StatusId, author: Account, draft: Draft, checked: _Checked) -> Status:
    """The row of the status, which is not written yet."""
    parent, composed, withheld = checked.parent, checked.composed, checked.withheld
    addressee_id = parent.account_id if parent else composed.addressee.id if composed.addressee else None
    return Status(
        id=status_id,
        account_id=author.id,
        text=draft.text,
        content=composed.content,
        spoiler_text=checked.spoiler_text,
        visibility=checked.visibility,
        circle_id=checked.circle_id,
        language=draft.language,
        is_sensitive=bool(checked.spoiler_text) if draft.is_sensitive is None else draft.is_sensitive,
        is_local=author.is_local,
        in_reply_to_id=parent.id if parent else None,
        in_reply_to_account_id=addressee_id,
        conversation_id=parent.conversation_id if parent else status_id,
        reblog_of_id=None,
        repeats_id=checked.repeats_id,
        uri="",
        url="",
        app_id=draft.app_id,
        created_at=tx.now,
        edited_at=None,
        deleted_at=None,
        replies_count=0,
        reblogs_count=0,
        favourites_count=0,
        reply_policy=draft.reply_policy,
        slow_minutes=0,
        is_frozen=False,
        moderated_slow_minutes=0,
        is_closed_by_moderators=False,
        withheld_by=withheld.by,
        withheld_top=withheld.top or (status_id if withheld.by else None),
        is_awaiting=withheld.is_awaiting,
        attachments_count=checked.attachments_count,
        place_id=draft.area.place_id if draft.area else None,
        region_id=draft.area.region_id if draft.area else None,
        country=draft.area.country if draft.area else None,
        thanked_count=draft.thanked_count,
        has_poll=checked.has_poll,
    )


def _published(status: Status) -> StatusPublished:
    return StatusPublished(
        status.id,
        status.account_id,
        status.visibility,
        status.in_reply_to_account_id,
        status.in_reply_to_id,
        status.circle_id,
        status.withheld_by,
    )


def visibility_of(draft: Draft, parent: Status | None) -> Visibility:
    """As chosen. An app that answers "mutuals" or a circle can only say `private`: it means the audience of what it answers."""
    chosen = draft.visibility if draft.visibility is not None else Visibility.PUBLIC
    if draft.is_mastodon_word and chosen is Visibility.PRIVATE and parent is not None and parent.visibility in LIMITED:
        return parent.visibility
    return chosen


async def _circle(tx: Tx, author: Account, draft: Draft, parent: Status | None) -> CircleId:
    """A circle of the author, or the one whose conversation they answer, which somebody else may own."""
    of_parent = parent.circle_id if parent else None
    chosen = draft.circle_id if draft.circle_id is not None and draft.visibility is Visibility.CIRCLE else of_parent
    if chosen is None:
        raise Invalid(_("Choose a circle"), field="circle_id", code="ERR_BLANK")
    if chosen != of_parent:
        await check_circle(tx, author, chosen)
    return chosen


async def check_circle(tx: Tx, author: Account, circle_id: CircleId) -> None:
    """Raises Invalid when the author has no such circle."""
    try:
        await circles.own(tx, author.id, circle_id)
    except NotFound as missing:
        raise Invalid(missing.public, field="circle_id", code="ERR_INCLUSION") from missing


async def publish_extract(tx: Tx, author: Account, extract: Extract) -> Status:
    """Publishes words of a private conversation as they are, after `conversations` has made sure that all who wrote them agree.

    Names and hashtags in them notify nobody and are in no timeline; only the other authors are mentioned.
    """
    status_id = StatusId(tx.new_id())
    composed = Composition(content=extract.content, mentioned={one.acct: one for one in extract.quoted}, tags={}, addressee=None)
    draft = Draft(text=extract.text, language=extract.language)
    checked = _Checked(None, composed, extract.visibility, extract.spoiler_text, None, None, replies.SHOWN, 0)
    status = msgspec.structs.replace(_new_status(tx, status_id, author, draft, checked), is_extract=True)
    await insert(tx, status)
    await composition.store(tx, status.id, composed)
    await tx.emit(_published(status))
    return status


async def insert(tx: Tx, status: Status) -> None:
    """Inserts the row and updates the counters: the author's statuses and the parent's replies."""
    await tx.put(_INSERT, msgspec.structs.asdict(status))
    if not rules.is_for_everybody(status.visibility):
        return
    if status.in_reply_to_id and status.withheld_top != status.id:
        await change_count(tx, status.in_reply_to_id, "replies_count", 1)
    await counts.add_status(tx, status.account_id, status.created_at)


async def change_count(tx: Tx, status_id: StatusId, column: str, by: int) -> None:
    await tx.run(_CHANGE_COUNT[column], {"status": status_id, "by": by})
