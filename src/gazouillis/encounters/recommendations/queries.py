"""Reads of recommendations, for one viewer: those of the people they follow, and one by its status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.encounters.recommendations.models import FollowSource, Recommendation, Recommended
from gazouillis.encounters.recommendations.tables import declined_recommendations
from gazouillis.graph import follow_batch
from gazouillis.graph import queries as graph
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId, first_id_at
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.tables import status_tags, statuses
from gazouillis.statuses.views import views
from gazouillis.text.entities import hashtag_key
from gazouillis.text.follow_friday import KEYS, reason

LISTED_FOR = timedelta(days=60)
"""Older recommendations are found by their status only: the list looks at no more rows than that."""

_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_other_tag = status_tags.alias("other_tag")
_first, _second = (sa.literal_column(f"'{one}'", sa.Text) for one in sorted(KEYS))
# A status with both hashtags has two rows: that of the second one counts only without the first.
_is_only_row = sa.or_(
    status_tags.c.tag == _first,
    ~sa.exists().where(_other_tag.c.tag == _first, _other_tag.c.status_id == status_tags.c.status_id),
)
_OF_FOLLOWED = Listing(
    sa.select(status_tags.c.status_id)
    .join(statuses, statuses.c.id == status_tags.c.status_id)
    .where(
        sa.or_(status_tags.c.tag == _first, status_tags.c.tag == _second),
        status_tags.c.status_id > sa.bindparam("oldest", type_=sa.BigInteger),
        _is_only_row,
        statuses.c.deleted_at.is_(None),
        sa.or_(
            statuses.c.account_id == _viewer,
            sa.exists().where(follows.c.follower_id == _viewer, follows.c.followed_id == statuses.c.account_id),
        ),
    ),
    status_tags.c.status_id,
)
_DECLINED = sa.select(declined_recommendations.c.status_id, declined_recommendations.c.account_id).where(
    declined_recommendations.c.status_id.in_(sa.bindparam("ids", expanding=True))
)


async def of_followed(reader: Reader, viewer_id: AccountId, window: Window) -> Page[StatusId]:
    """The ids of the recommendations of those whom the viewer follows, and of their own, newest first."""
    return await _OF_FOLLOWED.page(reader, window, viewer=viewer_id, oldest=first_id_at(reader.now - LISTED_FOR))


async def recommendations(reader: Reader, viewer_id: AccountId, ids: Sequence[StatusId]) -> list[Recommendation]:
    """In the order of the ids. Left out: what the viewer may not see, what is no recommendation, and one of which nobody is left."""
    seen = [one for one in await views(reader, ids, viewer_id, hides_muted=True) if is_recommendation(one)]
    found = await _all(reader, viewer_id, seen)
    return [one for one in found if one.recommended or one.names_viewer]


async def by_id(reader: Reader, viewer_id: AccountId, status_id: StatusId) -> Recommendation:
    """Raises NotFound for a status that is none, or that the viewer may not see."""
    seen = [one for one in await views(reader, [status_id], viewer_id) if is_recommendation(one)]
    if not seen:
        raise NotFound(_("There is no such recommendation"))
    return (await _all(reader, viewer_id, seen))[0]


def is_recommendation(view: StatusView) -> bool:
    """A private message recommends nobody, and a reblog is not a recommendation of its own."""
    is_told = view.reblog is None and view.status.visibility is not Visibility.DIRECT and not view.status.is_extract
    return is_told and bool(view.cached.mentions) and any(hashtag_key(one) in KEYS for one in view.cached.tags)


async def _all(reader: Reader, viewer_id: AccountId, seen: Sequence[StatusView]) -> list[Recommendation]:
    named = {one for view in seen for one in view.cached.mentioned_ids}
    known = await accounts.by_ids(reader, named)
    relations = await graph.relations(reader, viewer_id, named)
    ids = [one.status.id for one in seen]
    declined, batches = await _declined(reader, ids), await follow_batch.status_ids(reader, viewer_id, ids)
    found = []
    for view in seen:
        willing = [one for one in view.cached.mentioned_ids if one not in declined[view.status.id] and one != view.account.id]
        others = [Recommended(known[one], relations[one]) for one in willing if one != viewer_id]
        shown = tuple(one for one in others if one.account.is_visible and not one.relation.is_apart and not one.relation.mutes)
        text = "" if view.status.spoiler_text else reason(view.status.text)
        found.append(Recommendation(view, text, shown, viewer_id in willing, view.status.id in batches))
    return found


async def sources(reader: Reader, viewer_id: AccountId, followed_ids: Collection[AccountId]) -> dict[AccountId, FollowSource]:
    """By followed account, who recommended it to the viewer. A name that is gone, or with a block in between, is left out."""
    through = await follow_batch.through(reader, viewer_id, followed_ids)
    known = await accounts.by_ids(reader, {one.recommender_id for one in through.values()})
    hidden = await graph.blocks_and_mutes(reader, viewer_id)
    named = {one for one, account in known.items() if account.is_visible and one not in hidden.blocked}
    return {
        followed_id: FollowSource(known[batch.recommender_id], batch.created_at)
        for followed_id, batch in through.items()
        if batch.recommender_id in named
    }


async def _declined(reader: Reader, ids: Sequence[StatusId]) -> Mapping[StatusId, set[AccountId]]:
    declined: defaultdict[StatusId, set[AccountId]] = defaultdict(set)
    for row in await reader.all(_DECLINED, {"ids": list(ids)}) if ids else ():
        declined[StatusId(row.status_id)].add(AccountId(row.account_id))
    return declined
