"""How one account stands to another."""

from __future__ import annotations

from datetime import datetime

import msgspec

from gazouillis.infra.ids import AccountId


class Relation(msgspec.Struct, frozen=True):
    """How `viewer_id` stands to `account_id`. The zero value is a stranger's."""

    viewer_id: AccountId | None
    account_id: AccountId
    follows: bool = False
    is_followed: bool = False
    requested: bool = False
    is_requested: bool = False
    blocks: bool = False
    is_blocked: bool = False
    mutes: bool = False
    mutes_notifications: bool = False
    mute_expires_at: datetime | None = None
    shows_reblogs: bool = True
    notifies: bool = False

    @property
    def is_self(self) -> bool:
        return self.viewer_id == self.account_id
