"""Stays: one's own, to announce, change and cancel, and the one that a text speaks of. Described in `openapi.json`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import FromPath
from msgspec import Meta

from gazouillis.api.bind import Id, bind, identifier
from gazouillis.api.caller import anybody, authorised
from gazouillis.api.entities.place import NamedPlace, named_place
from gazouillis.api.entities.stay import Stay, own_stays, shown_stay
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import CircleId
from gazouillis.infra.basics.messages import _
from gazouillis.places import announce, days, models, queries
from gazouillis.places.days import YEARS
from gazouillis.places.models import StayDraft
from gazouillis.places.propose_stay import LANGUAGES, propose_stay

PATH = "/api/gazouillis/v1/stays"
LONGEST = 5000
"""Characters of a text that is read."""


class StayForm(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    place_id: Id
    first: str = ""
    last: str = ""
    audience: str = ""
    circle_id: Id | None = None

    @property
    def draft(self) -> StayDraft:
        circle_id = None if self.circle_id is None else CircleId(self.circle_id)
        return StayDraft(self.place_id, days.parse(self.first, "from"), days.parse(self.last, "to"), self.audience, circle_id)


class StayChangeForm(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """What is left out, or null, stays as it is."""

    place_id: Id | None = None
    first: str | None = None
    last: str | None = None
    audience: str | None = None
    circle_id: Id | None = None

    def draft(self, before: models.Stay) -> StayDraft:
        return StayDraft(
            place_id=before.place_id if self.place_id is None else self.place_id,
            first=before.first if self.first is None else days.parse(self.first, "from"),
            last=before.last if self.last is None else days.parse(self.last, "to"),
            audience=before.audience.value if self.audience is None else self.audience,
            circle_id=before.circle_id if self.circle_id is None else CircleId(self.circle_id),
        )


class ProposalForm(msgspec.Struct, frozen=True):
    """`now` is the moment in the writer's zone, with its offset: days are counted from it. `country` decides between homonyms."""

    text: Annotated[str, Meta(max_length=LONGEST)]
    language: str = ""
    now: str = ""
    country: str = ""


class Proposal(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    places: list[NamedPlace]
    first: date | None
    last: date | None


@get(PATH)
async def mine(request: AnyRequest) -> Response[list[Stay]]:
    """The running and coming ones, the first day first."""
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        return Response(own_stays(await queries.own_stays(reader, caller.account.id)))


@post(PATH, status_code=200)
async def create(request: AnyRequest) -> Response[Stay]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, StayForm)
    draft = form.draft
    async with site(request).db.write() as tx:
        announced = await announce.announce(tx, caller.account, draft)
    return Response(own_stays([announced])[0])


@get(PATH + "/{stay_id:str}")
async def show(request: AnyRequest, stay_id: FromPath[str]) -> Response[Stay]:
    """One's own, or somebody else's that the caller may see."""
    caller, identified = await anybody(request, "read:accounts"), identifier(stay_id)
    async with site(request).db.read() as reader:
        found = await queries.stay(reader, caller.viewer_id, identified)
    if found.account.id == caller.viewer_id:
        return Response(own_stays([found.stay])[0])
    return Response(shown_stay(site(request).settings.base_url, found))


@patch(PATH + "/{stay_id:str}")
async def change(request: AnyRequest, stay_id: FromPath[str]) -> Response[Stay]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, StayChangeForm)
    identified = identifier(stay_id)
    async with site(request).db.write() as tx:
        changed = await announce.change(tx, caller.account, identified, form.draft)
    return Response(own_stays([changed])[0])


@delete(PATH + "/{stay_id:str}", status_code=200)
async def cancel(request: AnyRequest, stay_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:accounts")
    async with site(request).db.write() as tx:
        await announce.cancel(tx, caller.account.id, identifier(stay_id))
    return Response({})


@post(PATH + "/propose", status_code=200)
async def propose(request: AnyRequest) -> Response[Proposal]:
    """Several places where the text names several, or where a name may be that of two towns: the first is the likelier one."""
    await anybody(request, "read:search", "write:statuses")
    form = await bind(request, ProposalForm)
    today = _day(form.now) if form.now else site(request).db.clock().date()
    found = _proposed(form, today)
    return Response(Proposal([named_place(one) for one in found.places], found.dates.first, found.dates.last))


def _proposed(form: ProposalForm, today: date) -> models.Proposal:
    """Read in its language; in both when it is not known."""
    languages = [form.language] if form.language else LANGUAGES
    tried = [propose_stay(form.text, language, today, form.country.upper()) for language in languages]
    return next((one for one in tried if one.places), tried[0])


def _day(now: str) -> date:
    try:
        day = datetime.fromisoformat(now).date()
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise Invalid(_("{field} is not valid", field="now"), field="now")
    return day


routes = [mine, create, propose, show, change, cancel]
