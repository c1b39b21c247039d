"""Meetings and coffees: to plan, change, cancel and answer. Described in `openapi.json`."""

from __future__ import annotations

from typing import Literal

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import FromPath

from gazouillis.api.bind import Id, bind, identifier
from gazouillis.api.caller import anybody, authorised
from gazouillis.api.entities.meeting import Meeting, meeting
from gazouillis.api.paging import AFTER, BEFORE, Limit, clamped, links_around
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.coffees.propose import propose
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.infra.basics.messages import _
from gazouillis.places.meetings import coffee, lists, models, plan, queries, times
from gazouillis.places.meetings.answer import answer as give_answer
from gazouillis.places.meetings.lists import MeetingsWindow, Position
from gazouillis.places.meetings.models import CoffeeDraft, MeetingDraft

PATH = "/api/gazouillis/v1/meetings"
USUAL = 40
"""Meetings on a page, when no limit is asked for; twice as many at most."""


class ListForm(msgspec.Struct, frozen=True):
    """`after` and `before`: cursors, as the `Link` header has them."""

    scope: Literal["mine", "past", "to_come"] = "mine"
    limit: Limit | None = None
    after: str = ""
    before: str = ""

    @property
    def window(self) -> MeetingsWindow:
        return MeetingsWindow(clamped(self.limit, USUAL), position(self.after, AFTER), position(self.before, BEFORE))


class MeetingForm(msgspec.Struct, frozen=True, rename={"with_": "with"}):
    """`with`: the account to which a coffee is proposed. A coffee has neither title, seats nor audience."""

    place_id: Id | None = None
    starts_at: str = ""
    title: str = ""
    about: str = ""
    spot: str = ""
    minutes: int | None = None
    seats: int | None = None
    audience: str = ""
    circle_id: Id | None = None
    with_: Id | None = None

    @property
    def draft(self) -> MeetingDraft:
        circle_id = None if self.circle_id is None else CircleId(self.circle_id)
        return MeetingDraft(
            self.title,
            _place(self.place_id),
            times.parse(self.starts_at, "starts_at"),
            self.audience,
            self.about,
            self.spot,
            120 if self.minutes is None else self.minutes,
            self.seats,
            circle_id,
        )

    @property
    def coffee_draft(self) -> CoffeeDraft:
        starts = times.parse(self.starts_at, "starts_at")
        return CoffeeDraft(_place(self.place_id), starts, self.about, self.spot, 60 if self.minutes is None else self.minutes)


class MeetingChangeForm(msgspec.Struct, frozen=True):
    """What is left out, or null, stays as it is. No seats (0): for everybody."""

    place_id: Id | None = None
    starts_at: str | None = None
    title: str | None = None
    about: str | None = None
    spot: str | None = None
    minutes: int | None = None
    seats: int | None = None
    audience: str | None = None
    circle_id: Id | None = None

    def draft(self, before: models.Meeting) -> MeetingDraft:
        return MeetingDraft(
            title=before.title if self.title is None else self.title,
            place_id=before.place_id if self.place_id is None else self.place_id,
            starts=before.starts_at if self.starts_at is None else times.parse(self.starts_at, "starts_at"),
            audience=before.audience.value if self.audience is None else self.audience,
            about=before.about if self.about is None else self.about,
            spot=before.spot if self.spot is None else self.spot,
            minutes=before.minutes if self.minutes is None else self.minutes,
            seats=before.seats if self.seats is None else self.seats or None,
            circle_id=before.circle_id if self.circle_id is None else CircleId(self.circle_id),
        )


class AnswerForm(msgspec.Struct, frozen=True):
    answer: str = ""


