"""https://docs.joinmastodon.org/entities/StatusEdit/"""

from __future__ import annotations

import msgspec

from gazouillis.api.entities.account import Account
from gazouillis.api.entities.moments import moment
from gazouillis.statuses import models


class StatusEdit(msgspec.Struct, frozen=True):
    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Account
    media_attachments: tuple[()] = ()
    emojis: tuple[()] = ()


def status_edit(version: models.StatusEdit, author: Account) -> StatusEdit:
    return StatusEdit(version.content, version.spoiler_text, version.is_sensitive, moment(version.created_at), author)
