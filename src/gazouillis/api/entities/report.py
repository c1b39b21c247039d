"""https://docs.joinmastodon.org/entities/Report/"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, UnsetType

from gazouillis.accounts.models import Account
from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.moments import moment
from gazouillis.moderation import models


class Report(msgspec.Struct, frozen=True):
    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool
    created_at: str
    status_ids: list[str]
    rule_ids: list[str] | None
    target_account: Raw
    outcome: str | UnsetType = UNSET
    """Of our own, of a resolved report: `acted` or `no_action`."""


def report(json_cache: JsonCache, one: models.Report, account: Account, rule_ids: list[str] | None = None) -> Report:
    """`rule_ids` are known only when the report is made: later, rules may have other numbers."""
    return Report(
        id=str(one.id),
        action_taken=one.resolved_at is not None,
        action_taken_at=moment(one.resolved_at) if one.resolved_at else None,
        category=one.category.value,
        comment=one.comment,
        forwarded=False,
        created_at=moment(one.created_at),
        status_ids=[str(status_id) for status_id in one.status_ids],
        rule_ids=rule_ids,
        target_account=json_cache.account(account),
        outcome=one.outcome.value if one.outcome else UNSET,
    )
