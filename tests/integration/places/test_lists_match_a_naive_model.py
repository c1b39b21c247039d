"""Random people, follows, blocks, mutes, circles, stays and homes: what the API lists for each place equals what a naive model lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.places import gazetteer
from gazouillis.places.models import Kind, Place
from tests.support.clock import START
from tests.support.people import Person
from tests.support.random_stories import fresh_site, stories
from tests.support.stays import (
    APIA,
    AUVERGNE_RHONE_ALPES,
    BUDAPEST,
    FRANCE,
    LYON,
    NANTES,
    PAGO_PAGO,
    PLACES,
    STAYS,
    lives,
    stays,
)

NAMES = ("ada", "ben", "cleo", "dan")
TOWNS = (LYON, NANTES, BUDAPEST, APIA, PAGO_PAGO, FRANCE)
ASKED = (*TOWNS, AUVERGNE_RHONE_ALPES)
AUDIENCES = ("everyone", "followers", "mutuals", "circle", "nobody")
TODAY = START.date()


class Said(NamedTuple):
    """A stay, or a residence without days."""

    who: str
    where: str
    audience: str
    first: date = date.min
    last: date = date.max
    languages: tuple[str, ...] = ()


class Story(NamedTuple):
    follows: set[tuple[str, str]]
    blocks: set[tuple[str, str]]
    mutes: set[tuple[str, str]]
    members: set[tuple[str, str]]
    """(owner, who is in their circle)"""
    stays: list[Said]
    residences: list[Said]
    hours: int
    """How long after the announcements the lists are read."""


PAIRS = st.sampled_from([one for one in product(NAMES, NAMES) if one[0] != one[1]])
STAYS_SAID = st.builds(
    lambda who, where, audience, begins, days: Said(
        who, where, audience, TODAY + timedelta(days=begins), TODAY + timedelta(days=max(begins + days, 1))
    ),
    *(st.sampled_from(one) for one in (NAMES, TOWNS, AUDIENCES)),
    st.integers(-3, 4),
    st.integers(0, 4),
)
RESIDENCES_SAID = st.builds(
    lambda who, where, audience, languages: Said(who, where, audience, languages=languages),
    *(st.sampled_from(one) for one in (NAMES, TOWNS, AUDIENCES)),
    st.sampled_from([(), ("fr",), ("fr", "hu")]),
)
STORIES = st.builds(
    Story,
    follows=st.sets(PAIRS, min_size=2, max_size=10),
    blocks=st.sets(PAIRS, max_size=2),
    mutes=st.sets(PAIRS, max_size=2),
    members=st.sets(PAIRS, max_size=6),
    stays=st.lists(STAYS_SAID, min_size=3, max_size=12, unique_by=lambda one: one[:2] + one[3:]),
    residences=st.lists(RESIDENCES_SAID, max_size=4, unique_by=lambda one: one.who),
    hours=st.integers(0, 150),
)


class Model:
    """The rules in the simplest words. Who blocks somebody follows them no more, and they not them."""

    def __init__(self, story: Story, now: datetime) -> None:
        self.story, self.now = story, now
        self.apart = {*story.blocks, *((two, one) for one, two in story.blocks)}
        self.follows = story.follows - self.apart

    def sees(self, viewer: str, said: Said) -> bool:
        if said.who == viewer:
            return True
        if (viewer, said.who) in self.apart | self.story.mutes:
            return False
        follows, is_followed = (viewer, said.who) in self.follows, (said.who, viewer) in self.follows
        return {
            "everyone": True,
            "followers": follows,
            "mutuals": follows and is_followed,
            "circle": follows and (said.who, viewer) in self.story.members,
            "nobody": False,
        }[said.audience]

    def running(self, viewer: str, place: Place) -> list[tuple[Said, bool]]:
        """The stays in a place that are not over there, and whether they have begun."""
        found = []
        for one in self.story.stays:
            today = self.now.astimezone(ZoneInfo(_place(one.where).time_zone)).date()
            if is_within(_place(one.where), place) and self.sees(viewer, one) and today <= one.last:
                found.append((one, one.first <= today))
        return found

    def lists(self, viewer: str, place: Place) -> dict[str, list[object]]:
        running = self.running(viewer, place)
        here, coming = (sorted(_told(one) for one, has_begun in running if has_begun is wanted) for wanted in (True, False))
        return {"here": [*here], "coming": [*coming], "residents": [*self.residents(viewer, place)]}

    def residents(self, viewer: str, place: Place) -> list[str]:
        away = {(one.who, one.where) for one, _has_begun in self.running(viewer, place)}
        return sorted(
            one.who
            for one in self.story.residences
            if is_within(_place(one.where), place)
            and self.sees(viewer, one)
            and (one.who == viewer or not any(who == one.who and where != one.where for who, where in away))
        )


def is_within(place: Place, area: Place) -> bool:
    if area.kind is Kind.COUNTRY:
        return place.country == area.country
    return place.id == area.id or (place.region is not None and place.region.id == area.id)


@stories(few=3, many=30)
@given(story=STORIES)
async def test_each_viewer_finds_in_each_place_whom_the_model_lists(database_kind, story):
    note(story)
    async with fresh_site(database_kind) as running_site:
        people = {name: await running_site.person(name) for name in NAMES}
        await _tell(people, story)
        running_site.clock.now = START + timedelta(hours=story.hours)
        model = Model(story, running_site.clock.now.astimezone(UTC))
        clients = {"": running_site.client(), **{name: one.client for name, one in people.items()}}
        for (viewer, client), place_id, language in product(clients.items(), ASKED, ("", "fr")):
            page = (await client.get(f"{PLACES}/{place_id}", params={"language": language, "limit": 40})).json()
            expected = model.lists(viewer, _place(place_id))
            assert _listed(page) == _speaking(story, expected, language), (viewer, place_id, language)
        for name, client in clients.items():
            found = {one: (await client.get(f"{STAYS}/{id}")).status_code == 200 for one, id in _ids.items()}
            shown = {told for place_id in TOWNS for key in ("here", "coming") for told in model.lists(name, _place(place_id))[key]}
            assert {one for one, is_found in found.items() if is_found} == shown, name


async def _tell(people: dict[str, Person], story: Story) -> None:
    circles = {name: await one.has_circle() for name, one in people.items()}
    for owner, member in story.members:
        await people[owner].post(f"/api/v1/circles/{circles[owner]}/accounts", account_ids=[people[member].id])
    for one, other in story.follows:
        await people[one].follows(people[other])
    _ids.clear()
    for said in story.stays:
        options = {"audience": said.audience, "circle_id": circles[said.who] if said.audience == "circle" else None}
        _ids[_told(said)] = (await stays(people[said.who], said.where, said.first, said.last, **options))["id"]
    for said in story.residences:
        circle_id = circles[said.who] if said.audience == "circle" else None
        await lives(people[said.who], said.where, audience=said.audience, circle_id=circle_id, languages=said.languages)
    for one, other in story.mutes:
        await people[one].mutes(people[other])
    for one, other in story.blocks:
        await people[one].blocks(people[other])


_ids: dict[tuple[str, str, str, str], str] = {}


def _told(said: Said) -> tuple[str, str, str, str]:
    return said.who, said.where, str(said.first), str(said.last)


def _listed(page: dict) -> dict[str, list[object]]:
    told = {
        key: [(one["account"]["username"], one["place"]["id"], one["from"], one["to"]) for one in page[key]] for key in ("here", "coming")
    }
    return {
        **{key: sorted(found) for key, found in told.items()},
        "residents": sorted(one["account"]["username"] for one in page["residents"]),
    }


def _speaking(story: Story, lists: dict[str, list], language: str) -> dict[str, list[object]]:
    speakers = {one.who for one in story.residences if not language or language in one.languages}
    speakers |= set() if language else set(NAMES)
    return {key: [one for one in found if (one if isinstance(one, str) else one[0]) in speakers] for key, found in lists.items()}


def _place(place_id: str) -> Place:
    place = gazetteer.by_id(int(place_id))
    assert place is not None
    return place
