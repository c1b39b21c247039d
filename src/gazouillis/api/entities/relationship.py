"""https://docs.joinmastodon.org/entities/Relationship/"""

from __future__ import annotations

import msgspec

from gazouillis.api.entities.moments import moment_or_none
from gazouillis.graph.models import Relation


class Relationship(msgspec.Struct, frozen=True):
    id: str
    following: bool
    showing_reblogs: bool
    notifying: bool
    followed_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muting_expires_at: str | None
    requested: bool
    requested_by: bool
    domain_blocking: bool
    endorsed: bool
    note: str
    languages: None = None
    limiting: bool = False
    """Of our own: what this account says to the caller waits."""


def relationship(one: Relation) -> Relationship:
    return Relationship(
        id=str(one.account_id),
        following=one.follows,
        showing_reblogs=(one.follows or one.requested) and one.shows_reblogs,
        notifying=one.notifies,
        followed_by=one.is_followed,
        blocking=one.blocks,
        blocked_by=one.is_blocked,
        muting=one.mutes,
        muting_notifications=one.mutes_notifications,
        muting_expires_at=moment_or_none(one.mute_expires_at),
        requested=one.requested,
        requested_by=one.is_requested,
        domain_blocking=one.blocks_domain,
        endorsed=one.endorses,
        note=one.note,
        limiting=one.limits,
    )
