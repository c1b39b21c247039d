"""Who may reply to a status: the one rule for pages, apps and what other servers send.

The rule looks at two statuses: the one that is answered, and the one that began its thread. The author of either may always reply.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import Message, _, counted
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import queries, rules
from gazouillis.statuses.models import ReplyPolicy, Status
from gazouillis.statuses.tables import statuses
from gazouillis.text.listed_words import first_found

CLOSED_BY_MODERATORS = _("The moderators have closed this conversation: nobody replies to it any more")
FROZEN = _("This conversation is closed: nobody replies to it any more")
ACCEPT_FIRST = _("Accept this reply before you answer it")
SHOW_FIRST = _("You have hidden this reply: show it again before you answer it")
_REFUSALS: Mapping[ReplyPolicy, Message] = {
    ReplyPolicy.FOLLOWERS: _("Only followers of @{acct} and those named may reply here"),
    ReplyPolicy.FOLLOWED: _("Only those whom @{acct} follows and those named may reply here"),
    ReplyPolicy.MUTUALS: _("Only followers of @{acct} whom @{acct} follows too and those named may reply here"),
    ReplyPolicy.NAMED: _("Only those whom @{acct} named may reply here"),
    ReplyPolicy.NOBODY: _("@{acct} wants no replies here"),
}
_NEWEST_REPLY = sa.select(sa.func.max(statuses.c.created_at, type_=Moment)).where(
    statuses.c.conversation_id == sa.bindparam("thread", type_=sa.BigInteger),
    statuses.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
    statuses.c.created_at > sa.bindparam("since", type_=Moment),
)


class Withheld(msgspec.Struct, frozen=True):
    """Whether a new reply is withheld: by whom, and with which branch; None: it begins its own."""

    by: AccountId | None = None
    top: StatusId | None = None
    is_awaiting: bool = False


SHOWN = Withheld()


async def check(reader: Reader, answered: Status, account_id: AccountId, texts: Collection[str]) -> Withheld:
    """Whether a reply by this account waits to be accepted. Raises Invalid, with the reason, when it may not reply at all.

    The account may see `answered`. `texts`: all that the reply says.
    """
    if (reason := await refusal(reader, answered, account_id)) is not None:
        raise Invalid(reason, field="in_reply_to_id", code="ERR_NOT_ALLOWED")
    if answered.withheld_by is not None:
        return Withheld(answered.withheld_by, answered.withheld_top, answered.is_awaiting)
    held_by = await holder(reader, answered, account_id, texts)
    return Withheld(held_by, is_awaiting=True) if held_by is not None else SHOWN


async def holder(
    reader: Reader, answered: Status, account_id: AccountId, texts: Collection[str], *, without: AccountId | None = None
) -> AccountId | None:
    """Who wants to accept a reply by this account first, among those who may hide it; `without` somebody whose account is deleted."""
    for one in await _who_may_hide(reader, answered, account_id):
        if one != without and await _holds(reader, one, answered, account_id, texts):
            return one
    return None


async def holder_of_word(
    reader: Reader, answered: Status, account_id: AccountId, texts: Collection[str], before: Collection[str] = ()
) -> AccountId | None:
    """The first of those who may hide a reply who does not want a word that it says, and that it did not say `before`."""
    for one in await _who_may_hide(reader, answered, account_id):
        if await _says_unwanted_word(reader, one, account_id, texts, before):
            return one
    return None


async def _who_may_hide(reader: Reader, answered: Status, account_id: AccountId) -> list[AccountId]:
    whose = dict.fromkeys([answered.account_id, await _who_began(reader, answered)])
    return [one for one in whose if one is not None and one != account_id]


async def _who_began(reader: Reader, answered: Status) -> AccountId | None:
    if answered.id == answered.conversation_id:
        return answered.account_id
    first = await queries.by_id(reader, answered.conversation_id)
    return first.account_id if first else None


async def _holds(reader: Reader, holder: AccountId, answered: Status, account_id: AccountId, texts: Collection[str]) -> bool:
    """Whether the holder limits this account, or does not follow it and it says a word that the holder does not want, or it is a stranger
    and the holder wants to accept the replies of strangers first.

    A stranger neither follows the holder nor is followed, and is not named in what is answered.
    """
    relation = await graph.relation(reader, holder, account_id)
    if relation.limits or await _says_unwanted_word(reader, holder, account_id, texts):
        return True
    user = await accounts.user(reader, holder)
    if user is None or not user.preferences.holds_strangers or relation.follows or relation.is_followed:
        return False
    return account_id not in (await queries.mentioned_in(reader, [answered.id])).get(answered.id, [])


async def _says_unwanted_word(
    reader: Reader, holder: AccountId, account_id: AccountId, texts: Collection[str], before: Collection[str] = ()
) -> bool:
    user = await accounts.user(reader, holder)
    if user is None or not user.preferences.unwanted_words or (await graph.relation(reader, holder, account_id)).follows:
        return False
    brought_in = [one for one in user.preferences.unwanted_words if first_found((one,), before) is None]
    return first_found(brought_in, texts) is not None


async def refusal(reader: Reader, answered: Status, account_id: AccountId) -> Message | None:
    """Why this account may not reply; None when it may."""
    if answered.withheld_by == account_id != answered.account_id:
        return ACCEPT_FIRST if answered.is_awaiting else SHOW_FIRST
    first = answered if answered.id == answered.conversation_id else await queries.by_id(reader, answered.conversation_id)
    if first is None:
        return await _refusal_by_policy(reader, answered, account_id)
    if (reason := await _refusal_by_thread(reader, first, account_id)) is not None:
        return reason
    if first.account_id == account_id:
        return await _refusal_by_policy(reader, answered, account_id)
    for one in (first, answered):
        if (reason := await _refusal_by_policy(reader, one, account_id)) is not None:
            return reason
    return None


async def _refusal_by_thread(reader: Reader, first: Status, account_id: AccountId) -> Message | None:
    """What the moderators chose holds for everybody, what its author chose for everybody else."""
    if first.is_closed_by_moderators:
        return CLOSED_BY_MODERATORS
    is_own = first.account_id == account_id
    if first.is_frozen and not is_own:
        return FROZEN
    minutes = first.moderated_slow_minutes if is_own else first.pace
    if minutes and await _replied_within(reader, first, account_id, minutes):
        return counted(
            "In this conversation, everybody may reply once in {count} minute",
            "In this conversation, everybody may reply once in {count} minutes",
            minutes,
        )
    return None


async def _refusal_by_policy(reader: Reader, status: Status, account_id: AccountId) -> Message | None:
    """Makes no query for a status that everybody may answer."""
    if status.reply_policy is ReplyPolicy.EVERYONE or status.deleted_at or status.account_id == account_id:
        return None
    relation = await graph.relation(reader, account_id, status.account_id)
    named = (await queries.mentioned_in(reader, [status.id])).get(status.id, [])
    flags = {"follows": relation.follows, "is_followed": relation.is_followed, "is_named": account_id in named}
    if rules.may_reply(status.reply_policy, **flags):
        return None
    author = await accounts.by_id(reader, status.account_id)
    return msgspec.structs.replace(_REFUSALS[status.reply_policy], values={"acct": author.acct if author else ""})


async def _replied_within(reader: Reader, first: Status, account_id: AccountId, minutes: int) -> bool:
    since = reader.now - timedelta(minutes=minutes)
    return await reader.value(_NEWEST_REPLY, {"thread": first.id, "account": account_id, "since": since}) is not None
