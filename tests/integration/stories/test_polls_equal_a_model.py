"""Property test: whatever people vote, again, at once or after an edit, the numbers equal those of a naive model that keeps every vote."""

from __future__ import annotations

import asyncio

from hypothesis import given, note
from hypothesis import strategies as st

from tests.support.people import Person
from tests.support.random_stories import fresh_site, stories

VOTERS = ("ben", "cam", "dan")
TITLES = ("pho", "goulash", "tajine")

Vote = tuple[int, tuple[int, ...]]


class NaivePoll:
    """By voter, the set of what they chose."""

    def __init__(self, *, is_multiple: bool) -> None:
        self.is_multiple = is_multiple
        self.votes: dict[int, set[int]] = {}

    def accepts(self, voter: int, choices: tuple[int, ...]) -> bool:
        chosen, before = set(choices), self.votes.get(voter, set())
        if not chosen or not chosen <= {0, 1, 2} or chosen & before:
            return False
        if not self.is_multiple and (before or len(chosen) > 1):
            return False
        self.votes[voter] = before | chosen
        return True

    @property
    def numbers(self) -> tuple[list[int], int]:
        return [sum(one in chosen for chosen in self.votes.values()) for one in range(3)], len(self.votes)


VOTES = st.tuples(st.integers(0, 2), st.lists(st.integers(0, 3), max_size=3).map(tuple))


@given(is_multiple=st.booleans(), rounds=st.lists(st.lists(VOTES, min_size=1, max_size=8), min_size=2, max_size=3))
@stories(few=4, many=20)
def test_numbers_equal_those_of_a_model(database_kind: str, is_multiple: bool, rounds: list[list[Vote]]) -> None:  # noqa: FBT001 (a property)
    note(f"{is_multiple} {rounds}")
    asyncio.run(_play(database_kind, rounds, is_multiple=is_multiple))


async def _play(database_kind: str, rounds: list[list[Vote]], *, is_multiple: bool) -> None:
    async with fresh_site(database_kind) as running_site:
        ann = await running_site.person("ann")
        voters = [await running_site.person(name) for name in VOTERS]
        poll = {"options": list(TITLES), "multiple": is_multiple, "expires_in": 3600}
        status = await ann.posts("Où ?", poll=poll)
        for number, votes in enumerate(rounds):
            if number:  # other options: a new round begins
                await ann.edits(status, "Où ?", poll=poll | {"options": [f"{one} {number}" for one in TITLES]})
            model = NaivePoll(is_multiple=is_multiple)
            for voter, choices in votes:
                accepted = await _vote(voters[voter], status["id"], choices)
                assert accepted == model.accepts(voter, choices), (voter, choices)
            seen = [await one.get(f"/api/v1/polls/{status['id']}") for one in (ann, *voters)]
            assert [([each["votes_count"] for each in one["options"]], one["voters_count"]) for one in seen] == [model.numbers] * 4
            assert [set(one["own_votes"]) for one in seen] == [set(), *(model.votes.get(one, set()) for one in range(3))]


async def _vote(voter: Person, poll_id: str, choices: tuple[int, ...]) -> bool:
    """Sent twice at once: it counts once."""
    path, form = f"/api/v1/polls/{poll_id}/votes", {"choices": choices}
    answers = await asyncio.gather(*(voter.client.post(path, json=form) for _ in range(2)))
    assert sorted(one.status_code for one in answers) in ([200, 422], [422, 422])
    return any(one.status_code == 200 for one in answers)
