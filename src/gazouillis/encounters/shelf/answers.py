"""How many newcomers are answered, and how many people begin to talk to each other: by week, for those who run the place.

Weeks begin on Monday, in UTC. Only numbers leave this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.encounters.shelf.tables import first_replies
from gazouillis.infra.basics.ids import SEQUENCE_BITS, first_id_at, moment_of
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_ignore
from gazouillis.statuses.events import StatusPublished
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.rules import is_for_everybody
from gazouillis.statuses.tables import statuses

WEEKS = 12
ANSWERED_WITHIN = timedelta(hours=24)
_DAY = int(ANSWERED_WITHIN.total_seconds() * 1000) << SEQUENCE_BITS
"""The distance between the ids of two statuses with so much time between them."""
_WEEK = timedelta(days=7)


class Week(msgspec.Struct, frozen=True):
    first: date
    """Its Monday."""
    first_posts: int
    """People who joined since the first of the weeks shown, and published their first public post in this one."""
    answered: int
    """Of these, how many had an answer of somebody else, not of a program, within 24 hours."""
    exchanges: int
    """Pairs of people who, in this week, had for the first time each answered the other."""

    @property
    def share(self) -> int | None:
        """Of first posts that were answered, in percent; None: there was none."""
        return round(100 * self.answered / self.first_posts) if self.first_posts else None


_since = sa.bindparam("since", type_=sa.BigInteger)
_post = statuses.alias("post")
_firsts = (
    sa.select(
        accounts.c.id.label("account_id"),
        sa.select(sa.func.min(_post.c.id))
        .where(_post.c.account_id == accounts.c.id, _post.c.visibility == Visibility.PUBLIC.value)
        .where(_post.c.reblog_of_id.is_(None), _post.c.in_reply_to_id.is_(None))
        .scalar_subquery()
        .label("status_id"),
    )
    .where(accounts.c.id >= _since, accounts.c.domain == "", accounts.c.is_bot.is_(False), accounts.c.statuses_count > 0)
    .subquery()
)
_replier = accounts.alias("replier")
_is_answered = sa.exists().where(
    statuses.c.conversation_id == _firsts.c.status_id,
    statuses.c.in_reply_to_id == _firsts.c.status_id,
    statuses.c.account_id != _firsts.c.account_id,
    statuses.c.withheld_by.is_(None),
    statuses.c.id <= _firsts.c.status_id + _DAY,
    _replier.c.id == statuses.c.account_id,
    _replier.c.is_bot.is_(False),
)
_FIRST_POSTS = sa.select(_firsts.c.status_id, sa.case((_is_answered, 1), else_=0).label("is_answered")).where(
    _firsts.c.status_id.is_not(None)
)
_back = first_replies.alias("back")
_EXCHANGES = (
    sa.select(first_replies.c.status_id)
    .join(_back, sa.and_(_back.c.account_id == first_replies.c.other_id, _back.c.other_id == first_replies.c.account_id))
    .where(first_replies.c.status_id >= _since, _back.c.status_id < first_replies.c.status_id)
)


async def by_week(reader: Reader) -> list[Week]:
    """The last twelve weeks, this one first. Call it with a reader of `Database.long_read`."""
    this = _monday(reader.now)
    since = this - (WEEKS - 1) * _WEEK
    parameters = {"since": first_id_at(datetime.combine(since, time(), UTC))}
    posts, answered = Counter[date](), Counter[date]()
    for row in await reader.all(_FIRST_POSTS, parameters):
        week = _monday(moment_of(row.status_id))
        posts[week] += 1
        answered[week] += row.is_answered
    exchanges = Counter(_monday(moment_of(one)) for one in await reader.values(_EXCHANGES, parameters))
    weeks = [this - number * _WEEK for number in range(WEEKS)]
    return [Week(one, posts[one], answered[one], exchanges[one]) for one in weeks]


async def on_statuses_published(tx: Tx, events: Sequence[StatusPublished]) -> None:
    """Writes down who answers whom for the first time, where everybody may read it."""
    rows = [
        {"account_id": one.account_id, "other_id": one.in_reply_to_account_id, "status_id": one.status_id}
        for one in events
        if one.in_reply_to_account_id not in {None, one.account_id} and is_for_everybody(one.visibility) and one.withheld_by is None
    ]
    if rows:
        await tx.run(insert_or_ignore(first_replies), rows)


def _monday(moment: datetime) -> date:
    day = moment.date()
    return day - timedelta(days=day.weekday())
