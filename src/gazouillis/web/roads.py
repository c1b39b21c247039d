"""The roads by which people come to a status, in the links and forms of the pages: the parameter `via`."""

from __future__ import annotations

from collections.abc import Mapping

from gazouillis.accounts.models import Account
from gazouillis.encounters.reach import act
from gazouillis.encounters.reach.act import By
from gazouillis.encounters.reach.models import Road
from gazouillis.encounters.reach.rules import parse, written
from gazouillis.infra.database.transactions import Tx
from gazouillis.search.tracks.queries import is_hit_of
from gazouillis.statuses.models import Draft, StatusView, Terms
from gazouillis.statuses.publish import Published

_OF_PAGES: Mapping[str, Road] = {"tracks": Road.TRACK, "places": Road.TOWN, "recommendations": Road.FF}
"""By the first part of its path, the road that a list of statuses is."""


def by(fields: Mapping[str, str]) -> By:
    """Of the fields of a form."""
    return By(parse(fields.get("via", "")), is_hit_of)


async def publish(tx: Tx, author: Account, draft: Draft, terms: Terms, via: str) -> Published:
    """As `act.publish`, by the road that a form named."""
    return await act.publish(tx, author, draft, terms, By(parse(via), is_hit_of))


def asked(query: Mapping[str, str]) -> str:
    """The road that an address names, as the links and forms of its page name it again; empty when it says nothing."""
    return written(parse(query.get("via", "")))


def way_back(path: str, query: Mapping[str, str]) -> str:
    """Where somebody who signs in on a page goes on: there, when its address names a road; else empty, and they begin at home."""
    via = asked(query)
    return f"{path}?via={via}" if via else ""


def of_page(path: str) -> str:
    """The road that the entries of a page's list have."""
    road = _OF_PAGES.get(path.split("/", 2)[1]) if path.startswith("/") else None
    return road.word if road else ""


def of_entry(view: StatusView, page_road: str) -> str:
    """The road to an entry of a list: that of the page, or else the reblog that brought it there."""
    if page_road or view.reblog is None:
        return page_road
    return f"{Road.REBLOG.word}:{(view.rebloggers or (view.account,))[0].id}"


def from_status(view: StatusView, road: str) -> str:
    """For a follow of its author: from this status, and how one came to it."""
    return f"status:{view.id},{road}" if road else f"status:{view.id}"
