"""What is asked of a reader of the shelf, and where the authors live whose town this reader may know."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from gazouillis.accounts.models import Account, User
from gazouillis.encounters.shelf.models import Competence
from gazouillis.encounters.shelf.rules import base
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Reader
from gazouillis.places import queries as places
from gazouillis.places.models import Audience
from gazouillis.places.rules import can_see_residence
from gazouillis.places.tables import residences, stays

_viewer, _now = sa.bindparam("viewer", type_=sa.BigInteger), sa.bindparam("now", type_=Moment)
_PLACES = sa.union_all(
    sa.select(residences.c.place_id, residences.c.region_id).where(residences.c.account_id == _viewer),
    sa.select(stays.c.place_id, stays.c.region_id).where(stays.c.account_id == _viewer, stays.c.starts_at <= _now, stays.c.ends_at > _now),
)
_TOWNS = sa.select(residences.c.account_id, residences.c.place_id).where(
    residences.c.account_id.in_(sa.bindparam("ids", expanding=True)), residences.c.audience == Audience.EVERYONE.value
)


class _Told:
    """A residence that everybody may know: the rule asks no more of it."""

    audience, circle_id = Audience.EVERYONE, None

    def __init__(self, account_id: AccountId) -> None:
        self.account_id = account_id


async def helper(reader: Reader, user: User) -> Competence:
    """Where the reader lives and stays now, and which languages they read: those that they say they speak, else that of their pages."""
    rows = await reader.all(_PLACES, {"viewer": user.account_id, "now": reader.now})
    spoken = (await places.languages_of(reader, [user.account_id])).get(user.account_id, ())
    chosen = {*spoken, user.language, user.preferences.default_language} - {""}
    return Competence(frozenset(one for row in rows for one in row if one is not None), frozenset(map(base, chosen)))


async def towns_of(reader: Reader, authors: Mapping[AccountId, Account], relations: Mapping[AccountId, Relation]) -> dict[AccountId, int]:
    """By author, the place where they live, for those who tell everybody and let this reader know."""
    rows = await reader.all(_TOWNS, {"ids": _ids(authors)}) if authors else []
    return {
        row.account_id: row.place_id
        for row in rows
        if can_see_residence(_Told(row.account_id), authors[row.account_id], relations[row.account_id], reads_circle=False)
    }


def _ids(authors: Collection[AccountId]) -> list[AccountId]:
    return sorted(authors)
