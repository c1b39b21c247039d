"""Support of property tests with random stories: sequences of random actions, after which the server is compared with a model.

A story that fails is saved and repeated in the next run. It is not shrunk, which would take minutes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings

from gazouillis.infra.settings import Settings
from tests.support import parts
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.people import Person
from tests.support.reference_model import NARROWER, Model
from tests.support.site import RunningSite, run_site

Test = TypeVar("Test", bound=Callable[..., Any])


def stories(*, few: int, many: int) -> Callable[[Test], Test]:
    """Settings of Hypothesis: few stories in the first part of the tests, many in the second."""
    chosen = hypothesis_settings(
        max_examples=parts.examples(few, many),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    return lambda test: pytest.mark.in_both_parts(chosen(test))


@asynccontextmanager
async def fresh_site(database_kind: str, **settings: Any) -> AsyncIterator[RunningSite]:
    """A server with an empty database, for one story. The fixture `running_site` would be the same for all stories of a test."""
    with TemporaryDirectory() as folder:
        async with fresh_database_url(database_kind) as url:
            chosen = Settings(**{"data": Path(folder), "database": url, "rate_limits": "off", **settings})
            async with run_site(chosen, MovingClock()) as running_site:
                yield running_site


class ActingPeople:
    """The people of a random story: each action happens on the server and in the reference model alike."""

    def __init__(self, running_site: RunningSite, people: dict[str, Person]) -> None:
        self.running_site, self.people, self.model = running_site, people, Model()
        self.clients = {"": running_site.client(), **{name: person.client for name, person in people.items()}}
        self.circles: dict[str, str] = {}
        self._marks = count()

    async def begin(self) -> None:
        for name, person in self.people.items():
            self.circles[name] = await person.has_circle()

    async def _narrow(self, _one: str, _other: str, which: int) -> None:
        status = self.model.recent(which)
        if status and not status.original and status.visibility in NARROWER:
            chosen = sorted(NARROWER[status.visibility])[which % len(NARROWER[status.visibility])]
            await self.people[status.author].narrows({"id": status.id}, chosen, circle_id=self.circles[status.author])
            status.visibility, status.circle = chosen, status.author
            if not status.is_for_everybody:
                self.model.statuses = [one for one in self.model.statuses if one.original is not status]

    async def _hide(self, one: str, other: str, which: int) -> None:
        status = self.model.recent(which)
        for viewer in (one, other):
            if status and self.model.may_hide(viewer, status):
                await self.people[viewer].post(f"/api/v1/statuses/{status.id}/hide_reply")
                self.model.hide(viewer, status)

    async def _show(self, _one: str, _other: str, which: int) -> None:
        status = self.model.recent(which)
        if status and status.withheld_by and status.withheld_top:
            await self.people[status.withheld_by].post(f"/api/v1/statuses/{status.id}/show_reply")
            self.model.show(status.withheld_top)

    async def _delete(self, _one: str, _other: str, which: int) -> None:
        if status := self.model.recent(which):
            await self.people[status.author].deletes({"id": status.id})
            self.model.remove(status)

    async def _join(self, one: str, other: str, _which: int) -> None:
        await self.people[one].post(f"/api/v1/circles/{self.circles[one]}/accounts", account_ids=[self.people[other].id])
        self.model.circles.add((one, other))

    async def _mute(self, one: str, other: str, _which: int) -> None:
        await self.people[one].mutes(self.people[other])
        self.model.mutes.add((one, other))

    async def _block(self, one: str, other: str, _which: int) -> None:
        await self.people[one].blocks(self.people[other])
        self.model.block(one, other)
