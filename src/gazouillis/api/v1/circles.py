"""Circles, which Mastodon does not have. The requests are those of its lists: https://docs.joinmastodon.org/methods/lists/"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from msgspec import Raw

from gazouillis.api import paging, respond
from gazouillis.api.bind import AccountsForm, bind, identifier
from gazouillis.api.caller import authorised
from gazouillis.api.entities.circle import Circle, circle
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph import change_circle, circles
from gazouillis.infra.basics.ids import CircleId


class CircleForm(msgspec.Struct, frozen=True):
    title: str = ""


@get("/api/v1/circles")
async def mine(request: AnyRequest) -> Response[list[Circle]]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        return Response([circle(one) for one in await circles.of_account(reader, caller.account.id)])


@post("/api/v1/circles", status_code=200)
async def create(request: AnyRequest) -> Response[Circle]:
    caller, form = await authorised(request, "write:lists"), await bind(request, CircleForm)
    async with site(request).db.write() as tx:
        return Response(circle(await change_circle.make(tx, caller.account.id, form.title)))


@get("/api/v1/circles/{circle_id:str}")
async def show(request: AnyRequest, circle_id: FromPath[str]) -> Response[Circle]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        return Response(circle(await circles.own(reader, caller.account.id, _id(circle_id))))


@put("/api/v1/circles/{circle_id:str}")
async def rename(request: AnyRequest, circle_id: FromPath[str]) -> Response[Circle]:
    caller, form = await authorised(request, "write:lists"), await bind(request, CircleForm)
    async with site(request).db.write() as tx:
        return Response(circle(await change_circle.rename(tx, caller.account.id, _id(circle_id), form.title)))


@delete("/api/v1/circles/{circle_id:str}", status_code=200)
async def remove(request: AnyRequest, circle_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:lists")
    async with site(request).db.write() as tx:
        await change_circle.delete(tx, caller.account.id, _id(circle_id))
    return Response({})


@get("/api/v1/circles/{circle_id:str}/accounts")
async def members(request: AnyRequest, circle_id: FromPath[str]) -> Response[list[Raw]]:
    caller, form = await authorised(request, "read:lists"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        own = await circles.own(reader, caller.account.id, _id(circle_id))
        page = await circles.member_ids(reader, own.id, form.window(paging.ACCOUNTS))
        return await respond.accounts(request, reader, page, caller)


@post("/api/v1/circles/{circle_id:str}/accounts", status_code=200)
async def add(request: AnyRequest, circle_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller, form = await authorised(request, "write:lists"), await bind(request, AccountsForm)
    async with site(request).db.write() as tx:
        await change_circle.add(tx, caller.account.id, _id(circle_id), form.named_ids)
    return Response({})


@delete("/api/v1/circles/{circle_id:str}/accounts", status_code=200)
async def drop(request: AnyRequest, circle_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller, form = await authorised(request, "write:lists"), await bind(request, AccountsForm)
    async with site(request).db.write() as tx:
        await change_circle.remove(tx, caller.account.id, _id(circle_id), form.named_ids)
    return Response({})


def _id(text: str) -> CircleId:
    return CircleId(identifier(text))


routes = [mine, create, show, rename, remove, members, add, drop]
