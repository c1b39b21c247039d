"""What `village.toml` holds: people, and what they do and say, each at its time."""

from __future__ import annotations

from typing import Literal

import msgspec


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    display_name: str
    language: str
    location: str
    note: str
    fields: list[tuple[str, str]] = []
    is_bot: bool = False
    links_others: bool = False
    joins: str = ""
    """When they come, as `at` of a `Line`; empty: before the story."""
    lives_in: int = 0
    """A place of the gazetteer; 0: they do not say."""
    speaks: str = ""
    """Codes of languages."""


class Arrival(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a newcomer does on the pages of `/start`: tracks something, and follows people."""

    at: str
    by: str
    track: str
    follows: str


class Stayed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody announces a stay of so many days, which begins on the day of `at`, or so many days after it."""

    at: str
    by: str
    place: int
    days: int
    in_days: int = 0


class Thanked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The author of a status thanks everybody who took part in its thread."""

    at: str
    by: str
    about: str
    text: str
    lines: dict[str, str] = {}
    """What only this person reads, by name."""


class Met(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody plans a meeting for everyone, so many days after the day of `at`, and others come, perhaps.

    With `coffee_with`: a coffee, which is accepted unless `waits`.
    """

    at: str
    by: str
    place: int
    days: int
    time: str
    title: str = ""
    about: str = ""
    spot: str = ""
    seats: int | None = None
    coming: str = ""
    maybe: str = ""
    coffee_with: str = ""
    waits: bool = False


class Graph(msgspec.Struct, frozen=True):
    circles: list[str]
    follows: list[str]


class Photo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`drawing` is a name of `drawings.DRAWINGS`."""

    drawing: str
    description: str = ""
    focus: tuple[float, float] = (0.0, 0.0)


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A status. `key` is its name within the story, `to` the key of the status it replies to. `at` is explained at `_moment`."""

    at: str
    by: str
    text: str
    key: str = ""
    to: str = ""
    spoiler: str = ""
    visibility: Literal["public", "unlisted", "private", "direct"] = "public"
    photos: list[Photo] = []
    favourited_by: list[str] = []
    reblogged_by: list[str] = []
    edits: list[str] = []
    is_deleted: bool = False
    place: int = 0
    """A place of the gazetteer that it carries; 0: none."""
    via: str = ""
    """By which road its author came to what it answers, as in the parameter `via`."""
    is_offered: bool = False
    """Whether its author puts it where people can answer."""


class Acted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody favourites or reblogs the status with the key `about`, or follows its author from it; `via` as in a `Line`."""

    at: str
    by: str
    act: Literal["favourite", "reblog", "follow"]
    about: str
    via: str = ""


class Tracked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody tracks since the story begins."""

    by: str
    query: str


class Story(msgspec.Struct, frozen=True):
    people: list[Person]
    graph: Graph
    tracks: list[Tracked]
    statuses: list[Line]
    acts: list[Acted] = []
    arrivals: list[Arrival] = []
    stays: list[Stayed] = []
    thanks: list[Thanked] = []
    meetings: list[Met] = []
