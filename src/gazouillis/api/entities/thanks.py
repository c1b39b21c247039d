"""Thanks for a thread, an entity of our own."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from msgspec import Raw

from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.infra.basics.ids import AccountId
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.thanks import models


class Thanked(msgspec.Struct, frozen=True):
    account: Raw
    line: str
    """Empty for everybody but its author and this person."""


class Participant(msgspec.Struct, frozen=True):
    account: Raw
    acts: list[str]


class Thanks(msgspec.Struct, frozen=True):
    status: Raw | None
    people: list[Thanked]
    participants: list[Participant]
    has_more_participants: bool


def thanks(
    cache: JsonCache, view: StatusView | None, people: Collection[models.Thanked], who: models.Participants, viewer_id: AccountId | None
) -> Thanks:
    return Thanks(
        status=cache.status(view, viewer_id) if view else None,
        people=[Thanked(cache.account(one.account), one.line) for one in people],
        participants=[Participant(cache.account(one.account), [act.value for act in one.acts]) for one in who.people],
        has_more_participants=who.has_more,
    )
