"""Meetings and coffees, entities of our own."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.api.entities.account import Account, account
from gazouillis.api.entities.moments import moment
from gazouillis.api.entities.place import NamedPlace, named_place
from gazouillis.places.meetings import models


class People(msgspec.Struct, frozen=True):
    coming: list[Account]
    waiting: list[Account]
    maybe: list[Account]


class Meeting(msgspec.Struct, frozen=True):
    """As the caller sees it. `account` is the organizer; of a coffee, the other of the two."""

    id: str
    kind: str
    state: str
    title: str
    about: str
    place: NamedPlace
    spot: str
    starts_at: str
    ends_at: str
    time_zone: str
    seats: int | None
    coming_count: int
    waiting_count: int
    maybe_count: int
    account: Account
    own: bool
    answer: str | None
    waiting: bool
    asks_me: bool
    over: bool
    url: str
    ics_url: str
    people: People | UnsetType = UNSET
    audience: str | UnsetType = UNSET
    circle_id: str | UnsetType | None = UNSET


def meeting(base_url: str, one: models.ShownMeeting, people: models.People | None = None) -> Meeting:
    """`people`: told to who takes part, when one meeting is asked for."""
    about, counts = one.meeting, one.counts
    is_told = one.is_own and not about.is_coffee
    return Meeting(
        id=str(about.id),
        kind="coffee" if about.is_coffee else "meeting",
        state=_state(about),
        title=about.title,
        about=about.about,
        place=named_place(one.place),
        spot=one.spot,
        starts_at=moment(about.starts_at),
        ends_at=moment(about.ends_at),
        time_zone=about.zone,
        seats=about.seats,
        coming_count=counts.coming,
        waiting_count=counts.waiting,
        maybe_count=counts.maybe,
        account=account(base_url, one.account),
        own=one.is_own,
        answer=one.answer.value if one.answer else None,
        waiting=one.is_waiting,
        asks_me=one.waits_for_viewer and one.may_answer,
        over=one.is_over,
        url=f"{base_url}/meetings/{about.id}",
        ics_url=f"{base_url}/meetings/{about.id}.ics",
        people=_people(base_url, people) if people and one.takes_part and not about.is_coffee else UNSET,
        audience=about.audience.value if is_told else UNSET,
        circle_id=(None if about.circle_id is None else str(about.circle_id)) if is_told else UNSET,
    )


def _state(one: models.Meeting) -> str:
    if one.is_coffee and one.is_open:
        return "proposed"
    return {models.State.OPEN: "planned", models.State.AGREED: "agreed", models.State.DECLINED: "declined"}.get(one.state, "cancelled")


def _people(base_url: str, people: models.People) -> People:
    return People(
        [account(base_url, one) for one in people.coming],
        [account(base_url, one) for one in people.waiting],
        [account(base_url, one) for one in people.maybe],
    )
