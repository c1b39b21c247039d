"""Who took part in a thread, so that its author can thank them: those who replied, reblogged or favourited, as the author may see it.

Nobody is named who did it in private: what counts is for everybody, or has just the audience of the thanks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import protected, rules, viewers
from gazouillis.statuses.audience import who_can_see
from gazouillis.statuses.events import Reach
from gazouillis.statuses.models import Status, Visibility
from gazouillis.statuses.queries import LONGEST_THREAD
from gazouillis.statuses.tables import favourites, statuses, thanked, thanks
from gazouillis.statuses.thanks.models import MOST_AT_ONCE, Act, Participant, Participants

MOST_READ = 1_000
"""How many people are read of those who favourited, and of those who reblogged, the first. A second thanks finds the others."""

_conversation, _author, _circle = (sa.bindparam(name, type_=sa.BigInteger) for name in ("conversation", "author", "circle"))
_visibility = sa.bindparam("visibility", type_=sa.SmallInteger)
_reblog = statuses.alias("reblog")


def _is_nameable(one: Any) -> sa.ColumnElement[bool]:
    has_same_audience = sa.and_(one.c.visibility == _visibility, sa.func.coalesce(one.c.circle_id, 0) == _circle)
    return sa.or_(one.c.visibility <= int(Visibility.UNLISTED), has_same_audience)


_CONVERSATION = (
    sa.select(
        statuses.c.id,
        statuses.c.account_id,
        statuses.c.in_reply_to_id,
        statuses.c.visibility,
        sa.and_(statuses.c.deleted_at.is_(None), statuses.c.withheld_by.is_(None), _is_nameable(statuses)).label("counts"),
    )
    .where(statuses.c.conversation_id == _conversation, statuses.c.reblog_of_id.is_(None))
    .order_by(statuses.c.id)
    .limit(LONGEST_THREAD)
)
_is_own = sa.and_(
    statuses.c.conversation_id == _conversation,
    statuses.c.account_id == _author,
    statuses.c.reblog_of_id.is_(None),
    statuses.c.deleted_at.is_(None),
    _is_nameable(statuses),
)


def _first(who: sa.Column[Any], which: sa.Column[Any], joined: sa.FromClause, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Who did it first, each once, without those who are thanked already."""
    is_thanked = sa.exists().where(
        thanked.c.account_id == who,
        thanked.c.status_id == thanks.c.status_id,
        thanks.c.account_id == _author,
        thanks.c.conversation_id == _conversation,
    )
    found = sa.select(who).select_from(joined).where(_is_own, who != _author, ~is_thanked, *conditions)
    return found.group_by(who).order_by(sa.func.min(which)).limit(MOST_READ)


_FAVOURITING = _first(favourites.c.account_id, favourites.c.id, favourites.join(statuses, favourites.c.status_id == statuses.c.id))
_REBLOGGING = _first(
    _reblog.c.account_id,
    _reblog.c.id,
    statuses.join(_reblog, _reblog.c.reblog_of_id == statuses.c.id),
    _reblog.c.visibility <= int(Visibility.UNLISTED),
)
_among: sa.BindParameter[int] = sa.bindparam("among", expanding=True)
_FAVOURITING_AMONG = _FAVOURITING.where(favourites.c.account_id.in_(_among))
_REBLOGGING_AMONG = _REBLOGGING.where(_reblog.c.account_id.in_(_among))
_THANKED = (
    sa.select(thanked.c.account_id)
    .join(thanks, thanks.c.status_id == thanked.c.status_id)
    .where(thanks.c.account_id == _author, thanks.c.conversation_id == _conversation)
)


async def participants(reader: Reader, author: Account, about: Status, among: Collection[AccountId] | None = None) -> Participants:
    """Whom `author` can thank and has not thanked yet, in the order in which they took part: repliers first.

    `about`: the status from which the author thanks, or the thanks that there is; its audience is that of the thanks. `among`: only these.
    """
    if about.visibility is Visibility.DIRECT:
        return Participants()
    acts = await _acts(reader, author, about, among)
    met = await _without_hidden(reader, author, about, list(acts))
    shown = met if among is not None else met[:MOST_AT_ONCE]
    return Participants(tuple(Participant(one, tuple(acts[one.id])) for one in shown), has_more=len(met) > len(shown))


async def _acts(reader: Reader, author: Account, about: Status, among: Collection[AccountId] | None) -> Mapping[AccountId, Sequence[Act]]:
    thread = {"conversation": about.conversation_id, "author": author.id}
    values = {**thread, "visibility": int(about.visibility), "circle": about.circle_id or 0}
    done = set(await reader.values(_THANKED, thread))
    acts: dict[AccountId, list[Act]] = {}
    for one in await _replying(reader, author, values):
        if one not in done and (among is None or one in among):
            acts[one] = [Act.REPLIED]
    few = {} if among is None else {"among": list(among)}
    for act, every, some in ((Act.REBLOGGED, _REBLOGGING, _REBLOGGING_AMONG), (Act.FAVOURITED, _FAVOURITING, _FAVOURITING_AMONG)):
        for one in await reader.values(every if among is None else some, values | few):
            acts.setdefault(AccountId(one), []).append(act)
    return acts


async def _replying(reader: Reader, author: Account, values: Mapping[str, Any]) -> list[AccountId]:
    """Those who wrote below a status of the author, in a post that the author may see; each once, in their order."""
    below: set[int] = set()
    found: list[Row] = []
    for row in await reader.all(_CONVERSATION, values):
        if row.account_id == author.id:
            below.add(row.id)
        elif row.in_reply_to_id in below:
            below.add(row.id)
            found += [row] if row.counts else []
    limited = [StatusId(one.id) for one in found if one.visibility > Visibility.UNLISTED]
    seen = await _visible(reader, author, limited) if limited else set()
    return list(dict.fromkeys(AccountId(one.account_id) for one in found if one.visibility <= Visibility.UNLISTED or one.id in seen))


async def _visible(reader: Reader, viewer: Account, ids: Sequence[StatusId]) -> set[StatusId]:
    found = await cached_statuses.by_ids(reader, ids)
    hidden = await graph.blocks_and_mutes(reader, viewer.id)
    asked = await viewers.viewer_of(reader, viewer.id, hidden, found.values())
    writing = await accounts.by_ids(reader, {one.account_id for one in found.values()})
    return {one for one, each in found.items() if rules.can_see(each, writing[each.account_id], asked)}


async def _without_hidden(reader: Reader, author: Account, about: Status, ids: Sequence[AccountId]) -> list[Account]:
    """Without those with a block between them and the author, whom nobody sees, who cannot read the thanks, and whom the author protects.

    A person whom the author protects is never named where everybody reads it.
    """
    hidden = await graph.blocks_and_mutes(reader, author.id)
    known = await accounts.by_ids(reader, [one for one in ids if one not in hidden.blocked])
    met = [known[one] for one in ids if one in known and known[one].is_visible]
    if rules.is_for_everybody(about.visibility):
        return [one for one in met if await protected.named(reader, author, (one.acct, one.display_name)) is None]
    seeing = await who_can_see(reader, Reach(author.id, about.visibility, about.circle_id), [one.id for one in met])
    return [one for one in met if one.id in seeing]
