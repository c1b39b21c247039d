"""Which notifications their recipients want, by their boundaries and their list of unwanted words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.boundaries import Act
from gazouillis.accounts.models import Account
from gazouillis.graph.boundaries import may
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.models import Kind
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import mentions
from gazouillis.statuses.thanks import queries as thanks
from gazouillis.text.listed_words import first_found

NO_STATUS = StatusId(0)
SAID = frozenset({Kind.MENTION, Kind.UPDATE, Kind.TRACK, Kind.THANKS})
"""Kinds about what the sender wrote."""
_NAMING = frozenset({Kind.MENTION, Kind.THANKS})


class NewNotification(msgspec.Struct, frozen=True):
    """One to create, unless the recipient does not want it."""

    account_id: AccountId
    kind: Kind
    from_id: AccountId
    status_id: StatusId | None = None
    is_message: bool = False
    """Whether it is about a private message."""
    about_id: int | None = None
    """The meeting or the stay that it is about."""


Pair = tuple[NewNotification, Relation]
"""With the relation of the sender to the recipient."""


async def wanted(tx: Tx, drafts: Sequence[Pair], known: Mapping[AccountId, Account]) -> list[NewNotification]:
    """Makes no query for recipients who have chosen nothing."""
    unwanted = {*await _mentions_refused(tx, drafts, known), *await with_unwanted_words(tx, drafts, known)}
    return [one for one, _relation in drafts if one not in unwanted]


async def _mentions_refused(tx: Tx, drafts: Sequence[Pair], known: Mapping[AccountId, Account]) -> list[NewNotification]:
    """Mentions and thanks by people who may not mention the recipient, who did not speak to them first.

    Who may send private messages is apart.
    """
    refused = [
        one
        for one, relation in drafts
        if one.kind in _NAMING and not one.is_message and not may(Act.MENTION, known[one.account_id], relation)
    ]
    if not refused:
        return []
    status_ids = {one.status_id for one in refused if one.status_id}
    asked_for = await mentions.asked_for(tx, status_ids)
    if any(one.kind is Kind.THANKS for one in refused):
        asked_for |= await thanks.answered_first(tx, status_ids, {one.account_id for one in refused})
    return [one for one in refused if (one.account_id, one.status_id) not in asked_for]


async def with_unwanted_words(tx: Tx, drafts: Sequence[Pair], known: Mapping[AccountId, Account]) -> list[NewNotification]:
    """What people whom the recipient does not follow wrote, with a word that the recipient does not want."""
    asked = [
        one for one, relation in drafts if one.kind in SAID and known[one.account_id].boundaries.has_words and not relation.is_followed
    ]
    if not asked:
        return []
    users = await accounts.users_of(tx, {one.account_id for one in asked})
    written = await cached_statuses.by_ids(tx, {one.status_id for one in asked if one.status_id})
    texts = {status_id: one.texts for status_id, one in written.items()}
    lines = await thanks.lines_of(tx, {one.status_id for one in asked if one.status_id and one.kind is Kind.THANKS}, users)
    return [
        one
        for one in asked
        if one.account_id in users
        and first_found(
            users[one.account_id].preferences.unwanted_words,
            [*texts.get(one.status_id or NO_STATUS, ()), *lines.get((one.account_id, one.status_id), ())],
        )
    ]
