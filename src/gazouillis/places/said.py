"""What is said of a place: the public statuses that carry it, and of a region and a country those that carry a place in it."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.places.models import Kind, Place
from gazouillis.statuses.tables import statuses

# Written with a literal 0, so that SQLite and PostgreSQL use the partial indexes `statuses_said_in_…`. Reblogs carry no place.
_PUBLIC = sa.select(statuses.c.id).where(statuses.c.visibility == sa.literal_column("0"), statuses.c.deleted_at.is_(None))
_of_place = sa.bindparam("place", type_=sa.BigInteger)
_SAID: Mapping[Kind, Listing] = {
    kind: Listing(_PUBLIC.where(carried), statuses.c.id)
    for kind, carried in (
        (Kind.TOWN, statuses.c.place_id == _of_place),
        (Kind.REGION, statuses.c.region_id == _of_place),
        (Kind.COUNTRY, statuses.c.country == sa.bindparam("country", type_=sa.String)),
    )
}


async def said(reader: Reader, place: Place, window: Window) -> Page[StatusId]:
    """The ids, newest first. `statuses.views` decides what a viewer may see of them."""
    of_place = {"country": place.country} if place.kind is Kind.COUNTRY else {"place": place.id}
    return await _SAID[place.kind].page(reader, window, **of_place)
