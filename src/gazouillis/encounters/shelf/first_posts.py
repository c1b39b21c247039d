"""The first public posts of somebody with few followers enter the shelf by themselves, unless they do not want it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.encounters.shelf import rules
from gazouillis.encounters.shelf.models import FEW_FOLLOWERS, FIRST_POSTS, Kind
from gazouillis.encounters.shelf.tables import shelved_statuses
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_ignore
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.events import StatusPublished
from gazouillis.statuses.models import Status, Visibility
from gazouillis.statuses.tables import statuses

FEW_POSTS = 30
"""Whoever has more for everybody, answers among them, is not new: what they published first is not looked for."""

_public = (
    sa.select(
        statuses.c.id,
        sa.func.row_number().over(partition_by=statuses.c.account_id, order_by=statuses.c.id).label("place"),
    )
    .where(
        statuses.c.account_id.in_(sa.bindparam("ids", expanding=True)),
        statuses.c.visibility == Visibility.PUBLIC.value,
        statuses.c.reblog_of_id.is_(None),
        statuses.c.in_reply_to_id.is_(None),
    )
    .subquery()
)
# Deleted ones count: else whoever deletes what they say begins anew each time.
_FIRST = sa.select(_public.c.id).where(_public.c.place <= FIRST_POSTS)


async def on_statuses_published(tx: Tx, events: Sequence[StatusPublished]) -> None:
    asked = [one for one in events if one.visibility is Visibility.PUBLIC and one.in_reply_to_id is None]
    found = await cached_statuses.by_ids(tx, [one.status_id for one in asked])
    entering = await entering_by_themselves(tx, [one.status for one in found.values()])
    rows = [
        {"status_id": one.id, "account_id": one.account_id, "kind": Kind.FIRST_POST.value, "exposures": 0, "is_withdrawn": False}
        for one in entering
    ]
    if rows:
        await tx.run(insert_or_ignore(shelved_statuses), rows)


async def entering_by_themselves(reader: Reader, published: Collection[Status]) -> list[Status]:
    """Those of these new posts that are first ones of somebody new here. Makes no query for authors who are not."""
    posts = [one for one in published if rules.belongs(one, Kind.FIRST_POST)]
    authors = await accounts.by_ids(reader, {one.account_id for one in posts})
    newcomers = {one for one, account in authors.items() if is_newcomer(account)}
    if not newcomers:
        return []
    users = await accounts.users_of(reader, newcomers)
    willing = {one for one, user in users.items() if user.preferences.shelves_first_posts}
    first = await _first_posts(reader, willing)
    return [one for one in posts if one.id in first]


def is_newcomer(account: Account) -> bool:
    """Whether few read what they say. Not a program, nor somebody who does not want to be found by strangers."""
    is_person = account.is_local and account.is_visible and account.is_discoverable and not account.is_bot
    return is_person and account.followers_count <= FEW_FOLLOWERS and account.statuses_count <= FEW_POSTS


async def _first_posts(reader: Reader, account_ids: Collection[AccountId]) -> set[StatusId]:
    return set(await reader.values(_FIRST, {"ids": sorted(account_ids)})) if account_ids else set()
