"""Places, what is found about them in a text, and what people say of them: who stays where and when, and who lives there."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum, StrEnum

import msgspec

from gazouillis.infra.basics.ids import AccountId, CircleId

NAMED_FR, NAMED_EN, NAMED_LOCAL = 1, 2, 4
"""In which languages a name is used. The bits are stored with each name."""
WORD_FR, WORD_EN, FIRST_NAME = 8, 16, 32
"""What else a name is: an ordinary word of a language, somebody's first name."""


class Kind(IntEnum):
    """How large a place is. The numbers are stored in the gazetteer."""

    TOWN = 0
    REGION = 1
    COUNTRY = 2


class Names(msgspec.Struct, frozen=True):
    """`local` is the one that the inhabitants write."""

    fr: str
    en: str
    local: str

    def in_language(self, language: str) -> str:
        """The name for a reader of this language: French, or English for all others."""
        return self.fr if language == "fr" else self.en


class Region(msgspec.Struct, frozen=True):
    """The region that a town is in."""

    id: int
    names: Names


class Place(msgspec.Struct, frozen=True):
    """A town, region or country. `id` is that of GeoNames, `country` the ISO code, `code` GeoNames' code of the region.

    The population of a region is the sum of its towns, its coordinates their centre. A country's coordinates are those of its capital.
    """

    id: int
    kind: Kind
    country: str
    code: str
    names: Names
    population: int
    latitude: float
    longitude: float
    time_zone: str
    region: Region | None = None


class Named(msgspec.Struct, frozen=True):
    """A place that bears a name, and the bits of that name (NAMED_FR, WORD_EN, …)."""

    place: Place
    flags: int


class Dates(msgspec.Struct, frozen=True):
    """The first and the last day, both included. None where the text names none."""

    first: date | None = None
    last: date | None = None


class Proposal(msgspec.Struct, frozen=True):
    """The stay that a text speaks of. Several places where it names several, or where a name may be that of two towns."""

    places: tuple[Place, ...]
    dates: Dates


class Audience(StrEnum):
    """Who sees a stay or a residence, from the widest to the narrowest. It is asked at each read."""

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    MUTUALS = "mutuals"
    CIRCLE = "circle"
    NOBODY = "nobody"
    """Nobody until the person has left; a stay that is over is seen by nobody in any case."""


class Stay(msgspec.Struct, frozen=True):
    """Somebody is in a place from the first day to the last, both included."""

    id: int
    account_id: AccountId
    place_id: int
    first: date
    last: date
    starts_at: datetime
    """When the first day begins in the time zone of the place."""
    ends_at: datetime
    """When the last day is over there."""
    audience: Audience
    circle_id: CircleId | None = None

    @property
    def is_long(self) -> bool:
        """Whether it takes more than one day."""
        return self.first != self.last


class StayDraft(msgspec.Struct, frozen=True):
    """What somebody asks to announce; the commands check it."""

    place_id: int
    first: date
    last: date
    audience: str
    circle_id: CircleId | None = None


class Residence(msgspec.Struct, frozen=True):
    """Where somebody lives."""

    account_id: AccountId
    place_id: int
    audience: Audience
    circle_id: CircleId | None = None
    hears: bool = False
    """Whether they asked to hear once when somebody they know of announces a stay there."""


class ResidenceDraft(msgspec.Struct, frozen=True):
    place_id: int
    audience: str
    circle_id: CircleId | None = None
    hears: bool = False
