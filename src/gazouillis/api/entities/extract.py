"""An extract of a conversation, an entity of our own."""

from __future__ import annotations

import msgspec

from gazouillis.api.entities.moments import moment
from gazouillis.conversations import models


class Extract(msgspec.Struct, frozen=True):
    id: str
    conversation_id: str
    account_id: str
    """Who asks."""
    state: str
    visibility: str
    content: str
    """What is shown; empty when it was refused or taken back."""
    spoiler_text: str
    created_at: str
    message_ids: list[str]
    agreed_ids: list[str]
    awaited_ids: list[str]
    status_id: str | None


def extract(one: models.Extract) -> Extract:
    return Extract(
        id=str(one.id),
        conversation_id=str(one.conversation_id),
        account_id=str(one.asker_id),
        state=one.state.word,
        visibility=one.visibility.word,
        content=one.content,
        spoiler_text=one.spoiler_text,
        created_at=moment(one.created_at),
        message_ids=[str(each) for each in one.message_ids],
        agreed_ids=[str(each) for each in one.agreed_ids],
        awaited_ids=[str(each) for each in one.awaited_ids],
        status_id=str(one.status_id) if one.status_id and one.state is models.ExtractState.PUBLISHED else None,
    )
