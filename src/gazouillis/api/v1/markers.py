"""Read markers: how far the caller has read, shared by all their devices. https://docs.joinmastodon.org/methods/markers/"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from litestar import Response, get, post

from gazouillis.accounts.models import Account
from gazouillis.api.bind import Id, bind
from gazouillis.api.caller import authorised
from gazouillis.api.entities.marker import Marker, marker
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.database.transactions import Reader
from gazouillis.notifications import queries, read
from gazouillis.notifications.read import TIMELINES


class TimelinesForm(msgspec.Struct, frozen=True):
    timeline: list[str] = []


class MarkForm(msgspec.Struct, frozen=True):
    last_read_id: Id


class MarksForm(msgspec.Struct, frozen=True):
    home: MarkForm | None = None
    notifications: MarkForm | None = None


@get("/api/v1/markers")
async def show(request: AnyRequest) -> Response[dict[str, Marker]]:
    caller, form = await authorised(request, "read:statuses"), await bind(request, TimelinesForm)
    async with site(request).db.read() as reader:
        return Response(await _markers(reader, caller.account, [one for one in TIMELINES if one in form.timeline]))


@post("/api/v1/markers", status_code=200)
async def move(request: AnyRequest) -> Response[dict[str, Marker]]:
    caller, form = await authorised(request, "write:statuses"), await bind(request, MarksForm)
    chosen = {name: mark for name in TIMELINES if (mark := getattr(form, name))}
    async with site(request).db.write() as tx:
        for name, mark in chosen.items():
            await read.mark_read(tx, caller.account, name, mark.last_read_id)
        return Response(await _markers(tx, caller.account, chosen))


async def _markers(reader: Reader, account: Account, timelines: Iterable[str]) -> dict[str, Marker]:
    marks = {name: await queries.read_mark(reader, account.id, name) for name in timelines}
    return {name: marker(mark) for name, mark in marks.items() if mark}


routes = [show, move]
