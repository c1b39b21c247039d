"""Stays and residences, entities of our own."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.api.entities.account import Account, account
from gazouillis.api.entities.place import NamedPlace, named_place
from gazouillis.places import gazetteer, models
from gazouillis.places.queries import Resident, ShownStay


class Stay(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Its audience is told to its own account only; `circle_id` is null unless it is for a circle."""

    id: str
    place: NamedPlace
    first: date
    last: date
    account: Account | UnsetType = UNSET
    languages: tuple[str, ...] | UnsetType = UNSET
    audience: str | UnsetType = UNSET
    circle_id: str | UnsetType | None = UNSET


class ResidentAccount(msgspec.Struct, frozen=True):
    account: Account
    place: NamedPlace
    languages: tuple[str, ...]


class Residence(msgspec.Struct, frozen=True):
    """One's own. Without a place, all but the languages is null."""

    place: NamedPlace | None
    audience: str | None
    circle_id: str | None
    hears: bool
    languages: tuple[str, ...]


def own_stays(stays: list[models.Stay]) -> list[Stay]:
    places = {one.id: named_place(one) for one in gazetteer.by_ids(list({one.place_id for one in stays}))}
    return [
        Stay(
            id=str(one.id),
            place=places[one.place_id],
            first=one.first,
            last=one.last,
            audience=one.audience.value,
            circle_id=None if one.circle_id is None else str(one.circle_id),
        )
        for one in stays
        if one.place_id in places
    ]


def shown_stay(base_url: str, one: ShownStay) -> Stay:
    stay = one.stay
    return Stay(str(stay.id), named_place(one.place), stay.first, stay.last, account(base_url, one.account), one.languages)


def resident(base_url: str, one: Resident) -> ResidentAccount:
    return ResidentAccount(account(base_url, one.account), named_place(one.place), one.languages)


def residence(one: models.Residence | None, languages: tuple[str, ...]) -> Residence:
    place = gazetteer.by_id(one.place_id) if one else None
    if one is None or place is None:
        return Residence(None, None, None, hears=False, languages=languages)
    circle_id = None if one.circle_id is None else str(one.circle_id)
    return Residence(named_place(place), one.audience.value, circle_id, one.hears, languages)
