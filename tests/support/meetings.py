"""Meetings and coffees as tests use them, through the API."""

from __future__ import annotations

from typing import Any

from tests.support.people import Person
from tests.support.site import RunningSite
from tests.support.stays import BUDAPEST

MEETINGS = "/api/gazouillis/v1/meetings"
KINDS = ("coffee", "coffee_moved", "coffee_accepted", "coffee_declined", "meeting_changed", "meeting_cancelled", "meeting_seat")


async def plans(person: Person, **fields: Any) -> dict[str, Any]:
    """A twunch in Budapest on Wednesday, for everyone if nothing else is said."""
    planned: dict[str, Any] = await person.post(MEETINGS, **drafted(**fields))
    return planned


def drafted(**fields: Any) -> dict[str, Any]:
    usual = {"title": "Twunch", "place_id": BUDAPEST, "starts_at": "2026-03-11T12:30", "audience": "everyone", "spot": "Café New York"}
    return usual | fields


async def proposes(person: Person, guest: Person, **fields: Any) -> dict[str, Any]:
    """A coffee in Budapest on Wednesday."""
    usual = {"place_id": BUDAPEST, "starts_at": "2026-03-11T10:00", "spot": "Ruszwurm", "about": "On parle de trains ?"}
    proposed: dict[str, Any] = await person.post(MEETINGS, **{"with": guest.id}, **usual | fields)
    return proposed


async def answers(person: Person, meeting: dict[str, Any], word: str) -> dict[str, Any]:
    answered: dict[str, Any] = await person.post(f"{MEETINGS}/{meeting['id']}/answer", answer=word)
    return answered


async def sees(viewer: Person | RunningSite, meeting: dict[str, Any]) -> dict[str, Any] | None:
    """None when it is not found."""
    client = viewer.client if isinstance(viewer, Person) else viewer.client()
    response = await client.get(f"{MEETINGS}/{meeting['id']}")
    assert response.status_code in {200, 404}, response.text
    return response.json() if response.status_code == 200 else None


async def told(running_site: RunningSite, person: Person) -> list[tuple[str, str]]:
    """The kinds of their notifications about meetings, with who caused them, the oldest first."""
    await running_site.run_until_idle()
    found = await person.get("/api/v1/notifications", **{"types[]": list(KINDS)})
    return [(one["type"], one["account"]["username"]) for one in reversed(found)]
