"""Stays and places as tests use them, through the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.people import Person
from tests.support.site import RunningSite

STAYS = "/api/gazouillis/v1/stays"
PLACES = "/api/gazouillis/v1/places"
ENCOUNTERS = "/api/gazouillis/v1/encounters"
RESIDENCE = "/api/gazouillis/v1/residence"

BUDAPEST, LYON, NANTES, STRASBOURG = "3054643", "2996944", "2990969", "2973783"
FRANCE, AUVERGNE_RHONE_ALPES = "3017382", "11071625"
APIA, PAGO_PAGO = "4035413", "5881576"
"""On both sides of the date line, a day apart."""


async def stays(person: Person, place_id: str, first: str | date, last: str | date, **options: Any) -> dict[str, Any]:
    """Announces a stay, to everyone if nothing else is said."""
    fields = {"place_id": place_id, "from": str(first), "to": str(last), "audience": "everyone", **options}
    announced: dict[str, Any] = await person.post(STAYS, **fields)
    return announced


async def lives(person: Person, place_id: str, **options: Any) -> dict[str, Any]:
    response = await person.client.put(RESIDENCE, json={"place_id": place_id, "audience": "everyone", **options})
    assert response.status_code == 200, response.text
    residence: dict[str, Any] = response.json()
    return residence


async def people_of(viewer: Person | RunningSite, place_id: str, **query: Any) -> dict[str, list[str]]:
    """By list of the page of a place, the names that this person, or a visitor, sees there."""
    client = viewer.client if isinstance(viewer, Person) else viewer.client()
    response = await client.get(f"{PLACES}/{place_id}", params=query)
    assert response.status_code == 200, response.text
    page = response.json()
    return {name: [one["account"]["username"] for one in page[name]] for name in ("here", "coming", "residents")}
