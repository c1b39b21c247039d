"""A place, an entity of our own. `id` is that of GeoNames: https://www.geonames.org/ (CC BY 4.0)."""

from __future__ import annotations

import msgspec

from gazouillis.places import models
from gazouillis.places.models import Names


class Region(msgspec.Struct, frozen=True):
    id: str
    names: Names


class Place(msgspec.Struct, frozen=True):
    """`kind` is town, region or country. The population of a region is the sum of its towns."""

    id: str
    kind: str
    country: str
    names: Names
    population: int
    latitude: float
    longitude: float
    time_zone: str
    region: Region | None


def place(one: models.Place) -> Place:
    region = Region(str(one.region.id), one.region.names) if one.region else None
    where = one.population, one.latitude, one.longitude, one.time_zone
    return Place(str(one.id), one.kind.name.lower(), one.country, one.names, *where, region)


class NamedPlace(msgspec.Struct, frozen=True):
    """A place where its names are enough."""

    id: str
    kind: str
    country: str
    names: Names


def named_place(one: models.Place) -> NamedPlace:
    return NamedPlace(str(one.id), one.kind.name.lower(), one.country, one.names)
