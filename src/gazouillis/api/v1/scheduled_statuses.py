"""Scheduled statuses: made by `POST /api/v1/statuses`; list, show, put off and delete.

https://docs.joinmastodon.org/methods/scheduled_statuses/
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, delete, get, put
from litestar.params import FromPath
from litestar.types import ASGIApp

from gazouillis.api import paging, respond, roads
from gazouillis.api.bind import bind, identifier
from gazouillis.api.caller import Member, authorised
from gazouillis.api.entities import scheduled_status as entities
from gazouillis.api.entities.media_attachment import sealed
from gazouillis.api.errors import translated
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.ids import ScheduledId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.media import queries as media
from gazouillis.media.urls import SignedAddresses
from gazouillis.statuses import schedule
from gazouillis.statuses.models import Draft, Status, Terms
from gazouillis.statuses.scheduled import queries, rules
from gazouillis.statuses.scheduled.models import ScheduledStatus, When


class TimeForm(msgspec.Struct, frozen=True):
    scheduled_at: str = ""


def asked(written: str, now: datetime) -> datetime | None:
    """When a status is to be published. None: now, as when the moment is past, like on Mastodon. Raises Invalid."""
    due_at = rules.parse(written) if written.strip() else now
    return due_at if due_at > now else None


async def create(request: AnyRequest, caller: Member, draft: Draft, due_at: datetime, terms: Terms, via: str) -> ASGIApp:
    """Answers a repeated request, after it is published, with the status."""
    async with site(request).db.write() as tx:
        made = await schedule.schedule(tx, caller.account, draft, When(due_at), terms, roads.publish, roads.understood(via))
    if isinstance(made, Status):
        return await respond.status(request, made, caller)
    async with site(request).db.read() as reader:
        return respond.json(msgspec.json.encode((await _entities(request, reader, [made], caller))[0]))


@get("/api/v1/scheduled_statuses")
async def mine(request: AnyRequest) -> Response[list[entities.ScheduledStatus]]:
    caller, form = await authorised(request, "read:statuses"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await queries.page(reader, caller.account.id, form.window())
        return Response(await _entities(request, reader, page.items, caller), headers=paging.links(request, page))


@get("/api/v1/scheduled_statuses/{scheduled_id:str}")
async def show(request: AnyRequest, scheduled_id: FromPath[str]) -> Response[entities.ScheduledStatus]:
    caller = await authorised(request, "read:statuses")
    async with site(request).db.read() as reader:
        return await _answer(request, reader, await queries.own(reader, _id(scheduled_id), caller.account.id), caller)


@put("/api/v1/scheduled_statuses/{scheduled_id:str}")
async def put_off(request: AnyRequest, scheduled_id: FromPath[str]) -> Response[entities.ScheduledStatus]:
    """Without a time, it stays as it is."""
    caller, form = await authorised(request, "write:statuses"), await bind(request, TimeForm)
    async with site(request).db.write() as tx:
        one = await queries.own(tx, _id(scheduled_id), caller.account.id)
        if form.scheduled_at.strip():
            one = await schedule.put_off(tx, caller.account, one.id, When(rules.parse(form.scheduled_at)))
    async with site(request).db.read() as reader:
        return await _answer(request, reader, one, caller)


@delete("/api/v1/scheduled_statuses/{scheduled_id:str}", status_code=200)
async def remove(request: AnyRequest, scheduled_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:statuses")
    async with site(request).db.write() as tx:
        await schedule.remove(tx, caller.account, _id(scheduled_id))
    return Response({})


async def _answer(request: AnyRequest, reader: Reader, one: ScheduledStatus, caller: Member) -> Response[entities.ScheduledStatus]:
    return Response((await _entities(request, reader, [one], caller))[0])


async def _entities(
    request: AnyRequest, reader: Reader, found: Sequence[ScheduledStatus], caller: Member
) -> list[entities.ScheduledStatus]:
    addresses = site(request).the(SignedAddresses)
    files = await media.of_statuses(reader, [one.id for one in found if one.draft.attachment_ids])
    return [
        entities.scheduled_status(
            one,
            sealed(addresses, files.get(one.id, ()), caller.account.id),
            translated(request, one.failure) if one.failure else "",
        )
        for one in found
    ]


def _id(text: str) -> ScheduledId:
    return ScheduledId(StatusId(identifier(text)))


routes = [mine, show, put_off, remove]
