"""https://docs.joinmastodon.org/entities/ScheduledStatus/"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.api.entities.media_attachment import MediaAttachment
from gazouillis.api.entities.moments import moment
from gazouillis.statuses.models import LIMITED
from gazouillis.statuses.polls.models import PollDraft
from gazouillis.statuses.scheduled.models import ScheduledStatus as Scheduled


class PollParams(msgspec.Struct, frozen=True):
    options: tuple[str, ...]
    expires_in: int | None
    multiple: bool
    hide_totals: bool


class Params(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/ScheduledStatus/#params"""

    text: str
    visibility: str
    application_id: int
    in_reply_to_id: int | None
    media_ids: list[str] | None
    sensitive: bool | None
    spoiler_text: str | None
    language: str | None
    poll: PollParams | None
    idempotency: str | None
    scheduled_at: None = None
    with_rate_limit: bool = False
    audience: str | UnsetType = UNSET
    """Of our own: `mutuals` or `circle`, where `visibility` says `private`."""


class ScheduledStatus(msgspec.Struct, frozen=True):
    id: str
    scheduled_at: str
    params: Params
    media_attachments: list[MediaAttachment]
    failure: str | UnsetType = UNSET
    """Of our own: why it could not be published when it was due."""


def scheduled_status(one: Scheduled, attachments: list[MediaAttachment], failure: str) -> ScheduledStatus:
    return ScheduledStatus(str(one.id), moment(one.when.due_at), _params(one), attachments, failure or UNSET)


def _params(one: Scheduled) -> Params:
    draft = one.draft
    return Params(
        text=draft.text,
        visibility=draft.visibility.mastodon_word if draft.visibility is not None else "public",
        application_id=draft.app_id or 0,
        in_reply_to_id=draft.in_reply_to_id,
        media_ids=[str(each) for each in draft.attachment_ids] or None,
        sensitive=draft.is_sensitive,
        spoiler_text=draft.spoiler_text or None,
        language=draft.language or None,
        poll=_poll(draft.poll) if draft.poll else None,
        idempotency=draft.idempotency_key or None,
        audience=draft.visibility.word if draft.visibility in LIMITED else UNSET,
    )


def _poll(poll: PollDraft) -> PollParams:
    return PollParams(poll.options, poll.expires_in or None, poll.is_multiple, poll.hides_totals)
