"""Reads of stays and residences: one's own, and those that others may see, by place. Whether a stay is over is asked at each read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.graph import circles
from gazouillis.graph import queries as graph
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, CircleId, id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.places import gazetteer
from gazouillis.places.audience import NOW, VIEWER, is_in, shown_to_viewer
from gazouillis.places.models import Audience, Kind, Place, Residence, Stay
from gazouillis.places.rules import HasAudience, can_see_residence, can_see_stay
from gazouillis.places.tables import residences, spoken_languages, stays

LARGEST_PAGE = 40
MOST_BATCHES = 5
"""Of residents, for one page: when all of so many are hidden, those after them are not looked for."""
_BATCH = 200
"""Residents that are read for one page: of some, `Act.TOWN` hides the town, which SQL cannot tell."""


class ShownStay(msgspec.Struct, frozen=True):
    stay: Stay
    account: Account
    place: Place
    languages: tuple[str, ...] = ()


class Resident(msgspec.Struct, frozen=True):
    residence: Residence
    account: Account
    place: Place
    languages: tuple[str, ...] = ()


class Position(msgspec.Struct, frozen=True):
    """Where a page of stays ends: they are sorted by their first day, then by id."""

    first: int
    id: int

    def __str__(self) -> str:
        return f"{self.first}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> Position | None:
        """Where the page begins that follows the one whose `next` was this text; the first page for an empty one. None: it is none."""
        first, _dash, identifier = text.partition("-")
        numbers = id_or_none(first), id_or_none(identifier)
        if not text:
            return START
        return None if numbers[0] is None or numbers[1] is None else cls(min(numbers[0], date.max.toordinal()), numbers[1])


START = Position(0, 0)


class StaysPage(msgspec.Struct, frozen=True):
    stays: list[ShownStay]
    next: Position | None
    """Where the following page begins; None: this is the last."""


class ResidentsPage(msgspec.Struct, frozen=True):
    residents: list[Resident]
    next: int | None
    """After which account the following page begins; None: this is the last."""


_STAY = tuple(stays.c[name] for name in Stay.__struct_fields__)
_RESIDENCE = tuple(residences.c[name] for name in Residence.__struct_fields__)
_account = sa.bindparam("account", type_=sa.BigInteger)
_language = sa.bindparam("language", type_=sa.String)
_limit = sa.bindparam("limit", type_=sa.Integer)
_is_not_over = stays.c.ends_at > NOW
_first = sa.type_coerce(stays.c.first, sa.Integer)

_OWN = sa.select(*_STAY).where(stays.c.account_id == _account, _is_not_over).order_by(stays.c.first, stays.c.id)
_BY_IDS = sa.select(*_STAY).where(stays.c.id.in_(sa.bindparam("ids", expanding=True)))
_ALL_OWN = sa.select(*_STAY).where(stays.c.account_id == _account).order_by(stays.c.first, stays.c.id)
_RESIDENCE_OF = sa.select(*_RESIDENCE).where(residences.c.account_id == _account)
_SPOKEN = (
    sa.select(spoken_languages.c.account_id, spoken_languages.c.language)
    .where(spoken_languages.c.account_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(spoken_languages.c.language)
)


def _speaks(owner: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Without a language, everybody is meant."""
    speaks = sa.exists().where(spoken_languages.c.account_id == owner, spoken_languages.c.language == _language)
    return sa.or_(_language == "", speaks)


def _stays_in(kind: Kind, *, is_here: bool) -> sa.Select[Any]:
    after = sa.tuple_(sa.bindparam("first", type_=sa.Integer), sa.bindparam("id", type_=sa.BigInteger))
    has_begun = stays.c.starts_at <= NOW
    return (
        sa.select(*_STAY)
        .where(is_in(stays, kind), _is_not_over, has_begun if is_here else ~has_begun, shown_to_viewer(stays), _speaks(stays.c.account_id))
        .where(sa.tuple_(_first, stays.c.id) > after)
        .order_by(stays.c.first, stays.c.id)
        .limit(_limit)
    )


