"""Command: vote in the poll of a status. Who chose what is told to nobody, not even to its author: only numbers are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.statuses import queries
from gazouillis.statuses.models import Status
from gazouillis.statuses.polls import queries as polls
from gazouillis.statuses.polls import rules
from gazouillis.statuses.polls.events import PollVoted
from gazouillis.statuses.polls.models import PollView, choices, chosen
from gazouillis.statuses.polls.store import lock_poll
from gazouillis.statuses.polls.tables import ballots, poll_options
from gazouillis.statuses.polls.tables import polls as polls_table

AT_ONCE = 100

_status, _account = (sa.bindparam(name, type_=sa.BigInteger) for name in ("status", "account"))
_by = sa.bindparam("by", type_=sa.Integer)
_INSERT = insert_or_ignore(ballots)
_CHOOSE = sa.update(ballots).where(ballots.c.status_id == _status, ballots.c.account_id == _account).values(choices=sa.bindparam("bits"))
_COUNT_VOTERS = sa.update(polls_table).where(polls_table.c.status_id == _status).values(voters_count=polls_table.c.voters_count + _by)
_COUNT_VOTES = (
    sa.update(poll_options)
    .where(poll_options.c.status_id == _status, poll_options.c.position == sa.bindparam("place", type_=sa.SmallInteger))
    .values(votes_count=poll_options.c.votes_count + _by)
)
_OF_ACCOUNT = sa.select(ballots.c.status_id, ballots.c.choices).where(ballots.c.account_id == _account).limit(AT_ONCE)


async def vote(tx: Tx, account: Account, status_id: StatusId, positions: Sequence[int]) -> Status:
    """In a poll with several choices, a second vote adds options. Returns the status, which is the original of a reblog.

    Raises NotFound when there is no poll that the account may see, Invalid when it may not vote so.
    """
    status = await queries.visible_original(tx, status_id, account.id)
    if not status.has_poll or await queries.gets_text_only(tx, status, account.id):
        raise queries.no_such_post()
    await lock_poll(tx, status.id)
    poll = (await polls.of_statuses(tx, [status.id])).get(status.id)
    if poll is None:
        raise queries.no_such_post()
    before = (await polls.choices(tx, account.id, [status.id]))[status.id]
    is_over = poll.expires_at is not None and poll.expires_at <= tx.now
    rules.check_vote(PollView(status.id, poll, is_over, before), positions, is_own=status.account_id == account.id)
    added = choices(positions)
    row = {"status_id": status.id, "account_id": account.id, "choices": added}
    if not await tx.run(_INSERT, row):
        await tx.run(_CHOOSE, {"status": status.id, "account": account.id, "bits": before | added})
    await _count(tx, status.id, chosen(added), 1, voters=0 if before else 1)
    await tx.emit(PollVoted(status.id, account.id))
    return status


async def erase(tx: Tx, account: Account) -> bool:
    """Takes back one batch of the votes of an account that is deleted. Returns whether there may be more."""
    found = await tx.all(_OF_ACCOUNT, {"account": account.id})
    for row in found:
        await _take_back(tx, account.id, StatusId(row.status_id), row.choices)
    return bool(found)


async def _take_back(tx: Tx, account_id: AccountId, status_id: StatusId, bits: int) -> None:
    await tx.run(sa.delete(ballots).where(ballots.c.status_id == status_id, ballots.c.account_id == account_id))
    if bits:
        await _count(tx, status_id, chosen(bits), -1, voters=-1)
        await tx.emit(PollVoted(status_id, account_id))


async def _count(tx: Tx, status_id: StatusId, positions: Iterable[int], by: int, *, voters: int) -> None:
    for one in positions:
        await tx.run(_COUNT_VOTES, {"status": status_id, "place": one, "by": by})
    if voters:
        await tx.run(_COUNT_VOTERS, {"status": status_id, "by": voters})
