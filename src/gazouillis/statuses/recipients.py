"""Recipients of direct statuses, which are private messages: the accounts that each is for. They are stored as its mentions.

A text that answers a private message names people as any text does, but adds nobody to those who wrote and received that message.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import rules
from gazouillis.statuses.models import Draft, Status, Visibility
from gazouillis.statuses.tables import mentions

_MENTIONED = sa.select(mentions.c.account_id).where(mentions.c.status_id == sa.bindparam("status", type_=sa.BigInteger))


async def of_draft(
    reader: Reader, author: Account, draft: Draft, parent: Status | None, named: Mapping[str, Account]
) -> Mapping[str, Account]:
    """By handle, as in `Composition.mentioned`. `named`: the accounts that the text names. Raises Invalid."""
    if draft.recipient_ids is not None:
        return await _by_handle(reader, draft.recipient_ids)
    if parent is not None and parent.visibility is Visibility.DIRECT:
        return rules.named_in_conversation(named, await in_conversation_of(reader, parent), author.id)
    return named


async def of_status(reader: Reader, status: Status) -> Mapping[str, Account]:
    """Those that a direct status was published for: an edit changes its text, not whom it is for."""
    return await _by_handle(reader, tuple(await reader.values(_MENTIONED, {"status": status.id})))


async def in_conversation_of(reader: Reader, status: Status) -> frozenset[AccountId]:
    """The author and the recipients of a direct status."""
    return frozenset([status.account_id, *await reader.values(_MENTIONED, {"status": StatusId(status.id)})])


async def _by_handle(reader: Reader, ids: tuple[AccountId, ...]) -> Mapping[str, Account]:
    return {one.acct.lower(): one for one in (await accounts.by_ids(reader, ids)).values()}
