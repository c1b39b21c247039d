"""Handlers that return what they read from the request: bound fields, ids, the caller. Some raise an error."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from msgspec import UNSET, UnsetType

from gazouillis.api.bind import Id, bind, identifier
from gazouillis.api.caller import Member, anybody, authorised, token_holder
from gazouillis.api.request import AnyRequest
from gazouillis.infra.basics.errors import RemoteFailed, Unavailable
from gazouillis.infra.http.request_bodies import Upload


class Field(msgspec.Struct):
    name: str = ""
    value: str = ""


class Source(msgspec.Struct):
    privacy: Literal["public", "unlisted", "private"] = "public"
    sensitive: bool | None = None


class Form(msgspec.Struct):
    status: str = ""
    limit: int = 20
    max_id: Id | None = None
    ids: list[Id] = []
    locked: bool | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    fields_attributes: list[Field] = []
    avatar: Upload | UnsetType = UNSET
    short: Annotated[str, msgspec.Meta(max_length=10)] = ""


class RequiredField(msgspec.Struct):
    status: str


@post("/api/echo/form", status_code=200)
async def form(request: AnyRequest) -> Response[Any]:
    bound = await bind(request, Form)
    size = len(bound.avatar.content) if isinstance(bound.avatar, Upload) else None
    bound.avatar = UNSET
    return Response({**msgspec.to_builtins(bound), "size": size})


@get("/api/echo/form")
async def query(request: AnyRequest) -> Response[Any]:
    return Response(await bind(request, Form))


@post("/api/echo/required", status_code=200)
async def required(request: AnyRequest) -> Response[Any]:
    return Response(await bind(request, RequiredField))


@get("/api/echo/ids/{text:str}")
async def identified(request: AnyRequest) -> Response[int]:
    return Response(identifier(request.path_params["text"]))


@get("/api/echo/me")
async def me(request: AnyRequest) -> Response[str]:
    return Response({"acct": (await authorised(request, "read:accounts")).account.acct})


@get("/api/echo/anyone")
async def anyone(request: AnyRequest) -> Response[Any]:
    caller = await anybody(request, "read:statuses")
    return Response({"acct": caller.account.acct if isinstance(caller, Member) else None})


@get("/api/echo/app")
async def app(request: AnyRequest) -> Response[Any]:
    return Response({"app": (await token_holder(request)).app_id})


@get("/api/echo/broken")
async def broken() -> None:
    raise ZeroDivisionError("the secret formula")


@get("/api/echo/remote")
async def remote() -> None:
    raise RemoteFailed("there.test said 502")


@get("/api/echo/unavailable")
async def unavailable() -> None:
    raise Unavailable(retry_after=7)


routes = [form, query, required, identified, me, anyone, app, broken, remote, unavailable]
