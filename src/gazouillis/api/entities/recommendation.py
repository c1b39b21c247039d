from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Raw

from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.moments import moment
from gazouillis.encounters.recommendations import models
from gazouillis.infra.basics.ids import AccountId
from gazouillis.statuses import urls


class Source(msgspec.Struct, frozen=True):
    kind: Literal["status"]
    url: str


class Recommended(msgspec.Struct, frozen=True):
    account: Raw
    following: bool
    requested: bool


class Recommendation(msgspec.Struct, frozen=True):
    """Of our own. Described in `openapi.json`."""

    id: str
    created_at: str
    reason: str
    source: Source
    account: Raw
    status: Raw
    recommended: list[Recommended]
    names_me: bool


def recommendation(one: models.Recommendation, cache: JsonCache, viewer_id: AccountId, base_url: str) -> Recommendation:
    view = one.view
    return Recommendation(
        id=str(view.id),
        created_at=moment(view.status.created_at),
        reason=one.reason,
        source=Source("status", urls.page(base_url, view.status, view.account)),
        account=cache.account(view.account),
        status=cache.status(view, viewer_id),
        recommended=[Recommended(cache.account(each.account), each.relation.follows, each.relation.requested) for each in one.recommended],
        names_me=one.names_viewer,
    )