class AnotherTimeForm(msgspec.Struct, frozen=True):
    """What is left out, or null, stays as it is."""

    starts_at: str = ""
    place_id: Id | None = None
    about: str | None = None
    spot: str | None = None
    minutes: int | None = None

    def draft(self, before: models.Meeting) -> CoffeeDraft:
        return CoffeeDraft(
            before.place_id if self.place_id is None else self.place_id,
            times.parse(self.starts_at, "starts_at"),
            before.about if self.about is None else self.about,
            before.spot if self.spot is None else self.spot,
            before.minutes if self.minutes is None else self.minutes,
        )


@get(PATH)
async def index(request: AnyRequest) -> Response[list[Meeting]]:
    """One's own and those one goes to, or went to; or those to come of people one follows and where one lives or stays."""
    caller, form = await authorised(request, "read:accounts"), await bind(request, ListForm)
    window, listed = form.window, {"mine": lists.own, "past": lists.past, "to_come": lists.to_come}[form.scope]
    async with site(request).db.read() as reader:
        page = await listed(reader, caller.account.id, window)
    headers = links_around(request, previous=written(page.previous), following=written(page.next))
    return Response([meeting(site(request).settings.base_url, one) for one in page.meetings], headers=headers)


@post(PATH, status_code=200)
async def create(request: AnyRequest) -> Response[Meeting]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, MeetingForm)
    async with site(request).db.write() as tx:
        if form.with_ is None:
            planned = await plan.plan(tx, caller.account, form.draft)
        else:
            planned = await propose(tx, caller.account, AccountId(form.with_), form.coffee_draft)
    return await _respond(request, caller.account.id, planned.id)


@get(PATH + "/{meeting_id:str}")
async def show(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Meeting]:
    caller = await anybody(request, "read:accounts")
    return await _respond(request, caller.viewer_id, identifier(meeting_id))


@patch(PATH + "/{meeting_id:str}")
async def change(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Meeting]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, MeetingChangeForm)
    async with site(request).db.write() as tx:
        changed = await plan.change(tx, caller.account, identifier(meeting_id), form.draft)
    return await _respond(request, caller.account.id, changed.id)


@delete(PATH + "/{meeting_id:str}", status_code=200)
async def cancel(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Meeting]:
    """It stays, as cancelled, for the calendars of those who wanted to come."""
    caller = await authorised(request, "write:accounts")
    async with site(request).db.write() as tx:
        cancelled = await plan.cancel(tx, caller.account.id, identifier(meeting_id))
    return await _respond(request, caller.account.id, cancelled.id)


@post(PATH + "/{meeting_id:str}/answer", status_code=200)
async def answer(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Meeting]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, AnswerForm)
    async with site(request).db.write() as tx:
        await give_answer(tx, caller.account, identifier(meeting_id), form.answer)
    return await _respond(request, caller.account.id, identifier(meeting_id))


@post(PATH + "/{meeting_id:str}/another_time", status_code=200)
async def another_time(request: AnyRequest, meeting_id: FromPath[str]) -> Response[Meeting]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, AnotherTimeForm)
    async with site(request).db.write() as tx:
        moved = await coffee.propose_another_time(tx, caller.account, identifier(meeting_id), form.draft)
    return await _respond(request, caller.account.id, moved.id)


def position(text: str, field: str) -> Position | None:
    """A cursor. Raises Invalid for a text that is none."""
    found = Position.parse(text) if text else None
    if text and found is None:
        raise Invalid(_("{field} is not valid", field=field), field=field)
    return found


def written(one: Position | None) -> str | None:
    return None if one is None else str(one)


def _place(place_id: int | None) -> int:
    if place_id is None:
        raise Invalid(_("{field} must be given", field="place_id"), field="place_id", code="ERR_BLANK")
    return place_id


async def _respond(request: AnyRequest, viewer_id: AccountId | None, meeting_id: int) -> Response[Meeting]:
    async with site(request).db.read() as reader:
        seen = await queries.seen(reader, viewer_id, meeting_id)
        people = await queries.people(reader, seen)
    return Response(meeting(site(request).settings.base_url, seen, people))


routes = [index, create, show, change, cancel, answer, another_time]
