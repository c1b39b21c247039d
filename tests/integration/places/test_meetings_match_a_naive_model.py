"""Random people, follows, blocks, mutes, circles, meetings and answers: what each sees, and who has a seat, equals a naive model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import Any, NamedTuple

from hypothesis import given, note
from hypothesis import strategies as st

from tests.support.clock import START
from tests.support.meetings import MEETINGS, plans, sees
from tests.support.people import Person
from tests.support.random_stories import fresh_site, stories
from tests.support.stays import FRANCE, LYON, PLACES

NAMES = ("ada", "ben", "cleo", "dan")
AUDIENCES = ("everyone", "followers", "mutuals", "circle")
WORDS = ("yes", "maybe", "no")


class Said(NamedTuple):
    who: str
    audience: str
    seats: int | None
    hours: int
    """From the beginning of the story to that of the meeting, which takes two."""


class Story(NamedTuple):
    follows: set[tuple[str, str]]
    members: set[tuple[str, str]]
    """(owner, who is in their circle)"""
    meetings: list[Said]
    answers: list[tuple[int, str, str]]
    """(number of the meeting, who, what)"""
    blocks: set[tuple[str, str]]
    mutes: set[tuple[str, str]]
    unfollows: set[tuple[str, str]]
    hours: int
    """How long after the answers is read."""


PAIRS = st.sampled_from([one for one in product(NAMES, NAMES) if one[0] != one[1]])
STORIES = st.builds(
    Story,
    follows=st.sets(PAIRS, min_size=4, max_size=12),
    members=st.sets(PAIRS, min_size=2, max_size=8),
    meetings=st.lists(
        st.builds(Said, *(st.sampled_from(one) for one in (NAMES, AUDIENCES, (None, 1, 2), (1, 30)))),
        min_size=1,
        max_size=4,
        unique_by=lambda one: (one.who, one.hours),
    ),
    answers=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(NAMES), st.sampled_from(WORDS)), min_size=4, max_size=16),
    blocks=st.sets(PAIRS, max_size=1),
    mutes=st.sets(PAIRS, max_size=2),
    unfollows=st.sets(PAIRS, max_size=3),
    hours=st.sampled_from((0, 5)),
)


class Model:
    """The rules in the simplest words: a list of those who say yes, cut where the seats end."""

    def __init__(self, story: Story) -> None:
        self.story, self.hours, self.follows = story, 0, {*story.follows}
        self.apart: set[tuple[str, str]] = set()
        self.mutes: set[tuple[str, str]] = set()
        self.lines: list[list[str]] = [[] for _one in story.meetings]
        self.maybe: list[set[str]] = [set() for _one in story.meetings]

    def belongs(self, viewer: str, said: Said) -> bool:
        if (viewer, said.who) in self.apart:
            return False
        follows, is_followed = (viewer, said.who) in self.follows, (said.who, viewer) in self.follows
        is_member = (said.who, viewer) in self.story.members
        return {"everyone": True, "followers": follows, "mutuals": follows and is_followed, "circle": follows and is_member}[said.audience]

    def takes_part(self, viewer: str, number: int) -> bool:
        return viewer in self.lines[number] or viewer in self.maybe[number]

    def sees(self, viewer: str, number: int) -> bool:
        said = self.story.meetings[number]
        if said.who == viewer:
            return True
        is_shown = self.takes_part(viewer, number) or not (self.is_over(said) or (viewer, said.who) in self.mutes)
        return self.belongs(viewer, said) and is_shown

    def is_over(self, said: Said) -> bool:
        return self.hours >= said.hours + 2

    def answer(self, viewer: str, number: int, word: str) -> bool:
        """Whether it is taken."""
        if not self.sees(viewer, number) or self.story.meetings[number].who == viewer:
            return False
        if not (word == "yes" and viewer in self.lines[number]):
            self.leave(viewer, number)
        if word == "yes" and viewer not in self.lines[number]:
            self.lines[number].append(viewer)
        if word == "maybe":
            self.maybe[number].add(viewer)
        return True

    def leave(self, viewer: str, number: int) -> None:
        self.lines[number] = [one for one in self.lines[number] if one != viewer]
        self.maybe[number].discard(viewer)

    def part(self) -> None:
        self.follows -= self.story.unfollows
        self.apart = {*self.story.blocks, *((two, one) for one, two in self.story.blocks)}
        self.follows -= self.apart
        self.mutes = self.story.mutes
        for number, said in enumerate(self.story.meetings):
            for name in NAMES:
                if not self.belongs(name, said):
                    self.leave(name, number)


@stories(few=3, many=40)
@given(story=STORIES)
async def test_each_sees_and_has_the_seat_that_the_model_says(database_kind, story):
    note(story)
    async with fresh_site(database_kind) as running_site:
        people = {name: await running_site.person(name) for name in NAMES}
        model, planned = Model(story), await _plan(people, story)
        for number, name, word in story.answers:
            if number < len(planned):
                response = await people[name].client.post(f"{MEETINGS}/{planned[number]['id']}/answer", json={"answer": word})
                assert (response.status_code == 200) is model.answer(name, number, word), (number, name, word)
        await _part(people, story)
        model.part()
        await running_site.run_until_idle()
        model.hours = story.hours
        running_site.clock.now = START + timedelta(hours=story.hours)
        for number, (name, person) in product(range(len(planned)), people.items()):
            seen = await sees(person, planned[number])
            assert (seen is not None) is model.sees(name, number), (number, name)
            if seen is not None:
                _compare(seen, model, number, name)
        for place, (name, person) in product((LYON, FRANCE), people.items()):
            page = (await person.client.get(f"{PLACES}/{place}")).json()
            assert {one["id"] for one in page["meetings"]} == _listed(model, planned, name), name


async def _plan(people: dict[str, Person], story: Story) -> list[dict[str, Any]]:
    circles = {name: await one.has_circle() for name, one in people.items()}
    for owner, member in story.members:
        await people[owner].post(f"/api/v1/circles/{circles[owner]}/accounts", account_ids=[people[member].id])
    for one, other in story.follows:
        await people[one].follows(people[other])
    planned = []
    for said in story.meetings:
        fields = {"audience": said.audience, "seats": said.seats, "place_id": LYON, "circle_id": circles[said.who]}
        planned.append(await plans(people[said.who], **fields, starts_at=(START + timedelta(hours=said.hours)).isoformat()))
    return planned


async def _part(people: dict[str, Person], story: Story) -> None:
    for one, other in story.unfollows & story.follows:
        await people[one].unfollows(people[other])
    for one, other in story.mutes:
        await people[one].mutes(people[other])
    for one, other in story.blocks:
        await people[one].blocks(people[other])


def _compare(seen: dict[str, Any], model: Model, number: int, name: str) -> None:
    said, line, maybe = model.story.meetings[number], model.lines[number], model.maybe[number]
    seated: Sequence[str] = line if said.seats is None else line[: said.seats]
    waiting = line[len(seated) :]
    assert (seen["coming_count"], seen["waiting_count"], seen["maybe_count"]) == (len(seated), len(waiting), len(maybe))
    assert seen["waiting"] is (name in waiting)
    knows_spot = (name == said.who or name in seated or name in maybe) and not model.is_over(said)
    assert bool(seen["spot"]) is knows_spot
    if "people" not in seen:
        assert name != said.who
        assert not model.takes_part(name, number)
        return
    named = {key: [one["username"] for one in seen["people"][key]] for key in ("coming", "waiting", "maybe")}
    visible = {one for one in NAMES if (name, one) not in model.apart}
    assert named["coming"] == [one for one in seated if one in visible]
    assert named["waiting"] == [one for one in waiting if one in visible]
    assert sorted(named["maybe"]) == sorted(maybe & visible)


def _listed(model: Model, planned: list[dict[str, Any]], name: str) -> set[str]:
    """A mute hides from lists, even what one goes to."""
    return {
        meeting["id"]
        for number, (meeting, said) in enumerate(zip(planned, model.story.meetings, strict=True))
        if model.sees(name, number) and not model.is_over(said) and (name, said.who) not in model.mutes
    }
