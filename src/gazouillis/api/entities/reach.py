"""Where the answers to a status came from: an entity of our own, for its author."""

from __future__ import annotations

import msgspec

from gazouillis.accounts import models as accounts
from gazouillis.api.entities.account import Account, account
from gazouillis.api.entities.moments import moment
from gazouillis.encounters.reach.models import Act, Provenance, RoadCount, Wave, WavePart


class Road(msgspec.Struct, frozen=True):
    """`at_most`: the count is rounded up. `account`: who reblogged it, if that may be told."""

    road: str
    account: Account | None
    count: int
    at_most: bool


class PartOfWave(msgspec.Struct, frozen=True):
    """`road` is `follow`, `reblog`, or `other` for all the rest."""

    road: str
    account: Account | None
    count: int


class WaveOfAnswers(msgspec.Struct, frozen=True):
    from_: str = msgspec.field(name="from")
    to: str
    count: int
    roads: list[PartOfWave]


class Reach(msgspec.Struct, frozen=True):
    status_id: str
    time_zone: str
    replies: int
    reblogs: int
    favourites: int
    follows: int
    roads: list[Road]
    waves: list[WaveOfAnswers]
    has_more: bool


def reach(base_url: str, found: Provenance, zone: str) -> Reach:
    return Reach(
        status_id=str(found.status.id),
        time_zone=zone,
        replies=found.counts[Act.REPLY],
        reblogs=found.counts[Act.REBLOG],
        favourites=found.counts[Act.FAVOURITE],
        follows=found.counts[Act.FOLLOW],
        roads=[_road(base_url, one) for one in found.roads],
        waves=[_wave(base_url, one) for one in found.waves],
        has_more=found.has_more,
    )


def _road(base_url: str, one: RoadCount) -> Road:
    return Road(one.road.word, _account(base_url, one.reblogger), one.count, one.is_at_most)


def _wave(base_url: str, one: Wave) -> WaveOfAnswers:
    return WaveOfAnswers(moment(one.begins_at), moment(one.ends_at), one.count, [_part(base_url, each) for each in one.parts])


def _part(base_url: str, one: WavePart) -> PartOfWave:
    return PartOfWave(one.road.word if one.road is not None else "other", _account(base_url, one.reblogger), one.count)


def _account(base_url: str, one: accounts.Account | None) -> Account | None:
    return account(base_url, one) if one else None
