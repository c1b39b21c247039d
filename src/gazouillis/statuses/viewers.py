"""Loads what `rules.can_see` asks of a viewer: the edges of the graph between the viewer and the authors of some statuses.

A page of statuses for everybody needs none, so it makes no query.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from gazouillis.graph import circles
from gazouillis.graph import queries as graph
from gazouillis.graph.models import BlocksAndMutes
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import rules
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import statuses

_FOR_FOLLOWERS = frozenset({Visibility.PRIVATE, Visibility.MUTUALS})


async def viewer_of(
    reader: Reader, viewer_id: AccountId | None, hidden: BlocksAndMutes, asked: Collection[rules.HasVisibility]
) -> rules.Viewer:
    """The viewer, as far as these statuses need it. `hidden`: the blocks of the viewer."""
    if viewer_id is None:
        return rules.Viewer(None)
    limited = [one for one in asked if one.visibility > Visibility.UNLISTED and one.account_id != viewer_id]
    if not limited:
        return rules.Viewer(viewer_id, hidden.blocked)
    authors = {one.account_id for one in limited if one.visibility in _FOR_FOLLOWERS}
    mutuals = {one.account_id for one in limited if one.visibility is Visibility.MUTUALS}
    circle_ids = {one.circle_id for one in limited if one.circle_id is not None}
    return rules.Viewer(
        viewer_id,
        hidden.blocked,
        await graph.followed_among(reader, viewer_id, authors) if authors else (),
        await graph.followers_among(reader, viewer_id, mutuals) if mutuals else (),
        await circles.readable_among(reader, viewer_id, circle_ids) if circle_ids else (),
    )


async def viewers_of(reader: Reader, status: rules.HasVisibility, ids: Collection[AccountId]) -> list[rules.Viewer]:
    """Many viewers, as far as this one status needs them, in a fixed number of queries. Blocks are left to the caller."""
    author_id, circle_id = status.account_id, status.circle_id
    following = await graph.followers_among(reader, author_id, ids) if status.visibility in _FOR_FOLLOWERS and ids else ()
    followed = await graph.followed_among(reader, author_id, ids) if status.visibility is Visibility.MUTUALS and ids else ()
    reading = await circles.readers_among(reader, circle_id, ids) if circle_id is not None and ids else ()
    of_author = (author_id,)
    return [
        rules.Viewer(
            one,
            (),
            of_author if one in following else (),
            of_author if one in followed else (),
            (circle_id,) if circle_id is not None and one in reading else (),
        )
        for one in ids
    ]


def reaches(viewer: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """SQL condition on `statuses`: the same as `rules.can_see` for followers of the author, without what is for mentioned accounts.

    Most rows are decided by the first comparison.
    """
    status = statuses.c
    is_followed = sa.exists().where(follows.c.follower_id == status.account_id, follows.c.followed_id == viewer)
    return sa.or_(
        status.visibility < int(Visibility.DIRECT),
        sa.and_(status.visibility == int(Visibility.MUTUALS), is_followed),
        sa.and_(status.visibility == int(Visibility.CIRCLE), circles.is_read_by(status.circle_id, viewer)),
    )