def _residents_of(kind: Kind) -> sa.Select[Any]:
    """Without those whose stay elsewhere in the same region or country the viewer sees on the same page: "in Lyon until Sunday" beside
    "lives in Nantes" tells of an empty house.
    """
    is_away = sa.exists().where(
        stays.c.account_id == residences.c.account_id,
        stays.c.place_id != residences.c.place_id,
        is_in(stays, kind),
        _is_not_over,
        shown_to_viewer(stays),
    )
    return (
        sa.select(*_RESIDENCE)
        .where(is_in(residences, kind), shown_to_viewer(residences), _speaks(residences.c.account_id))
        .where(sa.or_(residences.c.account_id == VIEWER, ~is_away), residences.c.account_id > sa.bindparam("id", type_=sa.BigInteger))
        .order_by(residences.c.account_id)
        .limit(_limit)
    )


_HERE: Mapping[Kind, sa.Select[Any]] = {kind: _stays_in(kind, is_here=True) for kind in Kind}
_COMING: Mapping[Kind, sa.Select[Any]] = {kind: _stays_in(kind, is_here=False) for kind in Kind}
_RESIDENTS: Mapping[Kind, sa.Select[Any]] = {kind: _residents_of(kind) for kind in Kind}


async def own_stays(reader: Reader, account_id: AccountId) -> list[Stay]:
    """The running and coming ones, in order of their first days; there are at most `announce.MOST_STAYS`."""
    return [_stay(row) for row in await reader.all(_OWN, {"account": account_id, "now": reader.now})]


async def own_stay(reader: Reader, account_id: AccountId, stay_id: int) -> Stay:
    """Raises NotFound when there is none, and with the same words when it is over or somebody else's."""
    for one in await own_stays(reader, account_id):
        if one.id == stay_id:
            return one
    raise _no_stay()


async def all_own_stays(reader: Reader, account_id: AccountId) -> list[Stay]:
    """Those too that are over and not yet deleted, for the account itself."""
    return [_stay(row) for row in await reader.all(_ALL_OWN, {"account": account_id})]


async def by_ids(reader: Reader, ids: Sequence[int]) -> list[Stay]:
    """In the order of the ids, whoever may see them: see `shown`."""
    found = {row.id: _stay(row) for row in await reader.all(_BY_IDS, {"ids": list(ids)})} if ids else {}
    return [found[one] for one in ids if one in found]


async def stay(reader: Reader, viewer_id: AccountId | None, stay_id: int) -> ShownStay:
    """Raises NotFound with the same words when there is none, when it is over, and when the viewer may not see it."""
    found = await shown(reader, viewer_id, await by_ids(reader, [stay_id]))
    if not found:
        raise _no_stay()
    return found[0]


async def here(reader: Reader, viewer_id: AccountId | None, place: Place, *, language: str, limit: int, after: Position) -> StaysPage:
    """The stays in this place that run now and that the viewer may see."""
    return await _stays_page(reader, _HERE[place.kind], viewer_id, place, language, limit, after)


async def coming(reader: Reader, viewer_id: AccountId | None, place: Place, *, language: str, limit: int, after: Position) -> StaysPage:
    """The stays in this place that have not begun, the next one first."""
    return await _stays_page(reader, _COMING[place.kind], viewer_id, place, language, limit, after)


async def residents(reader: Reader, viewer_id: AccountId | None, place: Place, *, language: str, limit: int, after: int) -> ResidentsPage:
    """Who lives there, among those who let the viewer know. The cursor is one of them, never somebody hidden."""
    parameters, visible = _parameters(reader, viewer_id, place, language), list[Resident]()
    for _batch in range(MOST_BATCHES):
        rows = await reader.all(_RESIDENTS[place.kind], parameters | {"id": after, "limit": _BATCH})
        found = [_residence(row) for row in rows]
        visible += await _visible_residents(reader, viewer_id, found)
        if len(found) < _BATCH or len(visible) > limit:
            break
        after = found[-1].account_id
    return ResidentsPage(visible[:limit], visible[limit - 1].account.id if len(visible) > limit else None)


async def residence(reader: Reader, account_id: AccountId) -> Residence | None:
    """Where the account lives, for itself."""
    row = await reader.one(_RESIDENCE_OF, {"account": account_id})
    return _residence(row) if row else None


async def languages_of(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, tuple[str, ...]]:
    """By account, the codes of the languages that it says it speaks; accounts that say nothing are left out."""
    spoken = defaultdict[AccountId, list[str]](list)
    for row in await reader.all(_SPOKEN, {"ids": list(ids)}) if ids else []:
        spoken[AccountId(row.account_id)].append(row.language)
    return {one: tuple(languages) for one, languages in spoken.items()}


