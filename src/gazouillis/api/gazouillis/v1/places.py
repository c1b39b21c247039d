"""Places of the offline gazetteer, who is, comes and lives there, and what is said there. Described in `openapi.json`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ASGIApp
from msgspec import Meta

from gazouillis.api import respond
from gazouillis.api.bind import Id, bind, identifier
from gazouillis.api.caller import anybody
from gazouillis.api.entities.meeting import Meeting, meeting
from gazouillis.api.entities.place import Place, place
from gazouillis.api.entities.stay import ResidentAccount, Stay, resident, shown_stay
from gazouillis.api.gazouillis.v1.meetings import position
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.places import gazetteer, models, queries, said
from gazouillis.places.meetings import lists as meetings
from gazouillis.places.meetings.lists import MeetingsWindow
from gazouillis.places.queries import LARGEST_PAGE, Position

MOST = 40
DEFAULT = 10
DEFAULT_PEOPLE = 20


class PlacesForm(msgspec.Struct, frozen=True):
    """`language` and `country` are the reader's: they order places of about the same size."""

    q: str
    language: str = ""
    country: str = ""
    limit: Annotated[int, Meta(ge=1)] = DEFAULT


class Places(msgspec.Struct, frozen=True):
    places: list[Place]


@get("/api/gazouillis/v1/places")
async def search(request: AnyRequest) -> Response[Places]:
    """Places with a name that is `q` or begins with it, in any language, without regard to accents and case."""
    await anybody(request, "read:search")
    form = await bind(request, PlacesForm)
    found = gazetteer.search(form.q, language=form.language, country=form.country, limit=min(form.limit, MOST))
    return Response(Places([place(one) for one in found]))


class PlaceForm(msgspec.Struct, frozen=True):
    """`language`: only those who speak it. `here_after`, `coming_after` and `residents_after`: what `next` of the page before said.

    So with `meetings_after`.
    """

    language: str = ""
    limit: Annotated[int, Meta(ge=1)] = DEFAULT_PEOPLE
    here_after: str = ""
    coming_after: str = ""
    residents_after: Id = 0
    meetings_after: str = ""


class Next(msgspec.Struct, frozen=True):
    """Where the following page of each list begins; null: there is none."""

    here: str | None
    coming: str | None
    residents: str | None
    meetings: str | None


class PlaceAndPeople(msgspec.Struct, frozen=True):
    place: Place
    here: list[Stay]
    coming: list[Stay]
    residents: list[ResidentAccount]
    meetings: list[Meeting]
    next: Next


@get("/api/gazouillis/v1/places/{place_id:str}")
async def show(request: AnyRequest, place_id: FromPath[str]) -> Response[PlaceAndPeople]:
    """What the caller may see of a town, a region or a country. A region and a country have what is said of their towns, too."""
    caller, form, where = await anybody(request, "read:accounts"), await bind(request, PlaceForm), _place(place_id)
    starts = _position(form.here_after, "here_after"), _position(form.coming_after, "coming_after")
    language, limit = form.language.lower(), min(form.limit, LARGEST_PAGE)
    window = MeetingsWindow(limit, position(form.meetings_after, "meetings_after"))
    base_url, viewer_id = site(request).settings.base_url, caller.viewer_id
    async with site(request).db.read() as reader:
        here = await queries.here(reader, viewer_id, where, language=language, limit=limit, after=starts[0])
        coming = await queries.coming(reader, viewer_id, where, language=language, limit=limit, after=starts[1])
        meeting_there = await meetings.in_place(reader, viewer_id, where, window)
        living = await queries.residents(reader, viewer_id, where, language=language, limit=limit, after=form.residents_after)
    return Response(
        PlaceAndPeople(
            place(where),
            [shown_stay(base_url, one) for one in here.stays],
            [shown_stay(base_url, one) for one in coming.stays],
            [resident(base_url, one) for one in living.residents],
            [meeting(base_url, one) for one in meeting_there.meetings],
            Next(_written(here.next), _written(coming.next), _written(living.next), _written(meeting_there.next)),
        )
    )


@get("/api/gazouillis/v1/places/{place_id:str}/statuses", opt=CACHEABLE)
async def statuses(request: AnyRequest, place_id: FromPath[str]) -> ASGIApp:
    """What is said in a town, a region or a country: public posts that carry it, or a place in it."""
    caller, form, where = await anybody(request, "read:statuses"), await bind(request, PageForm), _place(place_id)
    async with site(request).db.read() as reader:
        page = await said.said(reader, where, form.window())
        return await respond.statuses(request, reader, page, caller, hides_muted=True)


def _place(place_id: str) -> models.Place:
    found = gazetteer.by_id(identifier(place_id))
    if found is None:
        raise NotFound(_("There is no such place"))
    return found


def _position(text: str, field: str) -> Position:
    position = Position.parse(text)
    if position is None:
        raise Invalid(_("{field} is not valid", field=field), field=field)
    return position


def _written(cursor: object | None) -> str | None:
    return None if cursor is None else str(cursor)


routes = [search, show, statuses]