async def shown(reader: Reader, viewer_id: AccountId | None, found: Sequence[Stay]) -> list[ShownStay]:
    """Those of these stays that the viewer may see now, in the same order."""
    owners, relations, readable = await _standing(reader, viewer_id, found)
    places = {one.id: one for one in gazetteer.by_ids(list({one.place_id for one in found}))}
    spoken = await languages_of(reader, owners)
    return [
        ShownStay(one, owners[one.account_id], places[one.place_id], spoken.get(one.account_id, ()))
        for one in found
        if one.account_id in owners
        and one.place_id in places
        and can_see_stay(
            one,
            owners[one.account_id],
            relations[one.account_id],
            is_over=reader.has_come(one.ends_at),
            reads_circle=one.circle_id in readable,
        )
    ]


async def who_may_see(reader: Reader, stay: Stay, owner: Account, ids: Collection[AccountId]) -> set[AccountId]:
    """Those of these accounts who may see the stay now, whether they mute its owner or not."""
    relations = await graph.relations(reader, owner.id, ids)
    is_for_circle = stay.audience is Audience.CIRCLE and stay.circle_id is not None
    readers = await circles.readers_among(reader, stay.circle_id, ids) if is_for_circle and stay.circle_id is not None else set()
    is_over = reader.has_come(stay.ends_at)
    return {one for one in ids if can_see_stay(stay, owner, _reversed(relations[one]), is_over=is_over, reads_circle=one in readers)}


def _reversed(relation: Relation) -> Relation:
    """That of the other to the owner, but for mutes."""
    return msgspec.structs.replace(
        Relation(relation.account_id, relation.viewer_id or relation.account_id),
        follows=relation.is_followed,
        is_followed=relation.follows,
        blocks=relation.is_apart,
    )


async def _visible_residents(reader: Reader, viewer_id: AccountId | None, found: Sequence[Residence]) -> list[Resident]:
    owners, relations, readable = await _standing(reader, viewer_id, found)
    places = {one.id: one for one in gazetteer.by_ids(list({one.place_id for one in found}))}
    spoken = await languages_of(reader, owners)
    return [
        Resident(one, owners[one.account_id], places[one.place_id], spoken.get(one.account_id, ()))
        for one in found
        if one.account_id in owners
        and one.place_id in places
        and can_see_residence(one, owners[one.account_id], relations[one.account_id], reads_circle=one.circle_id in readable)
    ]


async def _standing(
    reader: Reader, viewer_id: AccountId | None, found: Sequence[HasAudience]
) -> tuple[dict[AccountId, Account], dict[AccountId, Relation], set[CircleId]]:
    """The owners by id, the viewer's relations with them, and which of the circles the viewer reads."""
    ids = {one.account_id for one in found}
    chosen = {one.circle_id for one in found if one.audience is Audience.CIRCLE and one.circle_id is not None}
    readable = await circles.readable_among(reader, viewer_id, chosen) if viewer_id is not None and chosen else set()
    return await accounts.by_ids(reader, ids), await graph.relations(reader, viewer_id, ids), readable


async def _stays_page(
    reader: Reader, statement: sa.Select[Any], viewer_id: AccountId | None, place: Place, language: str, limit: int, after: Position
) -> StaysPage:
    bounds = {"first": after.first, "id": after.id, "limit": limit + 1}
    rows = [_stay(row) for row in await reader.all(statement, _parameters(reader, viewer_id, place, language) | bounds)]
    page = rows[:limit]
    following = Position(page[-1].first.toordinal(), page[-1].id) if len(rows) > limit else None
    return StaysPage(await shown(reader, viewer_id, page), following)


def _parameters(reader: Reader, viewer_id: AccountId | None, place: Place, language: str) -> dict[str, Any]:
    of_place = {"country": place.country} if place.kind is Kind.COUNTRY else {"place": place.id}
    return {"viewer": viewer_id or 0, "now": reader.now, "language": language, **of_place}


def _stay(row: Row) -> Stay:
    values = dict(zip(Stay.__struct_fields__, row, strict=True))
    return Stay(**values | {"audience": Audience(values["audience"])})


def _residence(row: Row) -> Residence:
    values = dict(zip(Residence.__struct_fields__, row, strict=True))
    return Residence(**values | {"audience": Audience(values["audience"]), "hears": bool(values["hears"])})


def _no_stay() -> NotFound:
    return NotFound(_("There is no such stay"))
